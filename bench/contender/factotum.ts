/** The program's own engine, worker and bot, as `start` puts them together: steps of a tool that writes one row. */

import { sql as statement } from 'drizzle-orm';
import type postgres from 'postgres';
import { z } from 'zod';
import type { Bot } from '../../src/bot/bot.ts';
import { deliverPost, deliverTask, showWithin } from '../../src/bot/deliver.ts';
import { dispatch } from '../../src/bot/dispatch.ts';
import { createStoredChannel } from '../../src/bot/message.ts';
import { usualBudget } from '../../src/config/budget.ts';
import { connect, type Database, systemTransaction, transaction } from '../../src/db/client.ts';
import { migrate } from '../../src/db/migrate.ts';
import { ensureWorkspace } from '../../src/db/workspace.ts';
import { acceptPlan } from '../../src/engine/accept.ts';
import { advance } from '../../src/engine/advance.ts';
import type { Engine } from '../../src/engine/context.ts';
import { discard } from '../../src/engine/discard.ts';
import { deliverEvents } from '../../src/engine/event/deliver.ts';
import { handleEvent } from '../../src/engine/event/handle.ts';
import { executePart } from '../../src/engine/execute.ts';
import { createOfflineModel } from '../../src/engine/model/offline/offline.ts';
import { createStops } from '../../src/engine/stop.ts';
import { gather } from '../../src/engine/subtask.ts';
import { createTask, proposePlan } from '../../src/engine/task.ts';
import { defineTool } from '../../src/engine/tools/tool.ts';
import { runUndo } from '../../src/engine/undo.ts';
import { inTurns, runChecks, runStep } from '../../src/engine/work.ts';
import { startWorker } from '../../src/engine/worker.ts';
import { Plan, PlanStep, walk } from '../../src/engine/workflow/plan.ts';
import { createRowsApp } from '../support/app.ts';
import { type Contender, concurrency, forAll, stepsPerTask } from './contender.ts';

const actor = { workspaceId: 'wsp_local', id: 'ana' };
const log = {
  info() {},
  warn() {},
  error: (event: string, about: unknown) => console.error(event, about),
};

/** What is run: its steps, and those of them that write a row. */
export type Work = { title: string; steps: unknown[]; keys: string[] };

export const createFactotum = (work: Work): Contender => ({
  name: 'Factotum',
  async setUp(url) {
    const db = connect(url);
    await migrate(db);
    await systemTransaction(db, async (tx) => {
      await ensureWorkspace(tx, {
        id: actor.workspaceId,
        kind: 'local',
        name: 'Local',
        locale: 'en-US',
        currency: 'USD',
        timezone: 'UTC',
      });
      await tx.execute(
        statement`create table bench_rows (task_id text not null, key text not null, at timestamptz not null default now(), primary key (task_id, key))`,
      );
      await tx.execute(statement`grant select, insert on bench_rows to factotum_engine`);
    });
    await db.close();
  },
  async work(url) {
    const db = connect(url);
    const engine: Engine = {
      ...createEngine(db),
      showCards: (tx, task) => showWithin(bot, tx, task),
    };
    const bot: Bot = { engine, channels: new Map([['web', createStoredChannel(db, 'web')]]) };
    const worker = await startWorker(
      db,
      log,
      {
        ingest: (job) => dispatch(bot, job),
        advance: (job) => advance(engine, job.workspaceId, job.taskId),
        step: (job, signal) => runStep(engine, job, signal, inTurns()),
        check: (job, signal) => runChecks(engine, job, signal, inTurns()),
        deliver: (job) => deliverTask(bot, job),
        post: (job) => deliverPost(bot, job),
        discard: (job) => discard(engine, job),
        gather: (job) => gather(engine, job),
        part: (job) => executePart(engine, job),
        undo: (job) => runUndo(engine, job),
        events: (job) => deliverEvents(engine, job),
        handle: (job) => handleEvent(engine, job),
      },
      { concurrency },
    );
    return {
      async stop() {
        await worker.stop();
        await db.close();
      },
    };
  },
  async connect(url) {
    const db = connect(url);
    const engine = createEngine(db);
    const plan = planOf(work);
    let prepared: string[] = [];
    return {
      async prepare(count) {
        prepared = [];
        await forAll(
          Array.from({ length: count }, (_, index) => index),
          async (index) => prepared.push(await propose(engine, plan, `talk-${index % 100}`)),
        );
      },
      ask: () => forAll(prepared, (taskId) => acceptPlan(engine, actor, taskId, 1)),
      async countDone(own) {
        const [row] = await own`
          select (select count(*) from tasks where status = 'completed')
            - (select count(*) from graphile_worker._private_jobs where run_at <= now()) as done`;
        return Number(row?.['done']);
      },
      verify: (own, count) => verify(own, work, count),
      close: () => db.close(),
    };
  },
});

