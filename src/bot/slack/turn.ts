/** Whose turn it is: the limits of Slack, kept over all programs by what the database says was sent. */
import { type Database, transaction } from '../../db/client.ts';
import {
  forgetDeliveries,
  listSent,
  listWaiting,
  lockPace,
  movePosts,
  recordDelivery,
  type WaitingCard,
} from '../../db/delivery.ts';
import type { Place } from '../bot.ts';
import { toWaiting } from '../waiting.ts';
import { slack as channelName } from './context.ts';
import { postTime, unknownMs, updateTime, windowMs } from './pace.ts';
import { spotOf } from './reference.ts';

/** Which of two that wait for the same minute was sent later is of no interest after that. */
const keptMs = 15 * 60_000;

/**
 * When a card may be sent; undefined for now, which is recorded. A card that has to wait keeps no turn:
 * it asks again at that time, with what it shows then.
 */
export async function takeTurn(
  db: Database,
  clock: () => Date,
  { workspaceId }: Place,
  cardId: string,
): Promise<Date | undefined> {
  return transaction(db, { workspaceId }, async (tx) => {
    await lockPace(tx, workspaceId);
    // Whoever had to wait for the others sends that much later.
    const now = clock();
    const [waiting, sent] = await Promise.all([
      listWaiting(tx, channelName, cardId),
      listSent(tx, channelName, new Date(now.getTime() - windowMs)),
    ]);
    const own = waiting.find((card) => card.cardId === cardId);
    // No card of ours: nothing says when it was sent.
    if (!own) return undefined;
    const kind = own.isNew ? 'post' : 'update';
    const room = roomOf(own);
    const others = waiting.filter(
      (card) => card.isDue && card.isNew === own.isNew && (!own.isNew || roomOf(card) === room),
    );
    const times = sent.filter((one) => one.kind === kind);
    const begun = times.filter((one) => one.cardId === cardId).map(({ at }) => at);
    const inRoom = times.filter((one) => roomOf(one) === room && one.cardId !== cardId);
    const at = own.isNew
      ? postTime(now.getTime(), toWaiting(own), inRoom.map(timeOf), begun, others.map(toWaiting))
      : updateTime(now.getTime(), toWaiting(own), times.map(timeOf), others.map(toWaiting));
    if (at > now.getTime()) return new Date(at);
    await recordDelivery(tx, { workspaceId, cardId, kind, at: now });
    await forgetDeliveries(tx, channelName, new Date(now.getTime() - keptMs));
    return undefined;
  });
}

/** The channel that a conversation is a thread of. */
const roomOf = (card: Pick<WaitingCard, 'conversation'>) => spotOf(card).channel;

const timeOf = ({ at }: { at: number }) => at;

/**
 * Slack said that this is too much: nothing of that kind goes there before `until`.
 * @param isNew a post is refused by its channel, which the next one there finds out by itself
 */
export async function holdBack(
  db: Database,
  until: Date,
  { workspaceId }: Place,
  cardId: string,
  isNew: boolean,
): Promise<void> {
  await transaction(db, { workspaceId }, async (tx) => {
    // It is known that it was not posted, so nothing of the usual wait is left at that time.
    if (isNew) await movePosts(tx, cardId, new Date(until.getTime() - unknownMs));
    else await recordDelivery(tx, { workspaceId, cardId, kind: 'update', at: until });
  });
}
