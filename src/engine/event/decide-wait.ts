/** What a step that waits for an event does next. Pure: see `decide.ts`. */
import type { Step } from '../../db/step.ts';
import type { Command, Snapshot } from '../decide.ts';
import type { PlanStep } from '../workflow/plan.ts';
import { rowsByKey, scopeAt } from '../workflow/scope.ts';
import { filterOf } from './filter.ts';
import { stepsBefore } from './order.ts';

type WaitStep = Extract<PlanStep, { kind: 'wait_event' }>;
type At = { snapshot: Snapshot; commands: Command[]; now: Date };

/**
 * The values that its condition reads are those of now, whatever comes later. One that waits already is to ask
 * again whether to go on without the event.
 */
export function beginEventWait(plan: WaitStep, step: Step, at: At): void {
  const { snapshot, commands } = at;
  const wait = snapshot.waits?.find(({ stepId }) => stepId === step.id);
  if (wait) {
    commands.push(
      wait.event ? { kind: 'end_wait', step, wait } : { kind: 'wait_due', step, plan, wait },
    );
    return;
  }
  const { values } = scopeAt(snapshot.plan, rowsByKey(snapshot.steps), plan.key);
  const filter = filterOf(plan.where, values);
  const after = stepsBefore(snapshot.plan.steps, plan.key);
  commands.push({ kind: 'wait_event', step, plan, filter, after });
}

/** Also while somebody is asked whether to go on without it. */
export function goOnWaiting(plan: WaitStep, step: Step, at: At): void {
  const { snapshot, commands, now } = at;
  const wait = snapshot.waits?.find(({ stepId }) => stepId === step.id);
  if (wait?.event) commands.push({ kind: 'end_wait', step, wait });
  else if (step.status === 'running' && wait?.dueAt && wait.dueAt <= now)
    commands.push({ kind: 'wait_due', step, plan, wait });
}
