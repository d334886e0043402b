/** Lists, boards, pickers and searches of an app, each in one transaction as the app's role. */
import type { Database } from '../db/client.ts';
import type { App } from './app.ts';
import { columnOf, isMany, linkTableOf, tableOf } from './column.ts';
import { cappedCount, type Page, type Query, readPage, type Total, totalOf } from './page.ts';
import type { Row } from './row.ts';
import { searchSql } from './search.ts';
import { linkOf, rowOf, selectColumns, titleSql } from './select.ts';
import { asApp, createParams, run, type Sql } from './session.ts';
import { sortOf } from './sort.ts';
import { type Entity, entityOf, type Field, type StatusOption } from './spec.ts';
import type { Link } from './value.ts';

export type { Page, Query, Total } from './page.ts';
export type BoardColumn = { option: StatusOption; total: Total; rows: Row[] };
export type Linked = { entity: Entity; field: Field; total: Total; rows: Row[] };

/** A page of records. Unknown fields, malformed filters and cursors are ignored, never an error. */
export function listRecords(
  db: Database,
  app: App,
  entityKey: string,
  query: Query,
): Promise<Page> {
  return asApp(db, app, (sql) => readPage(sql, app, entityOf(app.spec, entityKey), query));
}

/** The columns of a board in the status's order, each with its newest records. */
export async function boardColumns(
  db: Database,
  app: App,
  entityKey: string,
  fieldKey: string,
  opts: { q?: string | undefined; limit?: number | undefined },
): Promise<BoardColumn[]> {
  const entity = entityOf(app.spec, entityKey);
  const field = entity.fields.find((candidate) => candidate.key === fieldKey);
  if (field?.type !== 'status') throw new Error(`${entity.label}.${fieldKey} is no status.`);
  const table = tableOf(app, entity);
  const params = createParams();
  const search = searchSql(app, 'r', opts.q, params);
  const column = `r.${columnOf(entity, field)}`;
  // What a search finds is gathered once: inside each column the planner would search again.
  const hits = search
    ? `with hit as materialized (select r.id, ${column} as key from ${table} r where r.deleted_at is null and ${search})`
    : '';
  const from = search ? 'hit r' : `${table} r`;
  const condition = search ? 'r.key = o.key' : `r.deleted_at is null and ${column} = o.key`;
  const keys = field.options.map((option) => `(${params.add(option.key)})`).join(', ');
  // LATERAL reads a few of each column from the index; a window function would read them all.
  const text = `${hits} select o.key, c.total, x.* from (values ${keys}) o(key)
    cross join lateral ${cappedCount(from, condition)} c(total)
    left join lateral (select ${selectColumns(app, entity, 'p')}
      from (select r.id from ${from} where ${condition} order by r.id desc limit ${clamp(opts.limit, 50, 200)}) few
      join ${table} p on p.id = few.id order by p.id desc) x on true`;
  const lines = await asApp(db, app, (sql) => run(sql, text, params));
  return field.options.map((option) => {
    const own = lines.filter((line) => line['key'] === option.key);
    return {
      option,
      total: totalOf(own[0]?.['total']),
      rows: own.filter((line) => line['id'] !== null).map((line) => rowOf(app, entity, line)),
    };
  });
}

/** Records for a relation picker, found among all of them; those whose title begins with `q` first. */
export async function pickRecords(
  db: Database,
  app: App,
  entityKey: string,
  q: string,
  limit?: number,
): Promise<Link[]> {
  const entity = entityOf(app.spec, entityKey);
  const most = clamp(limit, 20, 100);
  if (q.trim() === '') {
    const field = entity.title[0] ?? 'id';
    const page = await asApp(db, app, (sql) =>
      readPage(sql, app, entity, { sort: { field, direction: 'asc' }, limit: most }),
    );
    return page.rows.map(({ id, title }) => ({ id, title }));
  }
  const params = createParams();
  const search = searchSql(app, 'r', q, params) ?? 'true';
  const { parts } = sortOf(app, entity, { field: entity.title[0] ?? 'id', direction: 'asc' }, 'r');
  const key = parts[0]?.join ? undefined : parts[0]?.key;
  const starts = key
    ? `case when lower(left(${key}::text, 60)) like lower(replace(replace(replace(${params.add(q.trim().slice(0, 60))}, '\\', '\\\\'), '%', '\\%'), '_', '\\_')) || '%' then 0 else 1 end, ${key} nulls last, `
    : '';
  // Ranked among the first thousand found: a picker of one letter must not sort a whole table.
  const text = `select ${titleSql(app, entity, 'r', 1)} as link from (select r.* from ${tableOf(app, entity)} r where r.deleted_at is null and ${search} limit 1000) r order by ${starts}r.id desc limit ${most}`;
  const lines = await asApp(db, app, (sql) => run(sql, text, params));
  return lines.map((line) => linkOf(app, entity, line['link']));
}

