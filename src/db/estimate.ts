/** What was estimated when a run began, and what it took: how good the estimates are is measured (F211–F213). */
import { desc, eq, isNotNull, sql } from 'drizzle-orm';
import { index, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { createdColumn, moment, oneOf, workspaceColumn } from './column.ts';
import { newId } from './id.ts';
import { workspacePolicy } from './row-security.ts';
import { rowsOf, writeLater } from './rows.ts';
import type { Tx } from './tx.ts';
import type { Statement } from './write.ts';

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
export type MeasuredEstimate = Estimate & { actualMs: number; finishedAt: Date };
/** What a completed step of so many parts took, in milliseconds. */
export type StepSample = { tool: string; runId: string; parts: number; ms: number };

const rows = rowsOf(estimates, { conflict: 'do nothing' });

export function insertEstimate(
  tx: Tx,
  estimate: Omit<Estimate, 'id' | 'actualMs' | 'createdAt' | 'finishedAt'>,
): void {
  rows.put(tx, [{ ...estimate, id: newId('estimate') }]);
}

/**
 * Records once what a run took: the time in which its task was running, not that in which it waited for people, was
 * paused or stood still, nor that in which nothing was done but to wait for a time or an event.
 */
export function finishEstimate(tx: Tx, runId: string): void {
  writeLater(tx, finishing, { run: runId });
}

/** Times that overlap are one. Clocks differ: what would end before it begins is nothing. */
const together = (from: string, until: string, which: string) =>
  `coalesce(range_agg(tstzrange(${from}, greatest(${from}, ${until}))) filter (where ${which}), '{}')`;
const until = 'coalesce(completed_at, clock_timestamp())';

const finishing: Statement = {
  columns: 'run text',
  text: (given) => `
    update estimates set finished_at = coalesce(finished_at, clock_timestamp()), actual_ms = coalesce(actual_ms, (
      select least(coalesce(sum(extract(epoch from upper(span) - lower(span)) * 1000), 0), 2147483647)::integer
      from unnest((
        select ${together('at', 'next', "to_status = 'running'")}
        from (
          select to_status, at, lead(at, 1, clock_timestamp()) over (order by task_events.id) as next
          from task_events
          where task_id = (select task_id from runs where id = given.run)
            and step_id is null and to_status is not null
            and at >= (select created_at from runs where id = given.run)
        ) as moves
      ) - (
        select ${together('started_at', until, "kind <> 'tool'")} - ${together('started_at', until, "kind = 'tool'")}
        from task_steps
        where run_id = given.run and started_at is not null and kind in ('tool', 'wait', 'wait_event')
      )) as span))
    from ${given}
    where run_id = given.run`,
};

/** The newest estimates whose outcome is known, newest first. */
export async function listMeasured(tx: Tx, limit = 200): Promise<MeasuredEstimate[]> {
  return tx
    .select()
    .from(estimates)
    .where(isNotNull(estimates.actualMs))
    .orderBy(desc(estimates.finishedAt), desc(estimates.id))
    .limit(limit) as Promise<MeasuredEstimate[]>;
}

/**
 * What the newest 50 completed steps of each of these tools took, newest first. Rehearsals send nothing
 * and kept steps did nothing, so neither counts.
 */
export async function listSamples(tx: Tx, tools: string[]): Promise<StepSample[]> {
  return tx.execute<StepSample>(sql`
    select wanted.tool, newest."runId", newest.parts, newest.ms
    from jsonb_array_elements_text(${JSON.stringify(tools)}::jsonb) as wanted (tool), lateral (
      select step.run_id as "runId",
        greatest(jsonb_array_length(step.substeps), 1) as parts, step.duration_ms as ms
      from task_steps as step
      where step.tool = wanted.tool and step.status = 'completed' and step.duration_ms is not null
        and step.kept_from is null
        and (select mode from runs where runs.id = step.run_id) <> 'dry_run'
      order by step.completed_at desc limit 50
    ) as newest`);
}

/**
 * The same for what runs took beside their steps, with their checks as parts: mostly the checks before
 * and after the work. From the newest 50 measured runs whose steps all followed one another.
 */
export async function listCheckSamples(tx: Tx): Promise<Omit<StepSample, 'tool'>[]> {
  return tx.execute<Omit<StepSample, 'tool'>>(sql`
    select run_id as "runId", checks as parts, greatest(actual_ms - steps_ms, 1)::integer as ms
    from (
      select run_id, actual_ms, finished_at,
        (select sum(duration_ms) from task_steps as step where step.run_id = newest.run_id
          having bool_and(kind = 'tool')) as steps_ms,
        (select greatest(count(*), 1)::integer from task_checks where task_checks.run_id = newest.run_id) as checks
      from (select * from estimates where actual_ms is not null
        order by finished_at desc limit 50) as newest
    ) as runs where steps_ms is not null order by finished_at desc`);
}

export async function findEstimate(tx: Tx, runId: string): Promise<Estimate | undefined> {
  const [row] = await tx.select().from(estimates).where(eq(estimates.runId, runId));
  return row;
}
