/**
 * What is done whenever an event comes: `ON EVENT … DO` of a saved workflow. Each event starts a task of its own
 * for each handler, once.
 */
import { and, eq, inArray, isNull, lt, or, sql } from 'drizzle-orm';
import { index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { createdColumn, moment, workspaceColumn } from './column.ts';
import type { EventFilter } from './event-wait.ts';
import { newId } from './id.ts';
import { workspacePolicy } from './row-security.ts';
import { tasks } from './task.ts';
import type { Tx } from './tx.ts';
import { workflows } from './workflow.ts';
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
export type NewEventHandler = Omit<EventHandler, 'id' | 'createdAt' | 'endedAt'>;

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

/** For the version of a workflow that was saved now: those of earlier ones hear no more. */
export async function replaceHandlers(
  tx: Tx,
  workflowKey: string,
  handlers: NewEventHandler[],
): Promise<void> {
  await endHandlers(tx, workflowKey);
  if (handlers.length === 0) return;
  await tx
    .insert(eventHandlers)
    .values(handlers.map((handler) => ({ ...handler, id: newId('eventHandler') })));
}

export async function endHandlers(tx: Tx, workflowKey: string): Promise<void> {
  await tx
    .update(eventHandlers)
    .set({ endedAt: sql`now()` })
    .where(
      and(
        isNull(eventHandlers.endedAt),
        sql`${eventHandlers.workflowId} in (select id from workflows where key = ${workflowKey})`,
      ),
    );
}

/** Those that hear events of these names. */
export async function listHandlers(tx: Tx, names: string[]): Promise<EventHandler[]> {
  if (names.length === 0) return [];
  return tx
    .select()
    .from(eventHandlers)
    .where(and(inArray(eventHandlers.event, names), isNull(eventHandlers.endedAt)))
    .orderBy(eventHandlers.createdAt, eventHandlers.place);
}

/** Who hears, with the workflow that it is in; by event. */
export async function listHearing(
  tx: Tx,
  event?: string,
): Promise<{ event: string; workflow: string }[]> {
  return tx
    .selectDistinct({ event: eventHandlers.event, workflow: workflows.name })
    .from(eventHandlers)
    .innerJoin(workflows, eq(workflows.id, eventHandlers.workflowId))
    .where(
      and(
        isNull(eventHandlers.endedAt),
        event === undefined ? undefined : eq(eventHandlers.event, event),
      ),
    )
    .orderBy(eventHandlers.event, workflows.name);
}

export async function findHandler(tx: Tx, id: string): Promise<EventHandler | undefined> {
  const [row] = await tx.select().from(eventHandlers).where(eq(eventHandlers.id, id));
  return row;
}

type EventStart = typeof eventStarts.$inferSelect;
type Which = Pick<EventStart, 'handlerId' | 'eventId'>;

const one = ({ handlerId, eventId }: Which) =>
  and(eq(eventStarts.handlerId, handlerId), eq(eventStarts.eventId, eventId));

/** @returns those that were not there before */
export async function insertStarts(
  tx: Tx,
  starts: (Which & { workspaceId: string })[],
): Promise<Which[]> {
  if (starts.length === 0) return [];
  return tx
    .insert(eventStarts)
    .values(starts)
    .onConflictDoNothing()
    .returning({ handlerId: eventStarts.handlerId, eventId: eventStarts.eventId });
}

export async function lockStart(tx: Tx, which: Which): Promise<EventStart | undefined> {
  const [row] = await tx.select().from(eventStarts).where(one(which)).for('update');
  return row;
}

/** Whether another event has met the same problem with it. */
export async function hasProblem(tx: Tx, handlerId: string, problem: string): Promise<boolean> {
  const [row] = await tx
    .select({ eventId: eventStarts.eventId })
    .from(eventStarts)
    .where(and(eq(eventStarts.handlerId, handlerId), eq(eventStarts.problem, problem)))
    .limit(1);
  return row !== undefined;
}

export async function settleStart(
  tx: Tx,
  which: Which,
  outcome: { taskId: string } | { problem: string },
): Promise<void> {
  await tx.update(eventStarts).set(outcome).where(one(which));
}

/** For the program itself: what has not begun since before a moment. */
export async function listLostStarts(
  tx: Tx,
  before: Date,
): Promise<(Which & { workspaceId: string })[]> {
  return tx
    .select({
      workspaceId: eventStarts.workspaceId,
      handlerId: eventStarts.handlerId,
      eventId: eventStarts.eventId,
    })
    .from(eventStarts)
    .leftJoin(tasks, eq(tasks.id, eventStarts.taskId))
    .where(
      and(
        lt(eventStarts.at, before),
        isNull(eventStarts.problem),
        or(isNull(eventStarts.taskId), and(eq(tasks.status, 'ready'), eq(tasks.planVersion, 1))),
      ),
    )
    .limit(100);
}
