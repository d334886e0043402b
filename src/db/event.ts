/** What happened to tasks: append-only, the audit trail. The database itself refuses to change it. */
import { asc, eq } from 'drizzle-orm';
import { bigint, index, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import type { Tx } from './client.ts';
import { createdColumn, workspaceColumn } from './column.ts';
import { workspacePolicy } from './policy.ts';

export const taskEvents = pgTable(
  'task_events',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    workspaceId: workspaceColumn(),
    taskId: text().notNull(),
    stepId: text(),
    /** The event's name in the state table: accept, start, complete, fail … */
    event: text().notNull(),
    from: text('from_status'),
    to: text('to_status'),
    actor: text().notNull(),
    data: jsonb().notNull().default({}),
    at: createdColumn(),
  },
  (table) => [
    index('task_events_task_index').on(table.taskId, table.id),
    workspacePolicy('task_events', table.workspaceId),
  ],
);
export type TaskEvent = typeof taskEvents.$inferSelect;
export type NewTaskEvent = typeof taskEvents.$inferInsert;

export async function appendEvents(tx: Tx, events: NewTaskEvent[]): Promise<void> {
  if (events.length > 0) await tx.insert(taskEvents).values(events);
}

export async function listEvents(tx: Tx, taskId: string): Promise<TaskEvent[]> {
  return tx
    .select()
    .from(taskEvents)
    .where(eq(taskEvents.taskId, taskId))
    .orderBy(asc(taskEvents.id));
}
