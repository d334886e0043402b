/**
 * What a task does next: a pure function of what is known and the time. It returns commands;
 * `advance` applies them in one transaction. There is no other place that decides.
 */

import type { Approval } from '../db/approval.ts';
import type { KnownCall } from '../db/call.ts';
import type { TaskCheck } from '../db/check.ts';
import type { Run } from '../db/run.ts';
import type { Step } from '../db/step.ts';
import type { Task } from '../db/task.ts';
import type { Workspace } from '../db/workspace.ts';
import { type Due, dueOf } from './approval-clock.ts';
import { type Ask, askOf, type GateInput, judge } from './gate.ts';
import { isLater } from './retry.ts';
import { type Condition, childrenOf, type Plan, type PlanStep, walk } from './workflow/plan.ts';

export type Snapshot = GateInput & {
  task: Task;
  plan: Plan;
  run: Run;
  steps: Step[];
  checks: TaskCheck[];
  approvals: Approval[];
  workspace: Workspace;
  /** All of the task so far. */
  calls: KnownCall[];
  /** Whether a step of the run before a change of the plan is still at work. */
  isEarlierBusy: boolean;
};

export type Command =
  | { kind: 'start' }
  | { kind: 'check'; stage: 'before' | 'after' }
  | { kind: 'start_step'; step: Step; approval: Approval | undefined }
  | { kind: 'ask'; step: Step; ask: Ask; tool?: string; recipients?: string[][] }
  | { kind: 'refuse_step'; step: Step; reason: string }
  | { kind: 'ask_human'; step: Step; plan: Extract<PlanStep, { kind: 'human' }> }
  | { kind: 'pass_step'; step: Step; result: unknown }
  | { kind: 'open_container'; step: Step }
  | { kind: 'close_container'; step: Step; result: unknown }
  | { kind: 'skip_step'; step: Step; reason: string }
  | { kind: 'approval_due'; approval: Approval; due: Due }
  | { kind: 'block'; step: Step | undefined; reason: string }
  | { kind: 'rehearsed' }
  | { kind: 'complete' };

/** Whether steps may be started: also while one branch waits for a person and others can go on. */
function isActive(task: Task): boolean {
  if (task.status === 'blocked') return task.blockedKind === 'human_action';
  return (
    task.status === 'queued' || task.status === 'running' || task.status === 'approval_pending'
  );
}

export function decide(snapshot: Snapshot, now: Date): Command[] {
  const { task, plan, run } = snapshot;
  // A run that has ended is not gone on with, whatever the task is up to since.
  if (!isActive(task) || run.finishedAt) return [];
  if (task.status === 'queued') return snapshot.isEarlierBusy ? [] : [{ kind: 'start' }];
  const due = dueCommands(snapshot, now);
  if (due.length > 0) return due;
  // Red first: a check that passes before the work would prove nothing after it.
  if (run.checksBefore === 'waiting') return [{ kind: 'check', stage: 'before' }];
  if (run.checksBefore === 'running') return [];

  const rows = new Map(snapshot.steps.map((step) => [step.key, step]));
  const commands: Command[] = [];
  const outcome = walkSequence(plan.steps, { snapshot, rows, commands, now });
  if (commands.length > 0 || outcome === 'waiting') return commands;
  if (outcome === 'failed') {
    // A rehearsal that stops has shown what it could; nobody is asked to mend it.
    if (run.mode === 'dry_run') return [{ kind: 'rehearsed' }];
    const failed = snapshot.steps.find(
      (step) => step.status === 'failed' && step.kind !== 'parallel' && step.kind !== 'if',
    );
    return [{ kind: 'block', step: failed, reason: failed?.error?.message ?? 'A step failed.' }];
  }
  if (run.checksAfter === 'waiting') return [{ kind: 'check', stage: 'after' }];
  if (run.checksAfter === 'running') return [];
  return run.mode === 'dry_run' ? [{ kind: 'rehearsed' }] : [verdict(snapshot)];
}

function dueCommands({ approvals, workspace }: Snapshot, now: Date): Command[] {
  return approvals.flatMap((approval): Command[] => {
    const due = dueOf(approval, now, workspace);
    return due ? [{ kind: 'approval_due', approval, due }] : [];
  });
}

/**
 * Done is only what checks say; an empty set is never green (PAINS 23). What was skipped on purpose
 * is not held against the rest: it is an open item of the delivery.
 */
function verdict({ checks, plan, steps }: Snapshot): Command {
  const skipped = new Set(
    steps.filter((step) => step.status === 'skipped').map((step) => step.key),
  );
  const waived = new Set(
    plan.checks
      .filter((check) => check.step !== undefined && skipped.has(check.step))
      .map((check) => check.id),
  );
  const counted = checks.filter((check) => !waived.has(check.key));
  if (counted.length === 0) {
    return { kind: 'block', step: undefined, reason: 'There was nothing to check the result by.' };
  }
  const failing = counted.filter((check) => !check.after?.passed);
  if (failing.length === 0) return { kind: 'complete' };
  const labels = failing.map(
    (check) => `"${check.label}": ${check.after?.evidence ?? 'it was not run'}`,
  );
  const reason = `The result did not pass ${failing.length} of ${counted.length} checks. ${labels.join(' ')}`;
  return { kind: 'block', step: undefined, reason };
}

