/** How large a value of a workflow may become: each is stored with its step, and steps can make them grow. */
import { invalid } from '../../errors.ts';
import type { Value } from './function.ts';

/** About as many characters as it has as JSON. */
const most = 200_000;
const deepest = 100;

/**
 * The same value. Stops counting where it is too large, so that one which cannot even be written costs little.
 * @throws INVALID with a sentence that begins with `what`
 */
export function bounded<V extends Value>(value: V, what: string): V {
  let left = most;
  const waiting: { value: Value; depth: number }[] = [{ value, depth: 0 }];
  for (let at = waiting.pop(); at; at = waiting.pop()) {
    const { value: inner, depth } = at;
    if (depth > deepest) throw invalid(`${what} is nested more than ${deepest} deep.`);
    left -= typeof inner === 'string' ? inner.length + 2 : 4;
    if (Array.isArray(inner)) left -= inner.length;
    if (left >= 0 && typeof inner === 'object' && inner !== null) {
      const entries = Array.isArray(inner)
        ? inner.map((one) => ['', one] as const)
        : Object.entries(inner);
      for (const [key, one] of entries) {
        left -= key.length;
        waiting.push({ value: one, depth: depth + 1 });
      }
    }
    if (left < 0) throw invalid(`${what} is larger than ${most.toLocaleString('en')} characters.`);
  }
  return value;
}
