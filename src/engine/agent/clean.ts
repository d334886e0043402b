/** Values as they come from a model or a program, made such that they can be stored and computed with. */
import type { Value } from '../workflow/function.ts';

/** What no JSON column of Postgres takes: null characters and halves of characters. */
const unstorable = /\0|\p{Cs}/gu;
const deepest = 40;

/** @param depth deeper is left out */
export function clean(value: unknown, depth = 0): Value {
  if (typeof value === 'string') return value.replace(unstorable, '');
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'object' || value === null || depth >= deepest) return null;
  if (Array.isArray(value)) return value.map((item) => clean(item, depth + 1));
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key.replace(unstorable, ''),
      clean(inner, depth + 1),
    ]),
  );
}
