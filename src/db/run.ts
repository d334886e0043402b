/** Runs: one execution of one plan version. */
import { and, desc, eq, ne } from 'drizzle-orm';
import { index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { createdColumn, moment, oneOf, workspaceColumn } from './column.ts';
import { newId } from './id.ts';
import { workspacePolicy } from './row-security.ts';
import { rowsOf } from './rows.ts';
import { runModes, tasks } from './task.ts';
import type { Tx } from './tx.ts';

export const runs = pgTable(
  'runs',
  {
    id: text().primaryKey(),
    workspaceId: workspaceColumn(),
    taskId: text()
      .notNull()
      .references(() => tasks.id, { onDelete: 'cascade' }),
    planVersion: integer().notNull(),
    /** The dry run that showed what this one would do; a step with another effect stops it. */
    rehearsedRunId: text(),
    /** The run that it goes on from after a change of the plan; what is still valid is kept. */
    continuesRunId: text(),
    mode: text({ enum: runModes }).notNull().default('automatic'),
    /** Each stage of acceptance checks is run once: waiting, running, then done. */
    checksBefore: text({ enum: ['waiting', 'running', 'done'] })
      .notNull()
      .default('waiting'),
    checksAfter: text({ enum: ['waiting', 'running', 'done'] })
      .notNull()
      .default('waiting'),
    createdAt: createdColumn(),
    finishedAt: moment(),
  },
  (table) => [
    oneOf('runs_mode_check', table.mode, runModes),
    index('runs_task_index').on(table.taskId),
    workspacePolicy('runs', table.workspaceId),
  ],
);
export type Run = typeof runs.$inferSelect;

const rows = rowsOf(runs);

/** Begins a run, and returns it as it will be read again. */
export function insertRun(
  tx: Tx,
  about: Pick<
    Run,
    'workspaceId' | 'taskId' | 'planVersion' | 'mode' | 'rehearsedRunId' | 'continuesRunId'
  >,
): Run {
  const waiting = { checksBefore: 'waiting', checksAfter: 'waiting' } as const;
  const run: Run = {
    ...about,
    ...waiting,
    id: newId('run'),
    createdAt: new Date(),
    finishedAt: null,
  };
  // When it was made is the time of the transaction, as for everything else in it.
  const { createdAt, ...row } = run;
  rows.put(tx, [row]);
  return run;
}

export async function findRun(tx: Tx, taskId: string): Promise<Run | undefined> {
  const [row] = await tx
    .select()
    .from(runs)
    .where(eq(runs.taskId, taskId))
    .orderBy(desc(runs.createdAt))
    .limit(1);
  return row;
}

/** The newest run that is no rehearsal. */
export async function findRealRun(tx: Tx, taskId: string): Promise<Run | undefined> {
  const [row] = await tx
    .select()
    .from(runs)
    .where(and(eq(runs.taskId, taskId), ne(runs.mode, 'dry_run')))
    .orderBy(desc(runs.createdAt))
    .limit(1);
  return row;
}

export async function findRunById(tx: Tx, id: string): Promise<Run | undefined> {
  const [row] = await tx.select().from(runs).where(eq(runs.id, id));
  return row;
}

/** All runs of a task, oldest first. */
export async function listRuns(tx: Tx, taskId: string): Promise<Run[]> {
  return tx.select().from(runs).where(eq(runs.taskId, taskId)).orderBy(runs.createdAt);
}

type Stage = 'checksBefore' | 'checksAfter';

/** Moves a stage of checks on, in a run that was read under its task's lock. */
export function moveStage(tx: Tx, run: Run, stage: Stage, to: Run[Stage]): Run {
  rows.change(tx, { id: run.id, [stage]: run[stage] }, { [stage]: to });
  return { ...run, [stage]: to };
}

export function finishRun(tx: Tx, id: string, now: Date): void {
  rows.change(tx, { id }, { finishedAt: now });
}

/** A supervised run goes on by itself from here. */
export async function setMode(tx: Tx, id: string, mode: Run['mode']): Promise<void> {
  await tx.update(runs).set({ mode }).where(eq(runs.id, id));
}
