/**
 * Lines of `execution_log` for what the engine carries out, in the shapes of the AE document (F268–F270):
 * who did it, and why it failed, was tried again or waits. Pure.
 */
import type { Step } from '../db/step.ts';
import type { LogEntry, Task, TaskChange, TaskStatus } from '../db/task.ts';
import { engineActor } from './context.ts';
import type { StepEventName, TaskEventName } from './state.ts';

type TaskMove = {
  event: TaskEventName;
  actor?: string;
  change?: TaskChange;
  log?: Record<string, unknown>;
};

/** The line of a move of a task; `move.log` says what it says of itself. */
export function taskEntry(task: Task, to: TaskStatus, move: TaskMove, now: Date): LogEntry {
  const { event, actor = engineActor, change = {} } = move;
  const why: Partial<Record<TaskEventName, Record<string, unknown>>> = {
    ask: { reason: change.blockedReason, kind: change.blockedKind },
    block: { event: 'blocked', reason: change.blockedReason, kind: change.blockedKind },
    request_approval: { event: 'blocked', reason: change.blockedReason, kind: change.blockedKind },
    fail: { event: 'failed', error: change.failureReason },
  };
  const line = { event, from: task.status, to, actor, ...why[event], ...move.log };
  return { ...line, timestamp: now.toISOString() };
}

type StepMove = {
  event: StepEventName;
  actor?: string;
  change?: { error?: Step['error'] | undefined };
  data?: Record<string, unknown>;
};

/** What of a step belongs into the history of its task; approvals are written where they are given. */
const told: Partial<Record<StepEventName, string>> = {
  request_approval: 'approval_requested',
  reject: 'rejected',
  fail: 'step_failed',
  retry: 'step_retried',
  skip: 'step_skipped',
};

/** The line of a move of a step; undefined for what its progress says already. */
export function stepEntry(
  step: Pick<Step, 'name' | 'attempt' | 'error'>,
  move: StepMove,
): ({ event: string } & Record<string, unknown>) | undefined {
  const event = told[move.event];
  if (!event) return undefined;
  const error = move.change?.error ?? (move.event === 'skip' ? step.error : undefined);
  const reason = move.data?.['reason'] ?? error?.reason;
  return {
    event,
    step: step.name,
    actor: move.actor ?? engineActor,
    ...(error ? { error: error.message } : {}),
    ...(reason === undefined || reason === null ? {} : { reason }),
    ...(move.event === 'fail' || move.event === 'retry' ? { attempt: step.attempt } : {}),
  };
}
