/** Taking an app away again, unless people have worked with it. */
import type { Database } from '../db/client.ts';
import type { App } from './app.ts';
import { inSchema } from './column.ts';
import { type Ddl, ddl } from './ddl.ts';
import { quoteLiteral, quoteName } from './identifier.ts';
import { dropSchema } from './schema.ts';
import type { Entity } from './spec.ts';

/** What people have put into one table: records, deleted ones included, and changes in its history. */
export type Use = { entity: Entity; records: number; changes: number };

/**
 * Removes the tables and the role of an app that nobody has used; fine when half or nothing of them exists.
 * Looking and removing are one transaction: what is saved in between waits, and is then counted or refused.
 * @returns what is in use, which was left as it is; empty when the app's tables are gone
 */
export function removeUnused(db: Database, app: App, force: boolean): Promise<Use[]> {
  return ddl(db, async (run) => {
    const used = force ? [] : await usedTables(run, app);
    if (used.length === 0) await dropSchema(run, app);
    return used;
  });
}

async function usedTables(run: Ddl, app: App): Promise<Use[]> {
  const there = await run(
    `select relname as name from pg_class where relkind = 'r' and relnamespace = to_regnamespace(${quoteLiteral(quoteName(app.schemaName))})`,
  );
  const names = new Set(there.map((line) => String(line['name'])));
  const entities = app.spec.entities.filter((entity) => names.has(entity.key));
  if (entities.length === 0) return [];
  const tables = entities.map((entity) => inSchema(app, entity.key));
  // Nobody can save any more: a record is counted here, or is refused because its table is gone.
  await run(`lock table ${tables.join(', ')} in access exclusive mode`);
  const counts = entities.map((entity, index) => {
    const changes = names.has('_changes')
      ? `(select count(*) from ${inSchema(app, '_changes')} where entity = ${quoteLiteral(entity.key)})`
      : '0';
    return `select ${index} as entity, count(*)::int as records, ${changes}::int as changes from ${inSchema(app, entity.key)}`;
  });
  const lines = await run(counts.join(' union all '));
  return lines.flatMap((line) => {
    const entity = entities[Number(line['entity'])];
    const [records, changes] = [Number(line['records']), Number(line['changes'])];
    return entity && records + changes > 0 ? [{ entity, records, changes }] : [];
  });
}

/** Tables that are named one by one; the others are only counted. */
const mostNamed = 4;

/** "Customers has 3 records and Repairs has 1 record that were added since; keep them?" */
export function useText(used: Use[]): string {
  const named = used.slice(0, mostNamed).map(({ entity, records, changes }) => {
    const what =
      records > 0 ? amount(records, 'record') : `${amount(changes, 'change')} in its history`;
    return `${entity.label} has ${what}`;
  });
  const others = used.length - named.length;
  const more = others === 1 ? '1 more table has records' : `${others} more tables have records`;
  const parts = others > 0 ? [...named, more] : named;
  const isOne = used.length === 1 && (used[0]?.records || used[0]?.changes) === 1;
  const since = isOne ? 'was added since; keep it?' : 'were added since; keep them?';
  return `${new Intl.ListFormat('en').format(parts)} that ${since}`;
}

const amount = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;
