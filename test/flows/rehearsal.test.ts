/** A dry run below the tools: it really builds, in a place of its own, and leaves nothing behind. */
import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { type App, toApp } from '../../src/apps/app.ts';
import { checksOf } from '../../src/apps/check.ts';
import { runCheck } from '../../src/apps/check-run.ts';
import { ddl } from '../../src/apps/ddl.ts';
import { prepareDatabase } from '../../src/apps/extension.ts';
import { effectBetween, inventoryOf, summaryOf } from '../../src/apps/inventory.ts';
import { createSchema, dropAppSchema } from '../../src/apps/schema.ts';
import { AppSpec } from '../../src/apps/spec.ts';
import {
  findAppBySlug,
  findAppByTask,
  findAppOf,
  listApps,
  listRehearsals,
  setAppStatus,
} from '../../src/db/app.ts';
import { insertCard } from '../../src/db/card.ts';
import { transaction } from '../../src/db/client.ts';
import { confine } from '../../src/db/confine.ts';
import { addJob } from '../../src/db/job.ts';
import { finishRun, insertRun } from '../../src/db/run.ts';
import type { Tx } from '../../src/db/tx.ts';
import { acceptPlan } from '../../src/engine/accept.ts';
import { changePlan } from '../../src/engine/change.ts';
import { discard, discardRehearsals } from '../../src/engine/discard.ts';
import { planApp } from '../../src/engine/plan-app.ts';
import { createTask, proposePlan } from '../../src/engine/task.ts';
import { installedTools } from '../../src/engine/tools/index.ts';
import type { Tool, ToolContext } from '../../src/engine/tools/tool.ts';
import { performVerb } from '../../src/engine/verb.ts';
import { renderAppPage } from '../../src/web/app/route.ts';
import { appOfTask } from '../support/delivery.ts';
import { ana, testEngine } from '../support/engine.ts';
import { fingerprint } from '../support/fingerprint.ts';
import { testProgram } from '../support/program.ts';
import { callStep, contextOf, planOfWish, toolSteps } from '../support/rehearsal.ts';

const program = await testProgram();
const bench = await testEngine();
const { db, engine, read } = bench;
// As the program does when it starts.
await prepareDatabase(db);
const crm = await planOfWish('Create a CRM for my cellphone store');
const stock = await planOfWish('Inventory system with stock alerts when below 10 units');
/** What the engine writes down about its own work; a dry run is written down there too. */
const records = [
  ...['tasks', 'plans', 'runs', 'task_steps', 'task_checks', 'task_events', 'ledger_heads'],
  ...['calls', 'cards', 'actions', 'approvals', 'estimates'],
  ...['jobs', 'tasks', 'job_queues'].map((name) => `graphile_worker._private_${name}`),
];

/** A task with a dry run of its plan. */
async function dryRun(plan = crm, on = engine): Promise<{ taskId: string; runId: string }> {
  return transaction(on.db, ana, async (tx) => {
    const about = { channel: 'web', conversation: 'talk', title: 'CRM', shortName: 'CRM' };
    const task = await createTask(tx, on, ana, { ...about, description: 'Create a CRM' });
    await proposePlan(tx, on, task, plan, []);
    const run = insertRun(tx, {
      ...{ workspaceId: ana.workspaceId, taskId: task.id, planVersion: 1, mode: 'dry_run' },
      ...{ rehearsedRunId: null, continuesRunId: null },
    });
    return { taskId: task.id, runId: run.id };
  });
}

/** All tools of the plan, as a dry run calls them; what each step changed, and what it has made. */
async function rehearse(run: { taskId: string; runId: string }, plan = crm) {
  const work = { taskId: run.taskId, rehearsalRunId: run.runId, plan };
  const { context, seen, recorder } = contextOf(db, ana, work, confine(db, run.runId));
  return { ...(await perform(context, plan)), seen, recorder };
}

async function perform(context: ToolContext, plan = crm) {
  const effects: string[][] = [];
  let app: App | undefined;
  for (const step of toolSteps(plan)) {
    const before = await inventoryOf(db, app);
    await callStep(context, step);
    const row = await read((tx) => findAppOf(tx, context));
    app = row && toApp(row);
    effects.push(effectBetween(before, await inventoryOf(db, app)));
  }
  if (!app) throw new Error('Nothing was made.');
  return { app, effects };
}

