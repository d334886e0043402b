/** Tasks: what was asked, by whom, where, and how far it is. */
import { and, desc, eq, inArray, isNull, notInArray, sql } from 'drizzle-orm';
import { type AnyPgColumn, index, integer, jsonb, pgTable, real, text } from 'drizzle-orm/pg-core';
import { redact } from '../redact.ts';
import { createdColumn, moment, oneOf, workspaceColumn } from './column.ts';
import { workspacePolicy } from './row-security.ts';
import { changed, rowsOf, writeLater } from './rows.ts';
import type { Tx } from './tx.ts';
import type { Statement } from './write.ts';

export const taskStatuses = [
  'draft',
  'planning',
  'ready',
  'queued',
  'running',
  'paused',
  'approval_pending',
  'blocked',
  'completed',
  'failed',
  'cancelled',
] as const;
export type TaskStatus = (typeof taskStatuses)[number];
export const finalStatuses = ['completed', 'failed', 'cancelled'] as const satisfies TaskStatus[];

export const phases = ['discover', 'plan', 'act', 'verify', 'done'] as const;
export type Phase = (typeof phases)[number];

export const executionTypes = ['manual', 'semi_automated', 'fully_automated'] as const;
export const executionStatuses = [
  'pending',
  'queued',
  'in_progress',
  'paused',
  'blocked',
  'completed',
  'failed',
  'cancelled',
] as const;
type ExecutionStatus = (typeof executionStatuses)[number];
/** The words of the AE document where it has others for a status (R2). */
const executionWords = {
  draft: 'pending',
  planning: 'pending',
  ready: 'pending',
  running: 'in_progress',
  approval_pending: 'blocked',
} as const satisfies Partial<Record<TaskStatus, ExecutionStatus>>;
const renamedStatuses = Object.entries(executionWords)
  .map(([status, word]) => `when '${status}' then '${word}'`)
  .join(' ');
const executionStatusOf = (status: TaskStatus): ExecutionStatus =>
  ({ ...executionWords })[status as keyof typeof executionWords] ?? (status as ExecutionStatus);

export const blockedKinds = [
  'approval',
  'dependency',
  'human_action',
  'clarification',
  'error',
  'budget',
] as const;
export type BlockedKind = (typeof blockedKinds)[number];
export const priorities = ['critical', 'high', 'medium', 'low'] as const;
export type Priority = (typeof priorities)[number];
export const runModes = ['automatic', 'supervised', 'dry_run'] as const;
export type RunMode = (typeof runModes)[number];

/** One line of `execution_log` (F268–F270): at least the event and when. */
export type LogEntry = { event: string; timestamp: string } & Record<string, unknown>;

/** Bounds of what is spent. A dollar is a million microdollars; minutes are those of work, without waiting. */
export type Envelope = { tokens: number; microdollars: number; minutes: number; messages: number };
export type TaskBudget = Envelope & {
  /** Why it waits for more: whose bound was met, which of them, and by how much what came next went beyond it. */
  stop?: {
    scope: 'task' | 'person' | 'workspace';
    what: keyof Envelope;
    lacks: number;
    /** The task above whose bound it was, where it was not its own. */
    taskId?: string;
    /** When the bound of a day begins anew. */
    until?: string;
  };
  /** Somebody chose to have what was done delivered without the rest. */
  isCut?: true;
};

