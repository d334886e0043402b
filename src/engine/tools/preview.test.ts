import { describe, expect, test } from 'vitest';
import { AppSpec, type Field } from '../../apps/spec.ts';
import { createOfflineModel } from '../model/offline/offline.ts';
import { planApp } from '../plan-app.ts';
import type { Plan } from '../workflow/plan.ts';
import { installedTools } from './index.ts';

const appTools = [...installedTools.values()].filter(({ name }) => name.startsWith('create_'));

const context = {
  now: new Date('2026-03-01T10:00:00Z'),
  locale: 'en-US',
  currency: 'USD',
  timezone: 'UTC',
};

async function planned(text: string): Promise<Plan> {
  const found = await createOfflineModel().understand(text, context);
  if (found.kind !== 'app') throw new Error(`A question came back: ${found.text}`);
  return planApp(found.spec, found, installedTools, new Map());
}

const crm = await planned('Create a CRM for my cellphone store');
const inventory = await planned('Inventory system with stock alerts when below 10 units');
const sales = await planned('Sales dashboard showing daily revenue and top products');

function toolOf(name: string) {
  const tool = installedTools.get(name);
  if (!tool) throw new Error(`There is no tool ${name}.`);
  return tool;
}
const preview = (tool: string, plan: Plan, input: object = {}) =>
  toolOf(tool).preview(input, plan.subject);

describe('a preview', () => {
  test('of the tables is that of the document: four tables with 6, 7, 5 and 8 columns, ~1MB', () => {
    expect(preview('create_tables', crm)).toEqual({
      lines: [
        'This will create 4 new tables:',
        'customers (6 columns)',
        'products (7 columns)',
        'sales (5 columns)',
        'repairs (8 columns)',
      ],
      impact: 'Database storage increase ~1MB',
    });
  });

  test('of pages names each with its kind', () => {
    const { lines, impact } = preview('create_pages', crm);
    expect(lines).toEqual([
      'This will publish 5 pages:',
      ...['Customers (list and form)', 'Products (list and form)'],
      ...['Sales (list and form)', 'Repairs (list and form)'],
      expect.stringMatching(/\(board\)$/),
    ]);
    expect(impact).toBe('No records are changed');
  });

  test('of search says what is searched and filtered by', () => {
    const { lines, impact } = preview('create_search', crm);
    expect(lines[0]).toBe('This will add search and filters:');
    expect(lines).toContain('Customers: search by name, phone');
    expect(lines.join('\n')).toMatch(/^Repairs: filters by .*status/m);
    expect(impact).toBe('Database storage increase less than 1MB');
  });

  test('of a workflow lists the moves that will be allowed, and what is told', () => {
    const { lines } = preview('create_workflow', crm, { entity: 'repairs' });
    expect(lines[0]).toBe('This will allow these moves of repairs and refuse all others:');
    expect(lines.some((line) => /^Received → /.test(line))).toBe(true);
    expect(lines.some((line) => /^Tells of: Repair /.test(line))).toBe(true);
  });

  test('of a dashboard counts its figures', () => {
    const { lines } = preview('create_dashboard', sales);
    expect(lines[0]).toMatch(/^This will publish 1 dashboard with [3-9] figures:$/);
  });

  test('of alerts names what is watched', () => {
    const { lines } = preview('create_alerts', inventory);
    expect(lines[0]).toMatch(/^This will set up [1-9] alerts?:$/);
    expect(lines[1]).toMatch(/^.+ \(.+\)$/);
  });

  test('of one table has it in the singular, and of many shows a dozen', () => {
    const { subject } = crm;
    const spec = AppSpec.parse(subject);
    const [first] = spec.entities;
    if (!first) throw new Error('The app has no table.');
    const of = (entities: unknown[]) =>
      toolOf('create_tables').preview({}, { ...spec, entities, views: [], rules: [] });
    const [single] = first.fields.filter((field) => field.key === first.title[0]);
    expect(of([{ ...first, fields: [single], title: [single?.key] }]).lines).toEqual([
      'This will create 1 new table:',
      'customers (1 column)',
    ]);
    const many = Array.from({ length: 80 }, (_, at) => ({ ...first, key: `things${at}` }));
    const { lines, impact } = of(many);
    expect(lines).toHaveLength(14);
    expect(lines.at(-1)).toBe('and 68 more');
    expect(impact).toBe('Database storage increase ~9MB');
  });

  test('of work that cannot be read falls back to what the tool does', () => {
    for (const tool of appTools) {
      expect(tool.preview({}, null)).toEqual({ lines: [tool.description], impact: null });
    }
    expect(preview('create_workflow', crm, { entity: 'nobody' }).impact).toBeNull();
  });
});

