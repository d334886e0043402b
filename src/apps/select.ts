/** Reading records: the columns of a SELECT with titles of links in the same statement, and rows from its answer. */
import type { App } from './app.ts';
import { columnOf, isMany, isOne, linkTableOf, tableOf } from './column.ts';
import type { Link, Value } from './link.ts';
import type { Row } from './row.ts';
import type { Line } from './session.ts';
import { type Entity, entityOf, type Field } from './spec.ts';
import { printValue } from './value-print.ts';

/** How deep a title made of links is followed: "Repair of <customer>" but no circles. */
const titleDepth = 2;

/** Columns for every field of the record `alias`, named v0, v1, … in the spec's order, and the system's. */
export function selectColumns(app: App, entity: Entity, alias: string): string {
  const fields = entity.fields.map(
    (field, index) => `${fieldSql(app, entity, field, alias)} as v${index}`,
  );
  return [
    `${alias}.id::text as id`,
    `${alias}.version`,
    `${alias}.created_at`,
    `${alias}.updated_at`,
    ...fields,
  ].join(', ');
}

function fieldSql(app: App, entity: Entity, field: Field, alias: string): string {
  if (!(field.type === 'relation')) return plainSql(`${alias}.${columnOf(entity, field)}`, field);
  const target = entityOf(app.spec, field.to);
  const title = titleSql(app, target, 'x1', 1);
  if (!isMany(field)) {
    return `(select ${title} from ${tableOf(app, target)} x1 where x1.id = ${alias}.${columnOf(entity, field)})`;
  }
  return `(select jsonb_agg(${title} order by l.position, l.to_id) from ${linkTableOf(app, entity, field)} l join ${tableOf(app, target)} x1 on x1.id = l.to_id where l.from_id = ${alias}.id and l.deleted_at is null)`;
}

/** A value as text that loses nothing on the way: no float, no local time, no milliseconds cut. */
function plainSql(column: string, field: Field): string {
  switch (field.type) {
    case 'date':
      return `to_char(${column}, 'YYYY-MM-DD')`;
    case 'datetime':
      return `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
    case 'time':
      return `to_char(${column}, 'HH24:MI')`;
    case 'boolean':
      return column;
    default:
      return `${column}::text`;
  }
}

/** `[id, part, …]`: the parts of a record's title; the part of a link is such an array again. */
export function titleSql(app: App, entity: Entity, alias: string, depth: number): string {
  const parts = titleFields(entity).map((field) => {
    if (isMany(field)) return 'null';
    const column = `${alias}.${columnOf(entity, field)}`;
    if (!isOne(field)) return plainSql(column, field);
    if (depth >= titleDepth) return `jsonb_build_array(${column}::text)`;
    const target = entityOf(app.spec, field.to);
    const inner = `x${depth + 1}`;
    return `(select ${titleSql(app, target, inner, depth + 1)} from ${tableOf(app, target)} ${inner} where ${inner}.id = ${column})`;
  });
  return `jsonb_build_array(${[`${alias}.id::text`, ...parts].join(', ')})`;
}

const titleFields = (entity: Entity): Field[] =>
  entity.title.flatMap((key) => entity.fields.filter((field) => field.key === key));

/** A link from the array that `titleSql` answers. */
export function linkOf(app: App, entity: Entity, parts: unknown): Link {
  const [id, ...values] = Array.isArray(parts) ? parts : [''];
  const printed = titleFields(entity).map((field, index) => {
    const value: unknown = values[index];
    if (!isOne(field))
      return { field, text: printValue(field, plainValue(field, value), app.spec) };
    return {
      field,
      text:
        Array.isArray(value) && value.length > 0
          ? linkOf(app, entityOf(app.spec, field.to), value).title
          : '',
    };
  });
  return { id: String(id), title: joinTitle(entity, String(id), printed) };
}

function joinTitle(entity: Entity, id: string, printed: { field: Field; text: string }[]): string {
  const parts = printed.filter((part) => part.text !== '');
  if (parts.length === 0) return `${entity.singular} ${id}`;
  // "Anna Smith", but "Anna Smith · iPhone 12 · Nov 20": only plain words read as one name.
  const words = parts.every((part) => part.field.type === 'text');
  return parts.map((part) => part.text).join(words ? ' ' : ' · ');
}

/** A row from a line of a statement whose columns `selectColumns` made. */
export function rowOf(app: App, entity: Entity, line: Line): Row {
  const values: Record<string, Value> = {};
  entity.fields.forEach((field, index) => {
    const raw = line[`v${index}`];
    if (field.type !== 'relation') values[field.key] = plainValue(field, raw);
    else {
      const target = entityOf(app.spec, field.to);
      if (isMany(field))
        values[field.key] = (Array.isArray(raw) ? raw : []).map((parts) =>
          linkOf(app, target, parts),
        );
      else values[field.key] = Array.isArray(raw) ? linkOf(app, target, raw) : null;
    }
  });
  const id = String(line['id']);
  const printed = titleFields(entity).map((field) => ({
    field,
    text: printValue(field, values[field.key] ?? null, app.spec),
  }));
  return {
    id,
    version: Number(line['version']),
    createdAt: dateOf(line['created_at']),
    updatedAt: dateOf(line['updated_at']),
    title: joinTitle(entity, id, printed),
    values,
  };
}

function plainValue(field: Field, raw: unknown): Value {
  if (raw === null || raw === undefined) return null;
  if (field.type === 'integer') return Number(raw);
  return typeof raw === 'boolean' || typeof raw === 'string' ? raw : String(raw);
}

const dateOf = (value: unknown): Date => (value instanceof Date ? value : new Date(String(value)));
