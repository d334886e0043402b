/** "Tell somebody when …": which rules hold for records, and what they say. */
import type { Database } from '../db/client.ts';
import type { App } from './app.ts';
import { isNumber } from './column.ts';
import { filterValues } from './filter.ts';
import { compareNumbers } from './number-parse.ts';
import type { Row } from './row.ts';
import { type Entity, entityOf, type Field, type Filter, type Rule } from './spec.ts';
import { linksOf, printValue } from './value-print.ts';
import { today } from './zone.ts';

/**
 * Which of the rows match which lasting rules: row id → rules. Rows that match none are absent.
 * Rules on status moves tell of an event, not of a condition that lasts.
 */
export async function rulesHolding(
  _db: Database,
  app: App,
  entityKey: string,
  rows: Row[],
): Promise<Map<string, Rule[]>> {
  const entity = entityOf(app.spec, entityKey);
  const rules = app.spec.rules.filter((rule) => rule.entity === entityKey && rule.on !== 'status');
  const now = new Date();
  const held = rows.map(
    (row) => [row.id, rules.filter((rule) => holds(app, entity, rule.when, row, now))] as const,
  );
  return new Map(held.filter(([, found]) => found.length > 0));
}

/** Messages of the rules that this save sets off. A rule on updates minds new records too. */
export function noticesOf(
  app: App,
  entity: Entity,
  row: Row,
  before: Row | undefined,
  now: Date,
): string[] {
  const moved = entity.fields.some(
    (field) => field.type === 'status' && before?.values[field.key] !== row.values[field.key],
  );
  return app.spec.rules
    .filter((rule) => rule.entity === entity.key)
    .filter((rule) => (rule.on === 'create' ? !before : rule.on === 'status' ? moved : true))
    .filter((rule) => holds(app, entity, rule.when, row, now))
    .map((rule) => messageOf(app, entity, rule, row));
}

/** `{title}` and `{field_key}` stand for the record's own words. */
function messageOf(app: App, entity: Entity, rule: Rule, row: Row): string {
  return rule.message.replace(/\{([a-z][a-z0-9_]*)\}/g, (whole, key: string) => {
    const field = entity.fields.find((candidate) => candidate.key === key);
    if (field) return printValue(field, row.values[key] ?? null, app.spec);
    return key === 'title' ? row.title : whole;
  });
}

/** Whether the row passes every filter. It answers as the same filter does in SQL. */
export function holds(app: App, entity: Entity, filters: Filter[], row: Row, now: Date): boolean {
  return filters.every((filter) => {
    const field = entity.fields.find((candidate) => candidate.key === filter.field);
    return field !== undefined && passes(app, field, filter, row, now);
  });
}

function passes(app: App, field: Field, filter: Filter, row: Row, now: Date): boolean {
  const wanted = filterValues(field, filter, app.spec, now);
  if (wanted.length === 0) return filter.op === 'ne';
  const value = row.values[field.key] ?? null;
  const many = field.type === 'relation' && field.many;
  const links =
    value !== null && typeof value === 'object' ? linksOf(value).map((link) => link.id) : [];
  if (many) {
    if (!wanted.some(Boolean)) {
      if (filter.op === 'in') return false;
      return filter.op === 'ne' ? links.length > 0 : links.length === 0;
    }
    const linked = wanted.some((id) => links.includes(id));
    return filter.op === 'ne' ? !linked : linked;
  }
  const [first = ''] = wanted;
  if (filter.op === 'in') {
    return (
      value !== null &&
      wanted.some(
        (each) => each !== '' && compare(app, field, links[0] ?? String(value), each) === 0,
      )
    );
  }
  if (first === '')
    return filter.op === 'ne' ? value !== null : filter.op === 'eq' && value === null;
  if (value === null) return filter.op === 'ne';
  const order = compare(app, field, links[0] ?? String(value), first);
  switch (filter.op) {
    case 'eq':
      return order === 0;
    case 'ne':
      return order !== 0;
    case 'lt':
      return order < 0;
    case 'lte':
      return order <= 0;
    case 'gt':
      return order > 0;
    case 'gte':
      return order >= 0;
  }
}

function compare(app: App, field: Field, value: string, wanted: string): number {
  if (isNumber(field)) return compareNumbers(value, wanted);
  if (field.type === 'relation') return value === wanted ? 0 : 1;
  const own = field.type === 'datetime' ? today(new Date(value), app.spec) : value;
  return own < wanted ? -1 : own > wanted ? 1 : 0;
}