/** What a search over the whole app finds; entities without a find are left out. */
export function searchApp(
  db: Database,
  app: App,
  q: string,
  limitPerEntity: number,
): Promise<{ entity: Entity; rows: Row[] }[]> {
  return asApp(db, app, async (sql) => {
    const params = createParams();
    const limit = clamp(limitPerEntity, 5, 50);
    const selects = app.spec.entities.flatMap((entity, index) => {
      const search = searchSql(app, 'r', q, params);
      return search
        ? [
            `(select ${index} as entity, r.id::text as id from ${tableOf(app, entity)} r where r.deleted_at is null and ${search} limit ${limit})`,
          ]
        : [];
    });
    if (selects.length === 0) return [];
    const found = await run(sql, selects.join(' union all '), params);
    const results = [];
    for (const [index, entity] of app.spec.entities.entries()) {
      const ids = found
        .filter((line) => line['entity'] === index)
        .map((line) => String(line['id']));
      if (ids.length > 0) results.push({ entity, rows: await readRows(sql, app, entity, ids) });
    }
    return results;
  });
}

/** Records by id, newest first; deleted ones too. */
async function readRows(sql: Sql, app: App, entity: Entity, ids: string[]): Promise<Row[]> {
  const params = createParams();
  const lines = await run(
    sql,
    `select ${selectColumns(app, entity, 'r')} from ${tableOf(app, entity)} r where r.id = any(${params.add(`{${ids.join(',')}}`, 'bigint[]')}) order by r.id desc`,
    params,
  );
  return lines.map((line) => rowOf(app, entity, line));
}

/** Everything that links to a record, per linking field: "sales of this customer". Empty ones included. */
export function linkedRecords(
  db: Database,
  app: App,
  entityKey: string,
  id: string,
  limit: number,
): Promise<Linked[]> {
  if (!/^-?\d{1,18}$/.test(id)) return Promise.resolve([]);
  return asApp(db, app, async (sql) => {
    const results: Linked[] = [];
    for (const { entity, field } of incoming(app, entityKey)) {
      const params = createParams();
      const { from, where } = linkingSql(app, entity, field, params.add(id, 'bigint'));
      const text = `select ${cappedCount(from, where)} as total, ${selectColumns(app, entity, 'p')} from (select r.* from ${from} where ${where} order by r.id desc limit ${clamp(limit, 10, 200)}) p order by p.id desc`;
      const lines = await run(sql, text, params);
      results.push({
        entity,
        field,
        total: totalOf(lines[0]?.['total']),
        rows: lines.map((line) => rowOf(app, entity, line)),
      });
    }
    return results;
  });
}

/** Every relation field of the app that points at the entity. */
export function incoming(
  app: App,
  entityKey: string,
): { entity: Entity; field: Field & { type: 'relation' } }[] {
  return app.spec.entities.flatMap((entity) =>
    entity.fields.flatMap((field) =>
      field.type === 'relation' && field.to === entityKey ? [{ entity, field }] : [],
    ),
  );
}

/** FROM and WHERE for the records `r` that link to the record `id` by `field`. */
export function linkingSql(
  app: App,
  entity: Entity,
  field: Field,
  id: string,
): { from: string; where: string } {
  const table = `${tableOf(app, entity)} r`;
  if (!isMany(field))
    return { from: table, where: `r.deleted_at is null and r.${columnOf(entity, field)} = ${id}` };
  return {
    from: `${table} join ${linkTableOf(app, entity, field)} l on l.from_id = r.id`,
    where: `r.deleted_at is null and l.deleted_at is null and l.to_id = ${id}`,
  };
}

const clamp = (wanted: number | undefined, usual: number, most: number): number =>
  Math.max(1, Math.min(most, Math.trunc(wanted ?? usual) || usual));
