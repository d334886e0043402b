import { beforeAll, describe, expect, test } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import type { App } from './app.ts';
import { effectBetween, summaryOf } from './effect.ts';
import { appOf, buildApp, shopSpec } from './fixture.ts';
import { inventoryOf } from './inventory.ts';
import { createRecord } from './record.ts';

const db = await testDatabase();
const spec = shopSpec();
let app: App;
let lines: string[];

beforeAll(async () => {
  app = await buildApp(db, appOf(spec));
  lines = await inventoryOf(db, app);
});

describe('an inventory', () => {
  test('is empty as long as there is no app', async () => {
    expect(await inventoryOf(db, undefined)).toEqual([]);
  });

  test('lists tables, columns, links, indexes, triggers, functions, rights, views, rules and rows', () => {
    for (const line of [
      'table customers',
      'column customers.phone text',
      'column customers.name text not null',
      "column repairs.status text not null default 'received'::text",
      'link repairs.tags',
      'constraint repairs FOREIGN KEY (customer_id) REFERENCES customers(id)',
      'constraint customers CHECK ((char_length(phone) <= 60))',
      'index repairs btree (due, id) WHERE (deleted_at IS NULL)',
      'index customers unique btree (lower(email)) WHERE (deleted_at IS NULL)',
      'rights customers the app: INSERT, SELECT, UPDATE',
      'rows customers 0',
      'rows repairs.tags 0',
    ])
      expect(lines).toContain(line);
    for (const start of ['trigger repairs _fill BEFORE', 'function _fold(text) #'])
      expect(lines.filter((line) => line.startsWith(start))).toHaveLength(1);
    for (const start of ['view customers list #', 'view home dashboard #', 'rule Low stock #'])
      expect(lines.filter((line) => line.startsWith(start))).toHaveLength(1);
    expect(lines).toEqual([...lines].sort());
  });

  test('names neither the schema nor the role nor the address', () => {
    expect(lines.join('\n')).not.toContain(app.id);
    expect(lines.join('\n')).not.toContain(spec.slug);
  });

  test('is the same for the same spec in another schema, with another role, at another address', async () => {
    const other = await buildApp(db, appOf({ ...spec, slug: 'elsewhere' }));
    expect(other.schemaName).not.toBe(app.schemaName);
    expect(await inventoryOf(db, other)).toEqual(lines);
  });
});

