/** What the bot says in words: status answers, lists, help, notices. Pure functions of views. */

import type { TaskEvent } from '../db/event.ts';
import type { Sum } from '../db/reservation.ts';
import type { Task } from '../db/task.ts';
import { isWait, type StepView, type TaskView } from '../engine/view.ts';
import type { CardDraft } from './card.ts';
import { costText, isNothing } from './cost.ts';
import { doing } from './doing.ts';
import { runSteps } from './plan-card.ts';
import { undoneNote } from './undo-card.ts';
import { capital, clip, durationText, minuteText, tookText, waitsText } from './words.ts';

export const text = (words: string): CardDraft => ({ kind: 'text', title: '', text: words });

/** A reason may be a sentence already. */
const sentence = (words: string): string => (/[.!?…]$/.test(words) ? words : `${words}.`);

/** "How's my CRM task going?" in the words of the Progress Tracking document (F198, R21). */
export function statusAnswer(view: TaskView): CardDraft {
  const { task } = view;
  const waiting: Partial<Record<Task['status'], string>> = {
    draft: view.plans.length === 0 ? 'is to be done' : 'is being read',
    planning: 'is being planned',
    ready: 'has a plan that waits for your go-ahead',
    blocked: `needs you: ${task.blockedReason ?? 'there is a question'}`,
    cancelled: 'was cancelled',
    failed: `ended without success: ${task.failureReason ?? 'no reason is known'}`,
    completed: 'is complete',
  };
  const word = waiting[task.status];
  const isOver = task.status === 'cancelled' || task.status === 'failed';
  if (word && (view.steps.length === 0 || isOver || task.status === 'ready'))
    return { ...text(sentence(`📊 Your ${task.title} task ${word}`)), kind: 'status' };
  if (task.undoneAt)
    return {
      ...text(`📊 Your ${task.title} task is complete. ${undoneNote(view)}`),
      kind: 'status',
    };
  if (task.status === 'completed') {
    const where = view.app ? ` Open it at /apps/${view.app.slug}.` : '';
    return { ...text(`📊 Your ${task.title} task is complete.${where}`), kind: 'status' };
  }
  const isChecking = task.phase === 'verify' && task.status === 'running';
  const current = isChecking
    ? undefined
    : view.steps.find((step) => step.order === view.currentStep);
  const at = current?.substeps.findIndex((part) => !part.done) ?? -1;
  const parts = current?.substeps.map((part, index) =>
    part.done
      ? `- ✓ ${part.name}`
      : `- ⏳ ${part.name}${index === at && current.status === 'running' ? ' (in progress)' : ''}`,
  );
  const lines = [
    `📊 Your ${task.title} task is ${view.percent}% complete.`,
    ...(word ? [sentence(`It ${word}`)] : []),
    ...asked(view),
    ...(task.status === 'paused' ? ['It is paused. Say “continue” to go on.'] : []),
    ...(isChecking ? ['Currently: Checking the result'] : []),
    ...(current ? [`Currently: ${doing(current.name)}${untilText(current)}`] : []),
    ...(parts ?? []),
    ...(view.etaMs !== null && task.status === 'running' && !isWait(current)
      ? [`ETA: ${capital(durationText(view.etaMs))}${waitsText(view.waitMs)} remaining.`]
      : []),
  ];
  return { kind: 'status', title: '', text: lines.join('\n') };
}

const untilText = ({ until }: StepView) => (until ? `, until ${minuteText(until)}` : '');

/** Who is asked, one line for each approval that nobody has decided. */
function asked({ task, approvals }: TaskView): string[] {
  if (task.status !== 'approval_pending') return [];
  return approvals.flatMap(({ status, approvers, dueAt }) => {
    if (status === 'expired') return ['Nobody decided in time. Press Ask again on its card.'];
    if (status !== 'open') return [];
    const who = approvers.join(' or ') || 'somebody who may steer it';
    return [`It waits for ${who} to decide${dueAt ? ` until ${minuteText(dueAt)}` : ''}.`];
  });
}

