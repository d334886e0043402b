/** What was estimated when a run began, and what it took: how good the estimates are is measured (F211–F213). */
import { and, desc, eq, isNotNull, isNull } from 'drizzle-orm';
import { index, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import type { Tx } from './client.ts';
import { createdColumn, moment, oneOf, workspaceColumn } from './column.ts';
import { newId } from './id.ts';
import { workspacePolicy } from './row-security.ts';

/** By tables: 1–2, 3–5, 6 and more. */
export const complexities = ['simple', 'medium', 'complex'] as const;
export type Complexity = (typeof complexities)[number];

export const estimates = pgTable(
  'estimates',
  {
    id: text().primaryKey(),
    workspaceId: workspaceColumn(),
    taskId: text().notNull(),
    runId: text().notNull(),
    complexity: text({ enum: complexities }).notNull(),
    /** The interval that four of five runs should land in, and its middle. Milliseconds of work, without waiting for people. */
    lowMs: integer().notNull(),
    midMs: integer().notNull(),
    highMs: integer().notNull(),
    actualMs: integer(),
    createdAt: createdColumn(),
    finishedAt: moment(),
  },
  (table) => [
    oneOf('estimates_complexity_check', table.complexity, complexities),
    uniqueIndex('estimates_run_key').on(table.runId),
    index('estimates_finished_index').on(table.workspaceId, table.finishedAt),
    workspacePolicy('estimates', table.workspaceId),
  ],
);
export type Estimate = typeof estimates.$inferSelect;

export async function insertEstimate(
  tx: Tx,
  estimate: Omit<Estimate, 'id' | 'actualMs' | 'createdAt' | 'finishedAt'>,
): Promise<void> {
  await tx
    .insert(estimates)
    .values({ ...estimate, id: newId('estimate') })
    .onConflictDoNothing();
}

export async function findEstimate(tx: Tx, runId: string): Promise<Estimate | undefined> {
  const [row] = await tx.select().from(estimates).where(eq(estimates.runId, runId));
  return row;
}

/** Records what a run took, once. */
export async function finishEstimate(
  tx: Tx,
  runId: string,
  actualMs: number,
  now: Date,
): Promise<void> {
  await tx
    .update(estimates)
    .set({ actualMs, finishedAt: now })
    .where(and(eq(estimates.runId, runId), isNull(estimates.finishedAt)));
}

/** The newest estimates whose outcome is known, newest first. */
export async function listMeasured(tx: Tx, limit = 200): Promise<Estimate[]> {
  return tx
    .select()
    .from(estimates)
    .where(isNotNull(estimates.actualMs))
    .orderBy(desc(estimates.finishedAt))
    .limit(limit);
}
