import { beforeAll, describe, expect, test } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import type { App } from './app.ts';
import { Check, checksOf, runCheck } from './check.ts';
import { appOf, buildApp, make, shopSpec } from './fixture.ts';
import { createRecord } from './record.ts';
import { createSchema, createTable } from './schema.ts';

const db = await testDatabase();
let app: App;
const pages: Record<string, string> = {
  customers: 'Customers',
  repairs: 'Repairs',
  board: 'Board',
  home: 'Overview',
};
const render = async (path: string) => {
  const title = pages[path.split('/').at(-1) ?? ''];
  return title ? { status: 200, body: `<h1>${title}</h1>` } : { status: 404, body: '' };
};

beforeAll(async () => {
  app = await buildApp(db, appOf(shopSpec()));
});

/** Everything in the app's schema: rows of all tables and the places of all sequences. */
async function contents(of: App): Promise<unknown> {
  const tables = await db.raw<
    { name: string }[]
  >`select tablename as name from pg_tables where schemaname = ${of.schemaName} order by 1`;
  const rows = await Promise.all(
    tables.map(({ name }) =>
      db.raw.unsafe(`select * from "${of.schemaName}"."${name}" order by 1`),
    ),
  );
  const sequences =
    await db.raw`select sequencename, last_value from pg_sequences where schemaname = ${of.schemaName} and sequencename !~ '^_' order by 1`;
  return JSON.stringify([tables, rows, sequences]);
}

describe('the checks of a spec', () => {
  test('are of every kind that it has something for', () => {
    const checks = checksOf(app.spec);
    expect(checks.length).toBeLessThanOrEqual(12);
    expect(new Set(checks.map((check) => check.kind)).size).toBe(7);
    expect(checks.map((check) => Check.parse(JSON.parse(JSON.stringify(check))))).toEqual(checks);
  });

  test('fail before there is an app, before its tables and with only some of them', async () => {
    const none = async () => ({ status: 404, body: '' });
    for (const check of checksOf(app.spec)) {
      expect(await runCheck({ db, render: none }, check)).toEqual({
        passed: false,
        evidence: 'There is no such table yet.',
      });
    }
    const later = appOf(shopSpec());
    for (const check of checksOf(later.spec))
      expect((await runCheck({ db, app: later, render: none }, check)).passed).toBe(false);
    await createSchema(db, later);
    for (const check of checksOf(later.spec))
      expect((await runCheck({ db, app: later, render: none }, check)).passed).toBe(false);
    await createTable(db, later, later.spec.entities[0] ?? expect.fail());
    const results = await Promise.all(
      checksOf(later.spec).map((check) => runCheck({ db, app: later, render: none }, check)),
    );
    expect(results.filter((result) => result.passed)).toHaveLength(1);
  });

  test('pass when all is built, and leave nothing behind', async () => {
    await createRecord(db, app, 'customers', { name: 'Ana' });
    const before = await contents(app);
    for (const check of checksOf(app.spec)) {
      expect([check.label, await runCheck({ db, app, render }, check)]).toEqual([
        check.label,
        { passed: true, evidence: expect.any(String) },
      ]);
    }
    expect(await contents(app)).toEqual(before);
  });

  test('may run at the same time', async () => {
    const results = await Promise.all(
      [...checksOf(app.spec), ...checksOf(app.spec)].map((check) =>
        runCheck({ db, app, render }, check),
      ),
    );
    expect(results.filter((result) => !result.passed)).toEqual([]);
  });
});

describe('a check fails', () => {
  const run = (check: object, of = app) =>
    runCheck({ db, app: of, render }, Check.parse({ id: 'c', label: 'L', ...check }));

  test('when a column, a trigger, a view, a rule or a widget is not there', async () => {
    const bare = appOf(shopSpec());
    await buildApp(db, bare);
    await db.raw.unsafe(`alter table "${bare.schemaName}".customers drop column phone cascade`);
    await db.raw.unsafe(
      `drop function "${bare.schemaName}"."${(await functionLike(bare, '_flow%')) ?? ''}" cascade`,
    );
    expect(
      await run(
        { kind: 'table_has_columns', entity: 'customers', columns: ['name', 'phone'] },
        bare,
      ),
    ).toEqual({ passed: false, evidence: 'The table customers lacks Phone.' });
    expect(
      await run(
        { kind: 'search_finds', entity: 'customers', field: 'name', sample: 'Quillon' },
        bare,
      ),
    ).toMatchObject({ passed: false });
    const forged = {
      kind: 'transition_refused',
      entity: 'products',
      field: 'status',
      from: 'a',
      to: 'b',
    };
    expect(await run(forged)).toMatchObject({ passed: false });
    expect(await run({ kind: 'view_answers', view: 'nope' })).toMatchObject({ passed: false });
    expect(await run({ kind: 'view_answers', view: 'board', contains: ['Kanban'] })).toMatchObject({
      passed: false,
    });
    expect(await run({ kind: 'rule_fires', rule: 'nope' })).toMatchObject({ passed: false });
    expect(await run({ kind: 'widget_answers', view: 'home', widget: 99 })).toMatchObject({
      passed: false,
    });
  });

  test('when only our own code refuses a move', async () => {
    const open = await buildApp(db, appOf(shopSpec()));
    await db.raw.unsafe(
      `drop function "${open.schemaName}"."${(await functionLike(open, '_flow%')) ?? ''}" cascade`,
    );
    expect(
      await run(
        {
          kind: 'transition_refused',
          entity: 'repairs',
          field: 'status',
          from: 'received',
          to: 'done',
        },
        open,
      ),
    ).toEqual({
      passed: false,
      evidence: 'The page refuses "Received" to "Done", but the database does not.',
    });
  });

  test('when the search finds too much or nothing', async () => {
    await createRecord(db, app, 'customers', { name: 'Common' });
    const check = { kind: 'search_finds', entity: 'customers', field: 'name', sample: 'Common' };
    expect(await run(check)).toEqual({
      passed: false,
      evidence: 'Searching "Common" finds 2 records instead of one.',
    });
    expect(await run({ ...check, field: 'notes', sample: 'only in the notes' })).toMatchObject({
      passed: false,
    });
  });

  test('when its sample cannot be made', async () => {
    const circle = await buildApp(
      db,
      appOf({
        entities: [
          make.entity(
            'a',
            'A',
            ['name'],
            [make.field('name', 'text'), make.field('b', 'relation', { to: 'b', required: true })],
          ),
          make.entity('b', 'B', ['a'], [make.field('a', 'relation', { to: 'a', required: true })]),
        ],
      }),
    );
    expect(
      await run({ kind: 'search_finds', entity: 'a', field: 'name', sample: 'X' }, circle),
    ).toMatchObject({
      passed: false,
      evidence: expect.stringContaining('need one another'),
    });
  });
});

async function functionLike(of: App, pattern: string): Promise<string | undefined> {
  const [row] = await db.raw<
    { name: string }[]
  >`select proname as name from pg_proc where pronamespace = ${of.schemaName}::regnamespace and proname like ${pattern.replace('_', '\\_')} limit 1`;
  return row?.name;
}
