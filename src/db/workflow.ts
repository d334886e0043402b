/**
 * Workflows as they were saved: one row a version, which nothing changes afterwards. Whoever runs one keeps the
 * version that it began with. `workflow_executions` is a view of the tasks that run them.
 */
import { and, asc, desc, eq, inArray, isNull, sql } from 'drizzle-orm';
import { integer, jsonb, pgTable, pgView, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { createdColumn, moment, workspaceColumn } from './column.ts';
import { newId } from './id.ts';
import { workspacePolicy } from './row-security.ts';
import { query, type Tx } from './tx.ts';

/** What a run has to be given; `value` is the expression that stands for it otherwise. */
export type WorkflowInput = { name: string; value: string | null };

export const workflows = pgTable(
  'workflows',
  {
    id: text().primaryKey(),
    workspaceId: workspaceColumn(),
    /** The name in lower case: names are the same whatever their case. */
    key: text().notNull(),
    name: text().notNull(),
    version: integer().notNull(),
    text: text().notNull(),
    inputs: jsonb().$type<WorkflowInput[]>().notNull(),
    /** The names of those that it runs. */
    runs: jsonb().$type<string[]>().notNull().default([]),
    /** The names of events that it publishes, and that it waits for or hears. */
    publishes: jsonb().$type<string[]>().notNull().default([]),
    awaits: jsonb().$type<string[]>().notNull().default([]),
    createdBy: text().notNull(),
    createdAt: createdColumn(),
    /** The only thing that is ever changed: a deleted one is not found, and what runs goes on. */
    deletedAt: moment(),
  },
  (table) => [
    uniqueIndex('workflows_version_key').on(table.workspaceId, table.key, table.version),
    workspacePolicy('workflows', table.workspaceId),
  ],
);
export type WorkflowRow = typeof workflows.$inferSelect;
export type NewWorkflow = Pick<
  WorkflowRow,
  'workspaceId' | 'name' | 'text' | 'inputs' | 'runs' | 'publishes' | 'awaits' | 'createdBy'
>;

/** Each task that runs a workflow; `state` is what its steps gave, by key. Runs with the reader's rights. */
export const workflowExecutions = pgView('workflow_executions', {
  id: text().notNull(),
  workspaceId: text().notNull(),
  workflowId: text().notNull(),
  workflow: text().notNull(),
  version: integer().notNull(),
  status: text().notNull(),
  inputs: jsonb().$type<Record<string, unknown>>().notNull(),
  /** The first step on top that is not settled, counted from 1; null before it runs and when all are. */
  currentStep: integer(),
  state: jsonb().$type<Record<string, unknown>>().notNull(),
  error: text(),
  startedBy: text().notNull(),
  createdAt: createdColumn(),
  startedAt: moment(),
  updatedAt: createdColumn(),
  finishedAt: moment(),
})
  .with({ securityInvoker: true })
  .as(
    sql`select task.id, task.workspace_id, workflow.id as workflow_id, workflow.name as workflow, workflow.version, task.status, coalesce(task.inputs, '{}') as inputs, (select min(step.step_order) from task_steps as step where step.run_id = run.id and step.parent_id is null and step.status not in ('completed', 'skipped')) as current_step, (select coalesce(jsonb_object_agg(step.key, step.result), '{}') from task_steps as step where step.run_id = run.id and step.status = 'completed') as state, coalesce(task.failure_reason, task.blocked_reason) as error, task.requested_by as started_by, task.created_at, task.started_at, task.updated_at, coalesce(task.completed_at, task.failed_at, task.cancelled_at) as finished_at from tasks as task join workflows as workflow on workflow.id = task.workflow_id left join lateral (select id from runs where runs.task_id = task.id and runs.mode <> 'dry_run' order by created_at desc limit 1) as run on true`,
  );
export type WorkflowExecution = typeof workflowExecutions.$inferSelect;

/** Until the end of the transaction nobody else does something under this name. */
export async function holdName(tx: Tx, ...names: string[]): Promise<void> {
  await query(tx, 'select pg_advisory_xact_lock(hashtextextended($1, 0))', [names.join(':')]);
}

/** Names are the same whatever their case. */
export const workflowKey = (name: string): string => name.trim().toLowerCase();

/**
 * Stores the next version of a workflow, or finds the newest one, where its text is the same.
 * @returns the version, and whether it was stored now
 */
export async function insertWorkflow(
  tx: Tx,
  workflow: NewWorkflow,
): Promise<{ row: WorkflowRow; isNew: boolean }> {
  const key = workflowKey(workflow.name);
  await holdName(tx, 'workflow', workflow.workspaceId, key);
  const [newest] = await tx
    .select()
    .from(workflows)
    .where(eq(workflows.key, key))
    .orderBy(desc(workflows.version))
    .limit(1);
  if (newest && !newest.deletedAt && newest.text === workflow.text)
    return { row: newest, isNew: false };
  const version = (newest?.version ?? 0) + 1;
  const [row] = await tx
    .insert(workflows)
    .values({ ...workflow, id: newId('workflow'), key, version })
    .returning();
  if (!row) throw new Error('A workflow was not stored.');
  return { row, isNew: true };
}

const isThere = isNull(workflows.deletedAt);

/** The newest version of each, by name. */
export async function listWorkflows(tx: Tx): Promise<WorkflowRow[]> {
  return tx
    .selectDistinctOn([workflows.key])
    .from(workflows)
    .where(isThere)
    .orderBy(asc(workflows.key), desc(workflows.version));
}

/** The given version, or the newest; whatever the case of the name. */
export async function findWorkflow(
  tx: Tx,
  name: string,
  version?: number,
): Promise<WorkflowRow | undefined> {
  const [row] = await tx
    .select()
    .from(workflows)
    .where(
      and(
        eq(workflows.key, workflowKey(name)),
        isThere,
        version === undefined ? undefined : eq(workflows.version, version),
      ),
    )
    .orderBy(desc(workflows.version))
    .limit(1);
  return row;
}

/** Also one that was deleted since: what runs keeps it. */
export async function findWorkflowById(tx: Tx, id: string): Promise<WorkflowRow | undefined> {
  const [row] = await tx.select().from(workflows).where(eq(workflows.id, id));
  return row;
}

/** All versions that are there, the newest first. */
export async function listVersions(tx: Tx, name: string): Promise<WorkflowRow[]> {
  return tx
    .select()
    .from(workflows)
    .where(and(eq(workflows.key, workflowKey(name)), isThere))
    .orderBy(desc(workflows.version));
}

/** @returns how many versions are gone */
export async function deleteWorkflow(tx: Tx, name: string, now: Date): Promise<number> {
  const rows = await tx
    .update(workflows)
    .set({ deletedAt: now })
    .where(and(eq(workflows.key, workflowKey(name)), isThere))
    .returning({ id: workflows.id });
  return rows.length;
}

/** The newest first. */
export async function listExecutions(
  tx: Tx,
  workflowIds: string[],
  limit: number,
): Promise<WorkflowExecution[]> {
  if (workflowIds.length === 0) return [];
  return tx
    .select()
    .from(workflowExecutions)
    .where(inArray(workflowExecutions.workflowId, workflowIds))
    .orderBy(desc(workflowExecutions.createdAt), desc(workflowExecutions.id))
    .limit(limit);
}
