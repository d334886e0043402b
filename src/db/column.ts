/** Columns that every table has in the same form. */
import { text, timestamp } from 'drizzle-orm/pg-core';

/** A point in time, to the microsecond in Postgres and to the millisecond here. */
export const moment = () => timestamp({ withTimezone: true });
export const workspaceColumn = () => text().notNull();
export const createdColumn = () => moment().notNull().defaultNow();
