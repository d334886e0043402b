/**
 * What an app consists of, as lines: its tables from Postgres's own catalogs, its pages and rules from
 * the stored spec. The same content gives the same lines whatever the schema, the role and the address
 * are called, so that a dry run can be compared with the real work.
 */
import { createHash } from 'node:crypto';
import { begin } from '../db/begin.ts';
import type { Database } from '../db/client.ts';
import type { App } from './app.ts';
import { inSchema, linkTableName, manyFields } from './column.ts';
import { quoteLiteral } from './identifier.ts';
import { run, type Sql } from './session.ts';
import type { AppSpec } from './spec.ts';

export { effectBetween, summaryOf } from './effect.ts';

type Place = Pick<App, 'schemaName' | 'roleName' | 'spec'>;
/** `relation` is the table that it is about, or ''; `code` is what is too long to be shown. */
type Found = { kind: string; relation: string; words: string; code: string | null };

/**
 * Sorted lines: "table customers", "column customers.phone text", "link repairs.tags",
 * "index customers btree (name, id) WHERE (deleted_at IS NULL)", "view customers list #1f0c…",
 * "rule Low stock #9a3b…", "rows customers 0". None when there is no app yet.
 */
export async function inventoryOf(db: Database, app: Place | undefined): Promise<string[]> {
  if (!app) return [];
  const lines = await begin(db.raw, async (sql) => {
    // One picture of everything, in which names are printed in full whoever asks.
    await sql`set transaction isolation level repeatable read, read only`;
    await sql`select set_config('search_path', 'pg_catalog', true)`;
    const found = await readCatalog(sql, app.schemaName);
    const tables = found.filter(({ kind }) => kind === 'table').map(({ relation }) => relation);
    return [...found.map((one) => printFound(app, one)), ...(await countRows(sql, app, tables))];
  });
  return [...lines, ...printSpec(app.spec)].sort();
}

function readCatalog(sql: Sql, schema: string): Promise<Found[]> {
  return sql<Found[]>`
    with relation as (select c.* from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = ${schema} and c.relkind not in ('i', 'I', 't')
        and not exists (select from pg_depend where objid = c.oid and deptype = 'i' and c.relkind = 'S'))
    select case relkind when 'r' then 'table' when 'S' then 'sequence' else 'relation ' || relkind::text end as kind,
      relname::text as relation, case when relrowsecurity then ' row security' else '' end as words, null as code
      from relation
    union all select 'column', c.relname, '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
        || case when a.attidentity <> '' then ' identity' else '' end || case when a.attnotnull then ' not null' else '' end
        || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), ''), null
      from relation c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum where c.relkind <> 'S'
    union all select 'collation', c.relname, '.' || a.attname || ' ' || l.collname, null
      from relation c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      join pg_collation l on l.oid = a.attcollation join pg_type t on t.oid = a.atttypid where a.attcollation <> t.typcollation
    union all select 'constraint', c.relname, ' ' || pg_get_constraintdef(o.oid), null
      from relation c join pg_constraint o on o.conrelid = c.oid where o.contype <> 'n'
    union all select 'index', c.relname, case when i.indisunique then ' unique ' else ' ' end
        || regexp_replace(pg_get_indexdef(i.indexrelid), '^.*? USING ', '') || case when i.indisvalid then '' else ' invalid' end, null
      from relation c join pg_index i on i.indrelid = c.oid where not i.indisprimary
    union all select 'trigger', c.relname, ' ' || replace(pg_get_triggerdef(t.oid), 'CREATE TRIGGER ', '')
        || case when t.tgenabled = 'O' then '' else ' disabled' end, null
      from relation c join pg_trigger t on t.tgrelid = c.oid where not t.tgisinternal
    union all select 'function', '', p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')', pg_get_functiondef(p.oid)
      from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = ${schema} and p.prokind <> 'a'
    union all select 'rights', c.relname, ' ' || coalesce(g.rolname, 'everybody') || ': ' || string_agg(x.privilege_type, ', ' order by x.privilege_type), null
      from relation c cross join aclexplode(c.relacl) x left join pg_roles g on g.oid = x.grantee
      where x.grantee <> c.relowner group by c.relname, g.rolname
    union all select 'rights', '', 'schema ' || coalesce(g.rolname, 'everybody') || ': ' || string_agg(x.privilege_type, ', ' order by x.privilege_type), null
      from pg_namespace n cross join aclexplode(n.nspacl) x left join pg_roles g on g.oid = x.grantee
      where n.nspname = ${schema} and x.grantee <> n.nspowner group by g.rolname`;
}

function printFound(app: Place, { kind, relation, words, code }: Found): string {
  const link = linkOf(app.spec, relation);
  const own = (text: string) =>
    text
      .replaceAll(app.roleName, 'the app')
      .replaceAll(`"${app.schemaName}".`, '')
      .replaceAll(`${app.schemaName}.`, '');
  const digest = code === null ? '' : ` #${digestOf(own(code))}`;
  return `${link && kind === 'table' ? 'link' : kind} ${link ?? relation}${own(words)}${digest}`;
}

/** "repairs.tags" for the table that keeps which tags a repair has. */
function linkOf(spec: AppSpec, relation: string): string | undefined {
  for (const entity of spec.entities) {
    for (const field of manyFields(entity)) {
      if (linkTableName(entity, field) === relation) return `${entity.key}.${field.key}`;
    }
  }
  return undefined;
}

async function countRows(sql: Sql, app: Place, tables: string[]): Promise<string[]> {
  if (tables.length === 0) return [];
  const counts = tables.map(
    (table) =>
      `select ${quoteLiteral(table)} as relation, count(*)::text as n from ${inSchema(app, table)}`,
  );
  const lines = await run(sql, counts.join(' union all '));
  return lines.map(({ relation, n }) => {
    const table = String(relation);
    return `rows ${linkOf(app.spec, table) ?? table} ${n}`;
  });
}

/** What the catalogs do not know: names for people, pages, rules. The address is not part of it. */
function printSpec(spec: AppSpec): string[] {
  const { entities, views, rules, slug: _, specVersion: __, ...about } = spec;
  return [
    `app #${digestOf(about)}`,
    ...entities.map((entity) => `entity ${entity.key} #${digestOf(entity)}`),
    ...views.map((view) => `view ${view.key} ${view.kind} #${digestOf(view)}`),
    ...rules.map((rule) => `rule ${rule.label.replaceAll(/\s+/g, ' ')} #${digestOf(rule)}`),
  ];
}

/** A stored spec is read in the order of its schema, so equal parts have equal text. */
const digestOf = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 12);
