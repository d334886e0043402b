/** What was said: by people, claimed once, and by the bot, where the channel itself keeps no history. */
import { and, desc, eq, sql } from 'drizzle-orm';
import { index, integer, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { createdColumn, moment, workspaceColumn } from './column.ts';
import { newId } from './id.ts';
import { workspacePolicy } from './row-security.ts';
import { rowsOf } from './rows.ts';
import type { Tx } from './tx.ts';

export const messages = pgTable(
  'messages',
  {
    id: text().primaryKey(),
    workspaceId: workspaceColumn(),
    channel: text().notNull(),
    conversation: text().notNull(),
    /** Who wrote it, as the channel names them; `factotum` for the bot. */
    author: text().notNull(),
    /** The platform's own id; the same id twice is one message. */
    externalId: text(),
    text: text().notNull(),
    /** A neutral card with its action ids, on messages of the bot. */
    card: jsonb(),
    version: integer().notNull().default(1),
    createdAt: createdColumn(),
    updatedAt: createdColumn(),
    /** Set when it was understood and acted on; null while it waits in the inbox. */
    handledAt: moment(),
  },
  (table) => [
    uniqueIndex('messages_external_key').on(
      table.workspaceId,
      table.channel,
      table.conversation,
      table.externalId,
    ),
    index('messages_conversation_index').on(table.workspaceId, table.conversation, table.createdAt),
    workspacePolicy('messages', table.workspaceId),
  ],
);
export type Message = typeof messages.$inferSelect;
type NewMessage = Pick<Message, 'workspaceId' | 'channel' | 'conversation' | 'author' | 'text'> & {
  externalId?: string | undefined;
};

/** Stores a person's message unless it is known; `claimed` is false for a repeated delivery. */
export async function claimMessage(
  tx: Tx,
  message: NewMessage,
): Promise<{ id: string; claimed: boolean }> {
  const [row] = await tx
    .insert(messages)
    .values({ ...message, id: newId('message') })
    .onConflictDoNothing()
    .returning({ id: messages.id });
  if (row) return { id: row.id, claimed: true };
  const [known] = await tx
    .select({ id: messages.id })
    .from(messages)
    .where(
      and(
        eq(messages.channel, message.channel),
        eq(messages.conversation, message.conversation),
        eq(messages.externalId, message.externalId ?? ''),
      ),
    );
  if (!known) throw new Error('A message conflicts with one that cannot be seen.');
  return { id: known.id, claimed: false };
}

/** Locks a message that nobody has handled yet; undefined when it is done. */
export async function takeMessage(tx: Tx, id: string): Promise<Message | undefined> {
  const [row] = await tx
    .select()
    .from(messages)
    .where(and(eq(messages.id, id), sql`${messages.handledAt} is null`))
    .for('update');
  return row;
}

export async function markHandled(tx: Tx, id: string): Promise<void> {
  await tx.update(messages).set({ handledAt: sql`now()` }).where(eq(messages.id, id));
}

type Shown = Pick<
  Message,
  'id' | 'workspaceId' | 'channel' | 'conversation' | 'text' | 'card' | 'version'
>;

/**
 * Writes what the bot shows, each under a fixed id: again with the same id replaces an older version,
 * never a newer one. Those of one call are read in its order.
 */
export function showMessages(tx: Tx, shown: Shown[]): void {
  const handledAt = new Date();
  shownRows.put(
    tx,
    shown.map((message) => ({ ...message, author: 'factotum', handledAt })),
  );
}

const shownRows = rowsOf(messages, {
  conflict: `("id") do update set "text" = excluded."text", "card" = excluded."card",
    "version" = excluded."version", "updated_at" = now()
    where "messages"."version" < excluded."version"`,
  // Not the transaction's time, which is the same for all of them.
  onPut: { createdAt: 'clock_timestamp()' },
});

/** More of a conversation is not read at once. */
export const mostListed = 500;

/** The newest messages of a conversation, oldest first. */
export async function listMessages(
  tx: Tx,
  conversation: string,
  options: { limit?: number } = {},
): Promise<Message[]> {
  const newest = await tx
    .select()
    .from(messages)
    .where(eq(messages.conversation, conversation))
    .orderBy(desc(messages.createdAt), desc(messages.id))
    .limit(options.limit ?? mostListed);
  return newest.reverse();
}

/** What was said there that was taken up, and by whom. */
export async function listTaken(
  tx: Tx,
  channel: string,
  conversation: string,
): Promise<Pick<Message, 'author' | 'text'>[]> {
  return tx
    .selectDistinct({ author: messages.author, text: messages.text })
    .from(messages)
    .where(and(eq(messages.conversation, conversation), eq(messages.channel, channel)));
}

export async function findMessage(tx: Tx, id: string): Promise<Message | undefined> {
  const [row] = await tx.select().from(messages).where(eq(messages.id, id));
  return row;
}
