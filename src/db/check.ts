/** Acceptance checks of a run and what they saw, before the work and after it. */
import { asc, eq } from 'drizzle-orm';
import { integer, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { workspaceColumn } from './column.ts';
import { newId } from './id.ts';
import { workspacePolicy } from './row-security.ts';
import { rowsOf } from './rows.ts';
import { runs } from './run.ts';
import type { Tx } from './tx.ts';

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
>;

const seenRows = rowsOf(taskChecks, {
  conflict: `("run_id", "key") do update set "before" = excluded."before", "after" = excluded."after"`,
});

/**
 * Stores what was seen, replacing what was seen earlier at the same stage.
 * @param known the checks of the run; returned as they will be read again
 */
export function recordObservations(
  tx: Tx,
  known: TaskCheck[],
  rows: (Observations & { seen: Observation })[],
  stage: 'before' | 'after',
): TaskCheck[] {
  const recorded = rows.map(({ seen, ...row }): TaskCheck => {
    const before = known.find(({ key }) => key === row.key);
    return { id: newId('check'), before: null, after: null, ...before, ...row, [stage]: seen };
  });
  // All of a row is known, since it was read under the lock of its task.
  seenRows.put(tx, recorded);
  const others = known.filter(({ key }) => !recorded.some((row) => row.key === key));
  return [...others, ...recorded].sort((a, b) => a.position - b.position);
}

export async function listChecks(tx: Tx, runId: string): Promise<TaskCheck[]> {
  return tx
    .select()
    .from(taskChecks)
    .where(eq(taskChecks.runId, runId))
    .orderBy(asc(taskChecks.position));
}
