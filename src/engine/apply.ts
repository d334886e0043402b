/** Applies one decision: rows, events and jobs, in the transaction that decided. */
import { setTaskAppLive } from '../db/app.ts';
import { markPerformed, updateApproval } from '../db/approval.ts';
import { elapsedMs } from '../db/column.ts';
import { finishEstimate } from '../db/estimate.ts';
import { addJob } from '../db/job.ts';
import { findRealRun, finishRun, moveStage } from '../db/run.ts';
import type { Step, StepError } from '../db/step.ts';
import { changeTask } from '../db/task.ts';
import type { Tx } from '../db/tx.ts';
import { abandon } from './abandon.ts';
import { timesFrom } from './approval-clock.ts';
import { openApproval } from './ask.ts';
import { blockForBudget, budgetOfTask, withoutStop } from './budget/block.ts';
import { type Engine, engineActor } from './context.ts';
import { keepFinished } from './continue.ts';
import type { Command, Snapshot } from './decide.ts';
import { codeOf } from './digest.ts';
import { beginWait, endOfTime, endWait } from './event/wait.ts';
import { type Hand, stageColumns } from './hand.ts';
import { announce, appendTaskEvent, moveStep, moveTask } from './move.ts';
import { openEach } from './open-each.ts';
import { shownAs } from './shown.ts';
import { nextPhase } from './state.ts';
import { waitAgain } from './wait-again.ts';

/**
 * @param hand takes up what is begun, which is then no job
 * @returns whether the snapshot says what has changed; otherwise it has to be read anew
 */
export async function apply(
  tx: Tx,
  engine: Engine,
  snapshot: Snapshot,
  command: Command,
  hand?: Hand,
): Promise<boolean> {
  if (command.kind === 'check') return beginChecks(tx, snapshot, command, hand);
  if (command.kind === 'start_step') return beginStep(tx, engine, snapshot, command, hand);
  return settle(tx, engine, snapshot, command);
}

function beginChecks(
  tx: Tx,
  snapshot: Snapshot,
  { stage }: Extract<Command, { kind: 'check' }>,
  hand: Hand | undefined,
): boolean {
  const { task, run } = snapshot;
  if (stage === 'after')
    snapshot.task = changeTask(tx, task, { phase: nextPhase(task.phase, 'verify') });
  snapshot.run = moveStage(tx, run, stageColumns[stage], 'running');
  if (hand) hand.taken = { kind: 'check', stage };
  else {
    const { workspaceId, id: taskId } = task;
    addJob(tx, 'check', { workspaceId, taskId, runId: run.id, stage });
  }
  return true;
}

function beginStep(
  tx: Tx,
  engine: Engine,
  snapshot: Snapshot,
  { step, approval }: Extract<Command, { kind: 'start_step' }>,
  hand: Hand | undefined,
): boolean {
  const attempt = step.attempt + 1;
  // Who takes a step in hand claims it at once.
  const claim = hand ? step.claim + 1 : step.claim;
  const change = { attempt, claim, startedAt: engine.now(), retryAt: null, error: null };
  const data = {
    attempt,
    ...(approval ? { approval: approval.id, code: codeOf(approval.digest) } : {}),
  };
  const moved = move(tx, snapshot, step, { event: 'start', change, data });
  if (hand) hand.taken = { kind: 'step', step: moved };
  else {
    const { workspaceId, taskId, id: stepId } = moved;
    addJob(tx, 'step', { workspaceId, taskId, stepId, attempt });
  }
  return true;
}

/** Moves a step, also in what is known. */
function move(tx: Tx, snapshot: Snapshot, step: Step, how: Parameters<typeof moveStep>[2]): Step {
  // What is opened and closed at once has been changed since it was decided about.
  const newest = snapshot.steps.find(({ id }) => id === step.id) ?? step;
  const moved = moveStep(tx, newest, how);
  snapshot.steps = snapshot.steps.map((other) => (other.id === moved.id ? moved : other));
  return moved;
}

type Begin = Extract<Command, { kind: 'check' | 'start_step' }>;

