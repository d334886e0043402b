/**
 * Carries out what `decide` returns: locks the task, loads the snapshot, decides and applies
 * everything in the caller's transaction, until there is nothing more to decide. A person's click
 * and a finished step both end here, and states of tasks and steps are written nowhere else but
 * here and in the verbs, which hold the same lock.
 */
import { createHash } from 'node:crypto';
import { findAppByTask, setAppStatus } from '../db/app.ts';
import { insertApproval } from '../db/approval.ts';
import { listChecks } from '../db/check.ts';
import { type Tx, transaction } from '../db/client.ts';
import { appendEvents } from '../db/event.ts';
import { addJob, sendSignal } from '../db/job.ts';
import { findPlan } from '../db/plan.ts';
import { findRun, finishRun, moveStage } from '../db/run.ts';
import { listSteps, type Step, updateStep } from '../db/step.ts';
import {
  type LogEntry,
  lockTask,
  type Phase,
  raiseProgress,
  type Task,
  type TaskChange,
  updateTask,
} from '../db/task.ts';
import { type Engine, engineActor } from './context.ts';
import { type Command, decide, type Snapshot } from './decide.ts';
import { overallPercent } from './progress.ts';
import {
  nextPhase,
  nextStepStatus,
  nextTaskStatus,
  type StepEventName,
  type TaskEventName,
} from './state.ts';
import { readPlan } from './workflow/plan.ts';

/** As a job: decides about one task in a transaction of its own. */
export async function advance(engine: Engine, workspaceId: string, taskId: string): Promise<void> {
  await transaction(engine.db, { workspaceId }, (tx) => advanceIn(tx, engine, taskId));
}

/** Within a transaction that changed something about the task. */
export async function advanceIn(tx: Tx, engine: Engine, taskId: string): Promise<void> {
  // Each round settles something, so the number of rounds is bounded by the plan's size.
  for (let round = 0; round < 1000; round += 1) {
    const snapshot = await loadSnapshot(tx, taskId);
    if (!snapshot) return;
    const commands = decide(snapshot, engine.now());
    if (commands.length === 0) {
      await setAlarm(tx, engine, snapshot);
      await raiseProgress(tx, taskId, overallPercent(snapshot.steps, engine.now()));
      announce(tx, snapshot.task);
      return;
    }
    for (const command of commands) await apply(tx, engine, snapshot, command);
  }
  throw new Error(`Task ${taskId} does not come to rest.`);
}

async function loadSnapshot(tx: Tx, taskId: string): Promise<Snapshot | undefined> {
  const task = await lockTask(tx, taskId);
  const run = task && (await findRun(tx, taskId));
  const row = run && (await findPlan(tx, taskId, run.planVersion));
  if (!task || !run || !row) return undefined;
  const [steps, checks] = [await listSteps(tx, run.id), await listChecks(tx, run.id)];
  return { task, run, plan: readPlan(row), steps, checks };
}

/** Brings cards up to date and tells listeners; both only if the transaction commits. */
export async function announce(
  tx: Tx,
  task: Pick<Task, 'id' | 'workspaceId'>,
  update: unknown = { type: 'progress' },
): Promise<void> {
  const { id: taskId, workspaceId } = task;
  addJob(
    tx,
    'deliver',
    { workspaceId, taskId },
    { key: `deliver:${taskId}`, queue: `deliver:${taskId}` },
  );
  sendSignal(tx, { kind: 'task', workspaceId, taskId, update });
}

/** A retry that is due later has a job of its own; this one makes up for a job that ran a moment too early. */
async function setAlarm(tx: Tx, engine: Engine, { task, steps }: Snapshot): Promise<void> {
  const due = steps
    .filter((step) => step.status === 'pending' && step.retryAt && step.retryAt > engine.now())
    .map((step) => step.retryAt?.getTime() ?? 0);
  if (due.length === 0 || task.status !== 'running') return;
  const payload = { workspaceId: task.workspaceId, taskId: task.id };
  addJob(tx, 'advance', payload, {
    key: `wake:${task.id}`,
    runAt: new Date(Math.min(...due)),
  });
}

type TaskMove = {
  event: TaskEventName;
  actor?: string;
  phase?: Phase;
  change?: TaskChange;
  log?: Record<string, unknown>;
  data?: Record<string, unknown>;
};

/**
 * The one writer of task states: checks the table, compares and sets, and appends to the audit
 * trail and the execution log.
 */
export async function moveTask(tx: Tx, engine: Engine, task: Task, move: TaskMove): Promise<Task> {
  const status = nextTaskStatus(task.status, move.event, task.shortName);
  const phase = move.phase ? nextPhase(task.phase, move.phase) : task.phase;
  const timestamp = engine.now().toISOString();
  const entry: LogEntry = {
    event: move.event,
    from: task.status,
    to: status,
    ...move.log,
    timestamp,
  };
  const leavesBlock = status !== 'blocked' ? { blockedKind: null, blockedReason: null } : {};
  const moved = await updateTask(tx, task, { ...leavesBlock, ...move.change, status, phase }, [
    entry,
  ]);
  if (!moved) throw new Error(`Task ${task.id} changed under its lock.`);
  appendEvents(tx, [
    {
      workspaceId: task.workspaceId,
      taskId: task.id,
      event: move.event,
      from: task.status,
      to: status,
      actor: move.actor ?? engineActor,
      data: move.data ?? {},
    },
  ]);
  return moved;
}

