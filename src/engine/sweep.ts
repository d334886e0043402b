/**
 * What nobody's click and no job will move: approvals whose time has come, approved work that has not
 * begun, steps, tasks, undos and events whose job is lost, waits whose time is over. Looked for every few seconds by every worker; what is found
 * gets a job, and jobs of one key are one job, so several sweeping programs do no harm (F314, PAINS 2, 11).
 */
import { listDue, listUnperformed } from '../db/approval.ts';
import { systemTransaction } from '../db/client.ts';
import { addJob } from '../db/job.ts';
import { forgetMemories } from '../db/memory.ts';
import { forgetOldOverheard } from '../db/overheard.ts';
import {
  countWorking,
  forgetDeadJobs,
  listForgotten,
  listLostChecks,
  listLostUndos,
  listStalled,
  pullJobs,
  type Search,
} from '../db/stall.ts';
import type { Tx } from '../db/tx.ts';
import type { Engine } from './context.ts';
import { sweepEvents } from './event/sweep.ts';

/** How long approved work may take to begin, and a state may stand without a job, in milliseconds. */
const patienceMs = 30_000;

/** How long what was said in watched channels is kept: 30 days, in milliseconds. */
const overheardMs = 30 * 86_400_000;

/** @returns how many tasks and steps were given a job */
export async function sweep(engine: Engine): Promise<number> {
  return systemTransaction(engine.db, async (tx) => {
    await pullJobs(tx);
    await forgetDeadJobs(tx);
    await forgetMemories(tx, engine.now());
    await forgetOldOverheard(tx, new Date(engine.now().getTime() - overheardMs));
    const before = new Date(engine.now().getTime() - patienceMs);
    const tasks = [
      ...(await listDue(tx, engine.now())),
      ...(await listUnperformed(tx, before)),
      ...(await listForgotten(tx, before)),
      ...(await sweepEvents(tx, engine, before)),
    ];
    for (const { workspaceId, taskId } of tasks)
      addJob(tx, 'advance', { workspaceId, taskId }, { key: `sweep:${taskId}` });
    const undos = await listLostUndos(tx);
    // What somebody has worked with since is asked about once more.
    for (const { workspaceId, taskId, undoId } of undos)
      addJob(
        tx,
        'undo',
        { workspaceId, taskId, undoId, force: [] },
        { key: `lost:${undoId}`, queue: `undo:${taskId}` },
      );
    return tasks.length + undos.length + (await restart(tx, engine, { before }));
  });
}

/**
 * A job that went on from piece to piece and died comes back to a piece that is done: what runs in its task
 * without a job gets one. Another job at work there may be the one that runs it: then nothing is done.
 */
export async function adopt(
  engine: Engine,
  { taskId }: { workspaceId: string; taskId: string },
): Promise<void> {
  await systemTransaction(engine.db, async (tx) => {
    if ((await countWorking(tx, taskId)) <= 1) await restart(tx, engine, { taskId });
  });
}

/** @returns how many pieces of work were given a job */
async function restart(tx: Tx, engine: Engine, search: Search): Promise<number> {
  const stalled = await listStalled(tx, search);
  for (const step of stalled) {
    const { workspaceId, taskId, stepId, attempt } = step;
    const payload = { workspaceId, taskId, stepId, attempt };
    addJob(tx, 'step', payload, { key: `stalled:${stepId}` });
    engine.log.warn('step.stalled', { taskId, stepId });
  }
  const checks = await listLostChecks(tx, search);
  for (const { workspaceId, taskId, runId, stage } of checks)
    addJob(tx, 'check', { workspaceId, taskId, runId, stage }, { key: `lost:${runId}:${stage}` });
  return stalled.length + checks.length;
}
