/** Approvals: decisions that named people owe, bound to a digest of exactly what will run. */
import { and, asc, eq, inArray, isNull, lte, sql } from 'drizzle-orm';
import { boolean, index, integer, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { createdColumn, moment, oneOf, workspaceColumn } from './column.ts';
import { newId } from './id.ts';
import { workspacePolicy } from './row-security.ts';
import { taskSteps } from './step.ts';
import { tasks } from './task.ts';
import type { Tx } from './tx.ts';

export const approvalStatuses = ['open', 'approved', 'rejected', 'expired', 'superseded'] as const;
/** Why somebody is asked: a step of the plan says so, the policy, the supervised mode, or a difference. */
export const approvalCauses = ['plan', 'policy', 'supervised'] as const;

/** What the card shows and the digest covers: sentences on what will happen. */
export type ApprovalEffect = { lines: string[]; impact: string | null; undo: string };

export const approvals = pgTable(
  'approvals',
  {
    id: text().primaryKey(),
    workspaceId: workspaceColumn(),
    taskId: text().notNull(),
    /** The first of the steps that it covers. */
    stepId: text()
      .notNull()
      .references(() => taskSteps.id, { onDelete: 'cascade' }),
    /** All of them: like calls are asked about together (PAINS 10). */
    stepIds: jsonb().$type<string[]>().notNull().default([]),
    cause: text({ enum: approvalCauses }).notNull().default('plan'),
    /** Who may decide; empty means whoever may steer the task. */
    approvers: jsonb().$type<string[]>().notNull(),
    /** How many of them have to agree. */
    needed: integer().notNull().default(1),
    selfApproval: boolean().notNull().default(true),
    effect: jsonb().$type<ApprovalEffect>(),
    /** SHA-256 over the plan version, the tools, their arguments and the words on the card. */
    digest: text().notNull(),
    timeoutSeconds: integer(),
    onTimeout: text({ enum: ['escalate', 'reject'] })
      .notNull()
      .default('escalate'),
    /** Who is asked next when the time is over, in order; each is added to the approvers in turn. */
    escalateTo: jsonb().$type<string[]>().notNull().default([]),
    status: text({ enum: approvalStatuses }).notNull().default('open'),
    /** When those who are asked now were asked, reminded, and until when they have. */
    askedAt: moment(),
    remindedAt: moment(),
    dueAt: moment(),
    /** When there is something to do about it without anybody's click; null when there never is. */
    nextAt: moment(),
    decidedBy: text(),
    reason: text(),
    decidedAt: moment(),
    /** When what was approved had been done; a different thing from being decided (PAINS 2). */
    performedAt: moment(),
    createdAt: createdColumn(),
  },
  (table) => [
    oneOf('approvals_status_check', table.status, approvalStatuses),
    oneOf('approvals_cause_check', table.cause, approvalCauses),
    index('approvals_task_index').on(table.taskId, table.status),
    index('approvals_next_index').on(table.nextAt).where(sql`status = 'open'`),
    index('approvals_unperformed_index')
      .on(table.decidedAt)
      .where(sql`status = 'approved' and performed_at is null`),
    workspacePolicy('approvals', table.workspaceId),
  ],
);
export type Approval = typeof approvals.$inferSelect;
export type NewApproval = Omit<typeof approvals.$inferInsert, 'id' | 'createdAt'>;

/** What each person decided: several may have to agree. */
export const approvalDecisions = pgTable(
  'approval_decisions',
  {
    id: text().primaryKey(),
    workspaceId: workspaceColumn(),
    approvalId: text()
      .notNull()
      .references(() => approvals.id, { onDelete: 'cascade' }),
    actor: text().notNull(),
    approve: boolean().notNull(),
    reason: text(),
    at: createdColumn(),
  },
  (table) => [
    uniqueIndex('approval_decisions_actor_key').on(table.approvalId, table.actor),
    workspacePolicy('approval_decisions', table.workspaceId),
  ],
);
export type ApprovalDecision = typeof approvalDecisions.$inferSelect;

export async function insertApproval(tx: Tx, approval: NewApproval): Promise<Approval> {
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
    .orderBy(asc(approvals.createdAt), asc(approvals.id));
}

/** Those that wait for somebody, the oldest first. */
export async function listOpenApprovals(tx: Tx, limit = 200): Promise<Approval[]> {
  return tx
    .select()
    .from(approvals)
    .where(eq(approvals.status, 'open'))
    .orderBy(asc(approvals.createdAt), asc(approvals.id))
    .limit(limit);
}

/** Changes one that is in `from`; undefined when somebody else was faster: one compare-and-set. */
export async function updateApproval(
  tx: Tx,
  id: string,
  from: Approval['status'],
  change: Partial<NewApproval>,
): Promise<Approval | undefined> {
  const [row] = await tx
    .update(approvals)
    .set(change)
    .where(and(eq(approvals.id, id), eq(approvals.status, from)))
    .returning();
  return row;
}

/** Closes what is still open of a task: nobody need decide it any more. */
export async function supersedeApprovals(tx: Tx, taskId: string): Promise<void> {
  await tx
    .update(approvals)
    .set({ status: 'superseded', nextAt: null })
    .where(and(eq(approvals.taskId, taskId), eq(approvals.status, 'open')));
}

/** Records that the steps which were approved have been done. */
export async function markPerformed(tx: Tx, ids: string[], now: Date): Promise<void> {
  if (ids.length === 0) return;
  await tx
    .update(approvals)
    .set({ performedAt: now })
    .where(and(inArray(approvals.id, ids), isNull(approvals.performedAt)));
}

/** Adds a person's decision; false when that person has decided before. */
export async function insertDecision(
  tx: Tx,
  decision: Omit<ApprovalDecision, 'id' | 'at'>,
): Promise<boolean> {
  const rows = await tx
    .insert(approvalDecisions)
    .values({ ...decision, id: newId('decision') })
    .onConflictDoNothing()
    .returning({ id: approvalDecisions.id });
  return rows.length > 0;
}

export async function listDecisions(tx: Tx, approvalIds: string[]): Promise<ApprovalDecision[]> {
  if (approvalIds.length === 0) return [];
  return tx
    .select()
    .from(approvalDecisions)
    .where(inArray(approvalDecisions.approvalId, approvalIds))
    .orderBy(asc(approvalDecisions.at));
}

type Place = { workspaceId: string; taskId: string };

/** Of a task that is paused, or waits for something else, an approval waits too. */
const isUnderWay = inArray(tasks.status, ['running', 'approval_pending', 'blocked']);

/** Tasks, of all workspaces, with an open approval whose reminder or deadline has come. For the program itself. */
export async function listDue(tx: Tx, now: Date, limit = 100): Promise<Place[]> {
  return tx
    .selectDistinct({ workspaceId: approvals.workspaceId, taskId: approvals.taskId })
    .from(approvals)
    .innerJoin(tasks, eq(tasks.id, approvals.taskId))
    .where(and(eq(approvals.status, 'open'), lte(approvals.nextAt, now), isUnderWay))
    .limit(limit);
}

/**
 * Tasks, of all workspaces, with something that was approved before `before` and has not begun; not what
 * has failed since, or what a change of the plan has left behind. For the program itself.
 */
export async function listUnperformed(tx: Tx, before: Date, limit = 100): Promise<Place[]> {
  return tx
    .selectDistinct({ workspaceId: approvals.workspaceId, taskId: approvals.taskId })
    .from(approvals)
    .innerJoin(tasks, eq(tasks.id, approvals.taskId))
    .innerJoin(taskSteps, eq(taskSteps.id, approvals.stepId))
    .where(
      and(
        eq(approvals.status, 'approved'),
        isNull(approvals.performedAt),
        lte(approvals.decidedAt, before),
        isUnderWay,
        eq(taskSteps.status, 'approval'),
        eq(
          taskSteps.runId,
          sql`(select id from runs where runs.task_id = ${tasks.id} order by created_at desc limit 1)`,
        ),
      ),
    )
    .limit(limit);
}
