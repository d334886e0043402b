/**
 * What is done whenever an event comes: `ON EVENT … DO` of a saved workflow. Each event starts a task of its own
 * for each handler, once.
 */
import { sql } from 'drizzle-orm';
import { index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { createdColumn, moment, workspaceColumn } from './column.ts';
import type { EventFilter } from './event-wait.ts';
import { workspacePolicy } from './row-security.ts';
import { workflowEvents } from './workflow-event.ts';

export const eventHandlers = pgTable(
  'event_handlers',
  {
    id: text().primaryKey(),
    workspaceId: workspaceColumn(),
    /** The saved workflow that it stands in, the version of its text, and its place there, from 1. */
    workflowId: text().notNull(),
    workflowVersion: integer().notNull(),
    place: integer().notNull(),
    event: text().notNull(),
    filter: jsonb().$type<EventFilter>(),
    /** Whose tasks they are, and where they are shown. */
    requestedBy: text().notNull(),
    channel: text().notNull(),
    conversation: text().notNull(),
    createdAt: createdColumn(),
    endedAt: moment(),
  },
  (table) => [
    index('event_handlers_event_index')
      .on(table.workspaceId, table.event)
      .where(sql`ended_at is null`),
    uniqueIndex('event_handlers_place_key')
      .on(table.workflowId, table.workflowVersion, table.place)
      .where(sql`ended_at is null`),
    workspacePolicy('event_handlers', table.workspaceId),
  ],
);
export type EventHandler = typeof eventHandlers.$inferSelect;

export const eventStarts = pgTable(
  'event_starts',
  {
    handlerId: text()
      .notNull()
      .references(() => eventHandlers.id, { onDelete: 'cascade' }),
    eventId: text()
      .notNull()
      .references(() => workflowEvents.id, { onDelete: 'cascade' }),
    workspaceId: workspaceColumn(),
    taskId: text(),
    /** Why no task was made of it. */
    problem: text(),
    at: createdColumn(),
  },
  (table) => [
    primaryKey({ columns: [table.handlerId, table.eventId] }),
    index('event_starts_task_index').on(table.taskId),
    workspacePolicy('event_starts', table.workspaceId),
  ],
);
