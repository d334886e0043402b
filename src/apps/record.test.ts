import { beforeAll, describe, expect, test } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import type { App } from './app.ts';
import { appOf, buildApp, make, shopSpec } from './fixture.ts';
import { listChanges } from './history.ts';
import { linkedRecords, listRecords } from './query.ts';
import {
  createRecord,
  deleteRecord,
  getRecord,
  type Input,
  moveRecord,
  type Row,
  restoreRecord,
  updateRecord,
} from './record.ts';
import { rulesHolding } from './rule.ts';

const db = await testDatabase();
let app: App;

beforeAll(async () => {
  app = await buildApp(db, appOf(shopSpec()));
});

async function made(entity: string, input: Input, of = app): Promise<Row> {
  const saved = await createRecord(db, of, entity, input);
  if (saved.kind !== 'saved') throw new Error(JSON.stringify(saved));
  return saved.row;
}

describe('a new record', () => {
  test('comes back with every kind of value as it was written', async () => {
    const types = [
      'text',
      'longtext',
      'email',
      'phone',
      'url',
      'integer',
      'decimal',
      'money',
      'percent',
      'boolean',
      'date',
      'datetime',
      'time',
    ];
    const spec = {
      timezone: 'America/New_York',
      entities: [
        make.entity(
          'things',
          'Thing',
          ['text'],
          [
            ...types.map((type) => make.field(type, type)),
            make.field('choice', 'choice', { options: [{ key: 'a', label: 'A' }] }),
            make.field('one', 'relation', { to: 'things' }),
            make.field('some', 'relation', { to: 'things', many: true }),
          ],
        ),
      ],
    };
    const all = await buildApp(db, appOf(spec));
    const first = await made('things', {}, all);
    expect(first.title).toBe(`Thing ${first.id}`);
    const row = await made(
      'things',
      {
        ...{
          text: 'Ünïcode 😀 שלום',
          longtext: 'two\nlines',
          email: 'Ana@Example.com',
          phone: '(202) 555-0143',
        },
        ...{
          url: 'example.com/x',
          integer: '1,234',
          decimal: '0.10',
          money: '$1,234.5',
          percent: '12.5%',
        },
        ...{
          boolean: 'on',
          date: '12/31/2026',
          datetime: '2026-07-01T09:30',
          time: '5:30 pm',
          choice: 'A',
        },
        ...{ one: first.id, some: [first.id] },
      },
      all,
    );
    expect(row.values).toEqual({
      ...{
        text: 'Ünïcode 😀 שלום',
        longtext: 'two\nlines',
        email: 'Ana@Example.com',
        phone: '+1 202 555 0143',
      },
      ...{
        url: 'https://example.com/x',
        integer: 1234,
        decimal: '0.10',
        money: '1234.50',
        percent: '12.5',
      },
      ...{
        boolean: true,
        date: '2026-12-31',
        datetime: '2026-07-01T13:30:00.000Z',
        time: '17:30',
        choice: 'a',
      },
      one: { id: first.id, title: first.title },
      some: [{ id: first.id, title: first.title }],
    });
    expect(await getRecord(db, all, 'things', row.id)).toEqual(row);
  });

  test('keeps hostile text as text', async () => {
    for (const name of [
      `'); drop table customers; --`,
      '<script>alert(1)</script>',
      '‮rtl',
      '\\',
      '%_',
      'a\0b'.replace('\0', ''),
      '$$',
      '{"a":1}',
      '😀'.repeat(250),
    ]) {
      const row = await made('customers', { name });
      expect(row.values['name']).toBe(name);
    }
    expect((await made('customers', { name: 'a\0b\ud800' })).values['name']).toBe('ab\ufffd');
    const long = 'x y'.repeat(33_333);
    expect((await made('customers', { name: 'Long', notes: long })).values['notes']).toBe(long);
    expect(await createRecord(db, app, 'customers', { name: 'x'.repeat(100_000) })).toEqual({
      kind: 'invalid',
      errors: { name: 'Write at most 500 characters.' },
    });
  });

  test('is refused with a sentence for every field that is wrong', async () => {
    expect(await createRecord(db, app, 'customers', { email: 'nope', phone: '12' })).toEqual({
      kind: 'invalid',
      errors: {
        name: 'Name is required. Write it here.',
        email: 'Write an e-mail address like name@example.com.',
        phone: 'Write a phone number like +1 555 010 0123.',
      },
    });
    expect(
      await createRecord(db, app, 'products', { name: 'A', stock: '-1', price: '1e5' }),
    ).toMatchObject({
      errors: { stock: 'Write 0 or more.', price: 'Write a number like 1,234.50.' },
    });
    expect(
      await createRecord(db, app, 'repairs', { customer: '999999', device: 'X' }),
    ).toMatchObject({
      errors: { customer: 'This customer no longer exists. Choose another.' },
    });
  });

  test('cannot take a unique value of another, whatever its case', async () => {
    const row = await made('customers', { name: 'One', email: 'one@example.com' });
    expect(
      await createRecord(db, app, 'customers', { name: 'Two', email: 'ONE@example.com' }),
    ).toEqual({
      kind: 'invalid',
      errors: { email: 'Another customer already has this email.' },
    });
    expect(await deleteRecord(db, app, 'customers', row.id)).toEqual({ kind: 'deleted' });
    await made('customers', { name: 'Two', email: 'ONE@example.com' });
    expect(await restoreRecord(db, app, 'customers', row.id)).toBe(false);
  });

  test('starts at the start of its workflow', async () => {
    const customer = await made('customers', { name: 'Ana' });
    expect(
      await createRecord(db, app, 'repairs', {
        customer: customer.id,
        device: 'X',
        status: 'done',
      }),
    ).toEqual({
      kind: 'refused',
      message: 'A new repair starts as "Received".',
      allowed: [{ key: 'received', label: 'Received' }],
    });
  });
});