/** The same work for real. */
async function build(plan = crm): Promise<{ app: App; effects: string[][]; taskId: string }> {
  const { taskId } = await dryRun(plan);
  const { context } = contextOf(db, ana, { taskId, rehearsalRunId: null, plan });
  return { ...(await perform(context, plan)), taskId };
}
const roleExists = async ({ roleName }: App) =>
  (await db.raw`select 1 from pg_roles where rolname = ${roleName}`).length > 0;

describe('a dry run', () => {
  test('leaves no trace when it has ended, though it was the first app of its database', async () => {
    const run = await dryRun();
    const before = await fingerprint(db.raw, records);
    const { app } = await rehearse(run);
    expect(await fingerprint(db.raw, records)).not.toEqual(before);
    await read(async (tx) => finishRun(tx, run.runId, engine.now()));
    await discard(engine, { workspaceId: ana.workspaceId, taskId: run.taskId });
    expect(await fingerprint(db.raw, records)).toEqual(before);
    expect(await roleExists(app)).toBe(false);
  });

  test('really builds: with every tool, in a schema of its own, of no task and at no address', async () => {
    const run = await dryRun();
    const { app, seen, recorder } = await rehearse(run);
    expect(app).toMatchObject({ taskId: null, rehearsalRunId: run.runId, status: 'building' });
    expect(app.slug).toMatch(/^rehearsal-[0-9a-z]+$/);
    expect(new Set(seen.map((path) => path.split('/')[2]))).toEqual(new Set([app.slug]));
    expect(recorder.sent).toEqual([]);
    const planned = AppSpec.parse(crm.subject);
    expect(app.spec.views).toEqual(planned.views);
    expect(app.spec.rules).toEqual(planned.rules);
    expect(await read((tx) => findAppByTask(tx, run.taskId))).toBeUndefined();
    expect(await read((tx) => findAppBySlug(tx, app.slug))).toBeUndefined();
    expect((await read(listApps)).map(({ id }) => id)).not.toContain(app.id);
  });

  test('is shown to no visitor, only to the engine itself', async () => {
    const of = program.bot.engine;
    const { taskId, runId } = await dryRun(crm, of);
    const work = { taskId, rehearsalRunId: runId, plan: crm };
    const { context, seen } = contextOf(of.db, ana, work);
    const renderPage = (path: string) => of.renderPage(ana, path);
    for (const step of toolSteps(crm)) await callStep({ ...context, renderPage }, step);
    const row = await transaction(of.db, ana, (tx) => findAppOf(tx, context));
    expect(seen).toEqual([]);
    for (const path of ['', '/customers', '/customers/new', '/v/customers'])
      expect((await fetch(`${program.address}/apps/${row?.slug}${path}`)).status).toBe(404);
    expect((await renderPage(`/apps/${row?.slug}/customers`)).status).toBe(200);
  });

  test('passes the acceptance checks of the plan, on its own tables and pages', async () => {
    const run = await dryRun();
    const { app } = await rehearse(run);
    const deps = { db, now: () => new Date(), findApp: async () => app };
    for (const check of checksOf(app.spec)) {
      const render = (path: string) => renderAppPage(deps, path);
      expect(await runCheck({ db, app, render }, check)).toMatchObject({ passed: true });
    }
  });

  test('changes step by step exactly what the real work changes', async () => {
    for (const plan of [crm, stock]) {
      const rehearsed = await rehearse(await dryRun(plan), plan);
      const real = await build(plan);
      expect(real.effects).toEqual(rehearsed.effects);
      expect(await inventoryOf(db, real.app)).toEqual(await inventoryOf(db, rehearsed.app));
      for (const effect of real.effects) expect(effect).not.toEqual([]);
    }
  });

  test('is summed up in words: tables, columns, indexes, views, rules and rows', async () => {
    const { effects } = await rehearse(await dryRun());
    const { total, things } = summaryOf(effects.flat());
    expect(total).toMatch(/^4 tables, 26 columns, \d+ indexes, 5 views, 2 rules, 0 rows/);
    expect(things.sort()).toEqual([
      ...['customers (6 columns)', 'products (7 columns)'],
      ...['repairs (8 columns)', 'sales (5 columns)'],
    ]);
  });

  test('may be interrupted after any step and gone on with', async () => {
    const run = await dryRun();
    const first = await rehearse(run);
    const again = await rehearse(run);
    expect(again.app.id).toBe(first.app.id);
    expect(again.effects.slice(1).flat()).toEqual([]);
  });

  test('never becomes live, whoever says so', async () => {
    const { app } = await rehearse(await dryRun());
    await read((tx) => setAppStatus(tx, app.id, 'live'));
    expect((await read(listApps)).map(({ id }) => id)).not.toContain(app.id);
  });
});

