/**
 * Running programs. Each holds a session-level advisory lock for as long as it lives, so a
 * dead one is known by its free lock, however it died; its queue workers are then unlocked.
 */
import { eq, ne, sql } from 'drizzle-orm';
import { jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { type ProcessRole, processRoles } from '../role.ts';
import { createdColumn } from './column.ts';
import type { Tx } from './tx.ts';

export const processes = pgTable('processes', {
  id: text().primaryKey(),
  workerIds: jsonb().$type<string[]>().notNull().default([]),
  role: text({ enum: processRoles }).notNull().default('all'),
  startedAt: createdColumn(),
});
export type ProcessRow = typeof processes.$inferSelect;

/** @param workerIds queue workers that it has already, when it was taken for dead and is not */
export async function registerProcess(
  tx: Tx,
  id: string,
  role: ProcessRole,
  workerIds: string[] = [],
): Promise<void> {
  await tx.insert(processes).values({ id, role, workerIds }).onConflictDoNothing();
}

export async function addWorker(tx: Tx, id: string, workerId: string): Promise<void> {
  await tx
    .update(processes)
    .set({ workerIds: sql`${processes.workerIds} || ${JSON.stringify([workerId])}::jsonb` })
    .where(eq(processes.id, id));
}

export async function listOtherProcesses(tx: Tx, id: string): Promise<ProcessRow[]> {
  return tx.select().from(processes).where(ne(processes.id, id));
}

export async function removeProcess(tx: Tx, id: string): Promise<void> {
  await tx.delete(processes).where(eq(processes.id, id));
}
