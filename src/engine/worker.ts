/**
 * The job queue under the engine (graphile-worker on the same Postgres). This is the one file
 * that knows it. States are ours; the queue only says "look at this now".
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { type JobHelpers, Logger, type Runner, run, type TaskList } from 'graphile-worker';
import type { Sql } from 'postgres';
import { endAbandoned } from '../db/abandoned.ts';
import { connectOnce, type Database, systemTransaction } from '../db/client.ts';
import { newId } from '../db/id.ts';
import { type JobKind, type JobPayloads, signalChannel } from '../db/job.ts';
import {
  addWorker,
  listOtherProcesses,
  type ProcessRow,
  registerProcess,
  removeProcess,
} from '../db/process.ts';
import { createQueuePool } from '../db/queue.ts';
import type { Tx } from '../db/tx.ts';
import type { Log } from '../log.ts';
import type { ProcessRole } from '../role.ts';

export type Handlers = {
  [K in JobKind]: (payload: JobPayloads[K], signal: AbortSignal) => Promise<void>;
};

export type Worker = {
  /** Waits for the jobs in hand, at most `graceMs`, then aborts them; they are repeated elsewhere. */
  stop(graceMs?: number): Promise<void>;
  /** Whether the queue answers. */
  isReady(): boolean;
};

/**
 * So many jobs at once, unless it is said otherwise: two transactions full of brief work (`together.ts`). Each that has
 * nothing to do is told of new jobs, and looks by itself for those that were put off.
 */
const usualConcurrency = 16;
const pollMs = 1000;

const sweepMs = 5000;
/** How often a program says that it lives, and when one that says nothing is given up. */
const beatMs = 3000;
const silentMs = 12_000;

/** The jobs of talking; all others are work. A program does one, the other, or both (`--role`). */
const talking: readonly string[] = ['ingest', 'deliver', 'post'] satisfies JobKind[];
const does: Record<ProcessRole, (kind: string) => boolean> = {
  all: () => true,
  bot: (kind) => talking.includes(kind),
  worker: (kind) => !talking.includes(kind),
};

type Options = {
  /** How many jobs at once. */
  concurrency?: number;
  role?: ProcessRole;
  /** Looks for what no job will move, every few seconds; not in programs that only talk. */
  sweep?: () => Promise<unknown>;
};

/** Starts working on jobs, first taking over those of programs that have died. */
export async function startWorker(
  db: Database,
  log: Log,
  handlers: Handlers,
  options: Options = {},
): Promise<Worker> {
  const id = newId('process');
  const role = options.role ?? 'all';
  const life = await claimLife(db, id);
  await systemTransaction(db, (tx) => registerProcess(tx, id, role));
  await rescue(db, log, id, 0);

  const abort = new AbortController();
  const recorded = new Map<string, Promise<void>>();
  /** Under which names this program has locked jobs, also where that could not be recorded. */
  const names = new Set<string>();
  const recordWorker = (workerId: string) => {
    const known =
      recorded.get(workerId) ?? systemTransaction(db, (tx) => addWorker(tx, id, workerId));
    recorded.set(workerId, known);
    return known.catch((error) => {
      recorded.delete(workerId);
      throw error;
    });
  };
  const taskList = Object.fromEntries(
    Object.entries(handlers)
      .filter(([kind]) => does[role](kind))
      .map(([kind, handle]) => [
        kind,
        async (payload: unknown, { job }: JobHelpers) => {
          // Whose lock this is must be known before any work begins, or a survivor could not free it.
          if (job.locked_by) {
            names.add(job.locked_by);
            await recordWorker(job.locked_by);
          }
          // The payload was written by addJob with the type of its kind.
          await (handle as (payload: unknown, signal: AbortSignal) => Promise<void>)(
            payload,
            abort.signal,
          );
        },
      ]),
  ) as TaskList;
  const active = new Set<string>();
  const start = async (): Promise<Runner> => {
    const pgPool = createQueuePool(db, (error) =>
      log.warn('queue.connection', { reason: error.message }),
    );
    const runner = await run({
      pgPool,
      taskList,
      concurrency: options.concurrency ?? usualConcurrency,
      noHandleSignals: true,
      pollInterval: pollMs,
      // Without this, a job whose end cannot be written down is a rejection that nobody can catch.
      preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
      logger: new Logger(() => (level, message, meta) => {
        if (level === 'error') log.error('queue', message, { meta: String(meta?.['error'] ?? '') });
      }),
    }).catch(async (error) => {
      await pgPool.end();
      throw error;
    });
    // The queue's own graceful stop does not wait for a job's completion to be written down.
    const end = () => pgPool.end().catch(() => {});
    runner.promise.then(end, end);
    active.clear();
    runner.events.on('job:start', ({ job }) => active.add(job.id));
    runner.events.on('job:complete', ({ job }) => active.delete(job.id));
    return runner;
  };
  let runner = await start();
  let running = true;
  let isStopping = false;
  const keepRunning = async () => {
    while (!isStopping) {
      await runner.promise.catch((error) => log.error('queue.stopped', error));
      running = false;
      const held = [...names];
      // It gives up when it cannot write down how a job ended: begun anew, it does what it held once more.
      while (!running && !isStopping) {
        try {
          if (held.length > 0) await systemTransaction(db, (tx) => unlockJobs(tx, held));
          runner = await start();
          running = true;
          log.warn('queue.again');
        } catch {
          // The database may be away for long.
          await sleep(1000);
        }
      }
      for (const workerId of held) {
        names.delete(workerId);
        recorded.delete(workerId);
      }
    }
    if (running) await runner.stop().catch(() => {});
  };
  keepRunning().catch((error) => log.error('queue.stopped', error));
  const look = async () => {
    if (await regainLife(life, id)) {
      const held = [...recorded.keys()];
      await systemTransaction(db, (tx) => registerProcess(tx, id, role, held));
    }
    await say(db);
    const abandoned = await endAbandoned(db);
    if (abandoned > 0) log.warn('database.abandoned', { connections: abandoned });
    await rescue(db, log, id, 30);
    if (role !== 'bot') await options.sweep?.();
  };
  // By itself, so that it is said in time whatever else is slow.
  const beat = setInterval(() => life`select 1`.execute().catch(() => {}), beatMs);
  let looking: Promise<void> | undefined;
  const sweep = setInterval(() => {
    // A slow database must not pile up looks.
    looking ??= look()
      .catch((error) => log.error('queue.sweep', error))
      .finally(() => {
        looking = undefined;
      });
  }, sweepMs);

  return {
    isReady: () => running,
    async stop(graceMs = 5000) {
      isStopping = true;
      clearInterval(sweep);
      await looking;
      const timer = setTimeout(() => abort.abort(new Error('The program is stopping.')), graceMs);
      while (active.size > 0 && !abort.signal.aborted) await sleep(5);
      if (running) await runner.stop().catch((error) => log.error('queue.stop', error));
      clearTimeout(timer);
      await systemTransaction(db, (tx) => removeProcess(tx, id)).catch(() => {});
      clearInterval(beat);
      await life.end({ timeout: 1 });
    },
  };
}