describe('two people who edit one record', () => {
  test('merge when they change different fields', async () => {
    const row = await made('customers', { name: 'Ana', phone: '202 555 0143' });
    const seen = { name: 'Ana', phone: '+1 202 555 0143', email: '', notes: '' };
    const first = await updateRecord(
      db,
      app,
      'customers',
      row.id,
      row.version,
      { ...seen, name: 'Anna' },
      seen,
    );
    expect(first).toMatchObject({ kind: 'saved', row: { version: 2 } });
    const second = await updateRecord(
      db,
      app,
      'customers',
      row.id,
      row.version,
      { ...seen, notes: 'Hi' },
      seen,
    );
    expect(second).toMatchObject({
      kind: 'saved',
      row: { version: 3, values: { name: 'Anna', notes: 'Hi' } },
    });
  });

  test('are told when they change the same field differently', async () => {
    const row = await made('customers', { name: 'Ana' });
    const seen = { name: 'Ana', notes: '' };
    await updateRecord(db, app, 'customers', row.id, 1, { name: 'Anna' }, seen);
    const second = await updateRecord(db, app, 'customers', row.id, 1, { name: 'Hannah' }, seen);
    expect(second).toMatchObject({
      kind: 'conflict',
      fields: ['name'],
      current: { values: { name: 'Anna' } },
    });
    expect(
      await updateRecord(db, app, 'customers', row.id, 1, { name: 'Anna' }, seen),
    ).toMatchObject({ kind: 'saved', row: { version: 2 } });
  });

  test('conflict by the history when nobody says what the form showed', async () => {
    const row = await made('customers', { name: 'Ana' });
    await updateRecord(db, app, 'customers', row.id, 1, { name: 'Anna' });
    expect(await updateRecord(db, app, 'customers', row.id, 1, { name: 'Hannah' })).toMatchObject({
      kind: 'conflict',
    });
    expect(await updateRecord(db, app, 'customers', row.id, 1, { notes: 'Hi' })).toMatchObject({
      kind: 'saved',
    });
  });

  test('save at the same moment without losing either change', async () => {
    const row = await made('customers', { name: 'Ana' });
    const results = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        updateRecord(db, app, 'customers', row.id, 1, { name: `Ana ${index}` }, { name: 'Ana' }),
      ),
    );
    expect(results.filter((result) => result.kind === 'saved')).toHaveLength(1);
    expect(results.filter((result) => result.kind === 'conflict')).toHaveLength(7);
  });
});

describe('a workflow', () => {
  test('lets a record move on and refuses what it forbids', async () => {
    const customer = await made('customers', { name: 'Ana' });
    const row = await made('repairs', { customer: customer.id, device: 'Phone' });
    expect(row.title).toBe('Ana · Phone');
    expect(await moveRecord(db, app, 'repairs', row.id, 'status', 'done')).toEqual({
      kind: 'refused',
      message: 'A repair that is "Received" cannot become "Done".',
      allowed: [
        { key: 'repairing', label: 'Repairing' },
        { key: 'cancelled', label: 'Cancelled' },
      ],
    });
    expect(await updateRecord(db, app, 'repairs', row.id, 1, { status: 'done' })).toMatchObject({
      kind: 'refused',
    });
    await moveRecord(db, app, 'repairs', row.id, 'status', 'repairing');
    expect(await moveRecord(db, app, 'repairs', row.id, 'status', 'ready')).toMatchObject({
      kind: 'saved',
      notices: ['Ana · Phone is ready.'],
    });
    const changes = await listChanges(db, app, 'repairs', row.id, 10);
    expect(changes.map((change) => change.action)).toEqual(['moved', 'moved', 'created']);
    expect(changes[0]?.changes).toEqual([{ field: 'Status', from: 'Repairing', to: 'Ready' }]);
  });
});

