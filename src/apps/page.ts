/** One page of a list: its statement, built and run inside an app's transaction. */
import type { App } from './app.ts';
import { tableOf } from './column.ts';
import { type Cursor, parseCursor, printCursor } from './cursor.ts';
import { listFilterSql } from './filter.ts';
import type { Row } from './row.ts';
import { searchSql } from './search.ts';
import { rowOf, selectColumns } from './select.ts';
import { createParams, type Line, type Params, run, type Sql, sqlState } from './session.ts';
import { type Direction, type Sort, type SortPart, sortOf } from './sort.ts';
import type { Entity } from './spec.ts';

export type Query = {
  /** Words that must all be found. */
  q?: string | undefined;
  /** Field key → value, or 'from..to' for numbers and dates. What cannot be read is ignored. */
  filters?: Record<string, string> | undefined;
  /** A field's key, 'createdAt', 'updatedAt' or 'id'; the newest first unless told. */
  sort?: { field: string; direction: Direction } | undefined;
  after?: string | undefined;
  before?: string | undefined;
  /** 50 unless told, at most 200. */
  limit?: number | undefined;
};
/** Counted up to 1000: counting a big table to the end costs more than the page. */
export type Total = { count: number; capped: boolean };
export type Page = { rows: Row[]; next?: string; previous?: string; total: Total };

const countCap = 1000;
const alias = 'r';

export const totalOf = (counted: unknown): Total => {
  const count = Number(counted ?? 0);
  return { count: Math.min(count, countCap), capped: count > countCap };
};

/** Counting stops one after the cap: enough to know that there are more. */
export const cappedCount = (from: string, where: string): string =>
  `(select count(*) from (select 1 from ${from} where ${where} limit ${countCap + 1}) counted)`;

/** `live` and the search and filters of a query, as one condition on `r`. */
function conditionOf(app: App, entity: Entity, query: Query, params: Params): string {
  const search = searchSql(app, alias, query.q, params);
  const filters = entity.fields.flatMap((field) => {
    const text = query.filters?.[field.key];
    return typeof text === 'string' && Object.hasOwn(query.filters ?? {}, field.key)
      ? (listFilterSql(app, entity, field, text, alias, params) ?? [])
      : [];
  });
  return [`${alias}.deleted_at is null`, ...(search ? [search] : []), ...filters].join(' and ');
}

/** @param most the largest limit granted; lists of people get 200, an export more */
export async function readPage(
  sql: Sql,
  app: App,
  entity: Entity,
  query: Query,
  most = 200,
): Promise<Page> {
  const sort = sortOf(app, entity, query.sort, alias);
  const limit = Math.max(1, Math.min(most, Math.trunc(query.limit ?? 50) || 50));
  const before = parseCursor(sort, query.before);
  const after = before ? undefined : parseCursor(sort, query.after);
  const cursor = before ?? after;
  const lines = await readLines(
    sql,
    app,
    entity,
    query,
    sort,
    cursor,
    before !== undefined,
    limit + 1,
  );
  // A place whose key the database cannot read, or behind the last record: the list begins anew.
  if (cursor && (!lines || lines.length === 0)) {
    return readPage(sql, app, entity, { ...query, after: undefined, before: undefined }, most);
  }
  const more = (lines?.length ?? 0) > limit;
  const shown = (lines ?? []).slice(0, limit);
  if (before) shown.reverse();
  const place = (line: Line | undefined) => (line ? printCursor(sort, placeOf(line)) : undefined);
  const next = (before ? true : more) ? place(shown.at(-1)) : undefined;
  const previous = (before ? more : after !== undefined) ? place(shown[0]) : undefined;
  return {
    rows: shown.map((line) => rowOf(app, entity, line)),
    ...(next === undefined ? {} : { next }),
    ...(previous === undefined ? {} : { previous }),
    total: totalOf(shown[0]?.['total']),
  };
}

const placeOf = (line: Line): Cursor => ({
  part: Number(line['part']),
  key: typeof line['sort_key'] === 'string' ? line['sort_key'] : null,
  id: String(line['id']),
});

/** The lines in the direction of reading; undefined when the cursor holds what the column cannot. */
async function readLines(
  sql: Sql,
  app: App,
  entity: Entity,
  query: Query,
  sort: Sort,
  cursor: Cursor | undefined,
  backward: boolean,
  limit: number,
): Promise<Line[] | undefined> {
  const params = createParams();
  const condition = conditionOf(app, entity, query, params);
  const table = tableOf(app, entity);
  const direction: Direction = (sort.direction === 'asc') !== backward ? 'asc' : 'desc';
  const parts = sort.parts.flatMap((part, index) => {
    if (cursor && (backward ? index > cursor.part : index < cursor.part)) return [];
    return partSql(table, part, index, sort, condition, cursor, direction, limit, params);
  });
  const text = `with page as (${parts.map((part) => `(${part})`).join(' union all ')})
    select page.part, page.k::text as sort_key, ${cappedCount(`${table} ${alias}`, condition)} as total, ${selectColumns(app, entity, alias)}
    from page join ${table} ${alias} on ${alias}.id = page.id
    order by page.part ${backward ? 'desc' : 'asc'}, page.k ${direction}, page.id ${direction} limit ${limit}`;
  if (!cursor) return run(sql, text, params);
  await sql`savepoint place`;
  try {
    return await run(sql, text, params);
  } catch (error) {
    if (!sqlState(error)?.startsWith('22')) throw error;
    await sql`rollback to savepoint place`;
    return undefined;
  }
}

function partSql(
  table: string,
  part: SortPart,
  index: number,
  sort: Sort,
  condition: string,
  cursor: Cursor | undefined,
  direction: Direction,
  limit: number,
  params: Params,
): string {
  const where = [condition];
  if (part.where) where.push(part.where);
  const keyed = part.key !== undefined;
  if (cursor?.part === index) {
    const sign = direction === 'asc' ? '>' : '<';
    const id = params.add(cursor.id, 'bigint');
    // The key goes out and comes back as text: the driver's dates have milliseconds only.
    where.push(
      keyed
        ? `(${part.key}, ${alias}.id) ${sign} (${params.add(cursor.key, sort.type)}, ${id})`
        : `${alias}.id ${sign} ${id}`,
    );
  }
  const lead = part.key ?? part.lead;
  const order = [...(lead ? [`${lead} ${direction}`] : []), `${alias}.id ${direction}`].join(', ');
  return `select ${index} as part, ${alias}.id, ${part.key ?? `null::${sort.type}`} as k from ${table} ${alias} ${part.join ?? ''} where ${where.join(' and ')} order by ${order} limit ${limit}`;
}
