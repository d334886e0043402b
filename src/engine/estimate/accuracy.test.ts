import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { complexities } from '../../db/estimate.ts';
import { accuracyOf } from './accuracy.ts';
import type { Measured } from './calibration.ts';

const measured = (actualMs: number, about: Partial<Measured> = {}): Measured => ({
  ...{ lowMs: 800, midMs: 1000, highMs: 1500, complexity: 'simple', actualMs },
  ...about,
});

describe('the accuracy', () => {
  test('of nothing is unknown, not zero', () => {
    const { overall, bands } = accuracyOf([]);
    const unknown = { runs: 0, medianError: null, withinPromise: null, coverage: null };
    expect(overall).toEqual(unknown);
    expect(bands.map((band) => [band.complexity, band.promisePercent])).toEqual([
      ['simple', 20],
      ['medium', 30],
      ['complex', 50],
    ]);
    for (const band of bands) expect(band).toMatchObject(unknown);
  });

  test('is told apart by complexity, each with its own promise', () => {
    // 1000 said, 1300 taken: off by 23 % of what it took.
    const { overall, bands } = accuracyOf([
      measured(1_300),
      measured(1_300, { complexity: 'medium' }),
    ]);
    const [simple, medium] = bands;
    expect(simple).toMatchObject({ runs: 1, medianError: 23, withinPromise: 0, coverage: 100 });
    expect(medium).toMatchObject({ runs: 1, medianError: 23, withinPromise: 100 });
    expect(overall).toEqual({ runs: 2, medianError: 23, withinPromise: 50, coverage: 100 });
  });

  test('has the median in the middle of an even number, and ends of an interval belong to it', () => {
    const { overall } = accuracyOf([
      measured(800),
      measured(1_500),
      measured(799),
      measured(1_501),
    ]);
    expect(overall).toMatchObject({ medianError: 29, coverage: 50 });
  });

  test('is made of percentages, whatever was measured', () => {
    const one = fc.record({
      complexity: fc.constantFrom(...complexities),
      lowMs: fc.integer({ min: 1, max: 1000 }),
      midMs: fc.integer({ min: 1000, max: 5000 }),
      highMs: fc.integer({ min: 5000, max: 90_000 }),
      actualMs: fc.nat(100_000),
    });
    fc.assert(
      fc.property(fc.array(one, { minLength: 1 }), (all) => {
        const { overall, bands } = accuracyOf(all);
        expect(bands.reduce((sum, band) => sum + band.runs, 0)).toBe(overall.runs);
        for (const share of [overall.coverage, overall.withinPromise]) {
          expect(share).toBeGreaterThanOrEqual(0);
          expect(share).toBeLessThanOrEqual(100);
        }
        expect(overall.medianError).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