type StepMove = {
  event: StepEventName;
  actor?: string;
  change?: Parameters<typeof updateStep>[3];
  data?: Record<string, unknown>;
};

/** The one writer of step states. Undefined when the step has moved on since it was read. */
export async function moveStep(tx: Tx, step: Step, move: StepMove): Promise<Step | undefined> {
  const status = nextStepStatus(step.status, move.event, step.name);
  const moved = await updateStep(tx, step, [step.status], { ...move.change, status });
  if (!moved) return undefined;
  appendEvents(tx, [
    {
      workspaceId: step.workspaceId,
      taskId: step.taskId,
      stepId: step.id,
      event: move.event,
      from: step.status,
      to: status,
      actor: move.actor ?? engineActor,
      data: { step: step.name, ...move.data },
    },
  ]);
  return moved;
}

async function apply(tx: Tx, engine: Engine, snapshot: Snapshot, command: Command): Promise<void> {
  const { task, run } = snapshot;
  const { workspaceId } = task;
  const now = engine.now();
  switch (command.kind) {
    case 'start': {
      // The AE document's entry for this event names its executor (F269).
      const log = { event: 'started', executor_id: engineActor, executor_type: 'agent' };
      await moveTask(tx, engine, task, {
        event: 'start',
        phase: 'act',
        change: { startedAt: task.startedAt ?? now },
        log,
      });
      return;
    }
    case 'check': {
      const stage = command.stage === 'before' ? 'checksBefore' : 'checksAfter';
      if (command.stage === 'after')
        await updateTask(tx, task, { phase: nextPhase(task.phase, 'verify') });
      if (await moveStage(tx, run.id, stage, 'waiting', 'running')) {
        addJob(tx, 'check', {
          workspaceId,
          taskId: task.id,
          runId: run.id,
          stage: command.stage,
        });
      }
      return;
    }
    case 'start_step': {
      const attempt = command.step.attempt + 1;
      const change = { attempt, startedAt: now, retryAt: null, error: null };
      if (await moveStep(tx, command.step, { event: 'start', change, data: { attempt } })) {
        addJob(tx, 'step', {
          workspaceId,
          taskId: task.id,
          stepId: command.step.id,
          attempt,
        });
      }
      return;
    }
    case 'ask_approval': {
      const { step, plan } = command;
      await moveStep(tx, step, { event: 'request_approval', change: { startedAt: now } });
      const digest = digestOf({ version: run.planVersion, step: plan });
      const approval = await insertApproval(tx, {
        workspaceId,
        taskId: task.id,
        stepId: step.id,
        approvers: plan.from,
        digest,
        timeoutSeconds: plan.timeoutSeconds ?? null,
      });
      if (task.status === 'running') {
        const change = {
          blockedAt: now,
          blockedKind: 'approval',
          blockedReason: step.name,
        } as const;
        snapshot.task = await moveTask(tx, engine, task, { event: 'request_approval', change });
      }
      announce(tx, task, {
        type: 'approval_needed',
        approval: { id: approval.id, step: step.name },
      });
      return;
    }
    case 'ask_human': {
      const { step, plan } = command;
      await moveStep(tx, step, { event: 'start', change: { startedAt: now } });
      if (task.status === 'running') {
        const change = {
          blockedAt: now,
          blockedKind: 'human_action',
          blockedReason: plan.instruction,
        } as const;
        snapshot.task = await moveTask(tx, engine, task, { event: 'block', change });
      }
      return;
    }
    case 'open_container':
      await moveStep(tx, command.step, { event: 'start', change: { startedAt: now } });
      return;
    case 'close_container':
      await moveStep(tx, command.step, {
        event: 'complete',
        change: { progress: 100, completedAt: now, result: command.result },
      });
      return;
    case 'skip_step':
      await moveStep(tx, command.step, {
        event: 'skip',
        change: { completedAt: now },
        data: { reason: command.reason },
      });
      return;
    case 'block':
      await moveTask(tx, engine, task, {
        event: 'block',
        change: { blockedAt: now, blockedKind: 'error', blockedReason: command.reason },
      });
      return;
    case 'complete': {
      await finishRun(tx, run.id);
      const app = await findAppByTask(tx, task.id);
      if (app) await setAppStatus(tx, app.id, 'live');
      const actualMs = task.startedAt ? now.getTime() - task.startedAt.getTime() : null;
      const result = {
        strategy: 'immediate',
        output: snapshot.plan.creates.map((made) => made.text).join('; '),
        confidence: snapshot.plan.confidence,
      };
      const change = { progress: 100, completedAt: now, actualMs, result };
      await moveTask(tx, engine, task, {
        event: 'complete',
        phase: 'done',
        change,
        log: { event: 'completed', result },
      });
      announce(tx, task, { type: 'task_complete' });
      return;
    }
  }
}

/** SHA-256 over a value's JSON with keys in order: what was approved is what runs (PAINS 7). */
export function digestOf(value: unknown): string {
  const canonical = JSON.stringify(value, (_, inner: unknown) =>
    inner && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
  return createHash('sha256').update(canonical).digest('hex');
}
