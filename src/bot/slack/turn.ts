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
import { slack as channelName } from './context.ts';
import { type Level, postTime, unknownMs, updateTime, type Waiting, windowMs } from './pace.ts';

/** Which of two that wait for the same minute was sent later is of no interest after that. */
const keptMs = 15 * 60_000;
const decisions = ['approval', 'human', 'error', 'question'];

/**
 * When a card may be sent; undefined for now, which is recorded. A card that has to wait keeps no turn:
 * it asks again at that time, with what it shows then.
 */
export async function takeTurn(
  db: Database,
  now: Date,
  { workspaceId }: Place,
  cardId: string,
): Promise<Date | undefined> {
  return transaction(db, { workspaceId }, async (tx) => {
    await lockPace(tx, workspaceId);
    const [waiting, sent] = await Promise.all([
      listWaiting(tx, channelName, cardId),
      listSent(tx, new Date(now.getTime() - windowMs)),
    ]);
    const own = waiting.find((card) => card.cardId === cardId);
    // No card of ours: nothing says when it was sent.
    if (!own) return undefined;
    const kind = own.isNew ? 'post' : 'update';
    const others = waiting.filter(
      (card) => card.isDue && card.isNew === own.isNew && (!own.isNew || card.room === own.room),
    );
    const times = sent.filter((one) => one.kind === kind);
    const begun = times.filter((one) => one.cardId === cardId).map(({ at }) => at);
    const inRoom = times.filter((one) => one.room === own.room && one.cardId !== cardId);
    const at = own.isNew
      ? postTime(now.getTime(), toWaiting(own), inRoom.map(timeOf), begun, others.map(toWaiting))
      : updateTime(now.getTime(), toWaiting(own), times.map(timeOf), others.map(toWaiting));
    if (at > now.getTime()) return new Date(at);
    await recordDelivery(tx, { workspaceId, cardId, kind, at: now });
    await forgetDeliveries(tx, new Date(now.getTime() - keptMs));
    return undefined;
  });
}

const timeOf = ({ at }: { at: number }) => at;

const toWaiting = (card: WaitingCard): Waiting => ({
  cardId: card.cardId,
  level: levelOf(card),
  lastAt: card.lastAt,
  changedAt: card.changedAt,
});

/** What somebody has to decide comes first, then how something ended, then how far it is. */
function levelOf({ kind, key, isMoving }: Pick<WaitingCard, 'kind' | 'key' | 'isMoving'>): Level {
  if (decisions.includes(kind)) return 'decision';
  // The card of a tracked task is one of progress only while its parts are worked on.
  return kind === 'progress' && (isMoving || key === 'task') ? 'progress' : 'outcome';
}

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
