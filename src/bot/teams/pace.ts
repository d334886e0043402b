/**
 * When Teams lets a card be shown. Pure: what was sent and what else waits comes from the database, which all
 * programs share, and the time is an argument.
 *
 * A bot may send 7 messages or changes in a second, 8 in two, 60 in thirty and 1,800 in an hour to one thread, and
 * 30 requests a second to one tenant; beyond that Teams answers 429 (learn.microsoft.com, "Optimize your bot with
 * rate limiting").
 */

import { orderOf, type Waiting } from '../waiting.ts';

type Limit = { most: number; ms: number };
/** A little longer than what Teams counts: our clock is not theirs. */
const ofThread: Limit[] = [
  { most: 7, ms: 1_050 },
  { most: 8, ms: 2_100 },
  { most: 60, ms: 30_500 },
  { most: 1_800, ms: 3_601_000 },
];
const ofTenant: Limit[] = [{ most: 28, ms: 1_050 }];
/** How long something sent counts. */
export const longestMs = Math.max(...ofThread.map(({ ms }) => ms));
/** Progress is shown at most so often in one conversation. */
const progressMs = 2_000;
/** A post of which nothing was heard may still be under way for so long. */
export const unknownMs = 15_000;

/** What was sent: a time to come means that Teams has said "not before". */
export type Sent = {
  /** In the same conversation. */
  thread: number[];
  /** In the workspace. */
  tenant: number[];
  /** Changes of what stands in the same conversation. */
  updates: number[];
};

/**
 * When `own` may be sent: not before `now`, and `now` means at once.
 * @param begun when posting it was begun before
 * @param others what else waits in the conversation
 */
export function sendTime(
  now: number,
  own: Waiting,
  sent: Sent,
  begun: number[],
  others: Waiting[],
): number {
  const blocked = Math.max(0, ...sent.thread);
  const unknown = Math.max(0, ...begun);
  const lastUpdate = Math.max(0, ...sent.updates);
  let from = Math.max(now, blocked > now ? blocked : 0, unknown > 0 ? unknown + unknownMs : 0);
  if (own.level === 'progress' && lastUpdate > 0) from = Math.max(from, lastUpdate + progressMs);
  const thread = [...sent.thread].sort((a, b) => a - b);
  // Whoever goes first takes the next free moment, and so on until it is this one's.
  for (const _ of others.filter((other) => goesFirst(other, own)))
    thread.push(freeTime(Math.max(now, thread.at(-1) ?? 0), thread, ofThread));
  const tenant = [...sent.tenant].sort((a, b) => a - b);
  for (;;) {
    const next = freeTime(freeTime(from, thread, ofThread), tenant, ofTenant);
    if (next === from) return from;
    from = next;
  }
}

/** The first moment, not before `from`, at which none of the limits is reached. `times` are in order. */
function freeTime(from: number, times: number[], limits: Limit[]): number {
  let at = from;
  for (let before = -1; before !== at; ) {
    before = at;
    for (const { most, ms } of limits) {
      const inside = times.filter((time) => time > at - ms);
      const leaving = inside[inside.length - most];
      if (leaving !== undefined) at = Math.max(at, leaving + ms);
    }
  }
  return at;
}

/** Each has a place of its own, also those of the same moment. */
const goesFirst = (a: Waiting, b: Waiting): boolean =>
  (orderOf(a, b) || (a.cardId < b.cardId ? -1 : 1)) < 0;
