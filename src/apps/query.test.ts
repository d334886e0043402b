import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import type { App } from './app.ts';
import { exportCsv } from './csv.ts';
import { readWidget } from './dashboard.ts';
import { appOf, buildApp, make, shopSpec } from './fixture.ts';
import {
  boardColumns,
  linkedRecords,
  listRecords,
  pickRecords,
  type Query,
  searchApp,
} from './query.ts';
import { createRecord, deleteRecord, type Input, moveRecord, updateRecord } from './record.ts';
import { groupWords } from './search.ts';
import type { Widget } from './spec.ts';

const db = await testDatabase();
let app: App;
let ana = '';

async function made(entity: string, input: Input, of = app): Promise<string> {
  const saved = await createRecord(db, of, entity, input);
  if (saved.kind !== 'saved') throw new Error(JSON.stringify(saved));
  return saved.row.id;
}

beforeAll(async () => {
  app = await buildApp(db, appOf(shopSpec()));
  ana = await made('customers', {
    name: 'Ána García',
    phone: '+44 20 7946 0018',
    email: 'ana@example.com',
  });
  const bob = await made('customers', { name: 'Bob 100% O’Neil', phone: '(202) 555-0143' });
  const dates = ['2026-01-05', '2026-01-05', '', '2026-03-01', '', '2025-12-31', '2026-01-05'];
  for (const [index, due] of dates.entries()) {
    await made('repairs', {
      customer: index % 2 === 0 ? ana : bob,
      device: `Phone ${index}`,
      due,
      price: index === 0 ? '' : String(index * 10),
      priority: index % 3 === 0 ? 'high' : '',
    });
  }
});

const titles = async (query: Query, entity = 'repairs'): Promise<string[]> =>
  (await listRecords(db, app, entity, query)).rows.map((row) =>
    String(row.values['device'] ?? row.title),
  );

describe('the search', () => {
  test('finds words in any order, without accents and whatever their case', async () => {
    expect(await titles({ q: 'GARCIA ana' }, 'customers')).toEqual(['Ána García']);
    expect(await titles({ q: 'ana bob' }, 'customers')).toEqual([]);
    expect(await titles({ q: '100% o' }, 'customers')).toEqual(['Bob 100% O’Neil']);
    expect(await titles({ q: '10_%' }, 'customers')).toEqual([]);
  });

  test('knows every script', async () => {
    const words = [
      'Привет мир',
      'Ελλάδα',
      '東京タワー',
      'שלום',
      'مرحبا',
      '😀 party',
      'Straße',
      'back\\slash',
    ];
    const ids = new Map<string, string>();
    for (const name of words) ids.set(name, await made('tags', { name }));
    for (const [name, q] of [
      ...words.map((word) => [word, word]),
      ['Привет мир', 'ПРИВЕТ'],
      ['東京タワー', '京'],
      ['Straße', 'strasse'],
    ]) {
      const { rows } = await listRecords(db, app, 'tags', { q });
      expect([q, rows.map((row) => row.id)]).toEqual([q, [ids.get(name ?? '')]]);
    }
  });

  test.each([
    '020 7946 0018',
    '2079460018',
    '+442079460018',
    '(020) 7946-0018',
    '79460018',
    'ana 7946 0018',
    '+44 20 7946',
  ])('finds a phone number written as %s', async (q) =>
    expect(await titles({ q }, 'customers')).toEqual(['Ána García']),
  );

  test('finds records by the title of what they link to, also after it changed', async () => {
    const customer = await made('customers', { name: 'Zeta' });
    await made('repairs', { customer, device: 'Tablet' });
    expect(await titles({ q: 'zeta tablet' })).toEqual(['Tablet']);
    await updateRecord(db, app, 'customers', customer, 1, { name: 'Omega' });
    expect(await titles({ q: 'omega' })).toEqual(['Tablet']);
    expect(await titles({ q: 'zeta' })).toEqual([]);
    const [repair] = (await listRecords(db, app, 'repairs', { q: 'omega' })).rows;
    expect(repair?.version).toBe(1);
    await deleteRecord(db, app, 'repairs', repair?.id ?? '');
  });

  test('takes anything for a question', async () => {
    const queries = [
      `'; --`,
      '\\',
      '%',
      '_',
      '\0',
      '‮',
      '😀',
      '((((',
      'a'.repeat(10_000),
      ' '.repeat(50),
      '\ud800',
    ];
    for (const q of queries)
      expect((await listRecords(db, app, 'repairs', { q })).total.capped).toBe(false);
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 30 }), async (q) => {
        await listRecords(db, app, 'customers', { q });
      }),
      { numRuns: 40 },
    );
  });

  test('joins the pieces of a phone number', () => {
    expect(groupWords('ana (11) 555-0100')).toEqual([
      { parts: ['ana'], digits: undefined },
      { parts: ['(11)', '555-0100'], digits: '115550100' },
    ]);
  });

  test('goes over the whole app and into the picker', async () => {
    const found = await searchApp(db, app, 'garcia', 3);
    expect(found.map(({ entity, rows }) => [entity.key, rows.length])).toEqual([
      ['customers', 1],
      ['repairs', 3],
    ]);
    expect(await searchApp(db, app, '  ', 3)).toEqual([]);
    expect(await pickRecords(db, app, 'customers', 'gar')).toEqual([
      { id: ana, title: 'Ána García' },
    ]);
    expect((await pickRecords(db, app, 'customers', '')).map((link) => link.title)).toEqual([
      'Ána García',
      'Bob 100% O’Neil',
      'Omega',
    ]);
    expect(await pickRecords(db, app, 'repairs', 'phone', 2)).toHaveLength(2);
  });
});

