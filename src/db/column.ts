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
