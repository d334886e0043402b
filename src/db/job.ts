/**
 * Jobs and signals, both part of the transaction that sends them: a state never changes
 * without its job, nor the reverse, and nobody hears of what was rolled back.
 */
import { putJob } from './tail.ts';
import { type Tx, tailOf } from './tx.ts';

export type JobPayloads = {
  /** Read a message and act on it. */
  ingest: { workspaceId: string; messageId: string };
  /** Decide what a task does next. */
  advance: { workspaceId: string; taskId: string };
  /** Look how far the subtasks of a task are. */
  gather: { workspaceId: string; taskId: string };
  /** Do a part of a divided task, where that is possible here. */
  part: { workspaceId: string; taskId: string };
  /** Run one try of a step. */
  step: { workspaceId: string; taskId: string; stepId: string; attempt: number };
  /** Run the acceptance checks of a run. */
  check: { workspaceId: string; taskId: string; runId: string; stage: 'before' | 'after' };
  /** Give the events of a workspace to whoever waits for them. */
  events: { workspaceId: string };
  /** Begin what a workflow does whenever an event comes. */
  handle: { workspaceId: string; handlerId: string; eventId: string };
  /** Bring the posted cards of a task up to date. */
  deliver: { workspaceId: string; taskId: string };
  /** Post one card that belongs to no task: an answer. */
  post: { workspaceId: string; cardId: string };
  /** Remove what a given-up task had begun to build, or a dry run has built. */
  discard: { workspaceId: string; taskId: string };
  /**
   * Take back what a task did. `force` names the steps to take back although somebody has worked with them;
   * `tries` is how often the step whose turn it is has failed by what goes away by itself.
   */
  undo: {
    workspaceId: string;
    taskId: string;
    undoId: string;
    force: string[];
    tries?: number;
  };
};
export type JobKind = keyof JobPayloads;

type JobOptions = {
  key?: string;
  queue?: string;
  runAt?: Date;
  /** Before all others that wait, in whichever order they came. */
  isUrgent?: boolean;
};

/** The queue takes lower numbers first. */
const urgent = -10;

/**
 * Adds a job when the transaction commits. With a `key`, a job of that key that has not started is
 * replaced by this one.
 */
export function addJob<K extends JobKind>(
  tx: Tx,
  kind: K,
  payload: JobPayloads[K],
  options: JobOptions = {},
): void {
  const { key = null, queue = null, runAt, isUrgent = false } = options;
  const priority = isUrgent ? urgent : 0;
  const job = { kind, payload, key, queue, run_at: runAt?.toISOString() ?? null, priority };
  putJob(tailOf(tx), job);
}

/** Takes back a job that this transaction would have added; one that is there already stays. */
export function withdrawJob(tx: Tx, key: string): void {
  const tail = tailOf(tx);
  tail.jobs = tail.jobs.filter((job) => job.key !== key);
}

/**
 * The same, and one that is there already and that nobody has begun goes when the transaction commits: what it would
 * do is done in this transaction.
 */
export function dropJob(tx: Tx, key: string): void {
  withdrawJob(tx, key);
  tailOf(tx).dropped.push(key);
}

/** Whether this transaction adds a job of that key that is to run at once. */
export const addsDueJob = (tx: Tx, key: string): boolean =>
  tailOf(tx).jobs.some((job) => job.key === key && job.run_at === null);

/** Whether this transaction adds a job of one of these kinds. */
export const addsJob = (tx: Tx, ...kinds: JobKind[]): boolean =>
  tailOf(tx).jobs.some(({ kind }) => kinds.includes(kind as JobKind));

/** What listeners hear of; they read the rest from the database. */
export type Signal =
  | { kind: 'message'; workspaceId: string; conversation: string; id: string }
  | { kind: 'task'; workspaceId: string; taskId: string; update: unknown }
  /** Whatever works on this task must stop now: its step is aborted wherever it runs. */
  | { kind: 'stop'; workspaceId: string; taskId: string }
  /** An event was published. */
  | { kind: 'event'; workspaceId: string };

export const signalChannel = 'factotum';

/** Tells listeners when the transaction commits; the same signal twice is told once. */
export function sendSignal(tx: Tx, signal: Signal): void {
  const { signals } = tailOf(tx);
  const text = JSON.stringify(signal);
  if (!signals.includes(text)) signals.push(text);
}