/** Names of the tools whose basis differs, a workflow by what it is of. */
function affected(plan: Plan, change: (spec: AppSpec) => void): string[] {
  const before = AppSpec.parse(plan.subject);
  const after = structuredClone(before);
  change(after);
  const calls: [string, string, object][] = [
    ...appTools
      .map(({ name }) => name)
      .filter((name) => name !== 'create_workflow')
      .map((name): [string, string, object] => [name, name, {}]),
    ...before.entities.map((entity): [string, string, object] => [
      `create_workflow ${entity.key}`,
      'create_workflow',
      { entity: entity.key },
    ]),
  ];
  return calls
    .filter(([, tool, input]) => {
      const basis = (spec: AppSpec) => JSON.stringify(toolOf(tool).basis(input, spec));
      return basis(before) !== basis(AppSpec.parse(after));
    })
    .map(([name]) => name);
}
const fieldOf = (id: string): Field => ({
  ...{ id, key: 'nickname', label: 'Nickname', type: 'text' },
  ...{ required: false, unique: false, search: false },
});

describe('the basis of a step', () => {
  test('is the same for the same spec', () => {
    expect(affected(crm, () => {})).toEqual([]);
  });

  test('a changed widget concerns the dashboard only', () => {
    const seen = affected(sales, (spec) => {
      for (const view of spec.views)
        if (view.kind === 'dashboard') view.widgets = view.widgets.slice(1);
    });
    expect(seen).toEqual(['create_dashboard']);
  });

  test('a new field concerns the tables and what is built of their records, not the other workflows', () => {
    const seen = affected(crm, (spec) => spec.entities[0]?.fields.push(fieldOf('fld_nick')));
    expect(seen).toEqual([
      ...['create_tables', 'create_pages', 'create_search', 'create_dashboard'],
      'create_workflow customers',
    ]);
  });

  test('a column more in a list concerns the pages, and the index that it is sorted by', () => {
    const seen = affected(crm, (spec) => {
      const [list] = spec.views;
      if (list?.kind === 'list') list.columns = list.columns.slice(0, 1);
    });
    expect(seen).toEqual(['create_pages', 'create_search']);
  });

  test('another board concerns the pages only', () => {
    const seen = affected(crm, (spec) => {
      spec.views = spec.views.filter((view) => view.kind !== 'board');
    });
    expect(seen).toEqual(['create_pages']);
  });

  test('another alert concerns the alerts, another notice of a status its workflow', () => {
    const rename = (on: 'status' | 'others') => (spec: AppSpec) => {
      for (const rule of spec.rules)
        if ((rule.on === 'status') === (on === 'status')) rule.message = 'Look!';
    };
    expect(affected(inventory, rename('others'))).toEqual(['create_alerts']);
    expect(affected(crm, rename('status'))).toEqual(['create_workflow repairs']);
  });

  test('another allowed move concerns the tables, which remember it, and the workflow', () => {
    const seen = affected(crm, (spec) => {
      for (const entity of spec.entities)
        for (const field of entity.fields)
          if (field.type === 'status') for (const option of field.options) option.next = [];
    });
    expect(seen).toContain('create_tables');
    expect(seen.filter((name) => name.startsWith('create_workflow'))).toEqual([
      'create_workflow repairs',
    ]);
  });

  test('the currency concerns the tables, which are registered with it', () => {
    const seen = affected(crm, (spec) => {
      spec.currency = 'EUR';
    });
    expect(seen).toEqual(['create_tables']);
  });
});
