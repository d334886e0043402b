/** What a single step does next. Pure: see `decide.ts`. */
import type { Step } from '../db/step.ts';
import type { Command, Snapshot } from './decide.ts';
import { beginEventWait, goOnWaiting } from './event/decide-wait.ts';
import { askOf, judge } from './gate.ts';
import { isLater } from './retry.ts';
import { endAfter, endAt } from './wait.ts';
import type { PlanStep } from './workflow/plan.ts';
import { resolveApproval, resolveHuman, valueAt } from './workflow/resolve.ts';

export type Outcome = 'done' | 'waiting' | 'failed';

export type Walk = {
  snapshot: Snapshot;
  rows: ReadonlyMap<string, Step>;
  commands: Command[];
  now: Date;
};

type Of<Kind extends PlanStep['kind']> = Extract<PlanStep, { kind: Kind }>;
export type Leaf = Of<'tool' | 'human' | 'approval' | 'set' | 'wait' | 'wait_event'>;

/** Adds what a step that is not settled needs now. */
export function stepCommands(plan: Leaf, step: Step, at: Walk): void {
  if (plan.kind === 'tool') toolCommands(plan, step, at);
  else if (step.kind === 'wait' && step.status === 'running') endWait(step, at);
  else if (plan.kind === 'wait_event' && step.status !== 'pending') goOnWaiting(plan, step, at);
  else if (step.status === 'pending' && !isLater(step.retryAt, at.now)) begin(plan, step, at);
}

function begin(plan: Exclude<Leaf, { kind: 'tool' }>, step: Step, at: Walk): void {
  const { snapshot, commands } = at;
  const isRehearsal = snapshot.run.mode === 'dry_run';
  if (plan.kind === 'set') {
    const found = valueAt(snapshot, plan.key, plan.value);
    if ('problem' in found) fail(step, found.problem, at);
    else commands.push({ kind: 'pass_step', step, result: found.value });
  } else if (isRehearsal) {
    // Nobody is asked and nothing is waited for in a rehearsal: it is taken as done.
    const result =
      plan.kind === 'approval' ? { approved: true, rehearsed: true } : { rehearsed: true };
    const found =
      plan.kind === 'approval'
        ? resolveApproval(snapshot, plan)
        : plan.kind === 'human'
          ? resolveHuman(snapshot, plan)
          : undefined;
    if (found && 'problem' in found) fail(step, found.problem, at);
    else
      commands.push({
        kind: 'pass_step',
        step,
        result,
        ...(found ? { shown: shownOf(found.value) } : {}),
      });
  } else if (plan.kind === 'approval') {
    const found = resolveApproval(snapshot, plan);
    if ('problem' in found) {
      fail(step, found.problem, at);
      return;
    }
    const ask = askOf(snapshot, step, found.value);
    commands.push({ kind: 'ask', step, ask, ...(plan.say ? { shown: found.value } : {}) });
  } else if (plan.kind === 'human') {
    const found = resolveHuman(snapshot, plan);
    if ('problem' in found) fail(step, found.problem, at);
    else commands.push({ kind: 'ask_human', step, plan: found.value });
  } else if (plan.kind === 'wait') beginWait(plan, step, at);
  else beginEventWait(plan, step, at);
}

/** What people would read. */
const shownOf = (plan: Of<'approval' | 'human'>) => ({
  name: plan.name,
  detail: plan.kind === 'human' ? plan.instruction : plan.detail,
});

export function fail(step: Step, reason: string, { commands }: Walk): void {
  commands.push({ kind: 'fail_step', step, reason });
}

function beginWait(plan: Of<'wait'>, step: Step, at: Walk): void {
  const { snapshot, commands, now } = at;
  const { seconds, until = '' } = plan;
  const found = valueAt(snapshot, plan.key, seconds ?? until);
  if ('problem' in found) {
    fail(step, found.problem, at);
    return;
  }
  const end =
    seconds === undefined
      ? endAt(now, found.value, snapshot.workspace.timezone)
      : endAfter(now, found.value);
  if ('problem' in end) {
    fail(step, end.problem, at);
    return;
  }
  if (end.value > now) commands.push({ kind: 'start_wait', step, until: end.value });
  else commands.push({ kind: 'pass_step', step, result: { until: end.value.toISOString() } });
}

function endWait(step: Step, { commands, now }: Walk): void {
  const { retryAt } = step;
  if (retryAt && retryAt > now) return;
  commands.push({ kind: 'pass_step', step, result: { until: (retryAt ?? now).toISOString() } });
}

function toolCommands(plan: Of<'tool'>, step: Step, at: Walk): void {
  const { commands, now, snapshot } = at;
  const mayStart = step.status === 'pending' || step.status === 'approval';
  if (!mayStart || isLater(step.retryAt, now)) return;
  // What a step changes is told apart from what others change by running one at a time.
  const isAlone = snapshot.run.mode === 'dry_run' || snapshot.run.rehearsedRunId !== null;
  if (isAlone && isOneStarted(at)) return;
  const verdict = judge(snapshot, step, plan);
  if (verdict.kind === 'pass') {
    commands.push({ kind: 'start_step', step, approval: verdict.approval });
  } else if (verdict.kind === 'deny') {
    commands.push({ kind: 'refuse_step', step, reason: verdict.reason });
  } else if (verdict.kind === 'broken') {
    fail(step, verdict.reason, at);
  } else if (verdict.kind === 'ask' && !isBeingAsked(step, at)) {
    const { ask, tool, recipients } = verdict;
    commands.push({ kind: 'ask', step, ask, tool, recipients });
  }
}

const isOneStarted = ({ snapshot, commands }: Walk) =>
  commands.some((command) => command.kind === 'start_step') ||
  snapshot.steps.some((step) => step.kind === 'tool' && step.status === 'running');

/** Already covered by what another branch asks for, now or before. */
function isBeingAsked(step: Step, { snapshot, commands }: Walk): boolean {
  const isCovered = (stepIds: string[]) => stepIds.includes(step.id);
  return (
    commands.some((command) => command.kind === 'ask' && isCovered(command.ask.stepIds)) ||
    snapshot.approvals.some(({ status, stepIds }) => status === 'open' && isCovered(stepIds))
  );
}
