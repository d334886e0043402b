import { beforeAll, describe, expect, test } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import { begin } from '../db/begin.ts';
import type { App } from './app.ts';
import { appOf, buildApp, make, shopSpec } from './fixture.ts';
import { quoteLiteral, quoteName } from './identifier.ts';
import { listRecords } from './query.ts';
import { createRecord } from './record.ts';
import {
  columnsOf,
  createHistory,
  createLinks,
  createSchema,
  createSearch,
  createTable,
  createWorkflow,
  describeTables,
  dropAppSchema,
  tableExists,
} from './schema.ts';
import { asApp, run } from './session.ts';
import { entityOf, statusOf } from './spec.ts';
import { refusedMove, refusedStart } from './workflow-schema.ts';

const db = await testDatabase();
let app: App;

beforeAll(async () => {
  await db.raw`create table if not exists engine_secret (id int)`;
  app = await buildApp(db, appOf(shopSpec()));
});

/** The SQLSTATE with which a statement of the app's role is refused. */
async function refusal(statement: string, as = app): Promise<unknown> {
  try {
    await asApp(db, as, (sql) => run(sql, statement));
    return 'accepted';
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error;
  }
}

const inApp = (table: string, of = app) => `${quoteName(of.schemaName)}.${quoteName(table)}`;

describe("an app's role", () => {
  test('reads and writes its own records', async () => {
    expect(await refusal(`insert into ${inApp('tags')} (name) values ('role')`)).toBe('accepted');
    expect(await refusal(`update ${inApp('tags')} set name = 'roles' where name = 'role'`)).toBe(
      'accepted',
    );
  });

  test('may not delete, change tables or rewrite history', async () => {
    for (const statement of [
      `delete from ${inApp('tags')}`,
      `truncate ${inApp('tags')}`,
      `drop table ${inApp('tags')}`,
      `alter table ${inApp('tags')} add column x int`,
      `create table ${inApp('mine')} (id int)`,
      `create table public.mine (id int)`,
      `create schema mine`,
      `insert into ${inApp('_changes')} (entity, record_id, action, xid, at) values ('tags', 1, 'created', 1, now())`,
      `update ${inApp('_changes')} set action = 'x'`,
      `delete from ${inApp('_changes')}`,
      `create role evil`,
      `alter function ${inApp('_note_change')}() owner to current_user`,
    ]) {
      expect([statement, await refusal(statement)]).toEqual([statement, '42501']);
    }
  });

  test("sees neither the engine's tables nor another app's", async () => {
    const other = await buildApp(db, appOf(shopSpec()));
    expect(await refusal('select * from public.engine_secret')).toBe('42501');
    expect(await refusal(`select * from ${inApp('tags', other)}`)).toBe('42501');
    expect(await refusal(`select set_config('role', '${other.roleName}', true)`)).toBe('accepted');
  });

  test('ends with the transaction', async () => {
    await asApp(db, app, (sql) => run(sql, 'select 1'));
    const roles = await Promise.all(
      Array.from({ length: 8 }, () => db.raw`select current_user = session_user as own`),
    );
    expect(roles.flat().every((row) => row['own'])).toBe(true);
  });
});

describe('a forged status', () => {
  test('is refused by the database', async () => {
    await createRecord(db, app, 'customers', { name: 'Ana' });
    const insert = `insert into ${inApp('repairs')} (customer_id, device`;
    expect(await refusal(`${insert}, status) values (1, 'X', 'done')`)).toBe(refusedStart);
    expect(await refusal(`${insert}) values (1, 'X')`)).toBe('accepted');
    expect(await refusal(`update ${inApp('repairs')} set status = 'done'`)).toBe(refusedMove);
    expect(await refusal(`update ${inApp('repairs')} set status = 'no such'`)).toBe(refusedMove);
    expect(await refusal(`update ${inApp('repairs')} set status = 'repairing'`)).toBe('accepted');
  });
});

