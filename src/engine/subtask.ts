/**
 * A task of several parts follows its parts: it shows the share that is done, is done when all are,
 * and says when one failed. Parts that were cancelled are not needed any more.
 */
import { transaction } from '../db/client.ts';
import { blockExecution, completeExecution, startExecution } from '../db/execution.ts';
import { findRun } from '../db/run.ts';
import { findTask, listSubtasks, lockTask, raiseProgress, type Task } from '../db/task.ts';
import type { Tx } from '../db/tx.ts';
import { FactotumError } from '../errors.ts';
import { type Engine, engineActor } from './context.ts';
import { announce } from './move.ts';
import { cancelTask, isOver } from './steer.ts';

type Part = Pick<Task, 'status' | 'title' | 'failureReason'>;
export type Gathered = {
  /** 0–99: a hundred is said by the completion. */
  percent: number;
  next:
    | { kind: 'none' }
    | { kind: 'start' }
    | { kind: 'complete'; words: string }
    | { kind: 'block'; words: string };
};

/** What follows for a task from its parts. Pure. */
export function gatherParts(status: Task['status'], parts: Part[]): Gathered {
  const needed = parts.filter((part) => part.status !== 'cancelled');
  const done = needed.filter((part) => part.status === 'completed').length;
  const percent = Math.min(99, Math.floor((100 * done) / Math.max(1, needed.length)));
  const waits = status === 'draft' || status === 'queued';
  if (!waits && status !== 'running') return { percent, next: { kind: 'none' } };
  const allOver = needed.every(isOver);
  const failed = needed.find((part) => part.status === 'failed');
  if (waits) {
    const begun = needed.some((part) => part.status !== 'draft' && part.status !== 'queued');
    return { percent, next: { kind: begun ? 'start' : 'none' } };
  }
  if (!allOver || needed.length === 0) return { percent, next: { kind: 'none' } };
  if (failed) {
    const words = `"${failed.title}" failed: ${failed.failureReason ?? 'no reason is known'}`;
    return { percent, next: { kind: 'block', words } };
  }
  const words = `${done} of ${done} subtasks completed`;
  return { percent, next: { kind: 'complete', words } };
}

/**
 * As a job: brings a task in line with its parts, unless the engine carries it out itself. The parts of a
 * task that was cancelled are cancelled too.
 */
export async function gather(
  engine: Engine,
  job: { workspaceId: string; taskId: string },
): Promise<void> {
  const abandoned = await transaction(engine.db, job, async (tx) => {
    await gatherIn(tx, job.taskId);
    const task = await findTask(tx, job.taskId);
    return task?.status === 'cancelled' ? listSubtasks(tx, task.id) : [];
  });
  for (const part of abandoned.filter((each) => !isOver(each))) {
    const actor = { workspaceId: part.workspaceId, id: engineActor };
    await cancelTask(engine, actor, part.id).catch((error: unknown) => {
      // It came to its end by itself in the meantime.
      if (!(error instanceof FactotumError) || error.code !== 'CONFLICT') throw error;
    });
  }
}

async function gatherIn(tx: Tx, taskId: string): Promise<void> {
  const parts = await listSubtasks(tx, taskId);
  // Beginning is one move and ending another: at most two.
  for (let task = await lockTask(tx, taskId); task; task = await lockTask(tx, taskId)) {
    if (parts.length === 0 || task.planVersion > 0 || (await findRun(tx, taskId))) return;
    const { percent, next } = gatherParts(task.status, parts);
    raiseProgress(tx, task, percent);
    if (next.kind === 'none') {
      announce(tx, task);
      return;
    }
    if (next.kind === 'start') await startExecution(tx, taskId, { id: engineActor, type: 'agent' });
    else if (next.kind === 'block') await blockExecution(tx, taskId, next.words, 'dependency');
    else await completeExecution(tx, taskId, { strategy: 'decompose', output: next.words });
  }
}
