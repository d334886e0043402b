/** Which table and column a spec's entity and field are, and what a column may hold. */
import type { App } from './app.ts';
import { ownName, quoteLiteral, quoteName } from './identifier.ts';
import type { Entity, Field, FieldOf } from './spec.ts';

export type OneField = FieldOf<'relation'> & { many: false };
type PlainType =
  | 'text'
  | 'longtext'
  | 'email'
  | 'phone'
  | 'url'
  | 'boolean'
  | 'date'
  | 'datetime'
  | 'time';
type PlainField = FieldOf<PlainType>;
export type NumberField = FieldOf<'integer' | 'decimal' | 'money' | 'percent'>;
export type ManyField = FieldOf<'relation'> & { many: true };

/** Columns every table has; and Postgres's own, which no table may add. */
const taken = new Set([
  ...['id', 'version', 'created_at', 'updated_at', 'deleted_at'],
  ...['tableoid', 'xmin', 'cmin', 'xmax', 'cmax', 'ctid'],
]);

export const isMany = (field: Field): field is ManyField => field.type === 'relation' && field.many;
export const isOne = (field: Field): field is OneField => field.type === 'relation' && !field.many;

/** Fields that are columns of the entity's own table. */
export const columnFields = (entity: Entity): Field[] =>
  entity.fields.filter((field) => !isMany(field));
export const manyFields = (entity: Entity): ManyField[] => entity.fields.filter(isMany);
export const oneFields = (entity: Entity): OneField[] => entity.fields.filter(isOne);

/** The column of a field, unquoted. A key that the table uses itself gets an underscore in front. */
export function columnName(entity: Entity, field: Field): string {
  const name = isOne(field) ? `${field.key}_id` : field.key;
  const clash =
    taken.has(name) ||
    (isOne(field) && entity.fields.some((other) => other.key === name && !isMany(other)));
  return clash ? `_${name}` : name;
}

export const columnOf = (entity: Entity, field: Field): string =>
  quoteName(columnName(entity, field));

type Place = Pick<App, 'schemaName'>;

export const inSchema = (app: Place, name: string): string =>
  `${quoteName(app.schemaName)}.${quoteName(name)}`;
export const tableOf = (app: Place, entity: Entity): string => inSchema(app, entity.key);

/** The junction table of a field that links to many: from_id, to_id, position, deleted_at. */
export const linkTableName = (entity: Entity, field: Field): string =>
  ownName('link', entity.key, field.key);
export const linkTableOf = (app: Place, entity: Entity, field: Field): string =>
  inSchema(app, linkTableName(entity, field));

/** Longest text in characters. Short ones stay below the 2,704 bytes that a B-tree entry may have. */
export const textLimits = {
  text: 500,
  email: 254,
  phone: 60,
  url: 2000,
  longtext: 100_000,
} as const;
type TextType = keyof typeof textLimits;
export type TextField = PlainField & { type: TextType };
export const isText = (field: Field): field is TextField => field.type in textLimits;
export const isNumber = (field: Field): field is NumberField =>
  ['integer', 'decimal', 'money', 'percent'].includes(field.type);

/** The Postgres type a field's values are cast to. */
export function typeOf(field: Field): string {
  switch (field.type) {
    case 'integer':
    case 'relation':
      return 'bigint';
    case 'money':
      return 'numeric(14,2)';
    case 'decimal':
    case 'percent':
      return 'numeric';
    case 'boolean':
    case 'date':
    case 'time':
      return field.type;
    case 'datetime':
      return 'timestamptz';
    default:
      return 'text';
  }
}

/** The column's line in CREATE TABLE. `collation` is the quoted one for words people sort by. */
export function columnDefinition(
  entity: Entity,
  field: Field,
  collation: string | undefined,
): string {
  const column = columnOf(entity, field);
  const parts = [column, typeOf(field)];
  if (isText(field) && collation) parts.push(`collate ${collation}`);
  if (field.type === 'boolean') parts.push('not null default false');
  else if (field.type === 'status') parts.push(`not null default ${quoteLiteral(field.initial)}`);
  else if (field.required) parts.push('not null');
  parts.push(...checksOn(field, column).map((check) => `check (${check})`));
  return parts.join(' ');
}

function checksOn(field: Field, column: string): string[] {
  if (isText(field)) return [`char_length(${column}) <= ${textLimits[field.type]}`];
  if (field.type === 'choice' || field.type === 'status') {
    return [`${column} in (${field.options.map((option) => quoteLiteral(option.key)).join(', ')})`];
  }
  if (!isNumber(field)) return [];
  const checks = [];
  if (field.min !== undefined) checks.push(`${column} >= ${numeric(field.min)}`);
  if (field.max !== undefined) checks.push(`${column} <= ${numeric(field.max)}`);
  return checks;
}

const numeric = (bound: number): string => `${quoteLiteral(String(bound))}::numeric`;