describe('a page', () => {
  const fields = [
    'due',
    'price',
    'device',
    'status',
    'priority',
    'customer',
    'product',
    'id',
    'createdAt',
    'updatedAt',
    'tags',
    'no such',
  ];
  const cases = fields.flatMap((field) =>
    (['asc', 'desc'] as const).map((direction) => ({ field, direction })),
  );

  test.each(cases)(
    'follows the one before over ties and empty values, by $field $direction and back',
    async (sort) => {
      const whole = await titles({ sort });
      expect(whole).toHaveLength(7);
      const forward: string[] = [];
      let after: string | undefined;
      let last: string | undefined;
      do {
        const page = await listRecords(db, app, 'repairs', { sort, limit: 2, after });
        forward.push(...page.rows.map((row) => String(row.values['device'])));
        last = page.previous;
        after = page.next;
      } while (after);
      expect(forward).toEqual(whole);
      const backward: string[] = [];
      while (last) {
        const page = await listRecords(db, app, 'repairs', { sort, limit: 2, before: last });
        backward.unshift(...page.rows.map((row) => String(row.values['device'])));
        expect(page.next).toBeDefined();
        last = page.previous;
      }
      expect(backward).toEqual(whole.slice(0, 6));
    },
  );

  test('puts records without a value last in both directions', async () => {
    for (const direction of ['asc', 'desc'] as const) {
      const { rows } = await listRecords(db, app, 'repairs', { sort: { field: 'due', direction } });
      expect(rows.slice(-2).map((row) => row.values['due'])).toEqual([null, null]);
    }
  });

  test('sorts people as people do', async () => {
    const names = ['zoe', 'Ábel', 'Zed', 'abel', 'Éva'];
    const people = await buildApp(
      db,
      appOf({
        entities: [make.entity('people', 'Person', ['name'], [make.field('name', 'text')])],
      }),
    );
    for (const name of names) await made('people', { name }, people);
    const { rows } = await listRecords(db, people, 'people', {
      sort: { field: 'name', direction: 'asc' },
    });
    expect(rows.map((row) => row.title)).toEqual(['abel', 'Ábel', 'Éva', 'Zed', 'zoe']);
  });

  test('ignores what it cannot read', async () => {
    const forged = Buffer.from(JSON.stringify(['due', 'asc', 0, '2026-99-99', '1'])).toString(
      'base64url',
    );
    const query = {
      filters: {
        nope: '1',
        due: 'x..y',
        price: 'a..',
        customer: 'one',
        status: 'none',
        device: 'x',
        constructor: 'x',
        tags: '-',
      },
      sort: { field: 'due', direction: 'asc' as const },
      after: forged,
      limit: -5,
    };
    expect((await listRecords(db, app, 'repairs', query)).rows).toHaveLength(1);
    for (const after of ['%%%', 'e30', 'W10', forged.slice(0, 9)]) {
      expect((await listRecords(db, app, 'repairs', { after })).rows).toHaveLength(7);
    }
  });

  test('filters by values and ranges', async () => {
    expect(await titles({ filters: { due: '2026-01-01..2026-01-31' } })).toEqual([
      'Phone 6',
      'Phone 1',
      'Phone 0',
    ]);
    expect(await titles({ filters: { due: '..2025-12-31' } })).toEqual(['Phone 5']);
    expect(await titles({ filters: { due: '2026-03-01' } })).toEqual(['Phone 3']);
    expect(await titles({ filters: { price: '50..' } })).toEqual(['Phone 6', 'Phone 5']);
    expect(await titles({ filters: { customer: ana, priority: 'high' } })).toEqual([
      'Phone 6',
      'Phone 0',
    ]);
    expect(await titles({ filters: { status: 'ready' } })).toEqual([]);
  });

  test('counts to a thousand and says so when there are more', async () => {
    const many = await buildApp(
      db,
      appOf({ entities: [make.entity('t', 'T', ['n'], [make.field('n', 'integer')])] }),
    );
    await db.raw.unsafe(
      `insert into "${many.schemaName}".t (n) select i from generate_series(1, 1000) i`,
    );
    expect((await listRecords(db, many, 't', {})).total).toEqual({ count: 1000, capped: false });
    await made('t', { n: '1' }, many);
    const page = await listRecords(db, many, 't', { limit: 9999 });
    expect([page.total, page.rows.length]).toEqual([{ count: 1000, capped: true }, 200]);
  });
});

