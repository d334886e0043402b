/**
 * Names and literals inside DDL, which takes no parameters. Everything a person
 * wrote that ends up in a statement's text passes through one of these two.
 */
import { createHash } from 'node:crypto';

/** Postgres cuts longer names silently, which would make two names one. */
const maxBytes = 63;

/** @throws Error when the name cannot be one: empty, too long or with a zero byte */
export function quoteName(name: string): string {
  if (name === '' || name.includes('\0') || Buffer.byteLength(name) > maxBytes) {
    throw new Error(`Not a name for the database: ${JSON.stringify(name.slice(0, 80))}`);
  }
  return `"${name.replaceAll('"', '""')}"`;
}

/** @throws Error for a zero byte, which Postgres cannot store */
export function quoteLiteral(text: string): string {
  if (text.includes('\0')) throw new Error('A zero byte cannot be stored.');
  const doubled = text.replaceAll("'", "''");
  // The E form reads the same whatever standard_conforming_strings says.
  return text.includes('\\') ? `E'${doubled.replaceAll('\\', '\\\\')}'` : `'${doubled}'`;
}

/**
 * The name of something the runtime makes for itself: an index, a trigger, a junction table.
 * It starts with an underscore, which no key of a spec does, and ends with a hash, because
 * keys joined with underscores are ambiguous and may be too long together.
 */
export function ownName(kind: string, ...keys: string[]): string {
  const hash = createHash('sha256').update(JSON.stringify(keys)).digest('hex').slice(0, 8);
  return `_${kind}_${keys.join('_').slice(0, 40)}_${hash}`;
}
