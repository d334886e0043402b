/** Acceptance checks of a run and what they saw, before the work and after it. */
import { asc, eq, sql } from 'drizzle-orm';
import { integer, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import type { Tx } from './client.ts';
import { workspaceColumn } from './column.ts';
import { newId } from './id.ts';
import { workspacePolicy } from './row-security.ts';
import { runs } from './run.ts';

/** What one execution of a check saw. */
export type Observation = { passed: boolean; evidence: string; at: string };

export const taskChecks = pgTable(
  'task_checks',
  {
    id: text().primaryKey(),
    workspaceId: workspaceColumn(),
    taskId: text().notNull(),
    runId: text()
      .notNull()
      .references(() => runs.id, { onDelete: 'cascade' }),
    key: text().notNull(),
    position: integer().notNull(),
    label: text().notNull(),
    before: jsonb().$type<Observation>(),
    after: jsonb().$type<Observation>(),
  },
  (table) => [
    uniqueIndex('task_checks_key').on(table.runId, table.key),
    workspacePolicy('task_checks', table.workspaceId),
  ],
);
export type TaskCheck = typeof taskChecks.$inferSelect;

type Observations = Pick<
  TaskCheck,
  'workspaceId' | 'taskId' | 'runId' | 'key' | 'position' | 'label'
> &
  Partial<Pick<TaskCheck, 'before' | 'after'>>;

/** Stores what was seen, replacing what was seen earlier at the same stage. */
export async function recordObservations(
  tx: Tx,
  rows: Observations[],
  stage: 'before' | 'after',
): Promise<void> {
  if (rows.length === 0) return;
  const seen = stage === 'before' ? sql`excluded.before` : sql`excluded.after`;
  await tx
    .insert(taskChecks)
    .values(rows.map((row) => ({ ...row, id: newId('check') })))
    .onConflictDoUpdate({
      target: [taskChecks.runId, taskChecks.key],
      set: { [stage]: seen },
    });
}

export async function listChecks(tx: Tx, runId: string): Promise<TaskCheck[]> {
  return tx
    .select()
    .from(taskChecks)
    .where(eq(taskChecks.runId, runId))
    .orderBy(asc(taskChecks.position));
}
