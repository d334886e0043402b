/**
 * What ten thousand tasks cost that wait for somebody: a program that has nothing to do, beside one task
 * and beside ten thousand of them. Its memory after a collection, and what it asks of the database meanwhile.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import postgres, { type Sql } from 'postgres';
import { usualBudget } from '../src/config/budget.ts';
import { connect, systemTransaction, transaction } from '../src/db/client.ts';
import { migrate } from '../src/db/migrate.ts';
import { ensureWorkspace } from '../src/db/workspace.ts';
import { acceptPlan } from '../src/engine/accept.ts';
import { createOfflineModel } from '../src/engine/model/offline/offline.ts';
import { createStops } from '../src/engine/stop.ts';
import { sweep } from '../src/engine/sweep.ts';
import { createTask, proposePlan } from '../src/engine/task.ts';
import { inTurns, runChecks } from '../src/engine/work.ts';
import { startWorker } from '../src/engine/worker.ts';
import { Plan } from '../src/engine/workflow/plan.ts';
import { printTable } from './support/measure.ts';
import { multiply } from './support/multiply.ts';
import { withCountingServer } from './support/program.ts';

const actor = { workspaceId: 'wsp_local', id: 'ana' };
const many = 10_000;
/** Two of the queue's looks a second and a sweep every five: long enough to see all of them. */
const idleMs = 20_000;

const plan = Plan.parse({
  ...{ title: 'Send the offer', confidence: 0.9, risk: 'low', estimatedMs: 50, subject: null },
  steps: [
    { kind: 'approval', key: 'ok', name: 'The offer is approved', approvers: ['bob'] },
    { kind: 'human', key: 'send', name: 'Send it', instruction: 'Send the offer.' },
  ],
  checks: [{ id: 'chk_1', label: 'It was sent', kind: 'asked' }],
});

await withCountingServer(async ({ urlOf, admin, counted }) => {
  const url = await urlOf('waiting');
  const db = connect(url);
  await migrate(db);
  const own = postgres(admin(url), {
    max: 1,
    onnotice: () => {},
    connection: { 'pg_stat_statements.track': 'none' },
  });
  await own`create extension pg_stat_statements`;
  const log = { info() {}, warn() {}, error: console.error };
  const engine = {
    ...{ db, log, model: createOfflineModel(), tools: new Map(), stops: createStops() },
    budget: usualBudget,
    now: () => new Date(),
    renderPage: async () => ({ status: 200, body: '' }),
  };
  await systemTransaction(db, (tx) =>
    ensureWorkspace(tx, {
      ...{ id: actor.workspaceId, kind: 'local', name: 'Local', approvers: ['bob'] },
      ...{ locale: 'en-US', currency: 'USD', timezone: 'UTC' },
    }),
  );
  const nothing = async () => {};
  const handlers = {
    ...{ ingest: nothing, advance: nothing, gather: nothing, part: nothing, step: nothing },
    ...{ deliver: nothing, post: nothing, discard: nothing, undo: nothing, events: nothing },
    handle: nothing,
    check: (job: Parameters<typeof runChecks>[1], signal: AbortSignal) =>
      runChecks(engine, job, signal, inTurns()),
  };
  const worker = await startWorker(db, log, handlers, { sweep: () => sweep(engine) });
  const taskId = await transaction(db, actor, async (tx) => {
    const about = { channel: 'web', conversation: 'talk', shortName: 'offer' };
    const words = { title: 'Send the offer', description: 'Send the offer once it is approved.' };
    const task = await createTask(tx, engine, actor, { ...about, ...words });
    return (await proposePlan(tx, engine, task, plan, [])).id;
  });
  await acceptPlan(engine, actor, taskId, 1);
  while ((await countWaiting(own)) < 1) await sleep(50);

  const idle = async () => {
    await sleep(6000);
    const before = { statements: await counted(own, url), ms: await spent(own) };
    await sleep(idleMs);
    const statements = (await counted(own, url)) - before.statements;
    const seconds = idleMs / 1000;
    return {
      bytes: collectedHeap(),
      statements: statements / seconds,
      ms: ((await spent(own)) - before.ms) / seconds,
    };
  };
  const one = await idle();
  await multiply(own, taskId, many - 1);
  const all = await idle();
  const [{ jobs } = { jobs: -1 }] = await own`
    select count(*)::int as jobs from graphile_worker._private_jobs`;
  const megabytes = (bytes: number) => (bytes / 1024 / 1024).toFixed(1);
  printTable(
    `Tasks that wait for an approval, and a program with nothing to do (${await countWaiting(own)} waiting, ${jobs} jobs)`,
    ['1 task', `${many} tasks`, 'more'],
    [
      {
        what: 'memory after a collection, MB',
        values: [one.bytes, all.bytes, all.bytes - one.bytes].map(megabytes),
        aim: '5.0',
      },
      {
        what: 'statements a second',
        values: [one.statements, all.statements, all.statements - one.statements].map((n) =>
          n.toFixed(1),
        ),
        aim: '0.0',
      },
      {
        what: 'milliseconds of the database a second',
        values: [one.ms, all.ms, all.ms - one.ms].map((n) => n.toFixed(2)),
      },
    ],
  );
  await worker.stop();
  await own.end();
  await db.close();
});

async function countWaiting(own: Sql): Promise<number> {
  const [row] = await own`
    select count(*)::int as waiting from tasks join approvals on approvals.task_id = tasks.id
    where tasks.status = 'approval_pending' and approvals.status = 'open'`;
  return Number(row?.['waiting']);
}

/** Milliseconds that the database has spent on statements of this database. */
async function spent(own: Sql): Promise<number> {
  const [row] = await own`
    select coalesce(sum(total_exec_time), 0) as ms from pg_stat_statements
    join pg_database on pg_database.oid = dbid where datname = current_database()`;
  return Number(row?.['ms']);
}

/** What is in use when everything that can be thrown away is thrown away, in bytes. */
function collectedHeap(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let round = 0; round < 3; round += 1) collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
