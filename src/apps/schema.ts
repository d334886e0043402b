/**
 * An app's tables, made from its spec. Every function is one transaction of the
 * login role, which owns the tables, and may be repeated: a crash in the middle
 * leaves nothing half-made, and a second call finds everything in place.
 */
import type { Database } from '../db/client.ts';
import { conflict } from '../errors.ts';
import type { App } from './app.ts';
import {
  columnDefinition,
  columnFields,
  columnOf,
  inSchema,
  isMany,
  isText,
  linkTableName,
  linkTableOf,
  manyFields,
  oneFields,
  tableOf,
} from './column.ts';
import { type Ddl, ddl } from './ddl.ts';
import { prepare } from './extension.ts';
import { ownName, quoteLiteral, quoteName } from './identifier.ts';
import { followTitles } from './search-schema.ts';
import { type Entity, entityOf } from './spec.ts';

export { columnsOf, describeTables, tableExists } from './catalog.ts';
export { createFilters } from './filter-schema.ts';
export { createHistory } from './history-schema.ts';
export { createSearch } from './search-schema.ts';
export { createWorkflow } from './workflow-schema.ts';

/**
 * The app's schema, its role and the two functions that its search is built on.
 * @param registered whether the app has its place in the registry, where it must still be wanted
 * @throws CONFLICT when such an app was removed: nothing may be made that nobody would take away again
 */
export function createSchema(
  db: Database,
  app: App,
  { registered = false }: { registered?: boolean } = {},
): Promise<void> {
  return ddl(db, async (run) => {
    if (registered) await holdPlace(run, app);
    await createRole(run, app);
    const schema = quoteName(app.schemaName);
    await run(`create schema if not exists ${schema}`);
    await run(`revoke all on schema ${schema} from public`);
    await run(`grant usage on schema ${schema} to ${quoteName(app.roleName)}`);
    await prepare(run);
    await createFold(run, app);
  });
}

/** Keeps the app from being marked as removed until the transaction has ended. */
async function holdPlace(run: Ddl, app: App): Promise<void> {
  const [held] = await run(
    `select 1 from public.apps where id = ${quoteLiteral(app.id)} and status <> 'removed' for share`,
  );
  if (!held) throw conflict('The app was taken away while it was being made.');
}

async function createRole(run: Ddl, app: App): Promise<void> {
  const role = quoteName(app.roleName);
  // Roles belong to the whole cluster: another database's session may create the same one now.
  const body = `begin
    if not exists (select from pg_roles where rolname = ${quoteLiteral(app.roleName)}) then
      create role ${role} nologin;
    end if;
  exception when duplicate_object or unique_violation then null;
  end`;
  await run(`do ${quoteLiteral(body)}`);
  const [server] = await run(
    `select current_setting('server_version_num')::int >= 160000 as modern`,
  );
  // Since 16 creating a role no longer lets its creator become it. Inheriting stays off where it
  // can be: the login role must not see an app's rows by accident.
  await run(
    `grant ${role} to current_user${server?.['modern'] ? ' with inherit false, set true' : ''}`,
  );
}

/**
 * `_fold(text)`: lower case without accents. `_pattern(word)`: the LIKE pattern that finds a
 * folded word. SECURITY DEFINER, because the app's role need not see where the extension is.
 */
async function createFold(run: Ddl, app: App): Promise<void> {
  const [found] = await run(
    `select n.nspname as schema from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname = 'unaccent'`,
  );
  const schema = typeof found?.['schema'] === 'string' ? quoteName(found['schema']) : undefined;
  const plain = schema
    ? `${schema}.unaccent(${quoteLiteral(`${schema}.unaccent`)}::regdictionary, $1)`
    : '$1';
  const collation = await sortCollation(run);
  const lower = `lower(${plain}${collation ? ` collate ${collation}` : ''})`;
  // Letters beyond ASCII become their bytes in digits ("z320z277"): in a database of the C locale
  // trigrams know ASCII only, and searching any other script would read the whole table.
  const bytes = String.raw`encode(convert_to(replace(${lower}, '\', '/'), 'UTF8'), 'escape')`;
  const fold = String.raw`select replace(${bytes}, '\', 'z')`;
  const name = inSchema(app, '_fold');
  const header = `language sql immutable parallel safe security definer set search_path = pg_catalog, pg_temp`;
  await run(
    `create or replace function ${name}(text) returns text ${header} as ${quoteLiteral(fold)}`,
  );
  // Escaped after folding: unaccent turns a full-width percent sign into a plain one.
  const escaped = String.raw`select replace(replace(replace(${name}($1), '\', '\\'), '%', '\%'), '_', '\_')`;
  await run(
    `create or replace function ${inSchema(app, '_pattern')}(text) returns text language sql immutable parallel safe as ${quoteLiteral(escaped)}`,
  );
}