describe('a deleted record', () => {
  test('stays as long as others need it, and clears links that may be cleared', async () => {
    const customer = await made('customers', { name: 'Ana' });
    const product = await made('products', { name: 'Screen', stock: '50' });
    const tag = await made('tags', { name: 'Urgent' });
    const repair = await made('repairs', {
      customer: customer.id,
      device: 'X',
      product: product.id,
      tags: [tag.id],
    });
    expect(await deleteRecord(db, app, 'customers', customer.id)).toEqual({
      kind: 'referenced',
      by: [{ label: 'Repairs', count: 1 }],
    });
    expect(await deleteRecord(db, app, 'products', product.id)).toEqual({ kind: 'deleted' });
    expect(await deleteRecord(db, app, 'tags', tag.id)).toEqual({ kind: 'deleted' });
    expect((await getRecord(db, app, 'repairs', repair.id))?.values).toMatchObject({
      product: null,
      tags: [],
    });
    expect(await deleteRecord(db, app, 'repairs', repair.id)).toEqual({ kind: 'deleted' });
    expect(await getRecord(db, app, 'repairs', repair.id)).toBeUndefined();
    expect(await deleteRecord(db, app, 'customers', customer.id)).toEqual({ kind: 'deleted' });
    expect(await deleteRecord(db, app, 'customers', customer.id)).toEqual({ kind: 'missing' });
    expect(await restoreRecord(db, app, 'customers', customer.id)).toBe(true);
    const actions = (await listChanges(db, app, 'customers', customer.id, 10)).map(
      (change) => change.action,
    );
    expect(actions).toEqual(['restored', 'deleted', 'created']);
  });

  test('is nothing to link to', async () => {
    const customer = await made('customers', { name: 'Gone' });
    await deleteRecord(db, app, 'customers', customer.id);
    expect(
      await createRecord(db, app, 'repairs', { customer: customer.id, device: 'X' }),
    ).toMatchObject({ kind: 'invalid' });
  });
});

test('links of a record are listed with their own titles and written into its history', async () => {
  const customer = await made('customers', { name: 'Ana' });
  const [a, b] = [await made('tags', { name: 'Alpha' }), await made('tags', { name: 'Beta' })];
  const repair = await made('repairs', { customer: customer.id, device: 'X', tags: [a.id, b.id] });
  await updateRecord(db, app, 'repairs', repair.id, 1, { tags: [b.id], price: '10' });
  const [linked] = await linkedRecords(db, app, 'customers', customer.id, 10);
  expect(linked).toMatchObject({
    total: { count: 1, capped: false },
    rows: [{ values: { tags: [{ title: 'Beta' }] } }],
  });
  const [change] = await listChanges(db, app, 'repairs', repair.id, 10);
  expect(change?.changes).toEqual(
    expect.arrayContaining([
      { field: 'Tags', from: 'Alpha', to: '' },
      { field: 'Price', from: '', to: '$10.00' },
    ]),
  );
});

test('rules tell which records they hold for', async () => {
  const saved = await createRecord(db, app, 'products', { name: 'Battery', stock: '4' });
  expect(saved).toMatchObject({ notices: ['Only 4 of Battery left.'] });
  await made('products', { name: 'Cable', stock: '40' });
  const { rows } = await listRecords(db, app, 'products', {});
  const held = await rulesHolding(db, app, 'products', rows);
  expect([...held.values()].flat().map((rule) => rule.label)).toEqual(['Low stock']);
});

test('fields named like parts of the language or of the table work as any other', async () => {
  const keys = [
    'order',
    'select',
    'user',
    'table',
    'group',
    'id',
    'version',
    'created_at',
    'deleted_at',
    'xmin',
    'constructor',
    'part',
    'k',
    'r',
  ];
  const entities = ['order', 'select', 'user', 'table', 'group'].map((key) =>
    make.entity(
      key,
      key,
      ['select'],
      [
        ...keys.map((name) => make.field(name, 'text', { search: true, unique: name === 'id' })),
        make.field('boss', 'relation', { to: 'order' }),
        make.field('boss_id', 'text'),
        make.field('many', 'relation', { to: 'user', many: true }),
      ],
    ),
  );
  const odd = await buildApp(db, appOf({ entities }));
  const input = Object.fromEntries(keys.map((key) => [key, `value of ${key}`]));
  const row = await made('order', { ...input, boss_id: 'text' }, odd);
  expect(row.values).toMatchObject({ ...input, boss_id: 'text', boss: null });
  expect(
    (
      await listRecords(db, odd, 'order', {
        q: 'constructor',
        sort: { field: 'xmin', direction: 'asc' },
      })
    ).rows,
  ).toHaveLength(1);
  expect(
    await updateRecord(db, odd, 'order', row.id, 1, { version: 'new', boss: row.id }),
  ).toMatchObject({
    row: { version: 2, values: { version: 'new', boss: { title: 'value of select' } } },
  });
});
