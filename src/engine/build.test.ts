/** The real tools and checks on a real database, driven without the queue. */
import { describe, expect, test } from 'vitest';
import { ana, testEngine } from '../../test/support/engine.ts';
import type { AppSpec } from '../apps/spec.ts';
import { findAppByTask } from '../db/app.ts';
import { FactotumError } from '../errors.ts';
import { planApp } from './plan-app.ts';
import { cancelTask, retryTask, skipFailedStep } from './steer.ts';
import { installedTools } from './tools/index.ts';

const bench = await testEngine();
const { engine } = bench;
const wish = 'Create a CRM for my cellphone store';

/** Stands for the pages of the layer above: shows every word that is looked for. */
function pageOf(spec: AppSpec): string {
  const fields = spec.entities.flatMap((entity) => entity.fields);
  return [
    `/apps/${spec.slug}/`,
    ...spec.views.map((view) => view.label),
    ...fields.map((field) => `name="${field.key}"`),
  ].join(' ');
}

async function accepted(broken?: string, firstOfAll: string[] = []): Promise<string> {
  const context = { now: engine.now(), locale: 'en-US', currency: 'USD', timezone: 'UTC' };
  const found = await engine.model.understand(wish, context);
  if (found.kind !== 'app') throw new Error('The sentence was not understood.');
  const page = pageOf(found.spec);
  engine.renderPage = async (_scope, path) => ({
    status: 200,
    body: page.replace(/\/apps\/[^/]+/, path.split('/').slice(0, 3).join('/')),
  });
  const tools = engine.tools as Map<string, unknown>;
  for (const [name, tool] of installedTools) tools.set(name, tool);
  if (broken) {
    const reason = "Column 'notes' exceeds maximum indexable length";
    bench.tool(broken, () => Promise.reject(new FactotumError('INVALID', reason)));
  }
  const plan = planApp(found.spec, found, installedTools, new Map());
  const isFirst = (key: string) => firstOfAll.includes(key);
  const steps = [
    ...plan.steps.filter((step) => isFirst(step.key)),
    ...plan.steps.filter((step) => !isFirst(step.key)),
  ];
  const id = await bench.propose(steps, { ...plan, steps });
  await bench.accept(id);
  await bench.runJobs(id);
  return id;
}
const appOf = (id: string) => bench.read((tx) => findAppByTask(tx, id));
const schemas = () => bench.db.raw`select nspname from pg_namespace where nspname like 'app\\_%'`;

describe('an app', () => {
  test('is built from its plan; every check fails before the work and passes after it', async () => {
    const id = await accepted();
    expect(await bench.task(id)).toMatchObject({ status: 'completed', progress: 100 });
    for (const check of await bench.checks(id))
      expect(check).toMatchObject({ before: { passed: false }, after: { passed: true } });
    expect(await appOf(id)).toMatchObject({ status: 'live', slug: 'cellphone-crm' });
    for (const step of await bench.steps(id))
      expect(step.substeps.filter((part) => !part.done)).toEqual([]);
  });

  test('has the same indexes when search is added before its pages', async () => {
    const indexesOf = async (id: string) => {
      const schema = (await appOf(id))?.schemaName ?? '';
      const rows = await bench.db
        .raw`select indexname from pg_indexes where schemaname = ${schema} order by indexname`;
      return rows.map((row) => String(row['indexname']));
    };
    const usual = await indexesOf(await accepted());
    expect(usual.join(' ')).toContain('_sort_products_price');
    const early = await accepted(undefined, ['tables', 'search']);
    expect(await indexesOf(early)).toEqual(usual);
  });

  test('that fails half-way shows the reason, and is finished by Retry', async () => {
    const id = await accepted('create_search');
    expect(await bench.task(id)).toMatchObject({ status: 'blocked', blockedKind: 'error' });
    expect(await bench.step(id, 'search')).toMatchObject({
      status: 'failed',
      error: { reason: "Column 'notes' exceeds maximum indexable length" },
    });
    const search = installedTools.get('create_search');
    if (search) (engine.tools as Map<string, unknown>).set('create_search', search);
    await retryTask(engine, ana, id);
    await bench.runJobs(id);
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
  });

  test('is delivered without the feature whose step was skipped', async () => {
    const id = await accepted('create_search');
    await skipFailedStep(engine, ana, id, true);
    await bench.runJobs(id);
    expect(await bench.states(id)).toMatchObject({ search: 'skipped' });
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
  });

  test('that is given up half-way leaves nothing behind', async () => {
    const before = await schemas();
    const id = await accepted('create_pages');
    expect(await schemas()).toHaveLength(before.length + 1);
    await cancelTask(engine, ana, id);
    await bench.runJobs(id);
    expect(await schemas()).toHaveLength(before.length);
    expect(await appOf(id)).toBeUndefined();
  });
});
