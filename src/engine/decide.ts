/**
 * What a task does next: a pure function of what is known and the time. It returns commands;
 * `advance` applies them in one transaction. There is no other place that decides.
 */

import type { Approval } from '../db/approval.ts';
import type { KnownCall } from '../db/call.ts';
import type { TaskCheck } from '../db/check.ts';
import type { EventFilter, KnownWait } from '../db/event-wait.ts';
import type { Run } from '../db/run.ts';
import type { Step } from '../db/step.ts';
import type { Task } from '../db/task.ts';
import type { Workspace } from '../db/workspace.ts';
import { type Due, dueOf } from './approval-clock.ts';
import { walkSequence } from './decide-block.ts';
import type { Ask, GateInput } from './gate.ts';
import type { Value } from './workflow/function.ts';
import type { ApprovalStep, EachStep, HumanStep, Plan, PlanStep } from './workflow/plan.ts';
import { rowsByKey } from './workflow/scope.ts';

export type Snapshot = GateInput & {
  task: Task;
  /** Unfolded: as it runs. */
  plan: Plan;
  run: Run;
  steps: Step[];
  checks: TaskCheck[];
  approvals: Approval[];
  workspace: Workspace;
  /** All of the task so far. */
  calls: KnownCall[];
  /** What the run waits for, and what has come of it. */
  waits?: KnownWait[];
  /** Whether a step of the run before a change of the plan is still at work. */
  isEarlierBusy: boolean;
};

export type Command =
  | { kind: 'start' }
  | { kind: 'check'; stage: 'before' | 'after' }
  | { kind: 'start_step'; step: Step; approval: Approval | undefined }
  /** `shown`: the words of an approval, where they say what earlier steps gave. */
  | {
      kind: 'ask';
      step: Step;
      ask: Ask;
      tool?: string;
      recipients?: string[][];
      shown?: ApprovalStep;
    }
  | { kind: 'refuse_step'; step: Step; reason: string }
  /** What it needs cannot be computed. */
  | { kind: 'fail_step'; step: Step; reason: string }
  | { kind: 'ask_human'; step: Step; plan: HumanStep }
  | { kind: 'start_wait'; step: Step; until: Date }
  /** `after`: keys of the steps that come before it. */
  | {
      kind: 'wait_event';
      step: Step;
      plan: Extract<PlanStep, { kind: 'wait_event' }>;
      filter: EventFilter | null;
      after: string[];
    }
  | { kind: 'end_wait'; step: Step; wait: KnownWait }
  | {
      kind: 'wait_due';
      step: Step;
      plan: Extract<PlanStep, { kind: 'wait_event' }>;
      wait: KnownWait;
    }
  | { kind: 'pass_step'; step: Step; result: unknown; shown?: { name: string; detail: string } }
  | { kind: 'open_container'; step: Step }
  | { kind: 'open_each'; step: Step; plan: EachStep; items: Value[] }
  | { kind: 'close_container'; step: Step; result: unknown }
  | { kind: 'skip_step'; step: Step; reason: string }
  /** Steps that are no longer needed, whatever they are at, since a branch of their container has settled it. */
  | { kind: 'abandon'; container: Step; branch: number; steps: Step[]; reason: string }
  | { kind: 'approval_due'; approval: Approval; due: Due }
  | { kind: 'block'; step: Step | undefined; reason: string }
  /** It has worked for as long as it may, or the day has ended whose bound it had met. */
  | { kind: 'out_of_time'; most: number }
  | { kind: 'budget_due' }
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
  if (isNewDay(task, now)) return [{ kind: 'budget_due' }];
  if (!isActive(task) || run.finishedAt) return [];
  if (task.status === 'queued') return snapshot.isEarlierBusy ? [] : [{ kind: 'start' }];
  const due = dueCommands(snapshot, now);
  if (due.length > 0) return due;
  // Red first: a check that passes before the work would prove nothing after it.
  if (run.checksBefore === 'waiting') return [{ kind: 'check', stage: 'before' }];
  if (run.checksBefore === 'running') return [];

  const rows = rowsByKey(snapshot.steps);
  const commands: Command[] = [];
  const outcome = walkSequence(plan.steps, { snapshot, rows, commands, now });
  if (commands.some(({ kind }) => kind === 'start_step')) {
    const most = task.budget?.minutes;
    if (most !== undefined && workedMinutes(snapshot.steps) >= most)
      return [{ kind: 'out_of_time', most }];
  }
  if (commands.length > 0 || outcome === 'waiting') return commands;
  if (outcome === 'failed') {
    // A rehearsal that stops has shown what it could; nobody is asked to mend it.
    if (run.mode === 'dry_run') return [{ kind: 'rehearsed' }];
    const failed = snapshot.steps.find((step) => step.status === 'failed');
    return [{ kind: 'block', step: failed, reason: failed?.error?.message ?? 'A step failed.' }];
  }
  if (run.checksAfter === 'waiting') return [{ kind: 'check', stage: 'after' }];
  if (run.checksAfter === 'running') return [];
  return run.mode === 'dry_run' ? [{ kind: 'rehearsed' }] : [verdict(snapshot)];
}

/** What its calls have taken, one after the other, without waiting. */
const workedMinutes = (steps: Step[]): number =>
  steps.reduce((ms, step) => ms + (step.kind === 'tool' ? (step.durationMs ?? 0) : 0), 0) / 60_000;

function isNewDay({ status, blockedKind, budget }: Task, now: Date): boolean {
  const until = budget?.stop?.until;
  return (
    status === 'blocked' &&
    blockedKind === 'budget' &&
    until !== undefined &&
    now.getTime() >= Date.parse(until)
  );
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
function verdict({ task, checks, plan, steps }: Snapshot): Command {
  const isCut = task.budget?.isCut === true;
  const skipped = new Set(
    steps.filter((step) => step.status === 'skipped').map((step) => step.key),
  );
  const waived = new Set(
    plan.checks
      .filter((check) => check.step !== undefined && skipped.has(check.step))
      .map((check) => check.id),
  );
  const counted = checks.filter((check) => !waived.has(check.key));
  // Whoever had it end here knows that nothing of the rest is proven.
  if (counted.length === 0 && !isCut) {
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
