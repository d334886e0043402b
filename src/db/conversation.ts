/**
 * Where a platform lets the bot speak without being spoken to: chats and channels, with the address that they are
 * reached at. Refreshed by whatever is heard there, so that it holds after a restart and after the platform moved it.
 */
import { and, desc, eq, isNull, ne } from 'drizzle-orm';
import { index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { createdColumn, moment, oneOf, workspaceColumn } from './column.ts';
import { workspacePolicy } from './row-security.ts';
import type { Tx } from './tx.ts';

export const conversationKinds = ['personal', 'groupChat', 'channel'] as const;
export type ConversationKind = (typeof conversationKinds)[number];

export const conversations = pgTable(
  'conversations',
  {
    workspaceId: workspaceColumn(),
    channel: text().notNull(),
    /** As the platform names it, without a thread. */
    id: text().notNull(),
    kind: text({ enum: conversationKinds }).notNull(),
    /** Of the platform's customer: an Entra tenant. */
    tenantId: text().notNull(),
    serviceUrl: text().notNull(),
    /** What the platform calls the bot there. */
    bot: text().notNull(),
    /** Of a channel; chats have none. */
    name: text(),
    /** The team that a channel is of. */
    team: text(),
    createdAt: createdColumn(),
    seenAt: createdColumn(),
    /** The bot was removed, or the channel deleted: nothing can be said there. */
    goneAt: moment(),
  },
  (table) => [
    primaryKey({ columns: [table.workspaceId, table.channel, table.id] }),
    oneOf('conversations_kind_check', table.kind, conversationKinds),
    index('conversations_team_index').on(table.workspaceId, table.team),
    workspacePolicy('conversations', table.workspaceId),
  ],
);
export type Conversation = typeof conversations.$inferSelect;
type NewConversation = Pick<
  Conversation,
  'workspaceId' | 'channel' | 'id' | 'kind' | 'tenantId' | 'serviceUrl' | 'bot'
> &
  Partial<Pick<Conversation, 'name' | 'team'>>;

/** As it is heard from now; one that was gone is there again. */
export async function rememberConversation(tx: Tx, conversation: NewConversation): Promise<void> {
  const seen = { seenAt: new Date(), goneAt: null };
  await tx
    .insert(conversations)
    .values({ ...conversation, ...seen })
    .onConflictDoUpdate({
      target: [conversations.workspaceId, conversations.channel, conversations.id],
      set: { ...conversation, ...seen },
    });
}

export async function findConversation(
  tx: Tx,
  channel: string,
  id: string,
): Promise<Conversation | undefined> {
  const [row] = await tx
    .select()
    .from(conversations)
    .where(and(eq(conversations.channel, channel), eq(conversations.id, id)));
  return row;
}

/** Where several people talk and the bot may speak, the most recent first. */
export async function listRooms(tx: Tx, channel: string, most: number): Promise<Conversation[]> {
  return tx
    .select()
    .from(conversations)
    .where(
      and(
        eq(conversations.channel, channel),
        ne(conversations.kind, 'personal'),
        isNull(conversations.goneAt),
      ),
    )
    .orderBy(desc(conversations.seenAt))
    .limit(most);
}

/** The place that was heard from last: chats that are opened anew are reached by the same address. */
export async function findNewest(tx: Tx, channel: string): Promise<Conversation | undefined> {
  const [row] = await tx
    .select()
    .from(conversations)
    .where(eq(conversations.channel, channel))
    .orderBy(desc(conversations.seenAt))
    .limit(1);
  return row;
}

/** @param where all channels of a team, or one conversation */
export async function markGone(
  tx: Tx,
  channel: string,
  where: { id: string } | { team: string },
  at: Date,
): Promise<void> {
  const same = 'id' in where ? eq(conversations.id, where.id) : eq(conversations.team, where.team);
  await tx
    .update(conversations)
    .set({ goneAt: at })
    .where(and(eq(conversations.channel, channel), same, isNull(conversations.goneAt)));
}

export async function renameConversation(
  tx: Tx,
  channel: string,
  id: string,
  name: string,
): Promise<void> {
  await tx
    .update(conversations)
    .set({ name })
    .where(and(eq(conversations.channel, channel), eq(conversations.id, id)));
}