test('a board has a column per status, empty ones too', async () => {
  await moveRecord(db, app, 'repairs', '1', 'status', 'repairing');
  const columns = await boardColumns(db, app, 'repairs', 'status', { limit: 3 });
  expect(columns.map(({ option, total, rows }) => [option.key, total.count, rows.length])).toEqual([
    ...[
      ['received', 6, 3],
      ['repairing', 1, 1],
      ['ready', 0, 0],
      ['done', 0, 0],
      ['cancelled', 0, 0],
    ],
  ]);
  const found = await boardColumns(db, app, 'repairs', 'status', { q: 'bob' });
  expect(found.map(({ rows }) => rows.length)).toEqual([3, 0, 0, 0, 0]);
});

test('linked records come by field with a count', async () => {
  const [repairs] = await linkedRecords(db, app, 'customers', ana, 2);
  expect(repairs).toMatchObject({
    entity: { key: 'repairs' },
    field: { key: 'customer' },
    total: { count: 4 },
  });
  expect(repairs?.rows).toHaveLength(2);
  expect(await linkedRecords(db, app, 'customers', 'x', 2)).toEqual([]);
});

test('a CSV file holds every record and starts no formula', async () => {
  const all = await buildApp(
    db,
    appOf({
      entities: [
        make.entity(
          't',
          'T',
          ['a'],
          [make.field('a', 'text', { label: '=cmd' }), make.field('n', 'decimal')],
        ),
      ],
    }),
  );
  const texts = ['=1+1', '+1', '-1', '@x', 'plain', 'a "quoted", one'];
  for (const a of texts) await made('t', { a, n: '-1.5' }, all);
  for (let index = 0; index < 510; index += 1)
    await db.raw.unsafe(`insert into "${all.schemaName}".t (a) values ('bulk')`);
  let csv = '';
  for await (const piece of exportCsv(db, all, 't', { sort: { field: 'id', direction: 'asc' } }))
    csv += piece;
  const lines = csv.split('\r\n');
  expect(lines).toHaveLength(1 + texts.length + 510 + 1);
  expect(lines.slice(0, 7)).toEqual([
    `'=cmd,N`,
    `'=1+1,-1.5`,
    `'+1,-1.5`,
    `'-1,-1.5`,
    `'@x,-1.5`,
    'plain,-1.5',
    '"a ""quoted"", one",-1.5',
  ]);
});

test('every widget of a dashboard answers', async () => {
  const view = app.spec.views.find((candidate) => candidate.kind === 'dashboard');
  const widgets: Widget[] = view?.kind === 'dashboard' ? view.widgets : [];
  await made('products', { name: 'Screen', stock: '3' });
  const now = new Date('2026-01-06T03:00:00Z');
  const data = await Promise.all(widgets.map((widget) => readWidget(db, app, widget, now)));
  expect(data[0]).toMatchObject({ kind: 'number', value: '7' });
  expect(data[1]).toMatchObject({ kind: 'number', value: '$120.00' });
  expect(data[2]).toMatchObject({ kind: 'series', total: '$120.00' });
  expect(
    data[2]?.kind === 'series' && data[2].points.map((point) => [point.label, point.value]),
  ).toEqual([
    ...[
      ['Dec 30', 0],
      ['Dec 31', 50],
      ['Jan 1', 0],
      ['Jan 2', 0],
      ['Jan 3', 0],
      ['Jan 4', 0],
      ['Jan 5', 70],
    ],
  ]);
  expect(data[3]?.kind === 'bars' && data[3].bars.map((bar) => bar.value)).toEqual([6, 1, 0, 0, 0]);
  expect(data[4]?.kind === 'bars' && data[4].bars).toMatchObject([
    { label: 'Ána García', printed: '$120.00' },
    { label: 'Bob 100% O’Neil', value: 90 },
  ]);
  expect(data[5]).toMatchObject({ kind: 'records', rows: [{ title: 'Screen' }] });
});
