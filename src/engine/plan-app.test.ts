import { describe, expect, test } from 'vitest';
import { AppSpec } from '../apps/spec.ts';
import { createOfflineModel } from './model/offline/offline.ts';
import { createsOf, planApp } from './plan-app.ts';
import { installedTools } from './tools/index.ts';
import { Plan, walk } from './workflow/plan.ts';

const context = {
  now: new Date('2026-03-01T10:00:00Z'),
  locale: 'en-US',
  currency: 'USD',
  timezone: 'UTC',
};

async function planned(text: string, history = new Map<string, number>()) {
  const found = await createOfflineModel().understand(text, context);
  if (found.kind !== 'app') throw new Error(`A question came back: ${found.text}`);
  return { found, plan: planApp(found.spec, found, installedTools, history) };
}

const { found, plan } = await planned('Create a CRM for my cellphone store');

describe('"Create a CRM for my cellphone store"', () => {
  test('is understood as action, type, domain and implied entities', () => {
    expect(found).toMatchObject({
      action: 'Create application',
      type: 'CRM',
      domain: 'Cellphone retail',
      shortName: 'CRM',
    });
    expect(found.impliedEntities).toEqual(
      expect.arrayContaining(['customers', 'products', 'sales']),
    );
  });

  test('is planned as "Cellphone Store CRM" with 92 % confidence and low risk', () => {
    expect(plan).toMatchObject({ title: 'Cellphone Store CRM', confidence: 0.92, risk: 'low' });
    expect(plan.risks).not.toEqual([]);
    expect(plan.estimatedMs).toBeGreaterThan(0);
  });

  test('has the steps of the Task Workflow document with their priorities', () => {
    expect(plan.steps.map((step) => [step.name, step.priority])).toEqual([
      ['Create database tables', 'critical'],
      ['Generate application UI', 'high'],
      ['Add search and filters', 'medium'],
      ['Configure repair workflow', 'medium'],
    ]);
  });

  test.each([
    [0, 'customers, products, sales, repairs'],
    [1, 'List views, forms, navigation'],
    [2, 'Name search, status filters'],
  ])('step %i says what it makes: %s', (index, detail) => {
    expect(plan.steps[index]?.detail).toBe(detail);
  });

  test('the workflow step speaks of status transitions', () => {
    expect(plan.steps[3]?.detail).toMatch(/^Status transitions/);
  });

  test('says in its notices what is done: "Database created"', () => {
    expect(plan.steps[0]?.completedLabel).toBe('Database created');
    for (const step of plan.steps) expect(step.completedLabel).toBeTruthy();
  });

  test('creates what the completion card of the document lists', () => {
    expect(plan.creates.map((made) => `${made.icon} ${made.text}`)).toEqual([
      '📋 4 database tables (customers, products, sales, repairs)',
      '📱 5 views (lists + forms)',
      '🔍 Search by name, phone, status',
      '📊 Repair status workflow',
    ]);
  });

  test('has tables of 6, 7, 5 and 8 columns at /apps/cellphone-crm', () => {
    const sizes = found.spec.entities.map((entity) => [entity.key, entity.fields.length]);
    expect(Object.fromEntries(sizes)).toEqual({ customers: 6, products: 7, sales: 5, repairs: 8 });
    expect(found.spec.slug).toBe('cellphone-crm');
  });

  test('defines done before it starts', () => {
    expect(plan.checks.length).toBeGreaterThan(3);
  });
});

describe('every plan', () => {
  const wishes = [
    'Create a CRM for my cellphone store',
    'CRM for cellphone store with customer tracking and repair status',
    'Sales dashboard showing daily revenue and top products',
    'Inventory system with stock alerts when below 10 units',
    'Keep track of bee hives: each hive has a location, queen age and last inspection date',
  ];

  test.each(wishes)(
    'uses installed tools only, and parts that are told apart: %s',
    async (wish) => {
      const { plan } = await planned(wish);
      expect(Plan.parse(plan)).toEqual(plan);
      for (const step of walk(plan.steps)) {
        if (step.kind !== 'tool') throw new Error('An app is built by tools.');
        expect(installedTools.has(step.tool)).toBe(true);
        expect(new Set(step.substeps).size).toBe(step.substeps.length);
        expect(step.expectedMs).toBeGreaterThan(0);
      }
    },
  );

  test('knows the alert that was asked for: below 10 units', async () => {
    const { plan } = await planned('Inventory system with stock alerts when below 10 units');
    expect(plan.steps.map((step) => step.name)).toContain('Set up alerts');
    expect(plan.creates.map((made) => made.icon)).toContain('🔔');
    expect(plan.creates.map((made) => made.text).join()).toMatch(/10/);
  });

  test('has a dashboard step where a dashboard was asked for', async () => {
    const { plan } = await planned('Sales dashboard showing daily revenue and top products');
    expect(plan.steps.map((step) => step.name)).toContain('Build the dashboard');
  });

  test('expects of a step what its tool took lately', async () => {
    const { plan } = await planned(
      'Create a CRM for my cellphone store',
      new Map([['create_tables', 400]]),
    );
    expect(plan.steps[0]).toMatchObject({ expectedMs: 5 * 400 });
    expect(plan.steps[1]).toMatchObject({ expectedMs: 10 * 15 });
    expect(plan.estimatedMs).toBeGreaterThan(2000);
  });
});

/** An app as large as an AppSpec may be. */
function largeSpec(entities: number, boards: number): AppSpec {
  const option = (key: string, next: string[]) => ({ key, label: key, next });
  const keys = Array.from({ length: entities }, (_, index) => `things${index}`);
  const list = (key: string) => ({
    id: `viw_${key}`,
    key,
    label: key,
    kind: 'list',
    entity: key,
    columns: ['name'],
  });
  return AppSpec.parse({
    specVersion: 1,
    slug: 'large',
    name: 'Large',
    entities: keys.map((key) => ({
      id: `ent_${key}`,
      key,
      label: key,
      singular: key,
      title: ['name'],
      fields: [
        { id: `fld_${key}_name`, key: 'name', label: 'Name', type: 'text', search: true },
        {
          id: `fld_${key}_status`,
          key: 'status',
          label: 'Status',
          type: 'status',
          initial: 'open',
          options: [option('open', ['done']), option('done', [])],
        },
      ],
    })),
    views: [
      ...keys.map(list),
      ...keys.slice(0, boards).map((key) => ({
        id: `viw_${key}_board`,
        key: `${key}_board`,
        label: `${key} board`,
        kind: 'board',
        entity: key,
        field: 'status',
      })),
    ],
    rules: [],
  });
}

const certainty = { confidence: 0.9, understood: [], guessed: [] };

test('an app of eighty tables can be planned, is riskier, and names some of its tables', () => {
  const spec = largeSpec(80, 0);
  const plan = planApp(spec, certainty, installedTools, new Map());
  expect(plan.risk).toBe('medium');
  expect(plan.steps).toHaveLength(83);
  expect(createsOf(spec)[0]?.text).toMatch(
    /^80 database tables \(.+ and? ?.*68 more\)$|68 more\)$/,
  );
});

test('every valid app can be planned: eighty lists and forty boards are not too many parts', () => {
  expect(() => planApp(largeSpec(80, 40), certainty, installedTools, new Map())).not.toThrow();
});

test('one table is one table, not "1 tables"', () => {
  expect(
    createsOf(largeSpec(1, 0))
      .slice(0, 2)
      .map((made) => made.text),
  ).toEqual(['1 database table (things0)', '1 view (lists + forms)']);
});
