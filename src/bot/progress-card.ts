/** The progress card (F88, F189–F196): one message, updated in place. */
import { isWait, type StepView, type TaskView } from '../engine/view.ts';
import type { ActionDraft, CardDraft } from './card.ts';
import { notices } from './notice.ts';
import { runSteps } from './plan-card.ts';
import { silenceOf } from './silence.ts';
import { agoText, bar, intervalText, symbolOf, waitsText } from './words.ts';

export function progressCard(view: TaskView, now: Date): CardDraft {
  const { task, percent, steps } = view;
  const current = steps.find((step) => step.order === view.currentStep);
  const label = headline(view, current);
  const title = view.run?.mode === 'dry_run' ? `DRY RUN: ${task.title}` : task.title;
  const eta =
    task.status === 'running' && view.eta !== null && !isWait(current)
      ? `ETA: ${intervalText(view.eta.lowMs, view.eta.highMs)}${waitsText(view.waitMs)} remaining`
      : undefined;
  const silence = silenceOf(view, now);
  return {
    kind: 'progress',
    notice: noticeOf(view),
    fields: startedField(view, now),
    title,
    text: [
      title,
      `${bar(percent)} ${percent}%`,
      label,
      ...partLines(current),
      ...(eta ? [eta] : []),
      ...(silence ? [silence] : []),
    ].join('\n'),
    progress: { percent, label, ...(eta ? { eta } : {}) },
    steps: runSteps(steps),
    actions: actionsOf(view),
    ...(silence ? { note: silence } : noteOf(view)),
  };
}

/** What is saved when somebody stops: all that is done is listed (F90, PAINS 19). */
function noteOf({ task, steps }: TaskView): { note?: string } {
  const done = steps
    .filter((step) => step.status === 'completed')
    .map((step) => step.completedLabel)
    .join(', ');
  if (task.status === 'paused')
    return {
      note: `Progress saved${done ? ` (${done})` : ''}. Resume anytime: press Resume, or say “continue my ${task.shortName} task”.`,
    };
  if (task.status === 'ready') return { note: 'Waits for the changed plan: accept it above.' };
  if (task.status === 'cancelled')
    return { note: done ? `Cancelled. Done before: ${done}.` : 'Cancelled. Nothing was done yet.' };
  return {};
}

/** The newest thing that happened: the last completed step, or the start. */
function noticeOf(view: TaskView): string {
  const last = view.steps.findLast((step) => step.status === 'completed');
  return last
    ? notices.stepCompleted(last.order, last.completedLabel)
    : notices.started(view.task.shortName);
}

function startedField(view: TaskView, now: Date): { label: string; value: string }[] {
  const { startedAt, status } = view.task;
  const isOver = status === 'completed' || status === 'failed' || status === 'cancelled';
  return startedAt && !isOver ? [{ label: 'Started', value: agoText(startedAt, now) }] : [];
}

/** "Step 2 of 4: Generate application UI", "[PAUSED] Step 2 of 4: …" (F90, F191). */
function headline(view: TaskView, current: StepView | undefined): string {
  const { status, phase } = view.task;
  if (status === 'completed') return 'All steps done';
  if (status === 'cancelled') return 'Cancelled';
  if (status === 'failed') return 'Ended without success';
  if (phase === 'verify')
    return status === 'blocked'
      ? 'Checking the result: something is missing'
      : 'Checking the result';
  if (!current) return 'Starting';
  const line = `Step ${current.order} of ${view.steps.length}: ${current.name}`;
  const mark =
    {
      ready: '[CHANGING] ',
      paused: '[PAUSED] ',
      blocked: '[WAITING] ',
      approval_pending: '[APPROVAL] ',
    }[status as string] ?? '';
  return mark + line;
}

function partLines(current: StepView | undefined): string[] {
  if (current?.status !== 'running') return [];
  const at = current.substeps.findIndex((part) => !part.done);
  return current.substeps.map((part, index) => {
    const status = part.done ? 'completed' : index === at ? 'running' : 'pending';
    return `${symbolOf[status]} ${part.name}`;
  });
}

function actionsOf(view: TaskView): ActionDraft[] {
  const cancel: ActionDraft = { verb: 'cancel', label: 'Cancel', style: 'danger' };
  switch (view.task.status) {
    case 'queued':
    case 'running':
      return [{ verb: 'pause', label: 'Pause', style: 'secondary' }, cancel];
    case 'paused':
      return [{ verb: 'resume', label: 'Resume', style: 'primary' }, cancel];
    case 'approval_pending':
    case 'blocked':
      // An error has buttons of its own, on its own card.
      return view.task.blockedKind === 'error' ? [] : [cancel];
    default:
      return [];
  }
}
