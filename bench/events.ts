/**
 * Ten thousand tasks wait, each for an event of its own; the events are published in another order. How many a
 * second are stored, given to whoever waits, and gone on with, beside as many bare jobs that write a row each.
 * `EVENTS=1000 npx tsx bench/events.ts` is a short one.
 */

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger, makeWorkerUtils, run, runMigrations } from 'graphile-worker';
import postgres, { type Sql } from 'postgres';
import { usualBudget } from '../src/config/budget.ts';
import { connect, type Database, systemTransaction, transaction } from '../src/db/client.ts';
import { migrate } from '../src/db/migrate.ts';
import { ensureWorkspace } from '../src/db/workspace.ts';
import { acceptPlan } from '../src/engine/accept.ts';
import { advance } from '../src/engine/advance.ts';
import { deliverEvents } from '../src/engine/event/deliver.ts';
import { keyOf } from '../src/engine/event/key.ts';
import { publishEvent } from '../src/engine/event/publish.ts';
import { createOfflineModel } from '../src/engine/model/offline/offline.ts';
import { settledCheck } from '../src/engine/settled-check.ts';
import { createStops } from '../src/engine/stop.ts';
import { createTask, proposePlan } from '../src/engine/task.ts';
import { inTurns, runChecks } from '../src/engine/work.ts';
import { startWorker } from '../src/engine/worker.ts';
import { Plan } from '../src/engine/workflow/plan.ts';
import { ms, printTable, timed } from './support/measure.ts';
import { multiply } from './support/multiply.ts';
import { withCountingServer } from './support/program.ts';

const actor = { workspaceId: 'wsp_local', id: 'ana' };
const many = Number(process.env['EVENTS'] ?? 10_000);
const concurrency = 8;
const log = { info() {}, warn() {}, error: console.error };

const plan = Plan.parse({
  ...{ title: 'Wait', confidence: 1, risk: 'low', estimatedMs: 0, subject: null },
  steps: [
    {
      ...{ kind: 'wait_event', key: 'wait', name: 'Wait', event: 'paid', timeoutSeconds: 86_400 },
      ...{ where: 'event.id = order_id', onTimeout: 'reject' },
    },
  ],
  variables: { order_id: 0 },
  checks: [settledCheck],
});

/** The same numbers in an order that says nothing of how they came. */
function shuffled(count: number): number[] {
  const numbers = Array.from({ length: count }, (_, at) => at);
  for (let at = count - 1; at > 0; at -= 1) {
    const other = Math.floor(Math.random() * (at + 1));
    const [a = 0, b = 0] = [numbers[at], numbers[other]];
    numbers[at] = b;
    numbers[other] = a;
  }
  return numbers;
}

/** Takes up one after the other, so many at once. */
async function forEach<T>(items: T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const waiting = [...items];
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) await work(item);
    }),
  );
}

async function until(own: Sql, text: string): Promise<void> {
  while ((await own.unsafe(text))[0]?.['done'] !== true) await sleep(20);
}

async function prepare(db: Database, own: Sql, url: string) {
  const engine = {
    ...{ db, log, model: createOfflineModel(), tools: new Map(), stops: createStops() },
    budget: usualBudget,
    now: () => new Date(),
    renderPage: async () => ({ status: 200, body: '' }),
  };
  await systemTransaction(db, (tx) =>
    ensureWorkspace(tx, {
      ...{ id: actor.workspaceId, kind: 'local', name: 'Local' },
      ...{ locale: 'en-US', currency: 'USD', timezone: 'UTC' },
    }),
  );
  const nothing = async () => {};
  const worker = await startWorker(
    connect(url),
    log,
    {
      ...{ ingest: nothing, deliver: nothing, post: nothing, gather: nothing, step: nothing },
      ...{ discard: nothing, undo: nothing, handle: nothing, part: nothing },
      advance: (job) => advance(engine, job.workspaceId, job.taskId),
      check: (job, signal) => runChecks(engine, job, signal, inTurns()),
      events: (job) => deliverEvents(engine, job),
    },
    { concurrency },
  );
  const taskId = await transaction(db, actor, async (tx) => {
    const about = { channel: 'web', conversation: 'talk', shortName: 'wait' };
    const task = await createTask(tx, engine, actor, {
      ...{ ...about, title: 'Wait', description: 'Wait for the payment.' },
    });
    return (await proposePlan(tx, engine, task, plan, [])).id;
  });
  await acceptPlan(engine, actor, taskId, 1);
  await until(own, 'select count(*) = 1 as done from event_waits');
  await multiply(own, taskId, many - 1);
  // Each waits for an order of its own.
  const filter = { where: 'event.id = order_id', variables: { order_id: 0 } };
  const prefix = keyOf(filter).slice(0, -1);
  await own`
    with numbered as (select id, row_number() over (order by id) - 1 as number from event_waits)
    update event_waits as wait set key = ${prefix} || number,
      filter = jsonb_set(filter, '{variables,order_id}', to_jsonb(number))
    from numbered where numbered.id = wait.id`;
  await own`analyze`;
  return worker;
}

