/** Channels of a platform where people want requests to be noticed without a mention. */
import { and, eq } from 'drizzle-orm';
import { pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { createdColumn, workspaceColumn } from './column.ts';
import { workspacePolicy } from './row-security.ts';
import type { Tx } from './tx.ts';

export const watches = pgTable(
  'watches',
  {
    workspaceId: workspaceColumn(),
    channel: text().notNull(),
    /** Where people talk, as the platform names it: a Slack channel. */
    room: text().notNull(),
    askedBy: text().notNull(),
    createdAt: createdColumn(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.channel, table.room] }),
    workspacePolicy('watches', table.workspaceId),
  ],
);
type Watch = typeof watches.$inferInsert;

/** Whether it was not watched before. */
export async function watchRoom(tx: Tx, watch: Watch): Promise<boolean> {
  const rows = await tx
    .insert(watches)
    .values(watch)
    .onConflictDoNothing()
    .returning({ room: watches.room });
  return rows.length > 0;
}

/** Whether it was watched before. */
export async function unwatchRoom(tx: Tx, channel: string, room: string): Promise<boolean> {
  const rows = await tx
    .delete(watches)
    .where(and(eq(watches.channel, channel), eq(watches.room, room)))
    .returning({ room: watches.room });
  return rows.length > 0;
}

export async function isWatched(tx: Tx, channel: string, room: string): Promise<boolean> {
  const rows = await tx
    .select({ room: watches.room })
    .from(watches)
    .where(and(eq(watches.channel, channel), eq(watches.room, room)));
  return rows.length > 0;
}
