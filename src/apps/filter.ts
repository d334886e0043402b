/** Conditions over columns: what a list is filtered by, and the filters of widgets and rules. */
import type { App } from './app.ts';
import { columnOf, isMany, isNumber, linkTableOf, typeOf } from './column.ts';
import { parseDate } from './date-parse.ts';
import type { Format } from './link.ts';
import { parseNumber } from './number-parse.ts';
import type { Params } from './session.ts';
import type { Entity, Field, Filter } from './spec.ts';
import { addDays, instantOf, today } from './zone.ts';

const isDay = (field: Field): boolean => field.type === 'date' || field.type === 'datetime';

/**
 * One filter of a list's address: a value, or 'from..to' for numbers and dates (both ends
 * included). Undefined when the value is malformed: a mistyped address shows the whole list.
 */
export function listFilterSql(
  app: App,
  entity: Entity,
  field: Field,
  text: string,
  alias: string,
  params: Params,
): string | undefined {
  const column = isMany(field) ? '' : `${alias}.${columnOf(entity, field)}`;
  switch (field.type) {
    case 'choice':
    case 'status': {
      const keys = text
        .split(',')
        .filter((key) => field.options.some((option) => option.key === key));
      if (keys.length === 0) return undefined;
      return keys.length === 1 && keys[0]
        ? `${column} = ${params.add(keys[0])}`
        : `${column} = any(${params.add(arrayOf(keys), 'text[]')})`;
    }
    case 'boolean':
      return text === 'true' || text === 'false' ? `${column} = ${text}` : undefined;
    case 'relation':
      if (!/^-?\d{1,18}$/.test(text)) return undefined;
      if (!isMany(field)) return `${column} = ${params.add(text, 'bigint')}`;
      return `exists (select 1 from ${linkTableOf(app, entity, field)} l where l.from_id = ${alias}.id and l.to_id = ${params.add(text, 'bigint')} and l.deleted_at is null)`;
    case 'integer':
    case 'decimal':
    case 'money':
    case 'percent':
    case 'date':
    case 'datetime':
      return rangeSql(field, column, text, app.spec, params);
    default:
      return undefined;
  }
}

function rangeSql(
  field: Field,
  column: string,
  text: string,
  app: Format,
  params: Params,
): string | undefined {
  const [from = '', to, ...rest] = text.split('..');
  if (rest.length > 0) return undefined;
  const read = (raw: string): string | undefined =>
    isNumber(field) ? parseNumber(raw, app, true) : parseDate(raw, app, new Date());
  const ends = [from, to ?? from].map((raw) => (raw.trim() === '' ? '' : read(raw.trim())));
  const [first, last] = ends;
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined;
  const type = isNumber(field) ? 'numeric' : typeOf(field);
  const conditions = [];
  if (first !== '') conditions.push(`${column} >= ${params.add(startOf(field, first, app), type)}`);
  if (last !== '' && field.type === 'datetime') {
    conditions.push(`${column} < ${params.add(startOf(field, addDays(last, 1), app), type)}`);
  } else if (last !== '') conditions.push(`${column} <= ${params.add(last, type)}`);
  return `(${conditions.join(' and ')})`;
}

/** The first moment of a day, for datetimes; anything else is itself. */
const startOf = (field: Field, value: string, app: Format): string =>
  field.type === 'datetime' ? instantOf(`${value}T00:00`, app).toISOString() : value;

const operators = {
  eq: '=',
  ne: 'is distinct from',
  lt: '<',
  lte: '<=',
  gt: '>',
  gte: '>=',
  in: '=',
} as const;

