/** An app that is being built while its plan changes: what is outdated goes, what is still valid stays. */
import { beforeAll, describe, expect, test } from 'vitest';
import { type App, toApp } from '../../src/apps/app.ts';
import { inventoryOf } from '../../src/apps/inventory.ts';
import { createRecord } from '../../src/apps/record.ts';
import { AppSpec } from '../../src/apps/spec.ts';
import { findAppByTask } from '../../src/db/app.ts';
import { lockTask } from '../../src/db/task.ts';
import { acceptPlan } from '../../src/engine/accept.ts';
import { changePlan } from '../../src/engine/change.ts';
import { planApp } from '../../src/engine/plan-app.ts';
import { pauseTask } from '../../src/engine/steer.ts';
import { proposePlan, reopenPlanning } from '../../src/engine/task.ts';
import { installedTools } from '../../src/engine/tools/index.ts';
import type { Tool } from '../../src/engine/tools/tool.ts';
import type { Plan } from '../../src/engine/workflow/plan.ts';
import { FactotumError } from '../../src/errors.ts';
import { ana, testEngine } from '../support/engine.ts';
import { callStep, contextOf, planOfWish, toolSteps } from '../support/rehearsal.ts';

const bench = await testEngine();
const { db, engine, read } = bench;
const crm = await planOfWish('Create a CRM for my cellphone store');
const stock = await planOfWish('Inventory system with stock alerts when below 10 units');
const installed = engine.tools as Map<string, Tool>;

beforeAll(() => {
  for (const [name, tool] of installedTools) installed.set(name, tool);
  const work = { taskId: '', rehearsalRunId: null, plan: crm };
  engine.renderPage = (_, path) => contextOf(db, ana, work).context.renderPage(path);
});

async function appOf(taskId: string): Promise<App> {
  const row = await read((tx) => findAppByTask(tx, taskId));
  if (!row) throw new Error('There is no app.');
  return toApp(row);
}

/** Calls the tools of a plan for a task, all or only those named. */
async function perform(taskId: string, plan: Plan, only?: string[]): Promise<App> {
  const { context } = contextOf(db, ana, { taskId, rehearsalRunId: null, plan });
  for (const step of toolSteps(plan)) {
    if (!only || only.includes(step.tool)) await callStep(context, step);
  }
  return appOf(taskId);
}

function changed(plan: Plan, change: (spec: AppSpec) => void): Plan {
  const subject = structuredClone(AppSpec.parse(plan.subject));
  change(subject);
  return { ...plan, subject };
}

const withNickname = (spec: AppSpec) => {
  const about = { id: 'fld_nick', key: 'nickname', label: 'Nickname', type: 'text' } as const;
  spec.entities[0]?.fields.push({ ...about, required: false, unique: false, search: false });
};
const schemas = async () =>
  (await db.raw`select nspname from pg_namespace where nspname like 'app\\_%'`).length;

describe('a new version of the plan', () => {
  test('with other tables begins the app again, and nothing of the old one is left', async () => {
    const id = await bench.propose(crm.steps, crm);
    const before = await schemas();
    const first = await perform(id, crm);
    const second = await perform(id, changed(crm, withNickname));
    expect(second.id).not.toBe(first.id);
    expect(await inventoryOf(db, second)).toContain('column customers.nickname text');
    expect(await schemas()).toBe(before + 1);
    const roles = await db.raw`select 1 from pg_roles where rolname = ${first.roleName}`;
    expect(roles).toHaveLength(0);
  });

  test('with the same tables goes on with the app as it is', async () => {
    const id = await bench.propose(crm.steps, crm);
    const first = await perform(id, crm);
    const plan = changed(crm, (spec) => {
      spec.views = spec.views.filter((view) => view.kind !== 'board');
    });
    const second = await perform(id, plan, ['create_tables', 'create_pages']);
    expect(second.id).toBe(first.id);
    expect(second.spec.views.map((view) => view.kind)).not.toContain('board');
    expect(second.spec.rules).toEqual(first.spec.rules);
  });

  test('with other tables does not lose what people have entered: it stops and says so', async () => {
    const id = await bench.propose(crm.steps, crm);
    const app = await perform(id, crm);
    expect(await createRecord(db, app, 'customers', { name: 'Ana' })).toMatchObject({
      kind: 'saved',
    });
    const before = await inventoryOf(db, app);
    const again = perform(id, changed(crm, withNickname));
    await expect(again).rejects.toThrow(/has 1 record already/);
    expect(await inventoryOf(db, await appOf(id))).toEqual(before);
  });

  test('is carried out by the engine: the changed tables are there, with all that stands on them', async () => {
    const reason = 'Column too long';
    const broken = () => Promise.reject(new FactotumError('INVALID', reason));
    const id = await bench.propose(crm.steps, crm);
    bench.tool('create_search', broken);
    await acceptPlan(engine, ana, id, 1);
    await bench.runJobs(id);
    expect(await bench.task(id)).toMatchObject({ status: 'blocked' });
    const search = installedTools.get('create_search');
    if (search) installed.set('create_search', search);
    const change = await changePlan(engine, ana, id, 'Add a birthday field to customers');
    expect(change.kind).toBe('changed');
    await acceptPlan(engine, ana, id, 2);
    await bench.runJobs(id);
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
    const lines = await inventoryOf(db, await appOf(id));
    expect(lines.some((line) => line.startsWith('column customers.birthday'))).toBe(true);
    expect(lines.some((line) => line.startsWith('trigger repairs _flow_repairs_status'))).toBe(
      true,
    );
  });

  test('without an alert that was set up has none, though no step is done again', async () => {
    const id = await bench.propose(stock.steps, stock);
    const alerts = installedTools.get('create_alerts');
    if (!alerts) throw new Error('There are no alerts.');
    installed.set('create_alerts', {
      ...alerts,
      async run(context, input) {
        const output = await alerts.run(context, input);
        await pauseTask(engine, ana, id);
        return output;
      },
    });
    await acceptPlan(engine, ana, id, 1);
    await bench.runJobs(id);
    installed.set('create_alerts', alerts);
    expect(await bench.states(id)).toMatchObject({ alerts: 'completed' });
    expect((await appOf(id)).spec.rules).not.toEqual([]);

    const spec = { ...AppSpec.parse(stock.subject), rules: [] };
    const certainty = { confidence: 1, understood: [], guessed: [] };
    const next = planApp(spec, certainty, installedTools, new Map());
    await read(async (tx) => {
      const task = await lockTask(tx, id);
      if (!task) throw new Error('There is no task.');
      await proposePlan(tx, engine, await reopenPlanning(tx, engine, ana, task), next, []);
    });
    await acceptPlan(engine, ana, id, 2);
    await bench.runJobs(id);
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
    for (const step of await bench.steps(id)) expect(step.keptFrom).not.toBeNull();
    const app = await appOf(id);
    expect(app.spec.rules).toEqual([]);
    expect(app.spec.views).toEqual(spec.views);
  });
});
