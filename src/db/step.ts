/** Steps: the nodes of a plan while it runs. `task_progress` is a view of them (R6). */
import { and, asc, eq, inArray, isNull, ne, sql } from 'drizzle-orm';
import {
  type AnyPgColumn,
  index,
  integer,
  jsonb,
  pgTable,
  pgView,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { moment, oneOf, workspaceColumn } from './column.ts';
import { workspacePolicy } from './row-security.ts';
import { changed, rowsOf } from './rows.ts';
import { runs } from './run.ts';
import { priorities, tasks } from './task.ts';
import type { Tx } from './tx.ts';

export const stepStatuses = [
  'pending',
  'running',
  'completed',
  'failed',
  'skipped',
  'paused',
  'approval',
] as const;
export type StepStatus = (typeof stepStatuses)[number];

export type Substep = { name: string; done: boolean };
/** Worth another try; in need of a person; nobody knows whether it happened; not what the dry run showed. */
export type StepErrorKind = 'transient' | 'permanent' | 'unknown' | 'different' | 'unsaid';
export type StepError = {
  message: string;
  reason: string;
  kind: StepErrorKind;
  /** What it would have said, where the dry run showed something else; it was not sent. */
  wanted?: Said;
};
type Said = { to: string; text: string };

/** What a step has changed, or would change: lines that are the same for the same change, wherever it is made. */
export type StepEffect = {
  /** "+ table customers", "+ column customers.phone text", "+ 12 rows in products". */
  changes: string[];
  /** What went out, or would have: each recipient with what was said; named by key while the step is at work. */
  sent: ({ key?: string } & Said)[];
  /** How it stood before the first try, as long as the step is at work. */
  before?: string[];
  /** What somebody has allowed it to say, other than the dry run showed. */
  allowed?: Said[];
};

export const taskSteps = pgTable(
  'task_steps',
  {
    id: text().primaryKey(),
    workspaceId: workspaceColumn(),
    taskId: text()
      .notNull()
      .references(() => tasks.id, { onDelete: 'cascade' }),
    runId: text()
      .notNull()
      .references(() => runs.id, { onDelete: 'cascade' }),
    /** The step's name in the plan, unique in it. */
    key: text().notNull(),
    parentId: text().references((): AnyPgColumn => taskSteps.id, { onDelete: 'cascade' }),
    /** Place among the steps of the same parent, from 1. */
    stepOrder: integer().notNull(),
    name: text().notNull(),
    /** "Database created": what the notice says (R22). */
    completedLabel: text().notNull(),
    detail: text().notNull().default(''),
    kind: text().notNull(),
    tool: text(),
    priority: text({ enum: priorities }).notNull(),
    status: text({ enum: stepStatuses }).notNull().default('pending'),
    /** 0–100. */
    progress: integer().notNull().default(0),
    substeps: jsonb().$type<Substep[]>().notNull().default([]),
    /** Which try this is, from 1. */
    attempt: integer().notNull().default(0),
    /** Raised whenever a program takes the step up: a write of an earlier taker changes nothing. */
    claim: integer().notNull().default(0),
    /** Tries that failed since somebody last pressed Retry (R7). */
    failures: integer().notNull().default(0),
    /** Before this nothing happens: the backoff after a transient error. */
    retryAt: moment(),
    expectedMs: integer().notNull(),
    result: jsonb(),
    effect: jsonb().$type<StepEffect>(),
    /** The step of an earlier run whose outcome was kept. */
    keptFrom: text(),
    error: jsonb().$type<StepError>(),
    startedAt: moment(),
    completedAt: moment(),
    durationMs: integer(),
    updatedAt: moment(),
  },
  (table) => [
    oneOf('task_steps_status_check', table.status, stepStatuses),
    oneOf('task_steps_priority_check', table.priority, priorities),
    uniqueIndex('task_steps_key').on(table.runId, table.key),
    index('task_steps_task_index').on(table.taskId, table.stepOrder),
    index('task_steps_running_index').on(table.updatedAt).where(sql`status = 'running'`),
    index('task_steps_history_index').on(table.workspaceId, table.tool, table.completedAt),
    workspacePolicy('task_steps', table.workspaceId),
  ],
);
export type Step = typeof taskSteps.$inferSelect;
export type NewStep = typeof taskSteps.$inferInsert;

/** Exactly the columns of the Progress Tracking document; runs with the reader's rights. */
export const taskProgress = pgView('task_progress', {
  taskId: text().notNull(),
  step: integer().notNull(),
  percent: integer().notNull(),
  status: text().notNull(),
  updatedAt: moment(),
})
  .with({ securityInvoker: true })
  .as(
    sql`select task_id, step_order as step, progress as percent, status, case when status = 'pending' then null else updated_at end as updated_at from task_steps where parent_id is null`,
  );

const rows = rowsOf(taskSteps, { onChange: { updatedAt: 'now()' } });

/** Rows of a run that has just begun, as they will be read again. */
export function insertSteps(tx: Tx, steps: NewStep[]): Step[] {
  rows.put(tx, steps);
  return steps
    .map((step) => changed<Step>({ ...step, ...fresh }, step))
    .sort((a, b) => a.stepOrder - b.stepOrder || (a.key < b.key ? -1 : 1));
}

/** A step as the database makes it where nothing else is said. */
const fresh = {
  ...{ parentId: null, detail: '', tool: null, status: 'pending', progress: 0, substeps: [] },
  ...{ attempt: 0, claim: 0, failures: 0, retryAt: null, result: null, effect: null },
  ...{ keptFrom: null, error: null, startedAt: null, completedAt: null, durationMs: null },
  updatedAt: null,
} satisfies Partial<Step>;

export async function listSteps(tx: Tx, runId: string): Promise<Step[]> {
  return tx
    .select()
    .from(taskSteps)
    .where(eq(taskSteps.runId, runId))
    .orderBy(asc(taskSteps.stepOrder), asc(taskSteps.key));
}

export async function findStep(tx: Tx, id: string): Promise<Step | undefined> {
  const [row] = await tx.select().from(taskSteps).where(eq(taskSteps.id, id));
  return row;
}

/** How often earlier runs of the task have done the step of that name themselves; rehearsals do not count. */
export async function countDone(
  tx: Tx,
  { taskId, runId, key }: Pick<Step, 'taskId' | 'runId' | 'key'>,
): Promise<number> {
  return tx.$count(
    taskSteps,
    and(
      eq(taskSteps.taskId, taskId),
      eq(taskSteps.key, key),
      eq(taskSteps.status, 'completed'),
      isNull(taskSteps.keptFrom),
      inArray(
        taskSteps.runId,
        tx
          .select({ id: runs.id })
          .from(runs)
          .where(and(eq(runs.taskId, taskId), ne(runs.id, runId), ne(runs.mode, 'dry_run'))),
      ),
    ),
  );
}

export type StepChange = Partial<Omit<NewStep, 'id' | 'workspaceId' | 'taskId' | 'runId' | 'key'>>;

/** Changes a step that is still in `from` and held by the same claim; undefined when it has moved on. */
export async function updateStep(
  tx: Tx,
  step: Pick<Step, 'id' | 'claim'>,
  from: StepStatus[],
  change: StepChange,
): Promise<Step | undefined> {
  const [row] = await tx
    .update(taskSteps)
    .set({ ...change, updatedAt: sql`now()` })
    .where(
      and(
        eq(taskSteps.id, step.id),
        eq(taskSteps.claim, step.claim),
        inArray(taskSteps.status, from),
      ),
    )
    .returning();
  return row;
}

/** The same for a step that was read under its task's lock, so that nobody can have moved it. */
export function changeStep(tx: Tx, step: Step, change: StepChange): Step {
  const { id, claim, status } = step;
  rows.change(tx, { id, claim, status }, change);
  return changed(step, { ...change, updatedAt: new Date() });
}

/**
 * How long a unit of work of each tool took lately: the median of milliseconds per sub-step
 * over the newest 50 completed steps of the workspace.
 */
export async function unitDurations(tx: Tx): Promise<Map<string, number>> {
  const rows = await tx.execute<{ tool: string; ms: number }>(sql`
    select tool, percentile_cont(0.5) within group (order by duration_ms::float / greatest(jsonb_array_length(substeps), 1)) as ms
    from (select tool, duration_ms, substeps, row_number() over (partition by tool order by completed_at desc) as place
          from task_steps where status = 'completed' and tool is not null and duration_ms is not null) as recent
    where place <= 50 group by tool`);
  return new Map(rows.map((row) => [row.tool, Number(row.ms)]));
}
