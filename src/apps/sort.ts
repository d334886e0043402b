/**
 * The order of a list as parts that follow each other, each read from an index:
 * with values by value then id, one part per option of a status, and those without
 * a value last, whichever the direction.
 */
import type { App } from './app.ts';
import { columnOf, isMany, isOne, tableOf, typeOf } from './column.ts';
import { quoteLiteral } from './identifier.ts';
import { type Entity, entityOf, type Field } from './spec.ts';

export type Direction = 'asc' | 'desc';
export type SortPart = {
  /** What belongs to this part; undefined: everything. */
  where?: string;
  /** Expression ordered by before the id; it is never null in a part that has one. */
  key?: string;
  /** Prefix of ORDER BY that is constant here but lets the index be used. */
  lead?: string;
  join?: string;
};
export type Sort = { name: string; direction: Direction; type: string; parts: SortPart[] };

/** Names beside field keys that a list may be sorted by. */
const system = { createdAt: 'created_at', updatedAt: 'updated_at' } as const;

/** @param alias of the table whose records are ordered; unknown fields mean the newest first */
export function sortOf(
  app: App,
  entity: Entity,
  wanted: { field: string; direction: Direction } | undefined,
  alias: string,
): Sort {
  const direction = wanted?.direction === 'asc' ? 'asc' : 'desc';
  const name = wanted?.field ?? 'id';
  const field = entity.fields.find((candidate) => candidate.key === name);
  if (field && !isMany(field))
    return { name, direction, ...sortByField(app, entity, field, direction, alias) };
  if (name === 'createdAt' || name === 'updatedAt') {
    return { name, direction, type: 'timestamptz', parts: [{ key: `${alias}.${system[name]}` }] };
  }
  return { name: 'id', direction: name === 'id' ? direction : 'desc', type: 'text', parts: [{}] };
}

function sortByField(
  app: App,
  entity: Entity,
  field: Field,
  direction: Direction,
  alias: string,
): Pick<Sort, 'type' | 'parts'> {
  const column = `${alias}.${columnOf(entity, field)}`;
  const empty: SortPart = { where: `${column} is null`, lead: column };
  const within = (parts: SortPart[]): SortPart[] =>
    direction === 'asc' ? parts : [...parts].reverse();
  if (field.type === 'status' || field.type === 'choice') {
    const options = field.options.map((option) => ({
      where: `${column} = ${quoteLiteral(option.key)}`,
    }));
    return {
      type: 'text',
      parts: [...within(options), ...(field.required || field.type === 'status' ? [] : [empty])],
    };
  }
  if (field.type === 'boolean') {
    return { type: 'text', parts: within([{ where: `not ${column}` }, { where: column }]) };
  }
  if (isOne(field)) {
    const target = entityOf(app.spec, field.to);
    const title = target.fields.find((candidate) => candidate.key === target.title[0]);
    const key = title && !isMany(title) ? columnOf(target, title) : 'id';
    const type = title && !isMany(title) ? typeOf(title) : 'bigint';
    const join = `join ${tableOf(app, target)} s on s.id = ${column}`;
    // Each part has an index of its own: one condition for all would join the tables to their end.
    const titled = {
      join,
      key: `s.${key}`,
      where: `s.deleted_at is null and s.${key} is not null`,
    };
    const untitled = { join, where: `(s.deleted_at is not null or s.${key} is null)` };
    return { type, parts: [titled, untitled, ...(field.required ? [] : [empty])] };
  }
  const valued: SortPart = { key: column, where: `${column} is not null` };
  return { type: typeOf(field), parts: field.required ? [{ key: column }] : [valued, empty] };
}
