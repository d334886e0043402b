/** Taking back what a delivered task did: what can be reversed, and how far that is. */
import { and, desc, eq } from 'drizzle-orm';
import { index, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import type { Tx } from './client.ts';
import { createdColumn, moment, oneOf, workspaceColumn } from './column.ts';
import { newId } from './id.ts';
import { workspacePolicy } from './row-security.ts';
import { tasks } from './task.ts';

export const undoStatuses = ['running', 'done', 'stopped'] as const;

/** One step of the task, in the order in which it is taken back: the last one first. */
export type UndoItem = {
  stepId: string;
  name: string;
  status: 'pending' | 'reversed' | 'kept' | 'impossible';
  /** Why it was kept or cannot be reversed, or what was done. */
  note: string | null;
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
  undo: Pick<Undo, 'workspaceId' | 'taskId' | 'askedBy' | 'items'>,
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

/** Changes one that is still running; false when it has ended meanwhile. */
export async function updateUndo(
  tx: Tx,
  id: string,
  change: Partial<Pick<Undo, 'status' | 'items' | 'finishedAt'>>,
): Promise<boolean> {
  const rows = await tx
    .update(undos)
    .set(change)
    .where(and(eq(undos.id, id), eq(undos.status, 'running')))
    .returning({ id: undos.id });
  return rows.length > 0;
}