const withoutDigest = (line: string) => line.replace(/#.*/, '#');

/** What is seen of statements that go past the spec, on a copy of the app. */
async function differences(...statements: string[]): Promise<string[]> {
  app = await buildApp(db, appOf(spec));
  for (const statement of statements)
    await db.raw.unsafe(statement.replaceAll('$app', app.schemaName));
  return effectBetween(lines, await inventoryOf(db, app));
}

describe('every difference shows:', () => {
  test.each([
    [
      'the type of a column',
      'alter table $app.repairs alter price type numeric(12,2)',
      ['- column repairs.price numeric(14,2)', '+ column repairs.price numeric(12,2)'],
    ],
    [
      'a column that is required',
      'alter table $app.customers alter phone set not null',
      ['- column customers.phone text', '+ column customers.phone text not null'],
    ],
    [
      'a missing default',
      'alter table $app.repairs alter status drop default',
      [
        "- column repairs.status text not null default 'received'::text",
        '+ column repairs.status text not null',
      ],
    ],
    ['one row', "insert into $app.tags (name) values ('new')", ['+ 1 row in tags']],
    [
      'another table',
      'create table $app.extra (x int check (x > 0))',
      ['+ column extra.x integer', '+ constraint extra CHECK ((x > 0))', '+ table extra'],
    ],
    [
      'a right',
      'revoke update on $app.tags from $app_role',
      ['- rights tags the app: INSERT, SELECT, UPDATE', '+ rights tags the app: INSERT, SELECT'],
    ],
    [
      'a collation',
      'alter table $app.tags alter name type text collate "C"',
      ['- collation tags.name und-x-icu', '+ collation tags.name C'],
    ],
  ])('%s', async (_, statement, changes) => {
    const seen = await differences(statement);
    expect(seen).toEqual(expect.arrayContaining(changes));
    const others = seen.filter((line) => !changes.includes(line) && !/in _changes$/.test(line));
    // A collation is part of the indexes on its column, too.
    expect(others.filter((line) => !line.includes('collation') && !line.includes('index'))).toEqual(
      [],
    );
  });

  test('a missing index', async () => {
    const [index] = await db.raw`
      select indexname from pg_indexes where schemaname = ${app.schemaName} and indexname like '\\_sort\\_repairs\\_due%'`;
    expect(await differences(`drop index $app.${index?.['indexname']}`)).toEqual([
      '- index repairs btree (due, id) WHERE (deleted_at IS NULL)',
    ]);
  });

  test('a missing check, foreign key and trigger', async () => {
    const seen = await differences(
      'alter table $app.customers drop constraint customers_phone_check',
      'drop trigger _fill on $app.customers',
    );
    expect(seen).toEqual([
      '- constraint customers CHECK ((char_length(phone) <= 60))',
      expect.stringMatching(/^- trigger customers _fill BEFORE INSERT OR UPDATE/),
    ]);
  });

  test('a function that does something else', async () => {
    const seen = await differences(
      "create or replace function $app._pattern(text) returns text language sql immutable as 'select $1'",
    );
    expect(seen.map(withoutDigest)).toEqual([
      '- function _pattern(text) #',
      '+ function _pattern(text) #',
    ]);
  });

  test('another widget, column of a list, message or label in the spec', async () => {
    const changed = structuredClone(app.spec);
    for (const view of changed.views) {
      if (view.kind === 'dashboard') view.widgets.reverse();
      if (view.key === 'repairs' && view.kind === 'list') view.columns = ['device', 'status'];
    }
    for (const rule of changed.rules) if (rule.id === 'r_low') rule.message = 'Order more.';
    for (const entity of changed.entities) if (entity.key === 'customers') entity.label = 'Clients';
    const before = await inventoryOf(db, app);
    const seen = effectBetween(before, await inventoryOf(db, { ...app, spec: changed }));
    expect(seen.map(withoutDigest)).toEqual([
      ...['- entity customers #', '+ entity customers #'],
      ...['- rule Low stock #', '+ rule Low stock #'],
      ...['- view home dashboard #', '+ view home dashboard #'],
      ...['- view repairs list #', '+ view repairs list #'],
    ]);
  });
});

describe('an effect', () => {
  test('of nothing is nothing', () => {
    expect(effectBetween(lines, lines)).toEqual([]);
  });

  test('taken forth and back is the reverse', () => {
    const forth = effectBetween([], lines);
    const back = effectBetween(lines, []);
    const turned = back.map((line) => line.replace(/^-/, '+'));
    expect(turned.sort()).toEqual([...forth].sort());
    expect(forth).toHaveLength(lines.filter((line) => !line.startsWith('rows ')).length);
  });

  test('tells apart how often the same line is there', () => {
    expect(
      effectBetween(['index a btree (b)'], ['index a btree (b)', 'index a btree (b)']),
    ).toEqual(['+ index a btree (b)']);
  });

  test('counts the records that came and went', async () => {
    const busy = await buildApp(db, appOf(spec));
    const before = await inventoryOf(db, busy);
    for (const name of ['Ana', 'Bea']) await createRecord(db, busy, 'customers', { name });
    expect(effectBetween(before, await inventoryOf(db, busy))).toEqual([
      '+ 2 rows in _changes',
      '+ 2 rows in customers',
    ]);
  });
});

describe('a summary', () => {
  test('counts what people know: fields, not the columns that the runtime keeps for itself', () => {
    const { total, things } = summaryOf(effectBetween([], lines));
    expect(total).toMatch(/^4 tables, 16 columns, \d+ indexes, 4 views, 2 rules, 0 rows$/);
    expect(things).toEqual([
      ...[
        'customers (4 columns)',
        'products (3 columns)',
        'repairs (8 columns)',
        'tags (1 column)',
      ],
    ]);
  });

  test('tells what is changed and removed from what is new', () => {
    expect(
      summaryOf([
        ...['- column a.b text', '+ column a.b bigint', '- column a.c text', '+ column a.d text'],
        ...['- view v list #0a', '+ view v list #0b', '+ index a btree (b)', '+ 2 rows in a'],
      ]).total,
    ).toBe('1 column, 1 index, 2 rows; changes 1 column, 1 view; removes 1 column');
  });

  test('counts what would be remembered once, however often it is set', () => {
    const set = '+ memory support-bot: last order';
    expect(summaryOf([set, '+ memory other: last order', set, '+ 3 rows in a'])).toEqual({
      total: '2 memories, 3 rows',
      things: ['support-bot: last order', 'other: last order'],
    });
  });

  test('says that something changed although nothing of it is counted', () => {
    expect(summaryOf(['+ trigger a x', '+ function x() #0a']).total).toBe(
      '0 rows; 2 details of what is there',
    );
    expect(summaryOf([]).total).toBe('0 rows');
  });
});
