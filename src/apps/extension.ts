/** What all apps of a database share: a closed `public`, and extensions that make search fast and kind to accents. */
import type { Database } from '../db/client.ts';
import { type Ddl, ddl } from './ddl.ts';
import { quoteName } from './identifier.ts';

/** Not `public`: nobody looks for an extension's functions among the engine's tables. */
const extensionSchema = 'factotum_ext';

/** Done when the program starts, so that even the first dry run in a database has nothing to leave behind. */
export const prepareDatabase = (db: Database): Promise<void> => ddl(db, prepare);

/** May be repeated, and is, before each app: the database may be another since the start. */
export async function prepare(run: Ddl): Promise<void> {
  // Until PostgreSQL 14 everybody may create in `public`; only its owner can end that.
  const [open] = await run(
    `select 1 from pg_namespace, aclexplode(nspacl) where nspname = 'public' and grantee = 0 and privilege_type = 'CREATE'`,
  );
  if (open) await run.attempt('revoke create on schema public from public');
  await installExtensions(run);
}

/** Installs what the account may install; one that exists already is used where it is. An app works without. */
async function installExtensions(run: Ddl): Promise<void> {
  const found = await run(
    `select extname from pg_extension where extname in ('pg_trgm', 'unaccent')`,
  );
  const names = ['pg_trgm', 'unaccent'].filter(
    (name) => !found.some((row) => row['extname'] === name),
  );
  if (names.length === 0) return;
  await run.attempt(`create schema if not exists ${extensionSchema}`);
  for (const name of names) {
    await run.attempt(`create extension if not exists ${name} schema ${extensionSchema}`);
  }
}

/** The trigram operator class, with its schema; undefined where the extension is not to be had. */
export async function trigramClass(run: Ddl): Promise<string | undefined> {
  const [found] = await run(
    `select n.nspname as schema from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname = 'pg_trgm'`,
  );
  return typeof found?.['schema'] === 'string'
    ? `${quoteName(found['schema'])}.gin_trgm_ops`
    : undefined;
}
