/** A place in a sorted list, as the opaque text that pages carry in their address. */
import { Buffer } from 'node:buffer';
import type { Sort } from './sort.ts';

export type Cursor = { part: number; key: string | null; id: string };

export function printCursor(sort: Sort, at: Cursor): string {
  return Buffer.from(JSON.stringify([sort.name, sort.direction, at.part, at.key, at.id])).toString(
    'base64url',
  );
}

/** Undefined for anything that is not a place in this very order. */
export function parseCursor(sort: Sort, text: string | undefined): Cursor | undefined {
  if (!text || text.length > 8000) return undefined;
  try {
    const found: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (!Array.isArray(found)) return undefined;
    const [name, direction, part, key, id] = found as unknown[];
    if (name !== sort.name || direction !== sort.direction) return undefined;
    if (typeof part !== 'number' || typeof id !== 'string' || !/^-?\d{1,18}$/.test(id))
      return undefined;
    const wanted = sort.parts[part];
    if (!wanted || (key !== null && typeof key !== 'string')) return undefined;
    if ((wanted.key === undefined) !== (key === null) || key?.includes('\0')) return undefined;
    return { part, key, id };
  } catch {
    return undefined;
  }
}
