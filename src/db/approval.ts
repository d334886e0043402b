/** Approvals: decisions that named people owe, bound to a digest of exactly what will run. */
import { and, eq } from 'drizzle-orm';
import { index, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import type { Tx } from './client.ts';
import { createdColumn, moment, oneOf, workspaceColumn } from './column.ts';
import { newId } from './id.ts';
import { workspacePolicy } from './policy.ts';
import { taskSteps } from './step.ts';

export const approvalStatuses = ['open', 'approved', 'rejected', 'expired'] as const;

export const approvals = pgTable(
  'approvals',
  {
    id: text().primaryKey(),
    workspaceId: workspaceColumn(),
    taskId: text().notNull(),
    stepId: text()
      .notNull()
      .references(() => taskSteps.id, { onDelete: 'cascade' }),
    /** Who may decide; empty means whoever may steer the task. */
    approvers: jsonb().$type<string[]>().notNull(),
    /** SHA-256 over the plan version and the step as it was shown. */
    digest: text().notNull(),
    timeoutSeconds: integer(),
    status: text({ enum: approvalStatuses }).notNull().default('open'),
    decidedBy: text(),
    reason: text(),
    decidedAt: moment(),
    createdAt: createdColumn(),
  },
  (table) => [
    oneOf('approvals_status_check', table.status, approvalStatuses),
    index('approvals_task_index').on(table.taskId, table.status),
    workspacePolicy('approvals', table.workspaceId),
  ],
);
export type Approval = typeof approvals.$inferSelect;

export async function insertApproval(
  tx: Tx,
  approval: Pick<
    Approval,
    'workspaceId' | 'taskId' | 'stepId' | 'approvers' | 'digest' | 'timeoutSeconds'
  >,
): Promise<Approval> {
  const [row] = await tx
    .insert(approvals)
    .values({ ...approval, id: newId('approval') })
    .returning();
  if (!row) throw new Error('An approval was not stored.');
  return row;
}

export async function listApprovals(tx: Tx, taskId: string): Promise<Approval[]> {
  return tx
    .select()
    .from(approvals)
    .where(eq(approvals.taskId, taskId))
    .orderBy(approvals.createdAt);
}

/** One compare-and-set: undefined when somebody else decided first. */
export async function decideApproval(
  tx: Tx,
  id: string,
  decision: Pick<Approval, 'decidedBy' | 'reason'> & { status: 'approved' | 'rejected' },
): Promise<Approval | undefined> {
  const [row] = await tx
    .update(approvals)
    .set({ ...decision, decidedAt: new Date() })
    .where(and(eq(approvals.id, id), eq(approvals.status, 'open')))
    .returning();
  return row;
}