export const tasks = pgTable(
  'tasks',
  {
    id: text().primaryKey(),
    workspaceId: workspaceColumn(),
    channel: text().notNull(),
    conversation: text().notNull(),
    requestedBy: text().notNull(),
    title: text().notNull(),
    /** "CRM": what people call it (R22). */
    shortName: text().notNull(),
    /** Everything that was said about it, newest last. */
    description: text().notNull(),
    status: text({ enum: taskStatuses }).notNull().default('draft'),
    /** The words of the AE document, generated from `status` (R2). */
    executionStatus: text({ enum: executionStatuses })
      .notNull()
      .generatedAlwaysAs(sql.raw(`case status ${renamedStatuses} else status end`)),
    phase: text({ enum: phases }).notNull().default('discover'),
    executionType: text({ enum: executionTypes }).notNull().default('fully_automated'),
    priority: text({ enum: priorities }).notNull().default('medium'),
    dueAt: moment(),
    assignedToType: text({ enum: ['user', 'agent', 'workflow'] }),
    assignedToId: text(),
    /** The version of a workflow that it runs, and what that was given. */
    workflowId: text(),
    inputs: jsonb().$type<Record<string, unknown>>(),
    agentId: text(),
    parentTaskId: text().references((): AnyPgColumn => tasks.id),
    restartedFromId: text().references((): AnyPgColumn => tasks.id),
    planVersion: integer().notNull().default(0),
    /** 0–100; never falls (R23). */
    progress: integer().notNull().default(0),
    executionLog: jsonb().$type<LogEntry[]>().notNull().default([]),
    automationRules: jsonb(),
    aiConfidence: real(),
    aiContext: text(),
    /** What is asked of the person while status is blocked (clarification). */
    question: jsonb().$type<{ text: string; suggestions: string[] }>(),
    startedAt: moment(),
    blockedAt: moment(),
    failedAt: moment(),
    completedAt: moment(),
    cancelledAt: moment(),
    blockedKind: text({ enum: blockedKinds }),
    blockedReason: text(),
    failureReason: text(),
    retryCount: integer().notNull().default(0),
    maxRetries: integer().notNull().default(3),
    estimatedMs: integer(),
    actualMs: integer(),
    estimatedDurationMinutes: real().generatedAlwaysAs(sql`estimated_ms / 60000.0`),
    actualDurationMinutes: real().generatedAlwaysAs(sql`actual_ms / 60000.0`),
    result: jsonb(),
    /** The most that it may spend, accepted with its plan and raised by people; null before, and for tracked tasks. */
    budget: jsonb().$type<TaskBudget>(),
    /** When its work was taken back. */
    undoneAt: moment(),
    /** Raised by every change; a writer that saw an older one is refused. */
    version: integer().notNull().default(1),
    createdAt: createdColumn(),
    updatedAt: createdColumn(),
  },
  (table) => [
    oneOf('tasks_status_check', table.status, taskStatuses),
    oneOf('tasks_phase_check', table.phase, phases),
    oneOf('tasks_execution_type_check', table.executionType, executionTypes),
    oneOf('tasks_priority_check', table.priority, priorities),
    oneOf('tasks_blocked_kind_check', table.blockedKind, blockedKinds),
    index('tasks_conversation_index').on(table.workspaceId, table.conversation, table.createdAt),
    index('tasks_requester_index').on(table.workspaceId, table.requestedBy, table.createdAt),
    index('tasks_status_index').on(table.workspaceId, table.status),
    index('tasks_parent_index').on(table.parentTaskId).where(sql`parent_task_id is not null`),
    index('tasks_workflow_index')
      .on(table.workflowId, table.createdAt)
      .where(sql`workflow_id is not null`),
    workspacePolicy('tasks', table.workspaceId),
  ],
);
export type Task = typeof tasks.$inferSelect;
export type NewTask = typeof tasks.$inferInsert;
export type TaskChange = Partial<Omit<NewTask, 'id' | 'workspaceId' | 'executionLog' | 'version'>>;

export async function insertTask(tx: Tx, task: NewTask): Promise<Task> {
  const [row] = await tx.insert(tasks).values(task).returning();
  if (!row) throw new Error('A task was not stored.');
  return row;
}

/** Stores a task whose id may be known already: undefined when it is. */
export async function insertTaskOnce(tx: Tx, task: NewTask): Promise<Task | undefined> {
  const [row] = await tx.insert(tasks).values(task).onConflictDoNothing().returning();
  return row;
}

export async function findTask(tx: Tx, id: string): Promise<Task | undefined> {
  const [row] = await tx.select().from(tasks).where(eq(tasks.id, id));
  return row;
}

/** Locks the row: whoever decides about a task holds this until commit. */
export async function lockTask(tx: Tx, id: string): Promise<Task | undefined> {
  const [row] = await tx.select().from(tasks).where(eq(tasks.id, id)).for('no key update');
  return row;
}

const rows = rowsOf(tasks, { added: ['executionLog'], onChange: { updatedAt: 'now()' } });
/** A line of history alone is no change that somebody has made. */
const log = rowsOf(tasks, { added: ['executionLog'] });

