/**
 * When Slack lets a card be shown. Pure: what was sent and what else waits comes from the database, which
 * all programs share, and the time is an argument.
 *
 * Slack allows about 50 `chat.update` a minute in a workspace (tier 3) and one `chat.postMessage` a second
 * in a channel. Beyond that it answers 429, and cards get stuck in the middle.
 */
import { type Level, orderOf, type Waiting } from '../waiting.ts';

/** One card is updated at most so often. */
export const cardMs = 3000;
/** A little more than the minute that Slack counts: our clock is not theirs. */
export const windowMs = 61_000;
/** Updates of a workspace in one window. What is left above a level's number is for the ones before it. */
export const mostUpdates: Record<Level, number> = { decision: 45, outcome: 40, progress: 30 };
/** Messages of one channel. */
const postMs = 1000;
/** A post of which nothing was heard may still be under way for so long. */
export const unknownMs = 10_000;

/**
 * When `own` may be updated: not before `now`, and `now` means at once.
 * @param sent the times of all updates of the workspace in the window. A time to come means that Slack
 * has said "not before"
 * @param others what else waits in the workspace
 */
export function updateTime(now: number, own: Waiting, sent: number[], others: Waiting[]): number {
  const blocked = Math.max(0, ...sent);
  const from = Math.max(now, blocked > now ? blocked : 0, own.lastAt > 0 ? own.lastAt + cardMs : 0);
  const most = mostUpdates[own.level];
  const ahead = others.filter((other) => goesFirst(other, own)).length;
  // Whole windows are for those who go first; what is left of the last one is for us.
  const windows = Math.floor(ahead / most);
  const room = most - 1 - (ahead % most);
  const inWindow = sent.filter((at) => at > from - windowMs).sort((a, b) => a - b);
  // As many of the oldest have to leave the window as there are too many in it.
  const leaving = inWindow[inWindow.length - room - 1];
  return (leaving === undefined ? from : leaving + windowMs) + windows * windowMs;
}

/**
 * When a new card may be posted in its channel.
 * @param sent the times of the newest posts in the channel; a time to come means "not before"
 * @param own when posting it was begun before
 */
export function postTime(
  now: number,
  card: Waiting,
  sent: number[],
  begun: number[],
  others: Waiting[],
): number {
  // Another program may be posting it at this moment, or this one was cut off while it did.
  const unknown = Math.max(0, ...begun);
  const last = Math.max(0, ...sent);
  const from = Math.max(now, last > 0 ? last + postMs : 0, unknown > 0 ? unknown + unknownMs : 0);
  // Those of the same moment go in the order in which they ask: it is that of the conversation.
  const ahead = others.filter((other) => orderOf(other, card) < 0).length;
  return from + ahead * postMs;
}

/** Before all others of the same moment whose name comes later, so that each has a place of its own. */
function goesFirst(a: Waiting, b: Waiting): boolean {
  const order = orderOf(a, b);
  return order === 0 ? a.cardId < b.cardId : order < 0;
}
