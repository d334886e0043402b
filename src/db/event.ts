/**
 * What happened to tasks: append-only, the audit trail and the ledger in one. Each row of a workspace
 * carries the hash of the one before it, so that a changed, removed or reordered row is found
 * (`ledger.ts`). The database itself refuses to change a row and computes the chain.
 */
import { and, asc, eq, sql } from 'drizzle-orm';
import { bigint, index, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { redact } from '../redact.ts';
import { createdColumn, workspaceColumn } from './column.ts';
import { workspacePolicy } from './row-security.ts';
import { type Tx, tailOf } from './tx.ts';

export const taskEvents = pgTable(
  'task_events',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    workspaceId: workspaceColumn(),
    taskId: text().notNull(),
    stepId: text(),
    /** The event's name in the state table (accept, start, complete, fail …), or `call` and `result`. */
    event: text().notNull(),
    from: text('from_status'),
    to: text('to_status'),
    actor: text().notNull(),
    data: jsonb().notNull().default({}),
    at: createdColumn(),
    /** The place in the workspace's chain, from 1 without gaps. */
    seq: bigint({ mode: 'number' }).notNull(),
    /** SHA-256 over the hash before it and this row. */
    hash: text().notNull(),
  },
  (table) => [
    index('task_events_task_index').on(table.taskId, table.id),
    uniqueIndex('task_events_seq_key').on(table.workspaceId, table.seq),
    workspacePolicy('task_events', table.workspaceId),
  ],
);
export type TaskEvent = typeof taskEvents.$inferSelect;
export type NewTaskEvent = Pick<TaskEvent, 'workspaceId' | 'taskId' | 'event' | 'actor'> &
  Partial<Pick<TaskEvent, 'stepId' | 'from' | 'to'>> & { data?: Record<string, unknown> };

/** The end of each workspace's chain: the row that everybody who appends locks. */
export const ledgerHeads = pgTable(
  'ledger_heads',
  {
    workspaceId: text().primaryKey(),
    seq: bigint({ mode: 'number' }).notNull(),
    hash: text().notNull(),
  },
  (table) => [workspacePolicy('ledger_heads', table.workspaceId)],
);

/**
 * Written when the transaction commits, in this order: the end of the chain is locked for that moment only.
 * Secrets in `data` are hidden before, since nobody can take them out of a chain afterwards.
 */
export function appendEvents(tx: Tx, events: NewTaskEvent[]): void {
  tailOf(tx).events.push(
    ...events.map((event) => ({
      workspace_id: event.workspaceId,
      task_id: event.taskId,
      step_id: event.stepId ?? null,
      event: event.event,
      from_status: event.from ?? null,
      to_status: event.to ?? null,
      actor: event.actor,
      data: redact(event.data ?? {}),
    })),
  );
}

export async function listEvents(tx: Tx, taskId: string): Promise<TaskEvent[]> {
  return tx
    .select()
    .from(taskEvents)
    .where(eq(taskEvents.taskId, taskId))
    .orderBy(asc(taskEvents.id));
}

/** What a call has written down about a task before, where what it writes names the call (`data.call`). */
export async function findEventOfCall(
  tx: Tx,
  { taskId, event, call }: Pick<TaskEvent, 'taskId' | 'event'> & { call: string },
): Promise<TaskEvent | undefined> {
  const [row] = await tx
    .select()
    .from(taskEvents)
    .where(
      and(
        eq(taskEvents.taskId, taskId),
        eq(taskEvents.event, event),
        sql`${taskEvents.data}->>'call' = ${call}`,
      ),
    );
  return row;
}
