/**
 * What a card says by the time alone: that a step works and tells nothing, so that nobody takes silence for
 * progress (PAINS 18), that what was delivered long ago can no longer be undone, and that a task is due.
 */
import { silenceMs } from '../engine/look.ts';
import { undoMs } from '../engine/undo-offer.ts';
import { flatten, type StepView, type TaskView } from '../engine/view.ts';
import { dueOf, isTracked } from './tracked-card.ts';

const minute = 60_000;
/** Said in these steps only, so that the line stays true while nobody renders the card anew. */
const steps: [minutes: number, words: string][] = [
  [1, 'a minute'],
  [2, '2 minutes'],
  [5, '5 minutes'],
  [10, '10 minutes'],
  [30, '30 minutes'],
  [60, 'an hour'],
  [6 * 60, '6 hours'],
  [24 * 60, 'a day'],
];

/** The running step that has been silent for longest, with the time of its last news. */
function quietest({ task, steps }: TaskView): { step: StepView; since: Date } | undefined {
  if (task.status !== 'running') return undefined;
  let found: { step: StepView; since: Date } | undefined;
  for (const step of steps.flatMap(flatten)) {
    if (step.kind !== 'tool' || step.status !== 'running' || !step.updatedAt) continue;
    if (!found || step.updatedAt < found.since) found = { step, since: step.updatedAt };
  }
  return found;
}

/** "No news from “Generate application UI” for more than 2 minutes."; undefined for the first minute. */
export function silenceOf(view: TaskView, now: Date): string | undefined {
  const quiet = quietest(view);
  if (!quiet) return undefined;
  const ms = now.getTime() - quiet.since.getTime();
  const reached = steps.findLast(([minutes]) => ms >= minutes * minute);
  return reached && `No news from “${quiet.step.name}” for more than ${reached[1]}.`;
}

/** When the card has to be looked at again though nothing happens; undefined when something will. */
export function nextLook(view: TaskView, now: Date): Date | undefined {
  const { completedAt } = view.task;
  const due = isTracked(view) ? dueOf(view) : undefined;
  if (due && due > now) return due;
  if (completedAt && view.undo?.offer.refusal === null)
    return new Date(completedAt.getTime() + undoMs);
  const quiet = quietest(view);
  const { startedAt } = view.task;
  // Whoever runs the step asks for the first look: short tasks need no other.
  if (!quiet || !startedAt || now.getTime() - startedAt.getTime() < silenceMs) return undefined;
  const ms = now.getTime() - quiet.since.getTime();
  const next = steps.find(([minutes]) => ms < minutes * minute);
  return next && new Date(quiet.since.getTime() + next[0] * minute);
}