/** One filter of the spec. Always a condition: one that cannot be read matches nothing. */
export function specFilterSql(
  app: App,
  entity: Entity,
  filter: Filter,
  alias: string,
  params: Params,
  now: Date,
): string {
  const field = entity.fields.find((candidate) => candidate.key === filter.field);
  if (!field) return 'false';
  const values = filterValues(field, filter, app.spec, now);
  if (values.length === 0) return filter.op === 'ne' ? 'true' : 'false';
  if (isMany(field)) {
    const ids = values.filter(Boolean);
    const link = `select 1 from ${linkTableOf(app, entity, field)} l where l.from_id = ${alias}.id and l.deleted_at is null`;
    // Compared with nothing: whether there are any links at all.
    if (ids.length === 0) {
      if (filter.op === 'in') return 'false';
      return filter.op === 'ne' ? `exists (${link})` : `not exists (${link})`;
    }
    const found = `exists (${link} and l.to_id = any(${params.add(arrayOf(ids), 'bigint[]')}))`;
    return filter.op === 'ne' ? `not ${found}` : found;
  }
  const column = `${alias}.${columnOf(entity, field)}`;
  const type = isNumber(field) ? 'numeric' : typeOf(field);
  const [value = ''] = values;
  if (field.type === 'status' && filter.op === 'ne' && value !== '') {
    // "Not done" as all other statuses: an index finds those, and cannot find a difference.
    const others = field.options.map((option) => option.key).filter((key) => key !== value);
    return `${column} = any(${params.add(arrayOf(others), 'text[]')})`;
  }
  if (value === '' && filter.op !== 'in')
    return filter.op === 'ne'
      ? `${column} is not null`
      : filter.op === 'eq'
        ? `${column} is null`
        : 'false';
  if (filter.op === 'in') {
    const wanted = values.filter(Boolean);
    if (field.type !== 'datetime')
      return `${column} = any(${params.add(arrayOf(wanted), `${type}[]`)})`;
    const days = wanted.map((day) => dayOfDatetime(column, 'eq', day, app.spec, params));
    return days.length > 0 ? `(${days.join(' or ')})` : 'false';
  }
  if (field.type === 'datetime') return dayOfDatetime(column, filter.op, value, app.spec, params);
  return `${column} ${operators[filter.op]} ${params.add(value, type)}`;
}

/** A datetime compared with a day: the whole day counts. */
function dayOfDatetime(
  column: string,
  op: keyof typeof operators,
  day: string,
  app: Format,
  params: Params,
): string {
  const start = () => params.add(instantOf(`${day}T00:00`, app).toISOString(), 'timestamptz');
  const end = () =>
    params.add(instantOf(`${addDays(day, 1)}T00:00`, app).toISOString(), 'timestamptz');
  switch (op) {
    case 'lt':
      return `${column} < ${start()}`;
    case 'lte':
      return `${column} < ${end()}`;
    case 'gt':
      return `${column} >= ${end()}`;
    case 'gte':
      return `${column} >= ${start()}`;
    case 'ne':
      return `(${column} is null or ${column} < ${start()} or ${column} >= ${end()})`;
    default:
      return `(${column} >= ${start()} and ${column} < ${end()})`;
  }
}

/**
 * The plain values a filter compares with; empty when they cannot be read. A day may be relative:
 * "today", "today+7", "today-30".
 */
export function filterValues(field: Field, filter: Filter, app: Format, now: Date): string[] {
  const all = Array.isArray(filter.value) ? filter.value : [filter.value];
  return all.flatMap((each) => {
    const text = String(each).trim();
    if (text === '') return [''];
    if (isNumber(field)) return parseNumber(text, app, true) ?? [];
    if (isDay(field)) return dayValue(text, app, now) ?? [];
    if (field.type === 'boolean') return /^(true|false)$/.test(text) ? [text] : [];
    if (field.type === 'relation') return /^-?\d{1,18}$/.test(text) ? [text] : [];
    if (field.type === 'time')
      return /^([01]?\d|2[0-3]):[0-5]\d$/.test(text) ? [text.padStart(5, '0')] : [];
    return [text];
  });
}

function dayValue(text: string, app: Format, now: Date): string | undefined {
  const relative = /^(?:today|now)\s*(?:([+-])\s*(\d{1,4})\s*d?)?$/i.exec(text);
  if (relative) return addDays(today(now, app), Number(`${relative[1] ?? '+'}${relative[2] ?? 0}`));
  return parseDate(text, app, now);
}

/** A Postgres array literal. */
export function arrayOf(values: string[]): string {
  return `{${values.map((value) => `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`).join(',')}}`;
}