type Outcome = 'done' | 'waiting' | 'failed';

type Walk = { snapshot: Snapshot; rows: Map<string, Step>; commands: Command[]; now: Date };

function walkSequence(steps: PlanStep[], at: Walk): Outcome {
  for (const plan of steps) {
    const step = at.rows.get(plan.key);
    if (!step) throw new Error(`The run has no step "${plan.key}".`);
    const outcome = walkStep(plan, step, at);
    if (outcome !== 'done') return outcome;
  }
  return 'done';
}

function walkStep(plan: PlanStep, step: Step, at: Walk): Outcome {
  const { commands, now, snapshot } = at;
  if (step.status === 'completed' || step.status === 'skipped') return 'done';
  if (step.status === 'failed') return 'failed';
  const missing = plan.needs
    ?.map((key) => at.rows.get(key))
    .find((row) => row?.status === 'skipped');
  if (missing && step.status === 'pending') {
    for (const part of [plan, ...walk(childrenOf(plan))]) {
      const row = at.rows.get(part.key);
      const reason = `"${missing.name}" was left out.`;
      if (row?.status === 'pending') commands.push({ kind: 'skip_step', step: row, reason });
    }
    return 'waiting';
  }
  if (plan.kind === 'parallel' || plan.kind === 'if') return walkContainer(plan, step, at);
  if (plan.kind === 'tool') return walkTool(plan, step, at);
  if (step.status !== 'pending' || isLater(step.retryAt, now)) return 'waiting';
  if (snapshot.run.mode === 'dry_run') {
    // Nobody is asked in a rehearsal: what people would do is taken as done.
    const result =
      plan.kind === 'approval' ? { approved: true, rehearsed: true } : { rehearsed: true };
    commands.push({ kind: 'pass_step', step, result });
  } else if (plan.kind === 'approval') {
    commands.push({ kind: 'ask', step, ask: askOf(snapshot, step, plan) });
  } else {
    commands.push({ kind: 'ask_human', step, plan });
  }
  return 'waiting';
}

function walkTool(plan: Extract<PlanStep, { kind: 'tool' }>, step: Step, at: Walk): Outcome {
  const { commands, now, snapshot } = at;
  const mayStart = step.status === 'pending' || step.status === 'approval';
  if (!mayStart || isLater(step.retryAt, now)) return 'waiting';
  // What a step changes is told apart from what others change by running one at a time.
  const isAlone = snapshot.run.mode === 'dry_run' || snapshot.run.rehearsedRunId !== null;
  if (isAlone && isOneStarted(at)) return 'waiting';
  const verdict = judge(snapshot, step, plan);
  if (verdict.kind === 'pass') {
    commands.push({ kind: 'start_step', step, approval: verdict.approval });
  } else if (verdict.kind === 'deny') {
    commands.push({ kind: 'refuse_step', step, reason: verdict.reason });
  } else if (verdict.kind === 'ask' && !isBeingAsked(step, at)) {
    const { ask, tool, recipients } = verdict;
    commands.push({ kind: 'ask', step, ask, tool, recipients });
  }
  return 'waiting';
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

function walkContainer(
  plan: Extract<PlanStep, { kind: 'parallel' | 'if' }>,
  step: Step,
  at: Walk,
): Outcome {
  const { rows, commands } = at;
  if (step.status === 'pending') commands.push({ kind: 'open_container', step });
  if (plan.kind === 'if') {
    const holds = test(plan.condition, rows);
    const other = holds ? plan.otherwise : plan.do;
    for (const skipped of walk(other)) {
      const row = rows.get(skipped.key);
      if (row?.status === 'pending') {
        const reason = 'The condition chose the other branch.';
        commands.push({ kind: 'skip_step', step: row, reason });
      }
    }
    const outcome = walkSequence(holds ? plan.do : plan.otherwise, at);
    if (outcome === 'done')
      commands.push({
        kind: 'close_container',
        step,
        result: { branch: holds ? 'do' : 'otherwise' },
      });
    return outcome === 'done' ? 'waiting' : outcome;
  }
  const outcomes = plan.branches.map((branch) => walkSequence(branch, at));
  // A failed branch lets the others finish what they are at before the person is asked.
  if (outcomes.includes('waiting')) return 'waiting';
  if (outcomes.includes('failed')) return 'failed';
  commands.push({ kind: 'close_container', step, result: null });
  return 'waiting';
}

/** Null-safe: a path into nothing is null, and null compares as false except with `eq`/`ne`. */
function test(condition: Condition, rows: Map<string, Step>): boolean {
  const [key = '', ...path] = condition.ref.split('.');
  let found = rows.get(key)?.result ?? null;
  for (const part of path) {
    found =
      typeof found === 'object' && found !== null && Object.hasOwn(found, part)
        ? ((found as Record<string, unknown>)[part] ?? null)
        : null;
  }
  const { op, value = null } = condition;
  if (op === 'exists') return found !== null;
  if (op === 'eq') return found === value;
  if (op === 'ne') return found !== value;
  if (typeof found !== typeof value || found === null || value === null) return false;
  const order = found < value ? -1 : found > value ? 1 : 0;
  return { lt: order < 0, lte: order <= 0, gt: order > 0, gte: order >= 0 }[op];
}
