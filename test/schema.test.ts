/** The migrated database is what test/schema.sql says. `UPDATE_SCHEMA=1` writes that file anew. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { migrate } from '../src/db/migrate.ts';
import { testDatabase } from './support/database.ts';
import { dumpSchema } from './support/schema.ts';

const file = join(import.meta.dirname, 'schema.sql');
const migrations = join(import.meta.dirname, '../drizzle');
/** The ways back, the newest first. */
const down = (await readdir(migrations))
  .filter((name) => name.endsWith('.down.sql'))
  .sort()
  .reverse();
const db = await testDatabase();

test('the migrated database is what test/schema.sql says', async () => {
  const dumped = await dumpSchema(db.raw);
  if (process.env['UPDATE_SCHEMA']) await writeFile(file, dumped);
  expect(dumped).toBe(await readFile(file, 'utf8'));
});

test('every table but that of the processes is bound to a workspace', async () => {
  const open = await db.raw`
    select relname as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind = 'r'
      and not (relrowsecurity and exists (select from pg_policy where polrelid = pg_class.oid))`;
  expect(open.map(({ name }) => name)).toEqual(['processes']);
});

test('the engine role owns nothing, logs in nowhere and cannot pass the row-level security', async () => {
  const [role] = await db.raw`
    select rolcanlogin, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb from pg_roles
    where rolname = 'factotum_engine'`;
  expect(Object.values(role ?? { none: true }).filter(Boolean)).toEqual([]);
  const [owned] = await db.raw`
    select count(*)::int as count from pg_class where relowner = 'factotum_engine'::regrole`;
  expect(owned).toEqual({ count: 0 });
});

describe('the migration back', () => {
  /** A database of its own to take apart. */
  async function undone() {
    const clone = await testDatabase();
    for (const name of down) await clone.raw.unsafe(await readFile(join(migrations, name), 'utf8'));
    return clone;
  }

  test('leaves no table, view, function or type of ours', async () => {
    const clone = await undone();
    const left = await clone.raw`
      select relname::text as name from pg_class where relnamespace = 'public'::regnamespace
      union all select proname::text from pg_proc where pronamespace = 'public'::regnamespace
      union all select typname::text from pg_type where typnamespace = 'public'::regnamespace`;
    expect(left).toHaveLength(0);
  });

  test('leaves no right of the engine role, though another database still needs the role', async () => {
    const clone = await undone();
    const left = await clone.raw`
      select privilege_type from pg_namespace, aclexplode(nspacl)
      where nspname = 'public' and grantee = 'factotum_engine'::regrole`;
    expect(left).toHaveLength(0);
  });

  test('can be followed by the migration forth, which makes the same again', async () => {
    const clone = await undone();
    await migrate(clone);
    expect(await dumpSchema(clone.raw)).toBe(await readFile(file, 'utf8'));
  });
});

test('a migration of what is migrated changes nothing, also by several programs at once', async () => {
  const clone = await testDatabase();
  const before = await dumpSchema(clone.raw);
  await Promise.all([1, 2, 3].map(() => migrate(clone)));
  expect(await dumpSchema(clone.raw)).toBe(before);
});
