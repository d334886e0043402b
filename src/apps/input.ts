/** A form's input as stored values, or what is wrong with it; and whether two values are the same. */
import type { App } from './app.ts';
import { isNumber } from './column.ts';
import type { Stored, Value } from './link.ts';
import { compareNumbers } from './number-parse.ts';
import type { Entity, Field } from './spec.ts';
import { parseValue } from './value-parse.ts';
import { linksOf } from './value-print.ts';

/** A form's values by field key. A key that is absent or undefined is left as it is. */
export type Input = Record<string, string | string[] | undefined>;

export type ReadInput = { values: Map<string, Stored>; errors: Record<string, string> };

/** Own properties only: "constructor" is a fine key for a field. */
export const given = (input: Input, key: string): string | string[] | undefined =>
  Object.hasOwn(input, key) ? input[key] : undefined;

/** @param all read absent fields as empty too, as a new record does */
export function readInput(app: App, entity: Entity, input: Input, all: boolean): ReadInput {
  const values = new Map<string, Stored>();
  const errors: Record<string, string> = {};
  for (const field of entity.fields) {
    const raw = given(input, field.key);
    if (raw === undefined && !all) continue;
    const blank =
      raw === undefined ||
      (Array.isArray(raw) ? raw.every((each) => each.trim() === '') : raw.trim() === '');
    if (field.type === 'status' && blank) {
      if (all) values.set(field.key, field.initial);
      else errors[field.key] = `${field.label} is required. Choose it here.`;
      continue;
    }
    const parsed = parseValue(field, raw, app.spec);
    if (parsed.ok) values.set(field.key, parsed.value);
    else errors[field.key] = parsed.message;
  }
  return { values, errors };
}

/** A read value in the form in which it is stored. */
export function storedOf(value: Value): Stored {
  if (value === null || typeof value !== 'object') return value;
  return Array.isArray(value) ? linksOf(value).map((link) => link.id) : value.id;
}

/** "12.50" and "12.5" are the same number; the order of links does not matter. */
export function sameValue(field: Field, left: Stored, right: Stored): boolean {
  if (Array.isArray(left) || Array.isArray(right)) {
    const [a, b] = [left, right].map((ids) => (Array.isArray(ids) ? [...ids].sort().join() : ''));
    return a === b;
  }
  if (left === null || right === null) return left === right;
  return isNumber(field) ? compareNumbers(String(left), String(right)) === 0 : left === right;
}
