/** Modify while an app is built, and where its building failed: what stands is kept, with its rows (F72, F116). */
import { describe, expect, test } from 'vitest';
import { toApp } from '../../src/apps/app.ts';
import { findAnyAppBySlug, findAppByTask } from '../../src/db/app.ts';
import { transaction } from '../../src/db/client.ts';
import { acceptPlan } from '../../src/engine/accept.ts';
import { installedTools } from '../../src/engine/tools/index.ts';
import { performVerb } from '../../src/engine/verb.ts';
import { FactotumError } from '../../src/errors.ts';
import { renderAppPage } from '../../src/web/app/route.ts';
import { ana, testEngine } from '../support/engine.ts';
import { planOfWish } from '../support/rehearsal.ts';

const bench = await testEngine();
const { db, engine, read, runJobs } = bench;
const tools = engine.tools as Map<string, unknown>;
const plan = await planOfWish('Create a CRM for my cellphone store');
engine.renderPage = (scope, path) =>
  renderAppPage(
    {
      db,
      now: engine.now,
      findApp: async (slug) => {
        const row = await transaction(db, scope, (tx) => findAnyAppBySlug(tx, slug));
        return row && toApp(row);
      },
    },
    path,
  );

/** An app whose building stops where `broken` is called. */
async function halfBuilt(broken: string): Promise<string> {
  for (const [name, tool] of installedTools) tools.set(name, tool);
  const reason = "Column 'notes' exceeds maximum indexable length";
  bench.tool(broken, () => Promise.reject(new FactotumError('INVALID', reason)));
  const id = await bench.propose(plan.steps, plan);
  await acceptPlan(engine, ana, id, 1);
  await runJobs(id);
  expect(await bench.task(id)).toMatchObject({ status: 'blocked', blockedKind: 'error' });
  tools.set(broken, installedTools.get(broken));
  return id;
}
async function appOf(id: string) {
  const row = await read((tx) => findAppByTask(tx, id));
  if (!row) throw new Error('There is no app.');
  return toApp(row);
}
const modify = (id: string, text: string) => performVerb(engine, ana, id, 'modify', { text });
const columnsOf = async (schema: string, table: string) => {
  const rows = await db.raw`
    select column_name as name from information_schema.columns
    where table_schema = ${schema} and table_name = ${table}`;
  return rows.map(({ name }) => String(name));
};

describe('an app whose building failed half-way', () => {
  test('is finished in another form: its tables are those of the new plan', async () => {
    const id = await halfBuilt('create_search');
    await modify(id, 'add a nickname field to customers');
    await performVerb(engine, ana, id, 'accept');
    await runJobs(id);
    expect(await bench.task(id)).toMatchObject({ status: 'completed', planVersion: 2 });
    expect(await columnsOf((await appOf(id)).schemaName, 'customers')).toContain('nickname');
    for (const check of await bench.checks(id)) expect(check.after).toMatchObject({ passed: true });
  });

  test('that people have entered something into does not lose it: the step says so and stops', async () => {
    const id = await halfBuilt('create_search');
    const { schemaName } = await appOf(id);
    await db.raw`insert into ${db.raw(`${schemaName}.customers`)} (name) values ('Ben')`;
    await modify(id, 'add a nickname field to customers');
    await performVerb(engine, ana, id, 'accept');
    await runJobs(id);
    expect(await bench.step(id, 'tables')).toMatchObject({
      status: 'failed',
      error: { reason: expect.stringMatching(/has 1 record already/) },
    });
    const rows = await db.raw`select name from ${db.raw(`${schemaName}.customers`)}`;
    expect([...rows]).toEqual([{ name: 'Ben' }]);
  });

  test('does again only what the change touches', async () => {
    const id = await halfBuilt('create_search');
    await modify(id, 'add a dashboard');
    const [row] = await db.raw`select changes from plans where task_id = ${id} and version = 2`;
    const [tables, pages] = await bench.steps(id);
    expect(row?.['changes']).toContain(`Finished and kept: ${tables?.name}, ${pages?.name}`);
    await performVerb(engine, ana, id, 'accept');
    await runJobs(id);
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
    const kept = (await bench.steps(id)).map(({ key, keptFrom }) => [key, keptFrom]);
    expect(Object.fromEntries(kept)).toMatchObject({
      ...{ tables: tables?.id, pages: pages?.id, search: null, dashboard: null },
    });
  });

  test('goes on without what failed, and is complete without it', async () => {
    const id = await halfBuilt('create_search');
    await modify(id, 'leave out the search');
    await performVerb(engine, ana, id, 'accept');
    await runJobs(id);
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
    expect(Object.keys(await bench.states(id))).not.toContain('search');
  });

  test('asks what was meant where it is about neither the app nor its steps', async () => {
    const id = await halfBuilt('create_search');
    const { question } = await modify(id, 'xyzzy');
    expect(question?.text).toContain('xyzzy');
    expect(await bench.task(id)).toMatchObject({ status: 'blocked', planVersion: 1 });
  });
});

test('a change between two steps of a supervised run keeps what is built, and goes on supervised', async () => {
  for (const [name, tool] of installedTools) tools.set(name, tool);
  const id = await bench.propose(plan.steps, plan);
  await acceptPlan(engine, ana, id, 1, 'supervised');
  await runJobs(id);
  await performVerb(engine, ana, id, 'approve');
  await runJobs(id);
  expect(await bench.states(id)).toMatchObject({ tables: 'completed', pages: 'approval' });
  await modify(id, 'add a dashboard');
  await performVerb(engine, ana, id, 'resume');
  await runJobs(id);
  expect(await bench.run(id)).toMatchObject({ mode: 'supervised' });
  await performVerb(engine, ana, id, 'approve', { rest: true });
  await runJobs(id);
  expect(await bench.task(id)).toMatchObject({ status: 'completed', planVersion: 3 });
  expect(await bench.step(id, 'tables')).toMatchObject({ keptFrom: expect.any(String) });
});