/** The collation for words people sort by: that of the Unicode standard, where the server has it. */
async function sortCollation(run: Ddl): Promise<string | undefined> {
  const [found] = await run(
    `select 1 from pg_collation where collname = 'und-x-icu' and collnamespace = 'pg_catalog'::regnamespace`,
  );
  return found ? 'pg_catalog."und-x-icu"' : undefined;
}

/** The table of one entity with its checks, without foreign keys (those come last). */
export function createTable(db: Database, app: App, entity: Entity): Promise<void> {
  return ddl(db, async (run) => {
    const collation = await sortCollation(run);
    const table = tableOf(app, entity);
    const lines = [
      'id bigint generated always as identity primary key',
      ...columnFields(entity).map((field) => columnDefinition(entity, field, collation)),
      'version int not null default 1',
      'created_at timestamptz not null default now()',
      'updated_at timestamptz not null default now()',
      'deleted_at timestamptz',
      `_search text not null default ''`,
    ];
    await run(`create table if not exists ${table} (${lines.join(', ')})`);
    for (const field of columnFields(entity)) {
      if (!field.unique || field.type === 'boolean') continue;
      const column = columnOf(entity, field);
      // Long texts by their hash: a B-tree entry has 2,704 bytes at most.
      const long = field.type === 'url' || field.type === 'longtext';
      const key = !isText(field) ? column : long ? `md5(lower(${column}))` : `lower(${column})`;
      const index = quoteName(ownName('unique', entity.key, field.key));
      await run(
        `create unique index if not exists ${index} on ${table} ((${key})) where deleted_at is null`,
      );
    }
    await run(`grant select, insert, update on ${table} to ${quoteName(app.roleName)}`);
  });
}

/** Foreign keys and junction tables of all entities. Run it when every table is there. */
export function createLinks(db: Database, app: App): Promise<void> {
  return ddl(db, async (run) => {
    for (const entity of app.spec.entities) {
      const table = tableOf(app, entity);
      for (const field of oneFields(entity)) {
        const target = tableOf(app, entityOf(app.spec, field.to));
        const name = ownName('fk', entity.key, field.key);
        await addForeignKey(run, table, name, columnOf(entity, field), target);
        const index = quoteName(ownName('sort', entity.key, field.key));
        await run(
          `create index if not exists ${index} on ${table} (${columnOf(entity, field)}, id) where deleted_at is null`,
        );
      }
      await indexUntitled(run, app, entity);
      for (const field of manyFields(entity)) {
        const link = linkTableOf(app, entity, field);
        const name = linkTableName(entity, field);
        // Removing a link is an update: the role may delete nothing, and history keeps it.
        await run(
          `create table if not exists ${link} (from_id bigint not null, to_id bigint not null, position int not null default 0, deleted_at timestamptz, primary key (from_id, to_id))`,
        );
        await addForeignKey(run, link, ownName('fk', name, 'from'), 'from_id', table);
        const target = tableOf(app, entityOf(app.spec, field.to));
        await addForeignKey(run, link, ownName('fk', name, 'to'), 'to_id', target);
        await run(
          `create index if not exists ${quoteName(ownName('to', name))} on ${link} (to_id, from_id) where deleted_at is null`,
        );
        await run(`grant select, insert, update on ${link} to ${quoteName(app.roleName)}`);
      }
      await followTitles(run, app, entity);
    }
  });
}

/** The few records that a list sorted by their title cannot place: deleted ones and those without it. */
async function indexUntitled(run: Ddl, app: App, entity: Entity): Promise<void> {
  const title = entity.fields.find((field) => field.key === entity.title[0]);
  if (!title || isMany(title)) return;
  await run(
    `create index if not exists ${quoteName(ownName('untitled', entity.key))} on ${tableOf(app, entity)} (id) where deleted_at is not null or ${columnOf(entity, title)} is null`,
  );
}

async function addForeignKey(
  run: Ddl,
  table: string,
  name: string,
  column: string,
  target: string,
): Promise<void> {
  const [found] = await run(
    `select 1 from pg_constraint where conname = ${quoteLiteral(name)} and conrelid = ${quoteLiteral(table)}::regclass`,
  );
  if (found) return;
  await run(
    `alter table ${table} add constraint ${quoteName(name)} foreign key (${column}) references ${target} (id)`,
  );
}

type Place = Pick<App, 'schemaName' | 'roleName'>;

/** Removes the schema with everything in it and the role; fine when half or nothing of it exists. */
export function dropAppSchema(db: Database, app: Place): Promise<void> {
  return ddl(db, (run) => dropSchema(run, app));
}

/** The same within a transaction that has something to do before. */
export async function dropSchema(run: Ddl, app: Place): Promise<void> {
  await run(`drop schema if exists ${quoteName(app.schemaName)} cascade`);
  // A role that still holds something in another database stays: harmless without a login.
  await run.attempt(`drop role if exists ${quoteName(app.roleName)}`);
}
