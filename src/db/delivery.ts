/** When cards were sent to a platform: its limits count over all of our programs. */
import { and, count, eq, lt, max, sql } from 'drizzle-orm';
import { bigint, index, pgTable, text } from 'drizzle-orm/pg-core';
import { cards } from './card.ts';
import { createdColumn, oneOf, workspaceColumn } from './column.ts';
import { workspacePolicy } from './row-security.ts';
import type { Tx } from './tx.ts';

export const deliveryKinds = ['post', 'update'] as const;

export const deliveries = pgTable(
  'deliveries',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    workspaceId: workspaceColumn(),
    cardId: text()
      .notNull()
      .references(() => cards.id, { onDelete: 'cascade' }),
    kind: text({ enum: deliveryKinds }).notNull(),
    /** When it was about to be sent, or was answered: whether it arrived may never be known. A time to come: not before it. */
    at: createdColumn(),
  },
  (table) => [
    oneOf('deliveries_kind_check', table.kind, deliveryKinds),
    index('deliveries_card_index').on(table.cardId, table.at),
    index('deliveries_workspace_index').on(table.workspaceId, table.at),
    workspacePolicy('deliveries', table.workspaceId),
  ],
);
type Delivery = Pick<typeof deliveries.$inferSelect, 'workspaceId' | 'cardId' | 'kind' | 'at'>;

/** Whoever decides what is sent next in a workspace does so alone, until the transaction ends. */
export async function lockPace(tx: Tx, workspaceId: string): Promise<void> {
  await tx.execute(
    sql`select pg_advisory_xact_lock(hashtextextended(${`pace:${workspaceId}`}, 0))`,
  );
}

/** Written before anything is sent, so that after a crash it is known that it may have been. */
export async function recordDelivery(tx: Tx, delivery: Delivery): Promise<void> {
  await tx.insert(deliveries).values(delivery);
}

/** How often posting a card was begun. */
export async function countPosts(tx: Tx, cardId: string): Promise<number> {
  const [row] = await tx
    .select({ count: count() })
    .from(deliveries)
    .where(and(eq(deliveries.cardId, cardId), eq(deliveries.kind, 'post')));
  return row?.count ?? 0;
}

/** The last that was begun of a card has been answered: it arrived at some time until then. */
export async function settleDelivery(tx: Tx, cardId: string, at: Date): Promise<void> {
  const last = tx
    .select({ id: max(deliveries.id) })
    .from(deliveries)
    .where(eq(deliveries.cardId, cardId));
  await tx
    .update(deliveries)
    .set({ at })
    .where(and(eq(deliveries.id, last), lt(deliveries.at, at)));
}

/** Moves the begun posts of a card to another time. */
export async function movePosts(tx: Tx, cardId: string, at: Date): Promise<void> {
  await tx
    .update(deliveries)
    .set({ at })
    .where(and(eq(deliveries.cardId, cardId), eq(deliveries.kind, 'post')));
}

/** None of the begun posts of a card has arrived. */
export async function forgetPosts(tx: Tx, cardId: string): Promise<void> {
  await tx
    .delete(deliveries)
    .where(and(eq(deliveries.cardId, cardId), eq(deliveries.kind, 'post')));
}

/** A card whose newest version is not shown. Times are milliseconds since 1970, 0 for never. */
export type WaitingCard = {
  cardId: string;
  key: string;
  kind: string;
  /** It has a Pause button: the work is under way. */
  isMoving: boolean;
  isNew: boolean;
  /** Its newest version was not tried yet. */
  isDue: boolean;
  conversation: string;
  changedAt: number;
  lastAt: number;
};

/** The cards of a channel that are behind, over all tasks of the workspace, and the one that is asked about. */
export async function listWaiting(tx: Tx, channel: string, asked: string): Promise<WaitingCard[]> {
  const rows = await tx.execute<Omit<WaitingCard, 'changedAt' | 'lastAt'> & Times>(sql`
    select c.id as "cardId", c.key, c.card->>'kind' as kind,
      jsonb_path_exists(c.card, '$.actions[*] ? (@.verb == "pause")') as "isMoving",
      c.reference is null as "isNew",
      not exists (select from deliveries d where d.card_id = c.id and d.at >= c.updated_at) as "isDue",
      c.conversation,
      extract(epoch from c.updated_at) * 1000 as changed,
      (select extract(epoch from max(d.at)) * 1000 from deliveries d
        where d.card_id = c.id and d.kind = 'update') as last
    from cards c
    where c.id = ${asked} or (c.channel = ${channel} and c.version > c.shown_version)`);
  return rows.map(({ changed, last, ...row }) => ({
    ...row,
    changedAt: Math.round(Number(changed)),
    lastAt: Math.round(Number(last ?? 0)),
  }));
}
type Times = { changed: string; last: string | null };

export type Sent = { cardId: string; kind: Delivery['kind']; conversation: string; at: number };

/**
 * The times of what was sent in a channel since then, as milliseconds, with where it was sent.
 * @param conversation only there
 */
export async function listSent(
  tx: Tx,
  channel: string,
  since: Date,
  conversation?: string,
): Promise<Sent[]> {
  const rows = await tx
    .select({
      cardId: deliveries.cardId,
      kind: deliveries.kind,
      conversation: cards.conversation,
      at: deliveries.at,
    })
    .from(deliveries)
    .innerJoin(cards, eq(cards.id, deliveries.cardId))
    .where(
      and(
        eq(cards.channel, channel),
        conversation === undefined ? undefined : eq(cards.conversation, conversation),
        sql`${deliveries.at} > ${since.toISOString()}`,
      ),
    );
  return rows.map((row) => ({ ...row, at: row.at.getTime() }));
}

/** Forgets what no limit counts any more; a post is remembered until it is known where it stands. */
export async function forgetDeliveries(tx: Tx, channel: string, before: Date): Promise<void> {
  await tx.execute(sql`
    delete from deliveries d using cards c
    where c.id = d.card_id and c.channel = ${channel} and d.at < ${before.toISOString()}
      and (d.kind = 'update' or c.reference is not null)`);
}
