/**
 * What people say to each other in channels that opted in, where the platform shows a program no thread afterwards:
 * kept for a while, so that somebody can ask for the tasks of a thread. It was said to nobody here, so it is apart from
 * what was said to the bot.
 */
import { and, desc, eq, lt } from 'drizzle-orm';
import { index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { createdColumn, workspaceColumn } from './column.ts';
import { workspacePolicy } from './row-security.ts';
import type { Tx } from './tx.ts';

export const overheard = pgTable(
  'overheard',
  {
    workspaceId: workspaceColumn(),
    channel: text().notNull(),
    /** The channel of the platform that is watched. */
    room: text().notNull(),
    /** A thread of it. */
    conversation: text().notNull(),
    /** The platform's own id of the message. */
    externalId: text().notNull(),
    author: text().notNull(),
    text: text().notNull(),
    createdAt: createdColumn(),
  },
  (table) => [
    primaryKey({
      columns: [table.workspaceId, table.channel, table.conversation, table.externalId],
    }),
    index('overheard_room_index').on(table.workspaceId, table.channel, table.room),
    index('overheard_created_index').on(table.createdAt),
    workspacePolicy('overheard', table.workspaceId),
  ],
);
type Overheard = typeof overheard.$inferSelect;
type Which = Pick<Overheard, 'channel' | 'conversation' | 'externalId'>;

/** The same message again is what its author has made of it since. */
export async function keepOverheard(tx: Tx, said: Omit<Overheard, 'createdAt'>): Promise<void> {
  await tx
    .insert(overheard)
    .values(said)
    .onConflictDoUpdate({
      target: [
        overheard.workspaceId,
        overheard.channel,
        overheard.conversation,
        overheard.externalId,
      ],
      set: { text: said.text },
    });
}

/** Its author has taken it back, or what is left of it has no words. */
export async function forgetOverheard(
  tx: Tx,
  { channel, conversation, externalId }: Which,
): Promise<void> {
  await tx
    .delete(overheard)
    .where(
      and(
        eq(overheard.channel, channel),
        eq(overheard.conversation, conversation),
        eq(overheard.externalId, externalId),
      ),
    );
}

/** Nobody wants it to be kept any more. */
export async function forgetRoom(tx: Tx, channel: string, room: string): Promise<void> {
  await tx.delete(overheard).where(and(eq(overheard.channel, channel), eq(overheard.room, room)));
}

/** The newest of a thread, oldest first. */
export async function listOverheard(
  tx: Tx,
  channel: string,
  conversation: string,
  most: number,
): Promise<Overheard[]> {
  const newest = await tx
    .select()
    .from(overheard)
    .where(and(eq(overheard.channel, channel), eq(overheard.conversation, conversation)))
    .orderBy(desc(overheard.createdAt), desc(overheard.externalId))
    .limit(most);
  return newest.reverse();
}

/** What is older than it is kept, over all workspaces. */
export async function forgetOldOverheard(tx: Tx, before: Date): Promise<void> {
  await tx.delete(overheard).where(lt(overheard.createdAt, before));
}