test('names and words that look like statements stay names and words', async () => {
  const evil = `x'); drop schema public cascade; --"$$\\`;
  const spec = AppSpec.parse(stock.subject);
  for (const entity of spec.entities) {
    Object.assign(entity, { label: evil, singular: evil, source: evil });
    for (const field of entity.fields) {
      Object.assign(field, { label: evil, help: evil });
      if ('options' in field) for (const option of field.options) option.label = evil;
    }
  }
  for (const part of [...spec.views, ...spec.rules]) part.label = evil;
  const plan = planApp(
    spec,
    { confidence: 1, understood: [], guessed: [] },
    installedTools,
    new Map(),
  );
  const before = await fingerprint(db.raw, records);
  const run = await dryRun(plan);
  const { app } = await rehearse(run, plan);
  expect(app.spec.rules[0]?.label).toBe(evil);
  await bench.force(run.taskId, 'cancelled');
  await discardRehearsals(engine, ana, run.taskId);
  expect(await fingerprint(db.raw, records)).toEqual(before);
});

describe('what a dry run has made', () => {
  test('stays while the run is under way', async () => {
    const run = await dryRun();
    const { app } = await rehearse(run);
    expect(await discardRehearsals(engine, ana, run.taskId)).toBe(0);
    expect(await inventoryOf(db, app)).toContain('table customers');
  });

  test.each(['cancelled', 'failed', 'completed'])('goes with a task that is %s', async (status) => {
    const run = await dryRun();
    const { app } = await rehearse(run);
    await bench.force(run.taskId, status);
    expect(await discardRehearsals(engine, ana, run.taskId)).toBe(1);
    expect(await read((tx) => listRehearsals(tx, run.taskId))).toEqual([]);
    expect(await roleExists(app)).toBe(false);
  });

  test('goes when another run has begun, although nobody noted the end of the first', async () => {
    const run = await dryRun();
    await rehearse(run);
    const { workspaceId } = ana;
    const about = { workspaceId, taskId: run.taskId, planVersion: 1, mode: 'dry_run' } as const;
    const alone = { rehearsedRunId: null, continuesRunId: null };
    const next = await read(async (tx) => insertRun(tx, { ...about, ...alone }));
    const second = await rehearse({ ...run, runId: next.id });
    expect(await discardRehearsals(engine, ana, run.taskId)).toBe(1);
    const left = await read((tx) => listRehearsals(tx, run.taskId));
    expect(left.map(({ id }) => id)).toEqual([second.app.id]);
  });

  test('is removed by several at once and again, and what is half removed is removed', async () => {
    const run = await dryRun();
    const { app } = await rehearse(run);
    await dropAppSchema(db, app);
    await bench.force(run.taskId, 'cancelled');
    await Promise.all([1, 2, 3].map(() => discardRehearsals(engine, ana, run.taskId)));
    expect(await discardRehearsals(engine, ana, run.taskId)).toBe(0);
    expect(await roleExists(app)).toBe(false);
  });

  test('is not made again by a step that outlived it', async () => {
    const run = await dryRun();
    const { app } = await rehearse(run);
    // As a late program may meet it: its row was read before the removal, its schema is made after.
    await read((tx) => setAppStatus(tx, app.id, 'removed'));
    await dropAppSchema(db, app);
    const late = createSchema(db, app, { registered: true });
    await expect(late).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await db.raw`select 1 from pg_namespace where nspname = ${app.schemaName}`).toHaveLength(
      0,
    );
    expect(await roleExists(app)).toBe(false);
  });

  test('does not take the app of the task with it', async () => {
    const real = await build();
    await read((tx) => setAppStatus(tx, real.app.id, 'live'));
    const before = await inventoryOf(db, real.app);
    await bench.force(real.taskId, 'completed');
    await discard(engine, { workspaceId: ana.workspaceId, taskId: real.taskId });
    expect(await inventoryOf(db, real.app)).toEqual(before);
  });
});

