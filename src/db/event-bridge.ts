/** How far the events of a workspace are told to Redis, and by which name this installation knows its own there. */
import { randomUUID } from 'node:crypto';
import { and, asc, eq, gte, inArray, isNull, ne, sql } from 'drizzle-orm';
import { pgTable, text } from 'drizzle-orm/pg-core';
import { createdColumn, workspaceColumn } from './column.ts';
import { workspacePolicy } from './row-security.ts';
import type { Tx } from './tx.ts';
import { type WorkflowEvent, workflowEvents } from './workflow-event.ts';

export const eventBridges = pgTable(
  'event_bridges',
  {
    workspaceId: workspaceColumn().primaryKey(),
    /** Goes with every message, so that one's own is known when it comes back. */
    origin: text().notNull(),
    /** Events from then on are told. */
    since: createdColumn(),
  },
  (table) => [workspacePolicy('event_bridges', table.workspaceId)],
);
export type EventBridge = typeof eventBridges.$inferSelect;

/** The bridge of a workspace, made when it is asked for first. */
export async function openBridge(tx: Tx, workspaceId: string): Promise<EventBridge> {
  await tx.insert(eventBridges).values({ workspaceId, origin: randomUUID() }).onConflictDoNothing();
  const [row] = await tx
    .select()
    .from(eventBridges)
    .where(eq(eventBridges.workspaceId, workspaceId));
  if (!row) throw new Error('A bridge was not stored.');
  return row;
}

/**
 * What Redis was not told yet, in order, locked until commit; what another program is just telling is left out.
 * What came from Redis is not told again.
 */
export async function lockUnrelayed(
  tx: Tx,
  { workspaceId, since }: Pick<EventBridge, 'workspaceId' | 'since'>,
  limit: number,
): Promise<WorkflowEvent[]> {
  return tx
    .select()
    .from(workflowEvents)
    .where(
      and(
        eq(workflowEvents.workspaceId, workspaceId),
        isNull(workflowEvents.relayedAt),
        ne(workflowEvents.source, 'redis'),
        gte(workflowEvents.createdAt, since),
      ),
    )
    .orderBy(asc(workflowEvents.seq))
    .limit(limit)
    .for('update', { skipLocked: true });
}

export async function markRelayed(tx: Tx, ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx
    .update(workflowEvents)
    .set({ relayedAt: sql`now()` })
    .where(inArray(workflowEvents.id, ids));
}
