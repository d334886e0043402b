/** Posted cards: what should stand where, and which version stands there. Also the buttons on them. */
import { and, eq, gt, inArray, isNotNull, isNull, lt, sql } from 'drizzle-orm';
import { boolean, index, integer, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { redact } from '../redact.ts';
import { createdColumn, moment, workspaceColumn } from './column.ts';
import { newId } from './id.ts';
import { workspacePolicy } from './row-security.ts';
import { rowsOf, writeLater } from './rows.ts';
import type { Tx } from './tx.ts';
import type { Statement } from './write.ts';

export const cards = pgTable(
  'cards',
  {
    id: text().primaryKey(),
    workspaceId: workspaceColumn(),
    taskId: text(),
    /** Which card of its task: "plan:1", "progress", "delivery". */
    key: text().notNull(),
    channel: text().notNull(),
    conversation: text().notNull(),
    /** The neutral card as wanted, without button ids and without secrets. */
    card: jsonb().notNull(),
    version: integer().notNull().default(1),
    shownVersion: integer().notNull().default(0),
    /** The platform's name for the message that shows it. */
    reference: text(),
    createdAt: createdColumn(),
    updatedAt: createdColumn(),
  },
  (table) => [
    uniqueIndex('cards_key').on(
      table.workspaceId,
      table.taskId,
      table.key,
      table.channel,
      table.conversation,
    ),
    // Few at any time: what a platform was not told yet.
    index('cards_waiting_index')
      .on(table.workspaceId, table.channel)
      .where(sql`version > shown_version`),
    workspacePolicy('cards', table.workspaceId),
  ],
);
export type CardRow = typeof cards.$inferSelect;

export const actions = pgTable(
  'actions',
  {
    id: text().primaryKey(),
    workspaceId: workspaceColumn(),
    cardId: text()
      .notNull()
      .references(() => cards.id, { onDelete: 'cascade' }),
    taskId: text(),
    verb: text().notNull(),
    /** What the button is about, beyond its task: a plan version, a step, an approval. */
    subject: jsonb().notNull().default({}),
    /** A button that opens something may be pressed again; one that decides may not. */
    repeatable: boolean().notNull().default(false),
    createdAt: createdColumn(),
    /** Pressed, and by whom. */
    consumedAt: moment(),
    consumedBy: text(),
    /** No longer on the card. */
    closedAt: moment(),
  },
  (table) => [
    index('actions_card_index').on(table.cardId),
    // What people made of proposals in a room: few, among all buttons ever shown.
    index('actions_room_index')
      .on(table.workspaceId, sql`(subject->>'room')`)
      .where(sql`consumed_at is not null and subject ? 'room'`),
    workspacePolicy('actions', table.workspaceId),
  ],
);
export type Action = typeof actions.$inferSelect;

/** All cards of a task, oldest first, locked: whoever shows one locks it before its message. */
export async function listCards(tx: Tx, taskId: string): Promise<CardRow[]> {
  return tx
    .select()
    .from(cards)
    .where(eq(cards.taskId, taskId))
    .orderBy(cards.createdAt)
    .for('update');
}

export async function insertCard(
  tx: Tx,
  card: Pick<CardRow, 'workspaceId' | 'taskId' | 'key' | 'channel' | 'conversation' | 'card'>,
): Promise<CardRow> {
  const [row] = await tx
    .insert(cards)
    .values({ ...card, card: redact(card.card), id: newId('card') })
    .returning();
  if (!row) throw new Error('A card was not stored.');
  return row;
}

/** The card that a call has put into the outbox, if it has. */
export async function cardOfCall(
  tx: Tx,
  taskId: string,
  key: string,
): Promise<CardRow | undefined> {
  const [row] = await tx
    .select()
    .from(cards)
    .where(and(eq(cards.taskId, taskId), eq(cards.key, key)));
  return row;
}

/** What calls of a task have put into the outbox, oldest first. */
export async function listSent(
  tx: Tx,
  taskId: string,
): Promise<(Pick<CardRow, 'channel' | 'conversation'> & { text: string })[]> {
  const { channel, conversation, card } = cards;
  return tx
    .select({ channel, conversation, text: sql<string>`${card}->>'text'` })
    .from(cards)
    .where(and(eq(cards.taskId, taskId), sql`starts_with(${cards.key}, 'sent:')`))
    .orderBy(cards.createdAt);
}

/** The copies of one card of a task, wherever they stand. */
export async function listTaskCards(tx: Tx, taskId: string, key: string): Promise<CardRow[]> {
  return tx
    .select()
    .from(cards)
    .where(and(eq(cards.taskId, taskId), eq(cards.key, key)));
}

const cardRows = rowsOf(cards, {
  conflict: `("id") do update set "card" = excluded."card", "version" = excluded."version",
    "shown_version" = greatest("cards"."shown_version", excluded."shown_version"),
    "reference" = coalesce(excluded."reference", "cards"."reference"), "updated_at" = excluded."updated_at"`,
});
const actionRows = rowsOf(actions);

/** Stores cards as they are now wanted, and what of them is shown; new ones and known ones alike. */
export function saveCards(tx: Tx, rows: CardRow[]): void {
  cardRows.put(
    tx,
    rows.map((row) => ({ ...row, card: redact(row.card) })),
  );
}

/**
 * Records that `version` stands in the channel.
 * @returns false when a newer one was shown meanwhile: which of the two came last is not known, so the
 * newest counts as not shown
 */
export async function markShown(
  tx: Tx,
  id: string,
  version: number,
  reference: string,
): Promise<boolean> {
  const marked = await tx
    .update(cards)
    .set({ shownVersion: version, reference })
    .where(and(eq(cards.id, id), lt(cards.shownVersion, version)))
    .returning({ id: cards.id });
  if (marked.length > 0) return true;
  const behind = await tx
    .update(cards)
    .set({ shownVersion: version })
    .where(and(eq(cards.id, id), gt(cards.shownVersion, version)))
    .returning({ id: cards.id });
  return behind.length === 0;
}

/** Where a card stands, as soon as that is known: before it is marked as shown, the program may end. */
export async function keepReference(tx: Tx, id: string, reference: string): Promise<void> {
  await tx.update(cards).set({ reference }).where(eq(cards.id, id));
}

export async function findCard(tx: Tx, id: string): Promise<CardRow | undefined> {
  const [row] = await tx.select().from(cards).where(eq(cards.id, id));
  return row;
}

/** What a message was answered with, if that is an answer of its own. */
export async function findReply(tx: Tx, messageId: string): Promise<CardRow | undefined> {
  const [row] = await tx
    .select()
    .from(cards)
    .where(and(isNull(cards.taskId), eq(cards.key, `reply:${messageId}`)));
  return row;
}

/** The same, locked until the transaction ends. */
export async function lockCard(tx: Tx, id: string): Promise<CardRow | undefined> {
  const [row] = await tx.select().from(cards).where(eq(cards.id, id)).for('update');
  return row;
}

/**
 * The task of a card whose message began this conversation: whoever answers below a copy means that task.
 * A reference may say more behind the message's own name.
 */
export async function findTaskOfThread(
  tx: Tx,
  channel: string,
  conversation: string,
): Promise<string | undefined> {
  const [row] = await tx
    .select({ taskId: cards.taskId })
    .from(cards)
    .where(
      and(
        eq(cards.channel, channel),
        isNotNull(cards.taskId),
        sql`(${cards.reference} = ${conversation} or starts_with(${cards.reference}, ${`${conversation}:`}))`,
      ),
    )
    .limit(1);
  return row?.taskId ?? undefined;
}

/** For whom a card is: who asked for its task, or said what it answers. */
export async function findAddressee(tx: Tx, id: string): Promise<string | undefined> {
  const [row] = await tx.execute<{ person: string | null }>(sql`
    select coalesce(t.requested_by, m.author, a.person) as person
    from cards c
    left join lateral (select task_id from actions where card_id = c.id limit 1) about on true
    left join tasks t on t.id = coalesce(c.task_id, about.task_id)
    left join messages m on c.key = 'reply:' || m.id
    left join lateral (select consumed_by as person from actions
      where c.key like 'click:' || id || ':%') a on true
    where c.id = ${id} limit 1`);
  return row?.person ?? undefined;
}

/** The buttons that stand on one card. */
export async function listOpenActions(tx: Tx, cardId: string): Promise<Action[]> {
  return tx
    .select()
    .from(actions)
    .where(and(eq(actions.cardId, cardId), isNull(actions.closedAt)))
    .orderBy(actions.createdAt);
}

/** How often buttons of these kinds were pressed, of those that are about a room where people talk. */
export async function countVerbs<V extends string>(
  tx: Tx,
  verbs: V[],
  room: string,
): Promise<Partial<Record<V, number>>> {
  const rows = await tx
    .select({ verb: actions.verb, count: sql<number>`count(*)::int` })
    .from(actions)
    .where(
      and(
        inArray(actions.verb, verbs),
        isNotNull(actions.consumedAt),
        sql`${actions.subject} ? 'room' and ${actions.subject}->>'room' = ${room}`,
      ),
    )
    .groupBy(actions.verb);
  return Object.fromEntries(rows.map(({ verb, count }) => [verb, count])) as Partial<
    Record<V, number>
  >;
}

export function insertActions(tx: Tx, rows: Action[]): void {
  actionRows.put(tx, rows);
}

const closing: Statement = {
  columns: 'id text',
  text: (given) => `update actions set closed_at = now() from ${given} where actions.id = given.id`,
};

export function closeActions(tx: Tx, ids: string[]): void {
  writeLater(tx, closing, ...ids.map((id) => ({ id })));
}

export async function findAction(tx: Tx, id: string): Promise<Action | undefined> {
  const [row] = await tx.select().from(actions).where(eq(actions.id, id));
  return row;
}

export async function lockAction(tx: Tx, id: string): Promise<Action | undefined> {
  const [row] = await tx.select().from(actions).where(eq(actions.id, id)).for('update');
  return row;
}

export async function consumeAction(tx: Tx, id: string, actor: string): Promise<void> {
  await tx
    .update(actions)
    .set({ consumedAt: sql`now()`, consumedBy: actor })
    .where(eq(actions.id, id));
}
