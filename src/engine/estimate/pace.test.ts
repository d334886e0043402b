import { describe, expect, test } from 'vitest';
import { believe, learnPace } from './pace.ts';
import { createRandom } from './random.ts';

/** Newest first, a run each. */
const steps = (tool: string, ...taken: number[]) =>
  taken.map((ms, index) => ({ tool, runId: `run${index}`, parts: 1, ms }));
const times = (count: number, ms: number) => Array.from({ length: count }, () => ms);
const middle = (mean: number) => Math.exp(mean);

describe('what is believed of a tool', () => {
  test('without history is its own guess, within a wide spread', () => {
    const { mean, meanVariance, variance } = believe(learnPace([]), 'work', 1, 100);
    expect(middle(mean)).toBeCloseTo(100);
    expect(Math.exp(Math.sqrt(variance))).toBeCloseTo(2);
    expect(meanVariance).toBeCloseTo(variance);
  });

  test('with one step lies between the guess and that step, and with forty at what they took', () => {
    const one = middle(believe(learnPace(steps('work', 10)), 'work', 1, 100).mean);
    expect(one).toBeGreaterThan(12);
    expect(one).toBeLessThan(80);
    const forty = believe(learnPace(steps('work', ...times(40, 10))), 'work', 1, 100);
    expect(middle(forty.mean)).toBeLessThan(11);
    expect(forty.meanVariance).toBeLessThan(0.01);
  });

  test('follows a lasting change', () => {
    const pace = learnPace(steps('work', ...times(25, 30), ...times(25, 10)));
    expect(middle(believe(pace, 'work', 1, 10).mean)).toBeGreaterThan(20);
  });

  test('is as wide as its steps lie apart', () => {
    const spread = (high: number) => {
      const taken = times(40, 0).map((_, index) => (index % 2 === 0 ? 10 : high));
      return believe(learnPace(steps('work', ...taken)), 'work', 1, 10).variance;
    };
    expect(spread(40)).toBeGreaterThan(2 * spread(15));
  });

  test('grows with its parts, and less than they do where most of it is done once', () => {
    const history = (took: (parts: number) => number) =>
      times(40, 0).map((_, index) => {
        const parts = 1 + (index % 10);
        return { tool: 'work', runId: `run${index}`, parts, ms: took(parts) };
      });
    const ratio = (took: (parts: number) => number) => {
      const pace = learnPace(history(took));
      const of = (parts: number) => middle(believe(pace, 'work', parts, 100).mean);
      return of(8) / of(1);
    };
    expect(ratio((parts) => 50 * parts)).toBeCloseTo(8, 0);
    expect(ratio((parts) => 100 + 20 * parts)).toBeGreaterThan(1.7);
    expect(ratio((parts) => 100 + 20 * parts)).toBeLessThan(3);
    // Steps of one size say nothing about others: these are taken to be in proportion.
    const one = learnPace(steps('work', ...times(40, 100)));
    expect(middle(believe(one, 'work', 4, 100).mean)).toBeCloseTo(400, 0);
  });

  test('of another tool is not touched', () => {
    expect(middle(believe(learnPace(steps('work', 10)), 'rest', 1, 50).mean)).toBeCloseTo(50);
  });

  test('takes steps of no time at all as quick, not as endless', () => {
    const { mean, variance } = believe(learnPace(steps('work', 0, 0, 0)), 'work', 1, 1);
    expect(mean).toSatisfy(Number.isFinite);
    expect(variance).toSatisfy(Number.isFinite);
  });
});

describe('what the steps of one run have in common', () => {
  const history = (shared: number) => {
    const random = createRandom(7);
    return Array.from({ length: 50 }, (_, run) => {
      const load = shared * random.normal();
      return ['a', 'b', 'c'].map((tool) => ({
        tool,
        runId: `run${run}`,
        parts: 1,
        ms: 100 * Math.exp(0.3 * (load + Math.sqrt(1 - shared ** 2) * random.normal())),
      }));
    }).flat();
  };

  test('is found', () => {
    expect(learnPace(history(0.9)).shared).toBeGreaterThan(0.65);
    expect(learnPace(history(0)).shared).toBeLessThan(0.25);
  });

  test('is taken for a half while there is nothing to find it in', () => {
    expect(learnPace([]).shared).toBe(0.5);
    expect(learnPace(steps('work', 10, 20)).shared).toBe(0.5);
  });
});
