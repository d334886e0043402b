/** Columns that every table has in the same form. */
import { sql } from 'drizzle-orm';
import { type AnyPgColumn, check, text, timestamp } from 'drizzle-orm/pg-core';

/** A point in time, to the microsecond in Postgres and to the millisecond here. */
export const moment = () => timestamp({ withTimezone: true });
export const workspaceColumn = () => text().notNull();
export const createdColumn = () => moment().notNull().defaultNow();

/** The database refuses other words too. The words are constants of ours: DDL takes no parameters. */
export function oneOf(name: string, column: AnyPgColumn, words: readonly string[]) {
  const list = words.map((word) => `'${word}'`).join(', ');
  return check(name, sql`${column} in (${sql.raw(list)})`);
}

/** The most milliseconds that a column of them holds: some 24 days. */
const mostMs = 2_147_483_647;

/** How long something took, as it is stored: longer counts as the most, and a clock that was set back as nothing. */
export const elapsedMs = (from: Date, to: Date): number =>
  Math.min(mostMs, Math.max(0, to.getTime() - from.getTime()));
