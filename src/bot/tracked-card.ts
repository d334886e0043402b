/** The card of a task that is only tracked: what is to be done, why it waits, and how it ended. */
import type { Task } from '../db/task.ts';
import type { TaskView } from '../engine/view.ts';
import type { ActionDraft, CardDraft } from './card.ts';
import { bar } from './words.ts';

/** Filed to be tracked, with no plan of the engine's so far. */
export function isTracked({ task, plans }: TaskView): boolean {
  return plans.length === 0 && task.executionLog[0]?.event === 'created' && !task.question;
}

/** How a task is shown to people: in whose time zone, and the names of those whose ids are known. */
export type Readers = { zone: string; names: ReadonlyMap<string, string> };
const nobodyKnown: Readers = { zone: 'UTC', names: new Map() };

export function trackedCard(
  { task, percent }: TaskView,
  readers: Readers = nobodyKnown,
): CardDraft {
  const isPersons = isForPerson(task);
  const title = isPersons && !isOthers(task) ? `Your turn: ${task.title}` : `TASK: ${task.title}`;
  const note = noteOf(task);
  const fields = fieldsOf(task, readers);
  const isDivided = task.status === 'running' && !isPersons;
  const label = isDivided ? `${bar(percent)} ${percent}%` : undefined;
  return {
    kind: isPersons ? 'human' : isDivided ? 'progress' : 'status',
    title,
    text: [
      title,
      ...fields.map((field) => `${field.label}: ${field.value}`),
      ...(label ? [label] : []),
      ...(note ? [note] : []),
    ].join('\n'),
    fields,
    ...(isDivided ? { progress: { percent, label: 'The parts that are done' } } : {}),
    ...(isPersons && isOthers(task) ? { notice: noticeOf(task, readers) } : {}),
    actions: actionsOf(task, isPersons),
    ...(note ? { note } : {}),
  };
}

/** A person does it: by its type, because nothing else can, or because somebody has taken it. */
function isForPerson(task: Task): boolean {
  if (task.status === 'blocked') return true;
  if (task.status === 'running')
    return (
      task.executionLog.findLast((entry) => entry.event === 'started')?.['executor_type'] === 'user'
    );
  return (task.status === 'draft' || task.status === 'queued') && task.executionType === 'manual';
}

const noticeOf = ({ assignedToId, title }: Task, { names }: Readers) =>
  `For ${names.get(assignedToId ?? '') ?? assignedToId}: ${title}`;

/**
 * Who is shown the card where they are alone: whoever it is assigned to, if they are known and not of another
 * company.
 */
export const shownTo = ({ task }: TaskView, { names }: Readers = nobodyKnown): string[] => {
  const { assignedToId } = task;
  const isKnown = assignedToId !== null && names.has(assignedToId) && !assignedToId.includes('/');
  return isKnown && isOthers(task) ? [assignedToId] : [];
};

/** Somebody else is to do it than the one who asked for it. */
const isOthers = ({ assignedToType, assignedToId, requestedBy }: Task) =>
  assignedToType === 'user' && assignedToId !== requestedBy;

/** When a task that nobody has finished falls due; undefined where that was so before it was filed. */
export function dueOf({ task }: TaskView): Date | undefined {
  const isOpen = !['completed', 'failed', 'cancelled'].includes(task.status);
  const { dueAt, createdAt } = task;
  return isOpen && dueAt && dueAt > createdAt ? dueAt : undefined;
}

/** Said when the time has come; the card itself stays where it was. */
export const dueCard = ({ task }: TaskView): CardDraft => ({
  kind: 'text',
  title: '',
  text: `⏰ “${task.title}” is due.`,
  notice: `“${task.title}” is due.`,
});

function fieldsOf(task: Task, { zone, names }: Readers): { label: string; value: string }[] {
  const { description, title, blockedReason, dueAt, priority, assignedToId } = task;
  return [
    ...(description === title ? [] : [{ label: 'To do', value: description.slice(0, 600) }]),
    ...(blockedReason ? [{ label: 'Reason', value: blockedReason }] : []),
    ...(assignedToId && isOthers(task)
      ? [{ label: 'For', value: names.get(assignedToId) ?? assignedToId }]
      : []),
    ...(dueAt ? [{ label: 'Due', value: dueText(dueAt, zone) }] : []),
    ...(priority === 'medium' ? [] : [{ label: 'Priority', value: priority.toUpperCase() }]),
  ];
}

/** "Fri, 6 Mar 2026, 15:00 (Europe/Berlin)"; the end of a day is the day alone. */
function dueText(at: Date, zone: string): string {
  const day = { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' } as const;
  const format = (about: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('en-GB', { timeZone: zone, ...about }).format(at);
  const time = format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  return time === '23:59' ? format(day) : `${format(day)}, ${time} (${zone})`;
}

const cancel: ActionDraft = { verb: 'cancel', label: 'Cancel', style: 'danger' };

function actionsOf({ status }: Task, isPersons: boolean): ActionDraft[] {
  if (isPersons) return [{ verb: 'complete', label: 'Done', style: 'primary' }, cancel];
  if (status === 'draft' || status === 'queued')
    return [{ verb: 'execute', label: 'Execute', style: 'primary' }, cancel];
  return status === 'running' || status === 'paused' ? [cancel] : [];
}

function noteOf({ status, failureReason }: Task): string | undefined {
  if (status === 'completed') return 'Done.';
  if (status === 'failed') return `Failed: ${failureReason ?? 'no reason is known'}`;
  if (status === 'cancelled') return 'Cancelled.';
  return status === 'paused' ? 'Paused.' : undefined;
}
