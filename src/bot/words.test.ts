import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stepStatuses } from '../db/step.ts';
import { taskStatuses } from '../db/task.ts';
import {
  agoText,
  bar,
  clip,
  durationText,
  intervalText,
  stateLabel,
  symbolOf,
  tookText,
} from './words.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

describe('the bar', () => {
  const filled = (percent: number, cells?: number) =>
    bar(percent, cells).replaceAll('░', '').length;

  test('has thirty cells, of which 65 % fill twenty', () => {
    expect(bar(65)).toBe('█'.repeat(20) + '░'.repeat(10));
  });

  test.each([
    [0, 0],
    [1, 1],
    [50, 15],
    [99, 30],
    [100, 30],
    [-5, 0],
    [150, 30],
  ])('at %i %% fills %i cells', (percent, cells) => {
    expect(filled(percent)).toBe(cells);
  });

  test('always has the cells that were asked for, and never loses one', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.nat(60), (percent, cells) => {
        expect(bar(percent, cells)).toHaveLength(cells);
        expect(filled(percent + 1, cells)).toBeGreaterThanOrEqual(filled(percent, cells));
      }),
    );
  });

  test('of a place that is too narrow is empty', () => {
    expect(bar(50, -3)).toBe('');
  });
});

describe('a duration', () => {
  test.each([
    [0, 'a few seconds'],
    [-1, 'a few seconds'],
    [4_999, 'a few seconds'],
    [5_000, 'about 5 seconds'],
    [12_400, 'about 10 seconds'],
    [54_000, 'about 55 seconds'],
    [55_000, 'about a minute'],
    [89_999, 'about a minute'],
    [90_000, 'about 2 minutes'],
    [3 * minute, 'about 3 minutes'],
    [59 * minute, 'about 59 minutes'],
    [60 * minute, 'about an hour'],
    [150 * minute, 'about 3 hours'],
  ])('of %i ms to come is %s', (ms, words) => {
    expect(durationText(ms)).toBe(words);
  });

  test.each([
    [0, '0 ms'],
    [999, '999 ms'],
    [2_400, '2.4 s'],
    [59_900, '59.9 s'],
    [60_000, '1 min 0 s'],
    [185_000, '3 min 5 s'],
  ])('of %i ms that have passed is %s', (ms, words) => {
    expect(tookText(ms)).toBe(words);
  });

  test('is never said as sixty seconds', () => {
    expect(tookText(59_960)).toBe('1 min 0 s');
    expect(tookText(119_600)).toBe('2 min 0 s');
  });

  test.each([
    [30 * second, 'just now'],
    [-hour, 'just now'],
    [minute, '1 min ago'],
    [2 * minute + 59_999, '2 min ago'],
    [hour, '1 h ago'],
    [23 * hour, '23 h ago'],
    [24 * hour, '1 d ago'],
  ])('%i ms back is %s', (ms, words) => {
    const now = new Date('2026-03-01T10:00:00Z');
    expect(agoText(new Date(now.getTime() - ms), now)).toBe(words);
  });
});

describe('an interval', () => {
  test.each([
    [120_000, 240_000, '2–4 min'],
    [121_000, 239_000, '2–4 min'],
    [20_000, 41_000, '20–45 s'],
    [2_000, 4_700, '2–5 s'],
    [300, 900, 'up to 1 s'],
    [40_000, 170_000, '40 s – 3 min'],
    [10 * minute, 24 * minute, '10–25 min'],
    [50 * minute, 130 * minute, '50 min – 3 h'],
    [2 * hour, 6 * hour, '2–6 h'],
  ])('from %i to %i ms is %s', (low, high, words) => {
    expect(intervalText(low, high)).toBe(words);
  });

  test.each([
    [170_000, 190_000, 'about 3 minutes'],
    [1_200, 1_300, 'a few seconds'],
    [0, 0, 'a few seconds'],
  ])('that is too narrow to matter, from %i to %i ms, is %s', (low, high, words) => {
    expect(intervalText(low, high)).toBe(words);
  });

  test('in words is never narrower than it is', () => {
    const unit = { s: second, min: minute, h: hour };
    const ms = (count: string, word: string) => Number(count) * unit[word as keyof typeof unit];
    fc.assert(
      fc.property(fc.nat(90_000_000), fc.nat(90_000_000), (one, other) => {
        const [low, high] = [Math.min(one, other), Math.max(one, other)];
        const words = intervalText(low, high);
        const both = /^(\d+)(?: (s|min|h) )?–(?: )?(\d+) (s|min|h)$/.exec(words);
        const upTo = /^up to (\d+) (s|min|h)$/.exec(words);
        if (both) {
          const [, from = '', fromUnit, to = '', toUnit = ''] = both;
          expect(ms(from, fromUnit ?? toUnit)).toBeLessThanOrEqual(low);
          expect(ms(to, toUnit)).toBeGreaterThanOrEqual(high);
        } else if (upTo) expect(ms(upTo[1] ?? '', upTo[2] ?? '')).toBeGreaterThanOrEqual(high);
        else expect(words).toMatch(/^(about|a few)/);
      }),
    );
  });
});

describe('a clipped text', () => {
  test('stays as it is where it fits, with its spaces made plain', () => {
    expect(clip('  two \n words\t', 20)).toBe('two words');
    expect(clip('exactly ten', 11)).toBe('exactly ten');
    expect(clip('', 5)).toBe('');
  });

  test('ends with an ellipsis where it does not, and has the length that was asked for', () => {
    expect(clip('abcdefghij', 5)).toBe('abcd…');
    expect(clip('a'.repeat(1000), 80)).toHaveLength(80);
  });

  test('is not cut inside what a person sees as one character', () => {
    expect(clip(`${'👍🏽'.repeat(9)} done`, 4)).toBe('👍🏽👍🏽👍🏽…');
    expect(clip('éééééé', 4)).toBe('ééé…');
    expect(clip('🇩🇪🇫🇷🇮🇹🇪🇸🇵🇹', 3)).toBe('🇩🇪🇫🇷…');
  });

  test('keeps letters that are written from right to left, with their marks', () => {
    expect(clip('שָׁלוֹם עוֹלָם וְעוֹד', 5)).toBe('שָׁלוֹם…');
    expect(clip('مُحَمَّد وَعَلِيّ', 5)).toBe('مُحَمَّد…');
  });

  test('has no half of a secret, which nobody would take for one any more', () => {
    expect(clip(`Use ${'gh'}p_0123456789abcdefghij0123456789 for it`, 12)).toBe('Use •••• (h…');
  });

  const family = '👨‍👩‍👧‍👦';

  test('of long characters that all fit is not cut', () => {
    expect(clip(family.repeat(3), 10)).toBe(family.repeat(3));
  });

  test('of long characters is cut between two of them', () => {
    expect(clip(family.repeat(20), 10)).toBe(`${family.repeat(9)}…`);
  });
});

test('every step status has its symbol from the Progress Tracking document', () => {
  expect(symbolOf).toMatchObject({
    completed: '✓',
    running: '◐',
    pending: '○',
    approval: '⚠',
    failed: '✕',
    paused: '⏸',
  });
  expect(Object.keys(symbolOf).sort()).toEqual([...stepStatuses].sort());
});

test('every task status has a label, and a running task says how far it is', () => {
  for (const status of taskStatuses) expect(stateLabel({ status, progress: 65 })).toMatch(/\w/);
  expect(stateLabel({ status: 'running', progress: 65 })).toBe('65%');
});
