/** Fingerprints of values: what was approved is what runs (PAINS 7). */
import { hash } from 'node:crypto';

/** SHA-256, in hexadecimal, over a value's JSON with keys in order. */
export function digestOf(value: unknown): string {
  return hash('sha256', JSON.stringify(value, inOrder));
}

function inOrder(_: string, inner: unknown): unknown {
  if (!inner || typeof inner !== 'object' || Array.isArray(inner)) return inner;
  const keys = Object.keys(inner);
  if (keys.every((key, index) => index === 0 || (keys[index - 1] ?? '') < key)) return inner;
  return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The short code that people compare on the approval card and on the result: "7F3A-91C2". */
export const codeOf = (digest: string): string =>
  `${digest.slice(0, 4)}-${digest.slice(4, 8)}`.toUpperCase();
