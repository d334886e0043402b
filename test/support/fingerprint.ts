/** Everything that a database holds, as text: to see that something has left nothing behind. */
import type { Sql } from 'postgres';

/**
 * Names in the catalogs (schemas, roles, relations with their definitions, functions, types, extensions,
 * rights) and of every table but `except` the number of rows and a hash of their content. Roles of apps are
 * left out: they belong to the whole server, where other databases make theirs at the same time.
 */
export async function fingerprint(sql: Sql, except: string[] = []): Promise<string[]> {
  const catalog = await sql<{ line: string }[]>`
    select 'schema ' || nspname || ' ' || coalesce(nspacl::text, '') as line from pg_namespace where nspname !~ '^pg_temp|^pg_toast_temp'
    union all select 'extension ' || extname from pg_extension
    union all select 'role ' || rolname from pg_roles where rolname !~ '^app_.*_role$'
    union all select 'member ' || m.roleid::regrole || ' ' || m.member::regrole from pg_auth_members m where m.roleid::regrole::text !~ '^"?app_'
    union all select 'relation ' || relnamespace::regnamespace || '.' || relname || ' ' || relkind::text || ' ' || relnatts || ' ' || relchecks || ' ' || coalesce(relacl::text, '')
      from pg_class where relnamespace <> 'pg_toast'::regnamespace
    union all select 'toast ' || count(*) from pg_class where relnamespace = 'pg_toast'::regnamespace
    union all select 'index ' || pg_get_indexdef(indexrelid) from pg_index where indrelid >= 16384 and indrelid in (select oid from pg_class where relnamespace <> 'pg_toast'::regnamespace)
    union all select 'constraint ' || conname || ' ' || pg_get_constraintdef(oid) from pg_constraint where oid >= 16384
    union all select 'trigger ' || pg_get_triggerdef(oid) from pg_trigger where oid >= 16384
    union all select 'function ' || oid::regprocedure || ' ' || md5(prosrc) || ' ' || coalesce(proacl::text, '') from pg_proc
    union all select 'type ' || typnamespace::regnamespace || '.' || typname from pg_type where typnamespace <> 'pg_toast'::regnamespace
    union all select 'policy ' || polname || ' ' || polrelid::regclass from pg_policy
    union all select 'setting ' || coalesce(setconfig::text, '') from pg_db_role_setting where setdatabase in (0, (select oid from pg_database where datname = current_database()))`;
  const tables = await sql<{ name: string }[]>`
    select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema')`;
  const contents: string[] = [];
  for (const { name } of tables.filter((table) => !except.includes(table.name))) {
    const [row] = await sql.unsafe<{ n: string; hash: string }[]>(
      `select count(*)::text as n, md5(coalesce(string_agg(md5(t::text), '' order by md5(t::text)), '')) as hash from ${name} t`,
    );
    contents.push(`content ${name} ${row?.n} ${row?.hash}`);
  }
  return [...catalog.map(({ line }) => line), ...contents].sort();
}
