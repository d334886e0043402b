/**
 * Jobs and signals, both part of the transaction that sends them: a state never changes
 * without its job, nor the reverse, and nobody hears of what was rolled back.
 */
import { sql } from 'drizzle-orm';
import type { Tx } from './client.ts';

export type JobPayloads = {
  /** Read a message and act on it. */
  ingest: { workspaceId: string; messageId: string };
  /** Decide what a task does next. */
  advance: { workspaceId: string; taskId: string };
  /** Run one try of a step. */
  step: { workspaceId: string; taskId: string; stepId: string; attempt: number };
  /** Run the acceptance checks of a run. */
  check: { workspaceId: string; taskId: string; runId: string; stage: 'before' | 'after' };
  /** Bring the posted cards of a task up to date. */
  deliver: { workspaceId: string; taskId: string };
  /** Post one card that belongs to no task: an answer. */
  post: { workspaceId: string; cardId: string };
  /** Remove what a given-up task had begun to build. */
  discard: { workspaceId: string; taskId: string };
};
export type JobKind = keyof JobPayloads;

type JobOptions = { key?: string; queue?: string; runAt?: Date };

/** Adds a job. With a `key`, a job of that key that has not started is replaced by this one. */
export async function addJob<K extends JobKind>(
  tx: Tx,
  kind: K,
  payload: JobPayloads[K],
  options: JobOptions = {},
): Promise<void> {
  await tx.execute(
    sql`select factotum_add_job(${kind}, ${JSON.stringify(payload)}::json, ${options.key ?? null}, ${options.queue ?? null}, ${options.runAt?.toISOString() ?? null}::timestamptz)`,
  );
}

/** What listeners hear of; they read the rest from the database. */
export type Signal =
  | { kind: 'message'; workspaceId: string; conversation: string; id: string }
  | { kind: 'task'; workspaceId: string; taskId: string; update: unknown };

export const signalChannel = 'factotum';

export async function sendSignal(tx: Tx, signal: Signal): Promise<void> {
  await tx.execute(sql`select pg_notify(${signalChannel}, ${JSON.stringify(signal)})`);
}
