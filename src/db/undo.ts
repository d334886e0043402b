/** Taking back what a delivered task did: what can be reversed, and how far that is. */
import { and, desc, eq, isNull } from 'drizzle-orm';
import { index, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { createdColumn, moment, oneOf, workspaceColumn } from './column.ts';
import { newId } from './id.ts';
import { workspacePolicy } from './row-security.ts';
import type { Step } from './step.ts';
import { tasks } from './task.ts';
import { query, type Tx } from './tx.ts';

/** Stopped: it waits for a person's word, before it begins or because something is in its way. */
export const undoStatuses = ['running', 'done', 'stopped'] as const;

/** One step of the task, in the order in which it is taken back: the last one first. */
export type UndoItem = {
  stepId: string;
  name: string;
  /** Kept: somebody has worked with it since. Failed: taking it back did not work. */
  status: 'pending' | 'reversed' | 'kept' | 'failed' | 'impossible';
  /** What will happen or has happened to it; why it was kept or cannot be reversed. */
  note: string;
};

export const undos = pgTable(
  'undos',
  {
    id: text().primaryKey(),
    workspaceId: workspaceColumn(),
    taskId: text()
      .notNull()
      .references(() => tasks.id, { onDelete: 'cascade' }),
    status: text({ enum: undoStatuses }).notNull().default('running'),
    askedBy: text().notNull(),
    items: jsonb().$type<UndoItem[]>().notNull(),
    createdAt: createdColumn(),
    /** Done, or given up by whoever asked for it; until then it is open. */
    finishedAt: moment(),
  },
  (table) => [
    oneOf('undos_status_check', table.status, undoStatuses),
    index('undos_task_index').on(table.taskId),
    workspacePolicy('undos', table.workspaceId),
  ],
);
export type Undo = typeof undos.$inferSelect;

export async function insertUndo(
  tx: Tx,
  undo: Pick<Undo, 'workspaceId' | 'taskId' | 'askedBy' | 'items' | 'status'>,
): Promise<Undo> {
  const [row] = await tx
    .insert(undos)
    .values({ ...undo, id: newId('undo') })
    .returning();
  if (!row) throw new Error('An undo was not stored.');
  return row;
}

/** The newest of a task. */
export async function findUndo(tx: Tx, taskId: string): Promise<Undo | undefined> {
  const [row] = await tx
    .select()
    .from(undos)
    .where(eq(undos.taskId, taskId))
    .orderBy(desc(undos.createdAt))
    .limit(1);
  return row;
}

/** Changes one that is open and in the state `from`; undefined when it has moved on. */
export async function updateUndo(
  tx: Tx,
  id: string,
  from: Undo['status'],
  change: Partial<Pick<Undo, 'status' | 'items' | 'finishedAt'>>,
): Promise<Undo | undefined> {
  const [row] = await tx
    .update(undos)
    .set(change)
    .where(and(eq(undos.id, id), eq(undos.status, from), isNull(undos.finishedAt)))
    .returning();
  return row;
}

/** A step that did something. */
export type DoneStep = Pick<Step, 'id' | 'name' | 'kind' | 'tool'>;

/**
 * What all runs of a `task` did, and when each began: completed steps of tools and people, each once. What a
 * later run kept is listed where it was done.
 */
export const doneText = `
  select step.*, runs.created_at as begun_at from task_steps as step join runs on runs.id = step.run_id
  where step.task_id = task.id and step.status = 'completed' and step.kind in ('tool', 'human')
    and runs.mode <> 'dry_run' and step.kept_from is null`;

/** The same, the last first. */
export async function listDone(tx: Tx, taskId: string): Promise<DoneStep[]> {
  return query(
    tx,
    `select done.id, done.name, done.kind, done.tool from tasks as task, lateral (${doneText}) as done
    where task.id = $1 order by done.completed_at desc, done.begun_at desc, done.step_order desc`,
    [taskId],
  );
}