describe('the engine', () => {
  const installed = engine.tools as Map<string, Tool>;
  beforeAll(() => {
    for (const [name, tool] of installedTools) installed.set(name, tool);
    const { context } = contextOf(db, ana, { taskId: '', rehearsalRunId: null, plan: crm });
    engine.renderPage = (_, path) => context.renderPage(path);
  });
  const accept = async (id: string, mode: 'dry_run' | 'automatic') => {
    await acceptPlan(engine, ana, id, 1, mode);
    await bench.runJobs(id);
  };
  const changesOf = async (id: string) =>
    (await bench.steps(id)).map((step) => step.effect?.changes ?? []);

  test('shows what a dry run changed, is where it was before, and keeps nothing of it', async () => {
    const id = await bench.propose(crm.steps, crm);
    const before = await fingerprint(db.raw, records);
    await accept(id, 'dry_run');
    expect(await bench.task(id)).toMatchObject({ status: 'ready', progress: 0 });
    const { total } = summaryOf((await changesOf(id)).flat());
    expect(total).toMatch(/^4 tables, 26 columns, \d+ indexes, 5 views, 2 rules, 0 rows/);
    expect(await fingerprint(db.raw, records)).toEqual(before);
  });

  test('goes through a rehearsed plan without a difference', async () => {
    const id = await bench.propose(crm.steps, crm);
    await accept(id, 'dry_run');
    const shown = await changesOf(id);
    await accept(id, 'automatic');
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
    expect(await changesOf(id)).toEqual(shown);
    for (const changes of shown) expect(changes).not.toEqual([]);
  });

  test('stops at a step that does something else than the dry run showed', async () => {
    const id = await bench.propose(crm.steps, crm);
    await accept(id, 'dry_run');
    const search = installedTools.get('create_search');
    if (!search) throw new Error('There is no search.');
    installed.set('create_search', {
      ...search,
      async run(context, input) {
        const output = await search.run(context, input);
        const row = await read((tx) => findAppOf(tx, context));
        await db.raw.unsafe(`alter table ${row?.schemaName}.sales add column secret text`);
        return output;
      },
    });
    await accept(id, 'automatic');
    installed.set('create_search', search);
    expect(await bench.task(id)).toMatchObject({ status: 'blocked', blockedKind: 'error' });
    const { error } = await bench.step(id, 'search');
    expect(error?.kind).toBe('different');
    expect(error?.reason).toContain('+ column sales.secret text');

    // Tried again nothing is done again: it says so, and what can be done.
    await performVerb(bench.engine, ana, id, 'retry');
    await bench.runJobs(id);
    expect((await bench.step(id, 'search')).error?.reason).toBe(
      'It still differs from what you saw in the dry run: now “+ column sales.secret text”. Nothing was done again. Say that it is fine, put it right by hand and look again, or change the plan.',
    );
    // Put right by hand it is what was shown, and the work goes on.
    const app = await appOfTask(bench, id);
    await db.raw.unsafe(`alter table ${app.schemaName}.sales drop column secret`);
    await performVerb(bench.engine, ana, id, 'retry');
    await bench.runJobs(id);
    expect(await bench.step(id, 'search')).toMatchObject({ status: 'completed', error: null });
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
  });

  test('keeps nothing of a dry run whose plan is changed meanwhile, also of the step in hand', async () => {
    const id = await bench.propose(crm.steps, crm);
    const before = await fingerprint(db.raw, [...records, 'apps']);
    const search = installedTools.get('create_search');
    const [tables] = toolSteps(crm);
    if (!search || !tables) throw new Error('There is no such step.');
    let late: Promise<unknown> | undefined;
    installed.set('create_search', {
      ...search,
      async run(context) {
        await changePlan(engine, ana, id, 'Add a birthday field to customers');
        await discard(engine, { workspaceId: ana.workspaceId, taskId: id });
        late = callStep(context, tables);
        return late;
      },
    });
    await accept(id, 'dry_run');
    installed.set('create_search', search);
    await expect(late).rejects.toThrow('This dry run is over.');
    expect(await bench.task(id)).toMatchObject({ status: 'ready', planVersion: 2 });
    expect(await read((tx) => listRehearsals(tx, id))).toEqual([]);
    expect(await fingerprint(db.raw, [...records, 'apps'])).toEqual(before);
  });

  test('refuses in a dry run a tool that writes elsewhere, and leaves nothing of it', async () => {
    const id = await bench.propose(crm.steps, crm);
    const search = installedTools.get('create_search');
    if (!search) throw new Error('There is no search.');
    installed.set('create_search', {
      ...search,
      run: (context) => ddl(context.db, (run) => run('create table public.strayed (id int)')),
    });
    const before = await fingerprint(db.raw, records);
    await accept(id, 'dry_run');
    installed.set('create_search', search);
    expect((await bench.step(id, 'search')).error?.reason).toContain('strayed');
    expect(await fingerprint(db.raw, records)).toEqual(before);
  });
});

