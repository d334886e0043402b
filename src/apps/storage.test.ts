/** The formula is held to real databases: it may be generous, but not by a factor, and never short. */
import { expect, test } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import type { App } from './app.ts';
import { appOf, make, shopSpec } from './fixture.ts';
import { quoteName } from './identifier.ts';
import { createRecord } from './record.ts';
import {
  createFilters,
  createHistory,
  createLinks,
  createSchema,
  createSearch,
  createTable,
} from './schema.ts';
import { printStorage, searchBytes, tablesBytes } from './storage.ts';

const db = await testDatabase();

/** What the files of the app's tables, indexes and sequences take now. */
async function sizeOf(app: App): Promise<number> {
  const [row] = await db.raw`
    select coalesce(sum(case when relkind = 'S' then pg_relation_size(c.oid) else pg_total_relation_size(c.oid) end), 0)::int as size
    from pg_class c where relnamespace = to_regnamespace(${app.schemaName}) and relkind in ('r', 'S')`;
  return Number(row?.['size']);
}

const wide = {
  slug: 'wide',
  name: 'Wide',
  entities: Array.from({ length: 12 }, (_, at) =>
    make.entity(
      `things${at}`,
      'Thing',
      ['name'],
      [
        make.field('name', 'text', { required: true, search: true }),
        ...['a', 'b', 'c', 'd', 'e', 'f'].map((key) => make.field(key, 'date')),
        make.field('code', 'text', { unique: true }),
      ],
    ),
  ),
};

/** The first record of every table, which its estimate counts in, and the maps that follow. */
async function fill(app: App): Promise<void> {
  for (const entity of app.spec.entities) {
    const input: Record<string, string | string[]> = { name: 'First', device: 'First', stock: '1' };
    if (entity.key === 'repairs')
      Object.assign(input, { customer: '1', product: '1', tags: ['1'] });
    expect(await createRecord(db, app, entity.key, input)).toMatchObject({ kind: 'saved' });
  }
  const tables = await db.raw`select tablename from pg_tables where schemaname = ${app.schemaName}`;
  for (const { tablename } of tables)
    await db.raw.unsafe(`vacuum ${quoteName(app.schemaName)}.${quoteName(String(tablename))}`);
}

test.each([
  ['a shop with links of both kinds', shopSpec()],
  ['a dozen wide tables', wide],
])('the estimate fits %s', async (_, spec) => {
  const app = appOf(spec);
  await createSchema(db, app);
  for (const entity of app.spec.entities) await createTable(db, app, entity);
  await createLinks(db, app);
  await createHistory(db, app);
  for (const entity of app.spec.entities) {
    if (entity.fields.some((field) => field.search)) await createSearch(db, app, entity);
    await createFilters(db, app, entity);
  }
  await fill(app);
  const size = await sizeOf(app);
  const estimate = tablesBytes(app.spec) + searchBytes(app.spec);
  expect(estimate).toBeGreaterThanOrEqual(size);
  expect(estimate).toBeLessThan(size * 1.5);
});

test.each([
  [0, 'less than 1MB'],
  [524_287, 'less than 1MB'],
  [524_288, '~1MB'],
  [1_048_576, '~1MB'],
  [8_900_000, '~8MB'],
])('%i bytes are %s', (bytes, words) => {
  expect(printStorage(bytes)).toBe(words);
});
