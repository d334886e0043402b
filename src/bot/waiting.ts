/** Cards that a platform was not shown yet, and in which order they are. Pure. */
import type { WaitingCard } from '../db/delivery.ts';

/** In the order in which they are shown: what somebody has to decide, how something ended, how far it is. */
const levels = ['decision', 'outcome', 'progress'] as const;
export type Level = (typeof levels)[number];

/** A card whose newest version is not shown yet. Times are milliseconds since 1970. */
export type Waiting = {
  cardId: string;
  level: Level;
  /** When it was last sent; 0 when that is long ago. */
  lastAt: number;
  /** Since when it is as it is now. */
  changedAt: number;
};

export const toWaiting = (card: WaitingCard): Waiting => ({
  cardId: card.cardId,
  level: levelOf(card),
  lastAt: card.lastAt,
  changedAt: card.changedAt,
});

const decisions = ['approval', 'human', 'error', 'question'];

function levelOf({ kind, key, isMoving }: Pick<WaitingCard, 'kind' | 'key' | 'isMoving'>): Level {
  if (decisions.includes(kind)) return 'decision';
  // The card of a tracked task is one of progress only while its parts are worked on.
  return kind === 'progress' && (isMoving || key === 'task') ? 'progress' : 'outcome';
}

/** The more urgent first; among equals the one that was not sent for longest. Negative when `a` comes first. */
export function orderOf(a: Waiting, b: Waiting): number {
  const byLevel = levels.indexOf(a.level) - levels.indexOf(b.level);
  return byLevel || a.lastAt - b.lastAt || a.changedAt - b.changedAt;
}
