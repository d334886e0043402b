/** Sample records that satisfy a spec: required and unique fields, linked records, wished values. */
import { randomInt } from 'node:crypto';
import type { App } from './app.ts';
import { isNumber } from './column.ts';
import { filterValues } from './filter.ts';
import type { Input } from './input.ts';
import type { Rehearsal } from './rehearsal.ts';
import type { Row } from './row.ts';
import { holds } from './rule.ts';
import { createIn, moveIn } from './save.ts';
import { type Entity, entityOf, type Field, type FieldOf, type Filter } from './spec.ts';
import type { Value } from './value.ts';
import { today } from './zone.ts';

/** More links in a row mean a circle of required ones, which no first record can satisfy. */
const maxDepth = 6;

/** Makes a record with `wished` values and whatever else is required. @throws Error when none can be made */
export async function createSample(
  rehearsal: Rehearsal,
  app: App,
  entity: Entity,
  wished: Input,
  now: Date,
  depth = 0,
): Promise<Row> {
  if (depth > maxDepth)
    throw new Error(`${entity.label} need one another: no first one can be made.`);
  const input: Input = { ...wished };
  for (const field of entity.fields) {
    if (Object.hasOwn(wished, field.key) || field.type === 'status') continue;
    const wanted =
      field.required || (entity.title.includes(field.key) && field.type !== 'relation');
    if (!wanted) continue;
    if (field.type !== 'relation') input[field.key] = sampleText(field, app, now);
    else {
      const linked = await createSample(
        rehearsal,
        app,
        entityOf(app.spec, field.to),
        {},
        now,
        depth + 1,
      );
      input[field.key] = field.many ? [linked.id] : linked.id;
    }
  }
  const saved = await createIn(rehearsal.sql, app, entity, input, now, rehearsal.nextId());
  if (saved.kind === 'saved') {
    rehearsal.note(entity);
    return saved.row;
  }
  if (saved.kind === 'refused') throw new Error(saved.message);
  const reasons = saved.kind === 'invalid' ? Object.values(saved.errors).join(' ') : '';
  throw new Error(`No sample ${entity.singular} could be saved. ${reasons}`.trim());
}

const letters = (): string =>
  Array.from({ length: 8 }, () => String.fromCharCode(97 + randomInt(26))).join('');

/** A plausible value as a person would write it; two calls differ where the type allows it. */
function sampleText(field: Field, app: App, now: Date): string {
  switch (field.type) {
    case 'email':
      return `${letters()}@example.com`;
    case 'phone':
      return `+1 202 555 ${String(randomInt(10_000)).padStart(4, '0')}`;
    case 'url':
      return `https://example.com/${letters()}`;
    case 'boolean':
      return 'yes';
    case 'date':
      return today(now, app.spec);
    case 'datetime':
      return now.toISOString();
    case 'time':
      return '09:30';
    case 'choice':
      return field.options[0]?.key ?? '';
    case 'integer':
    case 'decimal':
    case 'money':
    case 'percent':
      return sampleNumber(field);
    default:
      return `Sample ${letters()}`;
  }
}

function sampleNumber(field: Field): string {
  if (!isNumber(field)) return '1';
  const low = field.min ?? (field.max === undefined ? 1 : Math.min(1, field.max));
  const high = Math.min(field.max ?? low + 1_000_000, low + 1_000_000);
  if (!field.unique || high - low < 2)
    return String(field.type === 'integer' ? Math.ceil(low) : low);
  return String(Math.ceil(low) + randomInt(Math.floor(high - low)));
}

/** Values that pass all filters, as input; a status is not set but moved to. @throws Error when there are none */
export function inputPassing(
  app: App,
  entity: Entity,
  filters: Filter[],
  now: Date,
): { input: Input; statuses: Map<FieldOf<'status'>, string> } {
  const input: Input = {};
  const statuses = new Map<FieldOf<'status'>, string>();
  for (const field of entity.fields) {
    const own = filters.filter((filter) => filter.field === field.key);
    if (own.length === 0) continue;
    const found = candidates(app, field, own, now).find((value) =>
      holds(app, entity, own, rowWith(field, value), now),
    );
    if (found === undefined) throw new Error(`No value of ${field.label} satisfies the rule.`);
    if (field.type === 'status') statuses.set(field, String(found));
    else
      input[field.key] =
        found === null
          ? ''
          : typeof found === 'object' && !Array.isArray(found)
            ? found.id
            : String(found);
  }
  return { input, statuses };
}

/** Values at and around what the filters name. */
function candidates(app: App, field: Field, filters: Filter[], now: Date): Value[] {
  const named = filters
    .flatMap((filter) => filterValues(field, filter, app.spec, now))
    .filter(Boolean);
  const empty: Value[] = field.required ? [] : [null];
  if (field.type === 'status' || field.type === 'choice')
    return [...field.options.map((option) => option.key), ...empty];
  if (field.type === 'boolean') return [true, false];
  if (isNumber(field)) {
    const near = named.flatMap((text) => [Number(text), Number(text) - 1, Number(text) + 1]);
    const fits = near.filter(
      (value) =>
        (field.min === undefined || value >= field.min) &&
        (field.max === undefined || value <= field.max),
    );
    return [
      ...fits.map((value) => (field.type === 'integer' ? Math.trunc(value) : String(value))),
      ...empty,
    ];
  }
  if (field.type === 'date' || field.type === 'datetime') {
    const days = named.flatMap((day) =>
      [-1, 0, 1].map((step) => new Date(Date.parse(day) + step * 86_400_000).toISOString()),
    );
    return [
      ...days.map((day) =>
        field.type === 'date' ? day.slice(0, 10) : `${day.slice(0, 10)}T12:00:00.000Z`,
      ),
      ...empty,
    ];
  }
  if (field.type === 'relation') return [...named.map((id) => ({ id, title: '' })), ...empty];
  return [...named, sampleText(field, app, now), ...empty];
}

const rowWith = (field: Field, value: Value): Row => {
  const at = new Date(0);
  return {
    id: '0',
    version: 1,
    createdAt: at,
    updatedAt: at,
    title: '',
    values: { [field.key]: value },
  };
};

/** The shortest way of allowed moves, without the start; undefined when there is none. */
export function pathTo(field: FieldOf<'status'>, to: string): string[] | undefined {
  const paths = new Map<string, string[]>([[field.initial, []]]);
  for (const [from, path] of paths) {
    for (const next of field.options.find((option) => option.key === from)?.next ?? []) {
      if (!paths.has(next)) paths.set(next, [...path, next]);
    }
  }
  return paths.get(to);
}

/** Moves a sample there step by step. @throws Error when no way leads there */
export async function walkTo(
  rehearsal: Rehearsal,
  app: App,
  entity: Entity,
  row: Row,
  field: FieldOf<'status'>,
  to: string,
  now: Date,
): Promise<{ row: Row; notices: string[] }> {
  const path = pathTo(field, to);
  if (!path) throw new Error(`No way leads to "${to}".`);
  let last = { row, notices: [] as string[] };
  for (const step of path) {
    const moved = await moveIn(rehearsal.sql, app, entity, row.id, field, step, now);
    if (moved.kind !== 'saved') throw new Error(`The move to "${step}" was not accepted.`);
    last = { row: moved.row, notices: moved.notices };
  }
  return last;
}
