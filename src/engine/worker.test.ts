/** The queue after a program has died: real jobs on a real database. */
import { expect, test } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import { systemTransaction } from '../db/client.ts';
import { addJob } from '../db/job.ts';
import { addWorker, registerProcess } from '../db/process.ts';
import { createLog } from '../log.ts';
import { type Handlers, startWorker } from './worker.ts';

const db = await testDatabase();
const key = { key: 'deliver:tsk_1', queue: 'deliver:tsk_1' };
const payload = { workspaceId: 'wsp_local', taskId: 'tsk_1' };

/** A program that took the waiting job up and was killed: its life's lock is free. */
async function dieAtWork(): Promise<void> {
  await systemTransaction(db, (tx) => registerProcess(tx, 'prc_dead', 'all'));
  await systemTransaction(db, (tx) => addWorker(tx, 'prc_dead', 'worker-dead'));
  const held = { locked_by: 'worker-dead', locked_at: new Date() };
  await db.raw`update graphile_worker._private_jobs set ${db.raw(held)}, attempts = attempts + 1`;
  await db.raw`update graphile_worker._private_job_queues set ${db.raw(held)}`;
}

test('a job that was replaced while a dead program held it is done once and leaves nothing', async () => {
  await systemTransaction(db, async (tx) => addJob(tx, 'deliver', payload, key));
  await dieAtWork();
  await systemTransaction(db, async (tx) => addJob(tx, 'deliver', payload, key));

  const done: unknown[] = [];
  const ignore = async () => {};
  const deliver = async (job: unknown) => void done.push(job);
  const others = ['ingest', 'advance', 'step', 'check', 'post', 'discard'] as const;
  const handlers = {
    ...Object.fromEntries(others.map((kind) => [kind, ignore])),
    deliver,
  } as unknown as Handlers;
  const worker = await startWorker(db, createLog({ quiet: true }), handlers);
  await expect
    .poll(async () => (await db.raw`select from graphile_worker._private_jobs`).length, {
      timeout: 20_000,
    })
    .toBe(0);
  await worker.stop();
  expect(done).toEqual([payload]);
  expect(await db.raw`select from processes`).toHaveLength(0);
});
