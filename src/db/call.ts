/** Calls of tools, written down with their idempotency key before they are made. */
import { and, asc, desc, eq } from 'drizzle-orm';
import { index, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import type { Tx } from './client.ts';
import { createdColumn, moment, workspaceColumn } from './column.ts';
import { newId } from './id.ts';
import { workspacePolicy } from './row-security.ts';
import { taskSteps } from './step.ts';

export const calls = pgTable(
  'calls',
  {
    id: text().primaryKey(),
    workspaceId: workspaceColumn(),
    taskId: text().notNull(),
    stepId: text()
      .notNull()
      .references(() => taskSteps.id, { onDelete: 'cascade' }),
    /** The same for every try of the same call: the outside world can tell a repetition. */
    idempotencyKey: text().notNull(),
    tool: text().notNull(),
    input: jsonb().notNull(),
    status: text({ enum: ['started', 'completed', 'failed'] })
      .notNull()
      .default('started'),
    output: jsonb(),
    error: text(),
    startedAt: createdColumn(),
    finishedAt: moment(),
  },
  (table) => [
    uniqueIndex('calls_idempotency_key').on(table.workspaceId, table.idempotencyKey),
    index('calls_task_index').on(table.taskId),
    workspacePolicy('calls', table.workspaceId),
  ],
);
export type Call = typeof calls.$inferSelect;

/** Writes the call down, or returns the one written by an earlier try. */
export async function openCall(
  tx: Tx,
  call: Pick<Call, 'workspaceId' | 'taskId' | 'stepId' | 'idempotencyKey' | 'tool' | 'input'>,
): Promise<{ call: Call; first: boolean }> {
  const [row] = await tx
    .insert(calls)
    .values({ ...call, id: newId('call') })
    .onConflictDoNothing()
    .returning();
  if (row) return { call: row, first: true };
  const [known] = await tx
    .select()
    .from(calls)
    .where(eq(calls.idempotencyKey, call.idempotencyKey));
  if (!known) throw new Error('A call conflicts with one that cannot be seen.');
  if (known.status !== 'failed') return { call: known, first: false };
  // The last try is known to have failed: this one begins afresh, and may be interrupted in turn.
  const [reopened] = await tx
    .update(calls)
    .set({
      status: 'started',
      stepId: call.stepId,
      error: null,
      finishedAt: null,
      startedAt: new Date(),
    })
    .where(eq(calls.id, known.id))
    .returning();
  return { call: reopened ?? known, first: true };
}

export async function completeCall(tx: Tx, id: string, output: unknown): Promise<void> {
  await tx
    .update(calls)
    .set({ status: 'completed', output: output ?? null, finishedAt: new Date() })
    .where(eq(calls.id, id));
}

export async function failCall(tx: Tx, id: string, error: string): Promise<void> {
  await tx
    .update(calls)
    .set({ status: 'failed', error, finishedAt: new Date() })
    .where(and(eq(calls.id, id), eq(calls.status, 'started')));
}

/** The newest call of a step. */
export async function findCallOfStep(tx: Tx, stepId: string): Promise<Call | undefined> {
  const [row] = await tx
    .select()
    .from(calls)
    .where(eq(calls.stepId, stepId))
    .orderBy(desc(calls.startedAt))
    .limit(1);
  return row;
}

export async function listCalls(tx: Tx, taskId: string): Promise<Call[]> {
  return tx.select().from(calls).where(eq(calls.taskId, taskId)).orderBy(asc(calls.startedAt));
}