describe('confined to its own app', () => {
  let neighbour: App;
  let run: { taskId: string; runId: string };
  let own: App;
  let before: string[];
  beforeAll(async () => {
    neighbour = (await build()).app;
    run = await dryRun();
    own = (await rehearse(run)).app;
    // Cards, jobs and the ledger are looked at, too: nothing may be written there either.
    before = await fingerprint(db.raw);
  });

  type Hostile = (context: ToolContext, app: App) => Promise<unknown>;
  const raw =
    (statement: string): Hostile =>
    (context, app) =>
      ddl(context.db, (run) =>
        run(
          statement.replaceAll('$other', neighbour.schemaName).replaceAll('$own', app.schemaName),
        ),
      );
  const registry =
    (work: (tx: Tx, context: ToolContext, app: App) => Promise<unknown>): Hostile =>
    (context, app) =>
      transaction(context.db, context.scope, (tx) => work(tx, context, app));

  test.each<[string, Hostile]>([
    ['writes to a table of another app', raw("insert into $other.customers (name) values ('x')")],
    ['changes rows of another app', raw('update $other.customers set name = name')],
    ['alters a table of another app', raw('alter table $other.customers add column x int')],
    ['indexes a table of another app', raw('create index on $other.customers (name)')],
    ['drops a table of another app', raw('drop table $other.sales')],
    ['drops the whole of another app', raw('drop schema $other cascade')],
    ['drops a function of another app', raw('drop function $other._pattern(text)')],
    [
      'replaces a function of another app',
      raw(
        "create or replace function $other._pattern(text) returns text language sql immutable as 'select $1'",
      ),
    ],
    ['makes a table beside the apps', raw('create table public.mine (id int)')],
    ['makes a schema', raw('create schema mine')],
    [
      'makes a function',
      raw("create function public.mine() returns int language sql as 'select 1'"),
    ],
    ['makes a type', raw("create type public.mine as enum ('a')")],
    [
      'makes a schema and a function behind a savepoint',
      ({ db }) =>
        ddl(db, async (run) => {
          expect(await run.attempt('create schema mine')).toBe(true);
          const body = "returns int language sql as 'select 1'";
          expect(await run.attempt(`create function public.mine() ${body}`)).toBe(true);
        }),
    ],
    ['empties a table of the engine', raw('truncate people')],
    ['writes to a task', raw("update tasks set title = 'x'")],
    [
      'links a table of its own to one of another app',
      raw('alter table $own.sales add foreign key (customer_id) references $other.customers (id)'),
    ],
    [
      'changes the registry of another app',
      registry((tx) => setAppStatus(tx, neighbour.id, 'removed')),
    ],
    [
      'removes another app from the registry',
      registry((tx) => tx.execute(sql`delete from apps where id = ${neighbour.id}`)),
    ],
    [
      'takes its app out of the dry run',
      registry((tx, _, { id }) =>
        tx.execute(sql`update apps set rehearsal_run_id = null, status = 'live' where id = ${id}`),
      ),
    ],
    [
      'posts a card',
      registry((tx, { taskId }) => {
        const { workspaceId } = ana;
        const place = { channel: 'web', conversation: 'x' };
        return insertCard(tx, { workspaceId, taskId, key: 'x', ...place, card: {} });
      }),
    ],
    [
      'queues a job',
      registry(async (tx, { taskId, scope }) => addJob(tx, 'advance', { ...scope, taskId })),
    ],
    ['does without a transaction', async ({ db }) => db.raw`update tasks set title = 'x'`],
  ])('a tool that %s is refused', async (_, tool) => {
    const work = { taskId: run.taskId, rehearsalRunId: run.runId, plan: crm };
    const { context } = contextOf(db, ana, work, confine(db, run.runId));
    await expect(tool(context, own)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  test('leaves everything as it was, after all of these', async () => {
    expect(await fingerprint(db.raw)).toEqual(before);
  });
});