/**
 * Signals and new jobs are listened for on lines that are silent when there are none. A word now and then lets
 * each program notice that its line is dead. The queue looks once more for it, which does nothing.
 */
const say = (db: Database) =>
  systemTransaction(db, (tx) =>
    tx.execute(sql`
      select pg_notify('jobs:insert', '{"count":1}'), pg_notify(${signalChannel}, '')`),
  );

/**
 * The lock that is free as soon as this program is gone, or when it has been frozen or cut off for a while: then the
 * server ends its connection.
 */
async function claimLife(db: Database, id: string): Promise<Sql> {
  const connection = connectOnce(db, silentMs);
  await connection`select pg_advisory_lock(hashtextextended(${id}, 0))`;
  return connection;
}

/** After its connection was lost, takes the lock again: others may have taken this program for dead. */
async function regainLife(life: Sql, id: string): Promise<boolean> {
  const [row] = await life`
    select pg_try_advisory_lock(hashtextextended(${id}, 0)) as taken where not exists (
      select from pg_locks where locktype = 'advisory' and pid = pg_backend_pid() and granted)`;
  return row?.['taken'] === true;
}

/**
 * Frees the jobs of programs that have died, so that they run again here. Without this the queue
 * would wait four hours. A lock counts as abandoned when its worker belongs to no living program;
 * one that no program ever recorded is given `graceSeconds`: none at the start of a program that is alone.
 */
async function rescue(db: Database, log: Log, id: string, graceSeconds: number): Promise<void> {
  // One transaction: whoever dies in the middle of it has freed nothing, and the next one does it all.
  const freed = await systemTransaction(db, async (tx) => {
    const others = await listOtherProcesses(tx, id);
    const dead: ProcessRow[] = [];
    for (const other of others) {
      const [row] = await tx.execute<{ free: boolean }>(
        sql`select pg_try_advisory_xact_lock(hashtextextended(${other.id}, 0)) as free`,
      );
      if (row?.free) dead.push(other);
    }
    const alive = [id, ...others.filter((other) => !dead.includes(other)).map((other) => other.id)];
    const grace = alive.length > 1 ? 30 : graceSeconds;
    const locked = await tx.execute<{ worker: string }>(sql`
      select distinct locked_by as worker from graphile_worker.jobs
      where locked_by is not null and locked_by not in
          (select jsonb_array_elements_text(worker_ids) from processes where id in ${alive})
        and (locked_by in (select jsonb_array_elements_text(worker_ids) from processes)
          or locked_at < now() - make_interval(secs => ${grace}))`);
    if (locked.length > 0) {
      await unlockJobs(
        tx,
        locked.map((row) => row.worker),
      );
    }
    for (const process of dead) await removeProcess(tx, process.id);
    return { processes: dead.length, workers: locked.length };
  });
  if (freed.processes + freed.workers > 0) log.info('queue.rescued', freed);
}

/**
 * A job that was replaced by the same one while it ran is marked by the queue as tried for the last
 * time. Unlocked it would lie there for ever, so it is removed: the one that replaced it waits.
 */
async function unlockJobs(tx: Tx, workers: string[]): Promise<void> {
  await tx.execute(sql`
    delete from graphile_worker._private_jobs as job
    where job.locked_by in ${workers} and job.attempts >= job.max_attempts and exists (
      select from graphile_worker._private_jobs as next
      where next.id > job.id and next.task_id = job.task_id and next.payload::jsonb = job.payload::jsonb)`);
  const list = JSON.stringify(workers);
  await tx.execute(
    sql`select graphile_worker.force_unlock_workers(array(select jsonb_array_elements_text(${list}::jsonb)))`,
  );
}
