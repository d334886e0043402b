import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Waiting } from '../waiting.ts';
import { sendTime, unknownMs } from './pace.ts';

const now = 1_000_000_000;
const card = (cardId: string, about: Partial<Waiting> = {}): Waiting => ({
  ...{ cardId, level: 'outcome', lastAt: 0, changedAt: now },
  ...about,
});
const nothing = { thread: [], tenant: [], updates: [] };
const times = (count: number, at = now) => Array.from({ length: count }, () => at);

/** What Teams allows, as it says; ours may only be stricter. */
const published = [
  { most: 7, ms: 1_000 },
  { most: 8, ms: 2_000 },
  { most: 60, ms: 30_000 },
  { most: 1_800, ms: 3_600_000 },
];

describe('a card', () => {
  test('is sent at once where nothing was sent', () => {
    expect(sendTime(now, card('a'), nothing, [], [])).toBe(now);
  });

  test('waits where its thread has had seven in a second, eight in two, sixty in thirty', () => {
    const wait = (thread: number[]) =>
      sendTime(now, card('a'), { ...nothing, thread }, [], []) - now;
    expect(wait(times(6))).toBe(0);
    expect(wait(times(7))).toBeGreaterThan(1_000);
    expect(wait(times(8, now - 1_500))).toBeGreaterThan(500);
    const spread = Array.from({ length: 60 }, (_, index) => now - 29_000 + index * 400);
    expect(wait(spread)).toBeGreaterThan(1_000);
  });

  test('waits where its tenant has had thirty in a second, and not for what is put off elsewhere', () => {
    const wait = (tenant: number[]) =>
      sendTime(now, card('a'), { ...nothing, tenant }, [], []) - now;
    expect(wait(times(30))).toBeGreaterThan(0);
    expect(wait([now + 60_000])).toBe(0);
  });

  test('waits until its thread is open again', () => {
    const sent = { ...nothing, thread: [now + 9_000] };
    expect(sendTime(now, card('a'), sent, [], [])).toBe(now + 9_000);
  });

  test('of which nothing was heard is posted again only when it cannot be under way any more', () => {
    expect(sendTime(now, card('a'), nothing, [now - 1_000], [])).toBe(now - 1_000 + unknownMs);
  });

  test('shows progress once in two seconds, and a decision at once', () => {
    const sent = { ...nothing, updates: [now - 500] };
    expect(sendTime(now, card('a', { level: 'progress' }), sent, [], [])).toBe(now + 1_500);
    expect(sendTime(now, card('a', { level: 'decision' }), sent, [], [])).toBe(now);
  });

  test('lets those go first that somebody has to decide', () => {
    const others = Array.from({ length: 7 }, (_, index) =>
      card(`d${index}`, { level: 'decision' }),
    );
    expect(sendTime(now, card('a'), nothing, [], others)).toBeGreaterThan(now + 1_000);
    expect(
      sendTime(now, card('a', { level: 'decision', changedAt: now - 1 }), nothing, [], others),
    ).toBe(now);
  });
});

test('whatever is asked, no thread has more than Teams allows', () => {
  const asked = fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 1, maxLength: 150 });
  fc.assert(
    fc.property(asked, (pauses) => {
      const thread: number[] = [];
      let at = now;
      for (const [index, pause] of pauses.entries()) {
        at += pause > 2_500 ? pause : 0;
        const sent = { thread, tenant: thread, updates: [] };
        const time = sendTime(at, card(`c${index}`), sent, [], []);
        expect(time).toBeGreaterThanOrEqual(at);
        thread.push(time);
        at = time;
      }
      for (const { most, ms } of published)
        for (const start of thread)
          expect(
            thread.filter((time) => time >= start && time < start + ms).length,
          ).toBeLessThanOrEqual(most);
    }),
    { numRuns: 60 },
  );
});