describe('making an app', () => {
  test('may be repeated after any step and changes nothing then', async () => {
    const twice = appOf(shopSpec());
    await buildApp(db, twice);
    await createRecord(db, twice, 'customers', { name: 'Ana' });
    const before = await describeTables(db, twice);
    await buildApp(db, twice);
    expect(await describeTables(db, twice)).toEqual(before);
    expect((await listRecords(db, twice, 'customers', { q: 'ana' })).rows).toHaveLength(1);
  });

  test('may be done by several at once', async () => {
    const same = appOf(shopSpec());
    await Promise.all([buildApp(db, same), buildApp(db, same), buildApp(db, appOf(shopSpec()))]);
    expect(await describeTables(db, same)).toHaveLength(4);
  });

  test('keeps to the spec: columns, checks and required fields', async () => {
    expect(await columnsOf(db, app, 'customers')).toEqual(
      expect.arrayContaining([
        'id',
        'name',
        'phone',
        'email',
        'notes',
        'version',
        'deleted_at',
        '_search',
      ]),
    );
    expect(await tableExists(db, app, 'customers')).toBe(true);
    expect(await tableExists(db, app, 'nothing')).toBe(false);
    expect(await refusal(`insert into ${inApp('products')} (name, stock) values ('a', -1)`)).toBe(
      '23514',
    );
    expect(await refusal(`insert into ${inApp('products')} (name) values ('a')`)).toBe('23502');
    expect(
      await refusal(`insert into ${inApp('repairs')} (customer_id, device) values (987654, 'a')`),
    ).toBe('23503');
  });

  test('links entities in circles and to themselves', async () => {
    const circular = appOf({
      entities: [
        make.entity('a', 'A', ['b'], [make.field('b', 'relation', { to: 'b' })]),
        make.entity(
          'b',
          'B',
          ['a'],
          [
            make.field('a', 'relation', { to: 'a' }),
            make.field('own', 'relation', { to: 'b', many: true }),
          ],
        ),
      ],
    });
    await buildApp(db, circular);
    const a = await createRecord(db, circular, 'a', {});
    if (a.kind !== 'saved') throw new Error(a.kind);
    const b = await createRecord(db, circular, 'b', { a: a.row.id });
    expect(b).toMatchObject({ kind: 'saved', row: { title: 'A 1' } });
    await dropAppSchema(db, circular);
  });

  test('manages 60 entities in a few seconds', async () => {
    const entities = Array.from({ length: 60 }, (_, index) =>
      make.entity(
        `entity_${index}`,
        `Entity ${index}`,
        ['name'],
        [
          make.field('name', 'text', { required: true, search: true }),
          make.field('amount', 'money'),
          make.field('next', 'relation', { to: `entity_${(index + 1) % 60}` }),
        ],
      ),
    );
    const started = performance.now();
    const big = await buildApp(db, appOf({ entities }));
    expect(await describeTables(db, big)).toHaveLength(60);
    expect(performance.now() - started).toBeLessThan(15_000);
    await dropAppSchema(db, big);
  });

  test('takes labels and options that try to be SQL', async () => {
    const hostile = `'; drop schema public cascade; -- \\ $$ "x" %s </script>`;
    const spec = appOf({
      name: hostile,
      entities: [
        {
          ...make.entity(
            'e',
            hostile,
            ['name'],
            [
              make.field('name', 'text', { label: hostile }),
              make.field('s', 'status', {
                label: hostile,
                initial: 'a',
                options: [
                  { key: 'a', label: hostile, next: ['b'] },
                  { key: 'b', label: hostile, next: [] },
                ],
              }),
            ],
          ),
          label: hostile,
        },
      ],
    });
    await buildApp(db, spec);
    await createRecord(db, spec, 'e', { name: hostile });
    expect((await listRecords(db, spec, 'e', { q: '"x" %s' })).rows).toHaveLength(1);
  });
});

describe('removing an app', () => {
  test('takes schema and role away, however much of them is there', async () => {
    const gone = appOf(shopSpec());
    await dropAppSchema(db, gone);
    await createSchema(db, gone);
    await createTable(db, gone, entityOf(gone.spec, 'repairs'));
    await dropAppSchema(db, gone);
    await dropAppSchema(db, gone);
    await buildApp(db, gone);
    await dropAppSchema(db, gone);
    expect(await describeTables(db, gone)).toEqual([]);
    expect(await db.raw`select 1 from pg_roles where rolname = ${gone.roleName}`).toHaveLength(0);
  });
});

test('steps work in the order of a plan: tables, then search and workflow, links last', async () => {
  const ordered = appOf(shopSpec());
  await createSchema(db, ordered);
  await createHistory(db, ordered);
  for (const entity of ordered.spec.entities) {
    await createTable(db, ordered, entity);
    await createSearch(db, ordered, entity);
    const status = statusOf(entity);
    if (status) await createWorkflow(db, ordered, entity, status);
  }
  await createLinks(db, ordered);
  await createHistory(db, ordered);
  await createRecord(db, ordered, 'customers', { name: 'Before' });
  await createRecord(db, ordered, 'repairs', { customer: '1', device: 'X' });
  await begin(db.raw, (sql) =>
    sql.unsafe(`update ${inApp('customers', ordered)} set name = 'Afterwards'`),
  );
  expect((await listRecords(db, ordered, 'repairs', { q: 'afterwards' })).rows).toHaveLength(1);
  expect((await listRecords(db, ordered, 'repairs', { q: 'before' })).rows).toHaveLength(0);
});

test('names and literals are quoted or refused', () => {
  expect(quoteName('a"b')).toBe('"a""b"');
  expect(quoteLiteral(`a'b\\`)).toBe(`E'a''b\\\\'`);
  for (const name of ['', 'a\0', 'x'.repeat(64)])
    expect(() => quoteName(name)).toThrow('Not a name');
  expect(() => quoteLiteral('\0')).toThrow('zero byte');
});
