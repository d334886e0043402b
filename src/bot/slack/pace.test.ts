import { describe, expect, test } from 'vitest';
import type { Waiting } from '../waiting.ts';
import { cardMs, mostUpdates, postTime, unknownMs, updateTime, windowMs } from './pace.ts';

const now = 1_000_000;
const card = (cardId: string, about: Partial<Waiting> = {}): Waiting => ({
  cardId,
  level: 'progress',
  lastAt: 0,
  changedAt: now,
  ...about,
});
const times = (count: number, at = now) => Array.from({ length: count }, () => at);
const waiting = (count: number, about: Partial<Waiting> = {}) =>
  Array.from({ length: count }, (_, index) => card(`other-${index}`, { changedAt: 1, ...about }));

describe('an update', () => {
  test('goes at once where nothing else does', () => {
    expect(updateTime(now, card('a'), [], [])).toBe(now);
  });

  test('of one card waits three seconds after the one before', () => {
    const own = card('a', { lastAt: now - 1000 });
    expect(updateTime(now, own, [now - 1000], [])).toBe(now - 1000 + cardMs);
    expect(updateTime(now + 2000, own, [now - 1000], [])).toBe(now + 2000);
  });

  test('of progress leaves room for what is decided and for how things end', () => {
    const sent = times(mostUpdates.progress, now - 10_000);
    expect(updateTime(now, card('a'), sent, [])).toBe(now - 10_000 + windowMs);
    expect(updateTime(now, card('a', { level: 'outcome' }), sent, [])).toBe(now);
    const more = times(mostUpdates.outcome, now - 10_000);
    expect(updateTime(now, card('a', { level: 'outcome' }), more, [])).toBe(
      now - 10_000 + windowMs,
    );
    expect(updateTime(now, card('a', { level: 'decision' }), more, [])).toBe(now);
    const all = times(mostUpdates.decision, now - 10_000);
    expect(updateTime(now, card('a', { level: 'decision' }), all, [])).toBe(
      now - 10_000 + windowMs,
    );
  });

  test('waits for those before it in the line: the more urgent, then the one unseen for longest', () => {
    const sent = times(mostUpdates.progress - 1, now - 10_000);
    const free = now - 10_000 + windowMs;
    expect(updateTime(now, card('a'), sent, [card('b', { level: 'decision' })])).toBe(free);
    expect(updateTime(now, card('a', { lastAt: 5 }), sent, [card('b')])).toBe(free);
    expect(updateTime(now, card('a'), sent, [card('b', { lastAt: 5 })])).toBe(now);
    expect(updateTime(now, card('a'), sent, [card('b', { changedAt: now - 1 })])).toBe(free);
  });

  test('far behind in the line waits a window for each that is full before it', () => {
    expect(updateTime(now, card('a'), [], waiting(29))).toBe(now);
    expect(updateTime(now, card('a'), [], waiting(30))).toBe(now + windowMs);
    expect(updateTime(now, card('a'), [], waiting(60))).toBe(now + 2 * windowMs);
    const sent = times(30, now - 1000);
    expect(updateTime(now, card('a'), sent, waiting(30))).toBe(now - 1000 + 2 * windowMs);
  });

  test('waits for as long as Slack has said, however urgent', () => {
    const own = card('a', { level: 'decision' });
    expect(updateTime(now, own, [now + 7000], [])).toBe(now + 7000);
  });
});

describe('a post', () => {
  test('goes at once where nothing was posted, and a second after the last in its channel', () => {
    expect(postTime(now, card('a'), [], [], [])).toBe(now);
    expect(postTime(now, card('a'), [now - 400], [], [])).toBe(now + 600);
  });

  test('of which nothing was heard is not begun again while it may be under way', () => {
    expect(postTime(now, card('a'), [], [now - 1000], [])).toBe(now - 1000 + unknownMs);
    expect(postTime(now, card('a'), [], [now - unknownMs], [])).toBe(now);
  });

  test('waits a second for each that goes first', () => {
    const others = [card('b', { level: 'decision' }), card('c', { level: 'outcome' })];
    expect(postTime(now, card('a', { level: 'outcome', changedAt: 0 }), [], [], others)).toBe(
      now + 1000,
    );
  });
});
