/** What a platform delivered and was taken on already: the same delivery again does nothing. */
import { eq, lt } from 'drizzle-orm';
import { index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { createdColumn, workspaceColumn } from './column.ts';
import { workspacePolicy } from './row-security.ts';
import type { Tx } from './tx.ts';

export const claims = pgTable(
  'claims',
  {
    workspaceId: workspaceColumn(),
    /** The platform's name for the delivery, with the app that it went to. */
    id: text().notNull(),
    createdAt: createdColumn(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.id] }),
    index('claims_created_index').on(table.createdAt),
    workspacePolicy('claims', table.workspaceId),
  ],
);

/**
 * Whether this transaction is the one that takes it on. When the transaction fails, the claim is gone
 * with it, and the platform's next try is a new one.
 */
export async function claim(tx: Tx, workspaceId: string, id: string): Promise<boolean> {
  const rows = await tx
    .insert(claims)
    .values({ workspaceId, id })
    .onConflictDoNothing()
    .returning({ id: claims.id });
  return rows.length > 0;
}

/** Gives it back: the work failed, so that the next try is a new one. */
export async function release(tx: Tx, id: string): Promise<void> {
  await tx.delete(claims).where(eq(claims.id, id));
}

/** Forgets what no platform delivers again, over all workspaces. */
export async function forgetClaims(tx: Tx, before: Date): Promise<void> {
  await tx.delete(claims).where(lt(claims.createdAt, before));
}
