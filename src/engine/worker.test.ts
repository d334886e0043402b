/** The queue after a program has died: real jobs on a real database. */
import { expect, test } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import { startLine } from '../../test/support/line.ts';
import { connect, systemTransaction } from '../db/client.ts';
import { addJob } from '../db/job.ts';
import { addWorker, registerProcess } from '../db/process.ts';
import { createLog, type Log } from '../log.ts';
import { type Handlers, startWorker } from './worker.ts';

const db = await testDatabase();
const key = { key: 'deliver:tsk_1', queue: 'deliver:tsk_1' };
const payload = { workspaceId: 'wsp_local', taskId: 'tsk_1' };

const silent: Log = { info: () => {}, warn: () => {}, error: () => {} };
const others = ['ingest', 'advance', 'step', 'check', 'post', 'discard'] as const;
const handlersOf = (deliver: (job: unknown) => Promise<void>) =>
  ({
    ...Object.fromEntries(others.map((kind) => [kind, async () => {}])),
    deliver,
  }) as unknown as Handlers;
const empty = () =>
  expect
    .poll(async () => (await db.raw`select from graphile_worker._private_jobs`).length, {
      timeout: 20_000,
    })
    .toBe(0);

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
  const worker = await startWorker(
    db,
    createLog({ quiet: true }),
    handlersOf(async (job) => void done.push(job)),
  );
  await empty();
  await worker.stop();
  expect(done).toEqual([payload]);
  expect(await db.raw`select from processes`).toHaveLength(0);
});

test('a job whose end cannot be written down is done again, and the queue goes on', async () => {
  const line = await startLine(db.url);
  const own = connect(line.url, 2);
  let times = 0;
  const handlers = handlersOf(async () => {
    times += 1;
    if (times === 1) await line.cut();
  });
  const worker = await startWorker(own, silent, handlers);
  await systemTransaction(db, async (tx) => addJob(tx, 'deliver', payload));
  await expect.poll(() => worker.isReady(), { timeout: 20_000 }).toBe(false);
  await line.mend();
  await empty();
  expect(times).toBe(2);
  expect(worker.isReady()).toBe(true);
  await worker.stop();
  await own.close();
});

test('a program that was taken for dead while the database was away says that it lives', async () => {
  const line = await startLine(db.url);
  const own = connect(line.url, 2);
  const worker = await startWorker(
    own,
    silent,
    handlersOf(async () => {}),
  );
  const [before] = await db.raw`select id from processes`;
  await line.cut();
  // As another program does that finds its lock free.
  await db.raw`delete from processes`;
  await line.mend();
  await expect
    .poll(() => db.raw`select id from processes`, { timeout: 20_000 })
    .toEqual([{ id: before?.['id'] }]);
  await worker.stop();
  await own.close();
});

test('a job that was taken when the disk was full is done soon after there is room again', async () => {
  // As a full disk does: nothing but taking a job goes through, so nobody knows whose lock this is.
  await db.raw.unsafe(`
    create table disk (is_full boolean not null);
    insert into disk values (true);
    create function need_room() returns trigger language plpgsql security definer set search_path = public as $$
      begin
        if (select is_full from disk) and (tg_table_name = 'processes' or to_jsonb(old)->>'locked_by' is not null) then
          raise exception 'No space left on device' using errcode = 'disk_full';
        end if;
        return new;
      end $$;
    create trigger need_room before update on processes for each row execute function need_room();
    create trigger need_room before update on graphile_worker._private_jobs for each row execute function need_room()`);
  const done: unknown[] = [];
  const log = createLog({ quiet: true });
  const worker = await startWorker(
    db,
    log,
    handlersOf(async (job) => void done.push(job)),
  );
  await systemTransaction(db, async (tx) => addJob(tx, 'deliver', payload));
  await expect.poll(() => worker.isReady(), { timeout: 20_000 }).toBe(false);
  expect(done).toEqual([]);
  await db.raw`update disk set is_full = false`;
  await empty();
  expect(done).toEqual([payload]);
  await worker.stop();
});
