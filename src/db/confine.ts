/**
 * A database in which a dry run can write to its own app and to nothing else. Each transaction is looked
 * at before it commits: until then PostgreSQL keeps a lock on every table that it wrote to, altered or
 * dropped, and every catalog entry says which transaction made it. What lies outside of the run's app is
 * refused, and all of the transaction is rolled back. This is against mistakes of tools: code that means
 * harm could open a connection of its own.
 */
import type { Sql } from 'postgres';
import { FactotumError } from '../errors.ts';
import { type Database, watchTransactions } from './client.ts';

/** Its transactions end with FORBIDDEN where they have written anywhere but to the app of that run. */
export function confine(db: Database, rehearsalRunId: string): Database {
  return watchTransactions(db, async (sql) => {
    const before = await readOwn(sql, rehearsalRunId);
    return async () => {
      // Whatever role the work has taken on may see less than all of this.
      await sql`select set_config('role', 'none', true)`;
      const strayed = await readStrayed(sql, rehearsalRunId, before);
      if (strayed.length > 0) {
        throw new FactotumError(
          'FORBIDDEN',
          `A dry run changes nothing but its own app, and this would have changed ${strayed.join(', ')}. It was taken back.`,
        );
      }
    };
  });
}

/** `oids` of the schema, role, tables, indexes and functions of the run's app and its `ids`, as JSON; `deleted` rows so far. */
type Own = { oids: string; ids: string; deleted: string };

/** After a drop the catalogs no longer tell what was dropped: it is noted before. */
async function readOwn(sql: Sql, runId: string): Promise<Own> {
  const [own] = await sql<Own[]>`
    with app as (select * from public.apps where rehearsal_run_id = ${runId}),
      place as (select n.oid from pg_namespace n join app on app.schema_name = n.nspname),
      relation as (select c.oid, c.reltoastrelid from pg_class c join place on place.oid = c.relnamespace)
    select to_json(array(select oid::text from place
        union all select oid::text from relation union all select reltoastrelid::text from relation
        union all select indexrelid::text from pg_index join relation on indrelid = reltoastrelid
        union all select p.oid::text from pg_proc p join place on place.oid = p.pronamespace
        union all select r.oid::text from pg_roles r join app on app.role_name = r.rolname))::text as oids,
      to_json(array(select id from app))::text as ids, ${deletedApps(sql)} as deleted`;
  if (!own) throw new Error('A query without a table has one row.');
  return own;
}

/** Counts on through the transactions of a connection, so only the difference says something. */
const deletedApps = (sql: Sql) =>
  sql`coalesce((select n_tup_del from pg_stat_xact_user_tables where relid = 'public.apps'::regclass), 0)`;

/**
 * Names of what the transaction has changed outside of the run's app; at most five. What it made itself was
 * made by its own number or, inside a savepoint, by a higher one, and is seen although that is in progress.
 */
async function readStrayed(sql: Sql, runId: string, before: Own): Promise<string[]> {
  const { oids: known, ids } = before;
  const rows = await sql<{ name: string }[]>`
    with app as (select * from public.apps where rehearsal_run_id = ${runId}),
      place as (select n.oid from pg_namespace n where n.nspname in (select schema_name from app)
        or n.oid in ('pg_catalog'::regnamespace, 'pg_toast'::regnamespace)),
      known as (select value::oid as oid from jsonb_array_elements_text(${known}::text::jsonb)),
      top as (select pg_current_xact_id_if_assigned()::text::bigint as id),
      made as (select xmin::text::bigint as maker, oid as place, 'schema ' || nspname as name from pg_namespace
        union all select xmin::text::bigint, pronamespace, 'function ' || oid::regprocedure from pg_proc
        union all select xmin::text::bigint, typnamespace, 'type ' || oid::regtype from pg_type
        union all select xmin::text::bigint, 0, 'the registry of other apps' from public.apps where rehearsal_run_id is distinct from ${runId}),
      held as (select * from pg_locks where pid = pg_backend_pid() and granted and mode not in ('AccessShareLock', 'RowShareLock'))
    select coalesce(c.oid::regclass::text, 'a dropped table') as name
      from held left join pg_class c on c.oid = held.relation
      where locktype = 'relation' and coalesce(c.relnamespace not in (select oid from place), held.relation not in (select oid from known))
        and not (mode = 'RowExclusiveLock' and (c.oid = 'public.apps'::regclass
          or c.oid in (select indexrelid from pg_index where indrelid = 'public.apps'::regclass)))
    union select 'a dropped schema, function or role' from held
      where locktype = 'object' and mode = 'AccessExclusiveLock' and objid not in (select oid from known)
        and classid in ('pg_namespace'::regclass, 'pg_proc'::regclass, 'pg_authid'::regclass)
    union select name from made, top where place not in (select oid from place)
      and case when maker < id & 4294967295 then false else pg_xact_status(((id >> 32 << 32) + maker)::text::xid8) = 'in progress' end
    union select 'the registry of other apps' where ${deletedApps(sql)} - ${before.deleted}::text::bigint
      > (select count(*) from jsonb_array_elements_text(${ids}::text::jsonb) as own where own not in (select id from app))
    limit 5`;
  return rows.map(({ name }) => name);
}