await withCountingServer(async ({ urlOf, counted }) => {
  const url = await urlOf('events');
  const statements = async (own: Sql, work: () => Promise<number>) => {
    const before = await counted(own, url);
    const took = await work();
    return { took, each: ((await counted(own, url)) - before) / many };
  };
  const db = connect(url);
  await migrate(db);
  const own = postgres(url, { max: 1, onnotice: () => {} });
  const worker = await prepare(db, own, url);
  const publish = (id: number) =>
    transaction(db, actor, (tx) =>
      publishEvent(tx, {
        ...{ workspaceId: actor.workspaceId, name: 'paid', payload: { id }, source: 'external' },
        ...{ publishedBy: actor.id, idempotencyKey: randomUUID() },
      }),
    );
  const done = "select count(*) = 0 as done from tasks where status <> 'completed'";
  let stored = 0;
  const given = await statements(own, () =>
    timed(async () => {
      stored = await timed(() => forEach(shuffled(many), publish));
      await until(own, done);
    }),
  );
  const [{ wrong } = { wrong: -1 }] = await own`
    select count(*)::int as wrong from event_waits as wait join event_receipts as got on got.wait_id = wait.id
    join workflow_events as event on event.id = got.event_id
    where event.payload->>'id' <> wait.filter->'variables'->>'order_id'`;
  const [{ taken } = { taken: -1 }] =
    await own`select sum(taken)::int as taken from workflow_events`;
  if (wrong !== 0 || taken !== many)
    throw new Error(`${wrong} got another event, ${taken} got one.`);
  await worker.stop();
  await db.close();

  const alone = await statements(own, () => bare(url));
  await own.end();
  const line = (what: string, took: number, each?: number) => ({
    what,
    values: [
      ms(took),
      Math.round(many / (took / 1000)).toLocaleString('en'),
      each === undefined ? '' : each.toFixed(1),
    ],
  });
  printTable(
    `${many.toLocaleString('en')} waits for distinct events, in shuffled order`,
    ['in all', 'a second', 'statements each'],
    [
      line('published: stored, and said to be', stored),
      line('published, given, gone on with and checked', given.took, given.each),
      line('bare jobs that write a row each', alone.took, alone.each),
    ],
  );
});

/** As many jobs of the queue alone, each of which marks a row of its own as done. */
async function bare(url: string): Promise<number> {
  const logger = new Logger(() => () => {});
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  await sql`create table bare_waits (id int primary key, done boolean not null default false)`;
  await sql`insert into bare_waits select n from generate_series(0, ${many - 1}) as n`;
  await runMigrations({ connectionString: url, logger });
  const settings = { connectionString: url, logger };
  const utils = await makeWorkerUtils(settings);
  const runner = await run({
    ...{ ...settings, concurrency, maxPoolSize: concurrency + 2, noHandleSignals: true },
    taskList: {
      async bare(payload, { withPgClient }) {
        const { id } = payload as { id: number };
        await withPgClient((client) =>
          client.query('update bare_waits set done = true where id = $1', [id]),
        );
      },
    },
  });
  const took = await timed(async () => {
    await forEach(shuffled(many), (id) => utils.addJob('bare', { id }));
    await until(sql, 'select bool_and(done) as done from bare_waits');
  });
  await runner.stop();
  await utils.release();
  await sql.end();
  return took;
}
