/** Fingerprints of values: what was approved is what runs (PAINS 7). */
import { hash } from 'node:crypto';

/** SHA-256, in hexadecimal, over a value's JSON with keys in order. */
export function digestOf(value: unknown): string {
  const canonical = JSON.stringify(value, (_, inner: unknown) =>
    inner && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
  return hash('sha256', canonical);
}

/** The short code that people compare on the approval card and on the result: "7F3A-91C2". */
export const codeOf = (digest: string): string =>
  `${digest.slice(0, 4)}-${digest.slice(4, 8)}`.toUpperCase();
