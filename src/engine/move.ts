/**
 * The writers of states: each checks the table, compares and sets, and appends to the ledger and the
 * execution log, in the caller's transaction and under the task's row lock.
 */
import { appendEvents } from '../db/event.ts';
import { closeWaits } from '../db/event-wait.ts';
import { addJob, sendSignal, withdrawJob } from '../db/job.ts';
import { changeStep, type Step, type StepChange } from '../db/step.ts';
import { appendLog, changeTask, type Phase, type Task, type TaskChange } from '../db/task.ts';
import type { Tx } from '../db/tx.ts';
import { type Engine, engineActor } from './context.ts';
import { stepEntry, taskEntry } from './log-entry.ts';
import {
  nextPhase,
  nextStepStatus,
  nextTaskStatus,
  type StepEventName,
  type TaskEventName,
} from './state.ts';

/** The key of the job that brings the cards of a task up to date. */
export const deliveryKey = (taskId: string): string => `deliver:${taskId}`;

/**
 * Brings cards up to date and tells listeners; both only if the transaction commits.
 * @param how `afterMs`: how long cards are left to whoever has more to tell by then; `isUrgent`: somebody decides
 *   or has decided, which is shown before how far others are
 */
export function announce(
  tx: Tx,
  task: Pick<Task, 'id' | 'workspaceId'>,
  update: unknown = { type: 'progress' },
  { afterMs = 0, isUrgent = false }: { afterMs?: number; isUrgent?: boolean } = {},
): void {
  const { id: taskId, workspaceId } = task;
  // By the clock of the queue, which is not the engine's.
  const later = afterMs > 0 ? { runAt: new Date(Date.now() + afterMs) } : {};
  addJob(tx, 'deliver', { workspaceId, taskId }, { key: deliveryKey(taskId), isUrgent, ...later });
  sendSignal(tx, { kind: 'task', workspaceId, taskId, update });
}

/** The same for a state that will not last: listeners hear of it, cards are left to what follows (`work.ts`). */
export function announceAside(
  tx: Tx,
  { id: taskId, workspaceId }: Pick<Task, 'id' | 'workspaceId'>,
): void {
  withdrawJob(tx, deliveryKey(taskId));
  sendSignal(tx, { kind: 'task', workspaceId, taskId, update: { type: 'progress' } });
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
 * @returns the task as it is from here on
 */
export function moveTask(tx: Tx, engine: Engine, task: Task, move: TaskMove): Task {
  const status = nextTaskStatus(task.status, move.event, task.shortName, task.blockedKind);
  const phase = move.phase ? nextPhase(task.phase, move.phase) : task.phase;
  const entry = taskEntry(task, status, move, engine.now());
  const leavesBlock = status !== 'blocked' ? { blockedKind: null, blockedReason: null } : {};
  const moved = changeTask(tx, task, { ...leavesBlock, ...move.change, status, phase }, [entry]);
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
  // The task that it is a part of follows it, and its own parts are not needed without it.
  const followers = [moved.parentTaskId, status === 'cancelled' ? moved.id : null];
  for (const taskId of followers) {
    const { workspaceId } = moved;
    if (taskId) addJob(tx, 'gather', { workspaceId, taskId }, { key: `gather:${taskId}` });
  }
  return moved;
}

/** Appends to the ledger what moves no state: a question asked, a reminder, a decision of one of several. */
export function appendTaskEvent(
  tx: Tx,
  task: Pick<Task, 'id' | 'workspaceId'>,
  event: string,
  actor: string = engineActor,
  data: Record<string, unknown> = {},
  stepId: string | null = null,
): void {
  appendEvents(tx, [
    { workspaceId: task.workspaceId, taskId: task.id, stepId, event, actor, data },
  ]);
}

type StepMove = {
  event: StepEventName;
  actor?: string;
  change?: StepChange;
  data?: Record<string, unknown>;
};

const isSettled = (status: Step['status']) =>
  status === 'completed' || status === 'failed' || status === 'skipped';

/** The one writer of step states. */
export function moveStep(tx: Tx, step: Step, move: StepMove): Step {
  const status = nextStepStatus(step.status, move.event, step.name);
  const moved = changeStep(tx, step, { ...move.change, status });
  if (step.kind === 'wait_event' && isSettled(status)) closeWaits(tx, step.id);
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
  const entry = stepEntry(step, move);
  if (entry) appendLog(tx, step.taskId, entry);
  return moved;
}
