/** Jobs of one key: one that was taken up in the same moment keeps no newer one from being added. */
import { expect, test } from 'vitest';
import { begin } from '../src/db/begin.ts';
import { transaction } from '../src/db/client.ts';
import { addJob } from '../src/db/job.ts';
import { announce } from '../src/engine/move.ts';
import { testDatabase } from './support/database.ts';

const db = await testDatabase();
const payload = { workspaceId: 'wsp_a', taskId: 'tsk_1' };
const add = () =>
  transaction(db, payload, async (tx) => addJob(tx, 'deliver', payload, { key: 'deliver:tsk_1' }));

async function someoneWaits(): Promise<void> {
  for (;;) {
    const [row] = await db.raw`
      select from pg_locks join pg_stat_activity using (pid)
      where not granted and datname = current_database()`;
    if (row) return;
  }
}

test('a job that is taken up while it is replaced is followed by another', async () => {
  await add();
  let adding: Promise<void> | undefined;
  await begin(db.raw, async (sql) => {
    // As the queue takes a job up.
    await sql`update graphile_worker._private_jobs set locked_at = now(), locked_by = 'worker', attempts = 1`;
    adding = add();
    await someoneWaits();
  });
  await adding;
  const jobs = await db.raw`
    select key, locked_by as worker from graphile_worker._private_jobs order by id`;
  expect(jobs.map(({ key, worker }) => ({ key, worker }))).toEqual([
    { key: null, worker: 'worker' },
    { key: 'deliver:tsk_1', worker: null },
  ]);
});

test('what somebody has to decide goes before the others, also where more is told in the same transaction', async () => {
  await db.raw`delete from graphile_worker._private_jobs`;
  const task = (id: string) => ({ id, workspaceId: 'wsp_a' });
  await transaction(db, payload, async (tx) => announce(tx, task('tsk_far')));
  await transaction(db, payload, async (tx) => {
    announce(tx, task('tsk_asks'), { type: 'approval_needed' }, { isUrgent: true });
    announce(tx, task('tsk_asks'));
  });
  const jobs = await db.raw`
    select key, priority from graphile_worker._private_jobs order by priority, run_at, id`;
  expect(jobs).toEqual([
    { key: 'deliver:tsk_asks', priority: -10 },
    { key: 'deliver:tsk_far', priority: 0 },
  ]);
});