/** Everything is real but the two ends: a tool that writes a row, and a page that shows what was written. */
function createEngine(db: Database): Engine {
  const tool = defineTool({
    name: 'write_row',
    description: 'Writes one row.',
    effect: 'write',
    idempotent: true,
    unitMs: 10,
    input: z.object({ key: z.string() }),
    output: z.object({ key: z.string() }),
    async run({ taskId }, { key }) {
      await db.raw`insert into bench_rows (task_id, key) values (${taskId}, ${key}) on conflict do nothing`;
      return { key };
    },
  });
  return {
    db,
    log,
    now: () => new Date(),
    model: createOfflineModel(),
    budget: usualBudget,
    tools: new Map([[tool.name, tool]]),
    stops: createStops(),
    async renderPage(_scope, path) {
      const slug = path.split('/')[2] ?? '';
      const rows = await db.raw`
        select bench_rows.key from bench_rows join apps using (task_id) where apps.slug = ${slug}`;
      return { status: 200, body: rows.map((row) => row['key']).join(' ') };
    },
  };
}

const keys = Array.from({ length: stepsPerTask }, (_, index) => `step_${index + 1}`);

export const factotum = createFactotum({
  title: 'Five rows',
  keys,
  steps: keys.map((key) => ({
    kind: 'tool',
    key,
    name: `Write ${key}`,
    tool: 'write_row',
    input: { key },
  })),
});

const planOf = ({ title, steps, keys: contains }: Work) =>
  Plan.parse({
    title,
    confidence: 0.9,
    risk: 'low',
    estimatedMs: 50,
    steps,
    checks: [
      { id: 'chk_1', label: 'The rows are there', kind: 'view_answers', view: 'rows', contains },
    ],
    subject: null,
  });

/** A task whose plan waits for somebody to accept it, and the app that its check looks at. */
function propose(engine: Engine, plan: Plan, conversation: string): Promise<string> {
  return transaction(engine.db, actor, async (tx) => {
    const task = await createTask(tx, engine, actor, {
      channel: 'web',
      conversation,
      title: plan.title,
      shortName: 'rows',
      description: 'Write rows.',
    });
    await createRowsApp(tx, actor, task.id);
    return (await proposePlan(tx, engine, task, plan, [])).id;
  });
}

/** All rows, events, calls and cards of every task. */
async function verify(sql: postgres.Sql, { keys: all, steps }: Work, count: number): Promise<void> {
  const [row] = await sql`
    select (select count(*) from bench_rows) as rows,
      (select count(*) from calls where status = 'completed') as calls,
      (select count(*) from task_events where step_id is not null and event = 'complete') as steps,
      (select count(*) from task_events where step_id is null and event = 'complete') as tasks,
      (select seq from ledger_heads) - (select count(*) from task_events) as unchained,
      (select count(*) from messages where card->>'kind' = 'plan') as plans,
      (select count(*) from messages where card->>'kind' = 'progress' and card->'progress'->>'percent' = '100') as progresses,
      (select count(*) from messages where card->>'kind' = 'delivery') as deliveries`;
  const wanted = {
    rows: count * all.length,
    calls: count * all.length,
    steps: count * [...walk(PlanStep.array().parse(steps))].length,
    tasks: count,
    unchained: 0,
    plans: count,
    progresses: count,
    deliveries: count,
  };
  for (const [what, number] of Object.entries(wanted)) {
    if (Number(row?.[what]) !== number)
      throw new Error(`There are ${row?.[what]} ${what}, not ${number}.`);
  }
}
