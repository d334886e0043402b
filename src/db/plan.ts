/** Plans: versions of how a task will be done. Immutable; a change is a new version. */
import { and, desc, eq } from 'drizzle-orm';
import { integer, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { createdColumn, workspaceColumn } from './column.ts';
import { newId } from './id.ts';
import { workspacePolicy } from './row-security.ts';
import { tasks } from './task.ts';
import type { Tx } from './tx.ts';

export const plans = pgTable(
  'plans',
  {
    id: text().primaryKey(),
    workspaceId: workspaceColumn(),
    taskId: text()
      .notNull()
      .references(() => tasks.id, { onDelete: 'cascade' }),
    version: integer().notNull(),
    /** A Plan; the engine validates it on every read. */
    plan: jsonb().notNull(),
    /** What differs from the version before, one sentence each. */
    changes: jsonb().$type<string[]>().notNull().default([]),
    createdAt: createdColumn(),
  },
  (table) => [
    uniqueIndex('plans_version_key').on(table.taskId, table.version),
    workspacePolicy('plans', table.workspaceId),
  ],
);
export type PlanRow = typeof plans.$inferSelect;

export async function insertPlan(tx: Tx, row: Omit<PlanRow, 'id' | 'createdAt'>): Promise<PlanRow> {
  const [plan] = await tx
    .insert(plans)
    .values({ ...row, id: newId('plan') })
    .returning();
  if (!plan) throw new Error('A plan was not stored.');
  return plan;
}

/** The given version, or the newest. */
export async function findPlan(
  tx: Tx,
  taskId: string,
  version?: number,
): Promise<PlanRow | undefined> {
  const [row] = await tx
    .select()
    .from(plans)
    .where(
      and(eq(plans.taskId, taskId), version === undefined ? undefined : eq(plans.version, version)),
    )
    .orderBy(desc(plans.version))
    .limit(1);
  return row;
}
