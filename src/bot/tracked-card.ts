/** The card of a task that is only tracked: what is to be done, why it waits, and how it ended. */
import type { Task } from '../db/task.ts';
import type { TaskView } from '../engine/view.ts';
import type { ActionDraft, CardDraft } from './card.ts';
import { bar } from './words.ts';

/** Filed to be tracked, with no plan of the engine's so far. */
export function isTracked({ task, plans }: TaskView): boolean {
  return plans.length === 0 && task.executionLog[0]?.event === 'created' && !task.question;
}

export function trackedCard({ task, percent }: TaskView): CardDraft {
  const isPersons = isForPerson(task);
  const title = isPersons && !isOthers(task) ? `Your turn: ${task.title}` : `TASK: ${task.title}`;
  const note = noteOf(task);
  const fields = fieldsOf(task);
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

function fieldsOf(task: Task): { label: string; value: string }[] {
  const { description, title, blockedReason, dueAt, priority, assignedToId } = task;
  return [
    ...(description === title ? [] : [{ label: 'To do', value: description.slice(0, 600) }]),
    ...(blockedReason ? [{ label: 'Reason', value: blockedReason }] : []),
    ...(assignedToId && isOthers(task) ? [{ label: 'For', value: assignedToId }] : []),
    ...(dueAt
      ? [{ label: 'Due', value: `${dueAt.toISOString().slice(0, 16).replace('T', ' ')} UTC` }]
      : []),
    ...(priority === 'medium' ? [] : [{ label: 'Priority', value: priority.toUpperCase() }]),
  ];
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