export function listAnswer(tasks: Task[]): CardDraft {
  if (tasks.length === 0) {
    return text(
      'You have no tasks yet. Say what you need, for example: “Create a CRM for my cellphone store”.',
    );
  }
  // Numbered, because “pause task 2” means the second of them.
  const lines = tasks
    .slice(0, 20)
    .map((task, index) => `${index + 1}. ${task.title}: ${stateWord(task)}`);
  return {
    kind: 'list',
    title: 'Your tasks',
    text: ['Your tasks', ...lines].join('\n'),
    sections: [{ title: '', items: lines }],
    ...(tasks.length > 20 ? { note: `and ${tasks.length - 20} more` } : {}),
  };
}

function stateWord(task: Task): string {
  if (task.undoneAt) return 'completed and undone again';
  if (task.status === 'running') return `running, ${task.progress}%`;
  if (task.status === 'ready') return 'waiting for your go-ahead';
  // Of a task that people carry out.
  if (task.status === 'draft') return 'to do';
  if (task.status === 'blocked') return `waiting: ${clip(task.blockedReason ?? 'a question', 80)}`;
  return task.status.replace('_', ' ');
}

export const helpAnswer = (): CardDraft => ({
  kind: 'text',
  title: 'What you can say',
  text: [
    'Describe what you need and I plan it, ask, do it and show every step.',
    '“Create a CRM for my cellphone store with customers, products and repairs”',
    '“Keep track of bee hives: each hive has a location, queen age and last inspection date”',
    'While a plan waits: “accept”, “cancel”, or a change such as “add a notes field to customers”.',
    'While it runs: “how’s my CRM task going?”, “pause”, “continue”, “cancel”, “show logs”.',
    '“Draft a reply to Ana about the late delivery”, “summarise this: …”, “write an agenda for Monday’s meeting”, “write a status report”.',
    'After it is done, for 7 days: “undo my CRM task”.',
    'Paste a workflow to save it: “show workflows”, “show templates”, “run refund with order_id = 7”.',
    '“Show events”, “who waits for order_shipped?”, “publish event order_paid with id = 7”. “What do you remember?”, “forget … of …”, “share … of … with …”.',
    'Paste notes or a mail and I list the tasks in it. “Remind me to call the bank on Friday”, “assign it to Ann”, “make the due date Monday”.',
    'Anytime: “list my tasks”, “how accurate are your estimates?”, “what did my CRM task cost?”, “how much did we spend this month?”, “help”.',
  ].join('\n'),
});

/** [View Details] and "show logs": steps with their times, and what happened when. */
export function detailsAnswer(
  view: TaskView,
  events: TaskEvent[],
  timezone: string,
  cost?: Sum,
): CardDraft {
  const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium', timeZone: timezone });
  const log = events.slice(-60).map((event) => {
    const step =
      typeof event.data === 'object' && event.data && 'step' in event.data
        ? ` “${String(event.data.step)}”`
        : '';
    return `${clock.format(event.at)} ${event.event.replace('_', ' ')}${step}${event.to ? ` → ${event.to.replace('_', ' ')}` : ''} (${event.actor})`;
  });
  const steps = runSteps(view.steps).map((step, index) => {
    const took = view.steps[index]?.durationMs;
    return took === null || took === undefined
      ? step
      : { ...step, note: step.note ?? tookText(took) };
  });
  return {
    kind: 'details',
    title: `Details of ${view.task.title}`,
    text: [`Details of ${view.task.title}`, ...log].join('\n'),
    ...(cost && !isNothing(cost) ? { fields: [{ label: 'Cost', value: costText(cost) }] } : {}),
    steps,
    checks: view.checks.map((check) => ({
      label: check.label,
      ...(check.before ? { before: check.before.passed } : {}),
      ...(check.after ? { after: check.after.passed, evidence: check.after.evidence } : {}),
    })),
    sections: [{ title: 'Log', items: log }],
    ...(events.length > 60 ? { note: `The newest 60 of ${events.length} entries.` } : {}),
  };
}
