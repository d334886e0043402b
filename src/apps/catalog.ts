/** What tables an app really has, from Postgres's own catalog. */
import { begin } from '../db/begin.ts';
import type { Database } from '../db/client.ts';
import type { App } from './app.ts';
import { inSchema } from './column.ts';

type Place = Pick<App, 'schemaName'>;
type TableColumn = { name: string; type: string; required: boolean };
export type TableInfo = { entity: string; columns: TableColumn[] };

/** Tables of entities (those the runtime keeps for itself are left out); empty when there are none. */
export function describeTables(db: Database, app: Place): Promise<TableInfo[]> {
  return begin(db.raw, async (sql) => {
    const rows = await sql<{ entity: string; name: string; type: string; required: boolean }[]>`
      select c.relname as entity, a.attname as name, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as required
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      where n.nspname = ${app.schemaName} and c.relkind = 'r' and c.relname !~ '^_'
      order by c.relname, a.attnum`;
    const tables = new Map<string, TableColumn[]>();
    for (const { entity, ...column } of rows) {
      tables.set(entity, [...(tables.get(entity) ?? []), column]);
    }
    return [...tables].map(([entity, columns]) => ({ entity, columns }));
  });
}

/** How many records all tables of entities hold together, deleted ones too; 0 when there are none. */
export async function countRecords(db: Database, app: Place): Promise<number> {
  const tables = await describeTables(db, app);
  if (tables.length === 0) return 0;
  const counts = tables.map(({ entity }) => `select count(*) as n from ${inSchema(app, entity)}`);
  const [row] = await begin(db.raw, (sql) =>
    sql.unsafe<{ n: string }[]>(`select sum(n)::text as n from (${counts.join(' union all ')}) c`),
  );
  return Number(row?.n ?? 0);
}

export async function tableExists(db: Database, app: Place, entityKey: string): Promise<boolean> {
  return (await describeTables(db, app)).some((table) => table.entity === entityKey);
}

/** Names of the columns, the runtime's own included; empty when there is no such table. */
export async function columnsOf(db: Database, app: Place, entityKey: string): Promise<string[]> {
  const table = (await describeTables(db, app)).find((found) => found.entity === entityKey);
  return table?.columns.map((column) => column.name) ?? [];
}
