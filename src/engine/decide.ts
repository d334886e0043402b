/**
 * What a task does next: a pure function of what is known and the time. It returns commands;
 * `advance` applies them in one transaction. There is no other place that decides.
 */

import type { TaskCheck } from '../db/check.ts';
import type { Run } from '../db/run.ts';
import type { Step } from '../db/step.ts';
import type { Task } from '../db/task.ts';
import { type Condition, type Plan, type PlanStep, walk } from './workflow/plan.ts';

export type Snapshot = {
  task: Task;
  plan: Plan;
  run: Run;
  steps: Step[];
  checks: TaskCheck[];
};

export type Command =
  | { kind: 'start' }
  | { kind: 'check'; stage: 'before' | 'after' }
  | { kind: 'start_step'; step: Step; plan: PlanStep }
  | { kind: 'ask_approval'; step: Step; plan: Extract<PlanStep, { kind: 'approval' }> }
  | { kind: 'ask_human'; step: Step; plan: Extract<PlanStep, { kind: 'human' }> }
  | { kind: 'open_container'; step: Step }
  | { kind: 'close_container'; step: Step; result: unknown }
  | { kind: 'skip_step'; step: Step; reason: string }
  | { kind: 'block'; step: Step | undefined; reason: string }
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
  if (!isActive(task)) return [];
  if (task.status === 'queued') return [{ kind: 'start' }];
  // Red first: a check that passes before the work would prove nothing after it.
  if (run.checksBefore === 'waiting') return [{ kind: 'check', stage: 'before' }];
  if (run.checksBefore === 'running') return [];

  const rows = new Map(snapshot.steps.map((step) => [step.key, step]));
  const commands: Command[] = [];
  const outcome = walkSequence(plan.steps, { rows, commands, now });
  if (commands.length > 0 || outcome === 'waiting') return commands;
  if (outcome === 'failed') {
    const failed = snapshot.steps.find(
      (step) => step.status === 'failed' && step.kind !== 'parallel' && step.kind !== 'if',
    );
    return [{ kind: 'block', step: failed, reason: failed?.error?.message ?? 'A step failed.' }];
  }
  if (run.checksAfter === 'waiting') return [{ kind: 'check', stage: 'after' }];
  if (run.checksAfter === 'running') return [];
  return [verdict(snapshot)];
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

type Walk = { rows: Map<string, Step>; commands: Command[]; now: Date };

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
  const { commands, now } = at;
  if (step.status === 'completed' || step.status === 'skipped') return 'done';
  if (step.status === 'failed') return 'failed';
  if (plan.kind === 'parallel' || plan.kind === 'if') return walkContainer(plan, step, at);
  if (step.status !== 'pending' || (step.retryAt && step.retryAt > now)) return 'waiting';
  if (plan.kind === 'tool') commands.push({ kind: 'start_step', step, plan });
  if (plan.kind === 'approval') commands.push({ kind: 'ask_approval', step, plan });
  if (plan.kind === 'human') commands.push({ kind: 'ask_human', step, plan });
  return 'waiting';
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
        commands.push({
          kind: 'skip_step',
          step: row,
          reason: 'The condition chose the other branch.',
        });
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
