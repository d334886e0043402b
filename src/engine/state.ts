/**
 * Which event leads where: one table for tasks, one for steps (FEATURES §C). Anything that is
 * not in the table is refused with a sentence a person can read.
 */

import type { StepStatus } from '../db/step.ts';
import type { BlockedKind, Phase, TaskStatus } from '../db/task.ts';
import { conflict } from '../errors.ts';

export const taskEvents = [
  'plan',
  'ask',
  'propose',
  'accept',
  'queue',
  'start',
  'pause',
  'resume',
  'request_approval',
  'block',
  'unblock',
  'complete',
  'rehearse',
  'fail',
  'cancel',
] as const;
export type TaskEventName = (typeof taskEvents)[number];

type Table<S extends string, E extends string> = Record<S, Partial<Record<E, S>>>;

const taskTable: Table<TaskStatus, TaskEventName> = {
  // A task without a plan is tracked only: it is queued and started by whoever works on it.
  draft: {
    plan: 'planning',
    queue: 'queued',
    start: 'running',
    block: 'blocked',
    cancel: 'cancelled',
    fail: 'failed',
  },
  planning: {
    plan: 'planning',
    ask: 'blocked',
    propose: 'ready',
    cancel: 'cancelled',
    fail: 'failed',
  },
  ready: { plan: 'planning', accept: 'queued', cancel: 'cancelled' },
  queued: {
    start: 'running',
    pause: 'paused',
    block: 'blocked',
    cancel: 'cancelled',
    fail: 'failed',
  },
  running: {
    pause: 'paused',
    request_approval: 'approval_pending',
    block: 'blocked',
    complete: 'completed',
    fail: 'failed',
    cancel: 'cancelled',
    plan: 'planning',
    // Only tracked tasks: a failed try that is worth another goes back to the queue.
    queue: 'queued',
    // The end of a dry run: the plan waits for its go-ahead as before.
    rehearse: 'ready',
  },
  paused: {
    resume: 'running',
    // Paused before anything had begun: it begins as if it had just been accepted.
    queue: 'queued',
    cancel: 'cancelled',
    complete: 'completed',
    fail: 'failed',
    plan: 'planning',
  },
  approval_pending: {
    unblock: 'running',
    pause: 'paused',
    block: 'blocked',
    cancel: 'cancelled',
    fail: 'failed',
    plan: 'planning',
  },
  blocked: {
    plan: 'planning',
    unblock: 'running',
    pause: 'paused',
    cancel: 'cancelled',
    fail: 'failed',
  },
  completed: {},
  failed: {},
  cancelled: {},
};

export const stepEvents = [
  'start',
  'complete',
  'fail',
  'retry',
  'skip',
  'pause',
  'resume',
  'request_approval',
  'approve',
  'reject',
] as const;
export type StepEventName = (typeof stepEvents)[number];

const stepTable: Table<StepStatus, StepEventName> = {
  pending: {
    start: 'running',
    skip: 'skipped',
    request_approval: 'approval',
    complete: 'completed',
    fail: 'failed',
  },
  // `retry` while running is the backoff after a transient error: the try is over, the step waits.
  running: {
    complete: 'completed',
    fail: 'failed',
    retry: 'pending',
    skip: 'skipped',
    pause: 'paused',
  },
  paused: { resume: 'running', skip: 'skipped', fail: 'failed' },
  approval: {
    // Nobody answered, or what was asked about has changed: it is asked again.
    retry: 'pending',
    approve: 'completed',
    start: 'running',
    skip: 'skipped',
    reject: 'failed',
    fail: 'failed',
  },
  // `complete`: a person has looked, and it did happen.
  failed: { retry: 'pending', skip: 'skipped', complete: 'completed' },
  completed: {},
  skipped: {},
};

const wordOf: Record<TaskStatus, string> = {
  draft: 'not planned yet',
  planning: 'being planned',
  ready: 'waiting for your go-ahead',
  queued: 'about to start',
  running: 'running',
  paused: 'paused',
  approval_pending: 'waiting for an approval',
  blocked: 'waiting for an answer',
  completed: 'already done',
  failed: 'ended without success',
  cancelled: 'cancelled',
};

/** What a blocked task waits for, where that is known. */
const blockWords: Partial<Record<BlockedKind, string>> = {
  approval: wordOf.approval_pending,
  dependency: 'waiting for another task',
  human_action: 'waiting for somebody to do their part',
  error: 'stopped at an error',
  budget: 'out of budget',
};

const verbOf: Partial<Record<TaskEventName, string>> = {
  plan: 'be changed',
  accept: 'be accepted',
  pause: 'be paused',
  resume: 'be resumed',
  unblock: 'go on like that',
  start: 'be started',
  queue: 'be queued',
  cancel: 'be cancelled',
};

/**
 * @param blockedKind why it is blocked, for the sentence
 * @returns the status after `event`
 * @throws CONFLICT with a sentence when the event is not possible in this status
 */
export function nextTaskStatus(
  status: TaskStatus,
  event: TaskEventName,
  shortName: string,
  blockedKind: BlockedKind | null = null,
): TaskStatus {
  const next = taskTable[status][event];
  const blocked = status === 'blocked' && blockedKind ? blockWords[blockedKind] : undefined;
  if (!next)
    throw conflict(
      `${shortName} is ${blocked ?? wordOf[status]}, so it cannot ${verbOf[event] ?? event}.`,
    );
  return next;
}

/** @throws CONFLICT when the event is not possible in this status */
export function nextStepStatus(status: StepStatus, event: StepEventName, name: string): StepStatus {
  const next = stepTable[status][event];
  if (!next) throw conflict(`"${name}" is ${status}, so it cannot ${event.replace('_', ' ')}.`);
  return next;
}

/** Which phase a status belongs to, given the phase before. Phases are entered in order only (F2–F4). */
const phaseOrder: Phase[] = ['discover', 'plan', 'act', 'verify', 'done'];

/**
 * Moves on by one phase, or back to discover or plan, where a plan is revised (F72).
 * @throws CONFLICT when a phase would be skipped
 */
export function nextPhase(from: Phase, to: Phase): Phase {
  const step = phaseOrder.indexOf(to) - phaseOrder.indexOf(from);
  const revises = to === 'plan' || to === 'discover';
  if (step === 0 || step === 1 || (revises && from !== 'done')) return to;
  throw conflict(`A task goes from ${from} to the next phase, not to ${to}.`);
}