/**
 * Changes a task that was read under its lock, appending to the log, where secrets are hidden.
 * @returns the task as it will be read again
 */
export function changeTask(tx: Tx, task: Task, change: TaskChange, log: LogEntry[] = []): Task {
  const { id, version } = task;
  const more = redact(log);
  rows.change(
    tx,
    { id, version },
    { ...change, version: version + 1, ...(more.length > 0 ? { executionLog: more } : {}) },
  );
  const after = changed(task, {
    ...change,
    version: version + 1,
    executionLog: [...task.executionLog, ...more],
    updatedAt: new Date(),
  });
  return {
    ...after,
    executionStatus: executionStatusOf(after.status),
    estimatedDurationMinutes: minutesOf(after.estimatedMs),
    actualDurationMinutes: minutesOf(after.actualMs),
  };
}

const minutesOf = (ms: number | null) => (ms === null ? null : ms / 60_000);

/** Appends a line to the history of a task that this transaction holds; the time is now. */
export function appendLog(
  tx: Tx,
  id: string,
  entry: { event: string } & Record<string, unknown>,
): void {
  const line = redact({ ...entry, timestamp: new Date().toISOString() });
  log.change(tx, { id }, { executionLog: [line] });
}

/** Counts a retry of one of its steps, automatic or asked for. */
export async function countRetry(tx: Tx, id: string): Promise<void> {
  await tx
    .update(tasks)
    .set({ retryCount: sql`${tasks.retryCount} + 1` })
    .where(eq(tasks.id, id));
}

/** Raises the percent of a task that was read under its lock; a smaller one is ignored. */
export function raiseProgress(tx: Tx, task: Pick<Task, 'id' | 'progress'>, percent: number): void {
  if (percent > task.progress) rows.change(tx, { id: task.id }, { progress: percent });
}

/** The same where the task is not locked: what others raise it to meanwhile stays. */
export function raiseShown(tx: Tx, id: string, percent: number): void {
  writeLater(tx, raising, { id, percent });
}

const raising: Statement = {
  columns: 'id text, percent integer',
  text: (given) =>
    `update tasks set progress = greatest(progress, given.percent), updated_at = now() from ${given} where tasks.id = given.id`,
};

/** What a task without a plan may spend with all its parts. */
export async function setBudget(tx: Tx, id: string, budget: TaskBudget): Promise<void> {
  await tx.update(tasks).set({ budget }).where(eq(tasks.id, id));
}

/** The open task that began another one anew, if there is one. */
export async function findRestart(tx: Tx, taskId: string): Promise<Task | undefined> {
  const [row] = await tx
    .select()
    .from(tasks)
    .where(and(eq(tasks.restartedFromId, taskId), notInArray(tasks.status, [...finalStatuses])))
    .limit(1);
  return row;
}

export async function listTasks(
  tx: Tx,
  filter: {
    conversation?: string;
    requestedBy?: string | undefined;
    statuses?: TaskStatus[];
    limit?: number;
  } = {},
): Promise<Task[]> {
  return tx
    .select()
    .from(tasks)
    .where(
      and(
        filter.conversation ? eq(tasks.conversation, filter.conversation) : undefined,
        filter.requestedBy ? eq(tasks.requestedBy, filter.requestedBy) : undefined,
        filter.statuses ? inArray(tasks.status, filter.statuses) : undefined,
        isNull(tasks.parentTaskId),
      ),
    )
    .orderBy(desc(tasks.createdAt))
    .limit(filter.limit ?? 100);
}

/** The parts of a task, oldest first. */
export async function listSubtasks(tx: Tx, parentId: string): Promise<Task[]> {
  return tx
    .select()
    .from(tasks)
    .where(eq(tasks.parentTaskId, parentId))
    .orderBy(tasks.createdAt, tasks.id);
}

/** The tasks of a conversation that still expect something, newest first. */
export async function listOpenTasks(tx: Tx, conversation: string): Promise<Task[]> {
  return tx
    .select()
    .from(tasks)
    .where(and(eq(tasks.conversation, conversation), notInArray(tasks.status, [...finalStatuses])))
    .orderBy(desc(tasks.createdAt))
    .limit(50);
}