/** @returns as `apply` does */
async function settle(
  tx: Tx,
  engine: Engine,
  snapshot: Snapshot,
  command: Exclude<Command, Begin>,
): Promise<boolean> {
  const { task, run } = snapshot;
  const { workspaceId } = task;
  const now = engine.now();
  switch (command.kind) {
    case 'start': {
      // The AE document's entry for this event names its executor (F269).
      const log = { event: 'started', executor_id: engineActor, executor_type: 'agent' };
      snapshot.task = moveTask(tx, engine, task, {
        event: 'start',
        phase: 'act',
        change: { startedAt: task.startedAt ?? now },
        log,
        data: { mode: run.mode },
      });
      return !(await keepFinished(tx, engine, snapshot));
    }
    case 'ask':
      await openApproval(tx, engine, snapshot, command);
      return false;
    case 'refuse_step':
    case 'fail_step': {
      const { reason, step, kind } = command;
      const message =
        kind === 'refuse_step'
          ? `"${step.name}" is not allowed here.`
          : `Could not do "${step.name}".`;
      const error: StepError = { message, reason, kind: 'permanent' };
      move(tx, snapshot, command.step, { event: 'fail', change: { error }, data: { reason } });
      return true;
    }
    case 'ask_human': {
      const { step, plan } = command;
      const words = shownAs(step, { name: plan.name, detail: plan.instruction });
      const change = { startedAt: now, ...words };
      move(tx, snapshot, step, { event: 'start', change });
      if (task.status === 'running') {
        const change = {
          blockedAt: now,
          blockedKind: 'human_action',
          blockedReason: plan.instruction,
        } as const;
        snapshot.task = moveTask(tx, engine, task, { event: 'block', change });
      }
      return true;
    }
    case 'pass_step':
    case 'close_container': {
      const { step } = command;
      const shown =
        command.kind === 'pass_step' && command.shown ? shownAs(step, command.shown) : {};
      move(tx, snapshot, step, {
        event: 'complete',
        change: { ...shown, progress: 100, completedAt: now, result: command.result },
      });
      return true;
    }
    case 'start_wait': {
      const change = { startedAt: now, retryAt: command.until };
      const data = { until: command.until };
      move(tx, snapshot, command.step, { event: 'start', change, data });
      return true;
    }
    case 'wait_event':
      await beginWait(tx, engine, snapshot, command);
      return false;
    case 'end_wait':
      await endWait(tx, engine, snapshot, command);
      return false;
    case 'wait_due':
      await endOfTime(tx, engine, snapshot, command);
      return false;
    case 'open_each':
      return openEach(tx, engine, snapshot, command);
    case 'abandon':
      await abandon(tx, engine, snapshot, command);
      return false;
    case 'open_container':
      move(tx, snapshot, command.step, { event: 'start', change: { startedAt: now } });
      return true;
    case 'skip_step':
      move(tx, snapshot, command.step, {
        event: 'skip',
        change: { completedAt: now },
        data: { reason: command.reason },
      });
      return true;
    case 'approval_due':
      await applyDue(tx, engine, snapshot, command);
      return false;
    case 'block':
      snapshot.task = moveTask(tx, engine, task, {
        event: 'block',
        change: { blockedAt: now, blockedKind: 'error', blockedReason: command.reason },
        log: { reason: command.reason },
      });
      return true;
    case 'out_of_time': {
      const { most } = command;
      const about = { scope: 'task', what: 'minutes', name: task.shortName, lacks: 0 } as const;
      snapshot.task = blockForBudget(tx, engine, task, { ...about, most });
      return true;
    }
    case 'budget_due': {
      const budget = withoutStop(budgetOfTask(task, engine.budget));
      await waitAgain(
        tx,
        engine,
        moveTask(tx, engine, task, { event: 'unblock', change: { budget } }),
      );
      return false;
    }
    case 'rehearsed': {
      // Nothing of a rehearsal stays: what it made goes, and the task is where it was before.
      finishRun(tx, run.id, now);
      const isBegun = (await findRealRun(tx, task.id)) !== undefined;
      const change = isBegun ? {} : { progress: 0, startedAt: null };
      moveTask(tx, engine, task, { event: 'rehearse', phase: 'plan', change });
      addJob(tx, 'discard', { workspaceId, taskId: task.id });
      announce(tx, task);
      return false;
    }
    case 'complete': {
      finishRun(tx, run.id, now);
      snapshot.run = { ...run, finishedAt: now };
      finishEstimate(tx, run.id);
      // What was approved and then left out has nothing more to come of it.
      const settled = snapshot.approvals.filter((approval) => approval.status === 'approved');
      await markPerformed(
        tx,
        settled.map(({ id }) => id),
        now,
      );
      setTaskAppLive(tx, task.id);
      const actualMs = task.startedAt ? elapsedMs(task.startedAt, now) : null;
      const result = {
        strategy: 'immediate',
        output: snapshot.plan.creates.map((made) => made.text).join('; '),
        confidence: snapshot.plan.confidence,
      };
      const change = { progress: 100, completedAt: now, actualMs, result };
      snapshot.task = moveTask(tx, engine, task, {
        event: 'complete',
        phase: 'done',
        change,
        log: { event: 'completed', result },
      });
      announce(tx, task, { type: 'task_complete' });
      return true;
    }
  }
}

/** A reminder, the next person, or the end of the time: never an approval by itself (R8). */
async function applyDue(
  tx: Tx,
  engine: Engine,
  { task, steps, workspace }: Snapshot,
  { approval, due }: Extract<Command, { kind: 'approval_due' }>,
): Promise<void> {
  const now = engine.now();
  const tell = (event: string, data: Record<string, unknown> = {}) =>
    appendTaskEvent(tx, task, event, engineActor, { approval: approval.id, ...data });
  switch (due.kind) {
    case 'remind':
      await updateApproval(tx, approval.id, 'open', { remindedAt: now, nextAt: approval.dueAt });
      tell('remind', { approvers: approval.approvers });
      break;
    case 'escalate':
      await updateApproval(tx, approval.id, 'open', {
        ...timesFrom(now, approval.timeoutSeconds, workspace),
        approvers: [...approval.approvers, due.to],
        escalateTo: due.left,
      });
      tell('escalate', { to: due.to });
      break;
    case 'expire':
      await updateApproval(tx, approval.id, 'open', { status: 'expired', nextAt: null });
      tell('expire');
      break;
    case 'reject': {
      const reason = 'Nobody decided in time.';
      const change = { status: 'rejected', decidedAt: now, reason, nextAt: null } as const;
      await updateApproval(tx, approval.id, 'open', change);
      const waiting = steps.filter(
        (step) => step.status === 'approval' && approval.stepIds.includes(step.id),
      );
      for (const step of waiting) {
        const message = `"${step.name}" was not approved.`;
        const error: StepError = { message, reason, kind: 'permanent' };
        moveStep(tx, step, { event: 'reject', change: { error }, data: { reason } });
      }
      if (task.status === 'approval_pending') moveTask(tx, engine, task, { event: 'unblock' });
      break;
    }
  }
  announce(tx, task);
}
