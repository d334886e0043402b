/** How far the events of a workspace are told to Redis, and by which name this installation knows its own there. */
import { pgTable, text } from 'drizzle-orm/pg-core';
import { createdColumn, moment, workspaceColumn } from './column.ts';
import { workspacePolicy } from './row-security.ts';

export const eventBridges = pgTable(
  'event_bridges',
  {
    workspaceId: workspaceColumn().primaryKey(),
    /** Goes with every message, so that one's own is known when it comes back. */
    origin: text().notNull(),
    /** Events from then on are told. */
    since: createdColumn(),
    connectedAt: moment(),
  },
  (table) => [workspacePolicy('event_bridges', table.workspaceId)],
);
