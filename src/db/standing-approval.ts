/** Standing approvals: a named person allows a bounded class of calls ahead of time (R12). */
import { and, desc, eq, gt, isNull, lt, sql } from 'drizzle-orm';
import { index, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { createdColumn, moment, workspaceColumn } from './column.ts';
import { newId } from './id.ts';
import { takeTurn } from './part.ts';
import { workspacePolicy } from './row-security.ts';
import type { Tx } from './tx.ts';

export const standingApprovals = pgTable(
  'standing_approvals',
  {
    id: text().primaryKey(),
    workspaceId: workspaceColumn(),
    tool: text().notNull(),
    /** Whom a call may reach; a call with any other recipient is asked about. Empty: calls without recipients. */
    recipients: jsonb().$type<string[]>().notNull(),
    /** How often it may be used, and how often it was. */
    maxUses: integer().notNull(),
    uses: integer().notNull().default(0),
    expiresAt: moment().notNull(),
    grantedBy: text().notNull(),
    createdAt: createdColumn(),
    revokedAt: moment(),
    revokedBy: text(),
  },
  (table) => [
    index('standing_approvals_tool_index').on(table.workspaceId, table.tool),
    workspacePolicy('standing_approvals', table.workspaceId),
  ],
);
export type StandingApproval = typeof standingApprovals.$inferSelect;

export async function insertStandingApproval(
  tx: Tx,
  approval: Pick<
    StandingApproval,
    'workspaceId' | 'tool' | 'recipients' | 'maxUses' | 'expiresAt' | 'grantedBy'
  >,
): Promise<StandingApproval> {
  const [row] = await tx
    .insert(standingApprovals)
    .values({ ...approval, id: newId('standingApproval') })
    .returning();
  if (!row) throw new Error('A standing approval was not stored.');
  return row;
}

/** All of them, newest first; also those that are used up, expired or revoked. */
export async function listStandingApprovals(tx: Tx): Promise<StandingApproval[]> {
  return tx.select().from(standingApprovals).orderBy(desc(standingApprovals.createdAt));
}

/** Those for a tool that could still be used at `now`, locked until commit. */
export async function lockUsable(tx: Tx, tool: string, now: Date): Promise<StandingApproval[]> {
  await takeTurn(tx);
  return tx
    .select()
    .from(standingApprovals)
    .where(
      and(
        eq(standingApprovals.tool, tool),
        isNull(standingApprovals.revokedAt),
        gt(standingApprovals.expiresAt, now),
        lt(standingApprovals.uses, standingApprovals.maxUses),
      ),
    )
    .orderBy(standingApprovals.expiresAt)
    .for('update');
}

/** Counts one use; the bounds are checked by whoever holds the lock. */
export async function useStandingApproval(tx: Tx, id: string): Promise<void> {
  await tx
    .update(standingApprovals)
    .set({ uses: sql`${standingApprovals.uses} + 1` })
    .where(eq(standingApprovals.id, id));
}

/** False when there is none of that id that is not revoked yet. */
export async function revokeStandingApproval(
  tx: Tx,
  id: string,
  actor: string,
  now: Date,
): Promise<boolean> {
  const rows = await tx
    .update(standingApprovals)
    .set({ revokedAt: now, revokedBy: actor })
    .where(and(eq(standingApprovals.id, id), isNull(standingApprovals.revokedAt)))
    .returning({ id: standingApprovals.id });
  return rows.length > 0;
}
