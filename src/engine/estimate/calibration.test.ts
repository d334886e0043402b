import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyCalibration, calibrate, likeThis, type Measured } from './calibration.ts';

const measured = (actualMs: number, about: Partial<Measured> = {}): Measured => ({
  ...{ lowMs: 800, midMs: 1000, highMs: 1250, complexity: 'simple', actualMs },
  ...about,
});
const times = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);

describe('the calibration', () => {
  test('without a past changes nothing', () => {
    const raw = { lowMs: 800, midMs: 1000, highMs: 1250 };
    expect(calibrate([])).toEqual({ shift: 0, below: 1, above: 1 });
    expect(applyCalibration(raw, calibrate([]))).toEqual(raw);
  });

  test('widens the side on which runs end outside, and narrows the other', () => {
    const { below, above } = calibrate(times(5, measured(1300)));
    expect(above).toBeGreaterThan(1.5);
    expect(below).toBeLessThan(1);
  });

  test('stays as it is while one in ten ends on each side', () => {
    const tenth = [measured(700), measured(1400), ...times(8, measured(1000))];
    const { shift, below, above } = calibrate(tenth);
    expect(Math.abs(shift)).toBeLessThan(0.01);
    expect([below, above]).toEqual([expect.closeTo(1), expect.closeTo(1)]);
  });

  test('moves the middle towards where runs end', () => {
    expect(calibrate(times(10, measured(1100))).shift).toBeGreaterThan(0.03);
    expect(calibrate(times(10, measured(900))).shift).toBeLessThan(-0.03);
  });

  test('is not thrown off by one run that took a thousand times as long', () => {
    const { shift, above } = calibrate([measured(1_000_000), ...times(9, measured(1000))]);
    expect(shift).toBeLessThan(0.02);
    expect(above).toBeLessThan(1.2);
  });

  test('is not thrown off by many runs that began before any had ended, and waited for each other', () => {
    const wide = { lowMs: 2, midMs: 10, highMs: 600 };
    const past = calibrate(times(500, measured(20_000, wide)));
    const { lowMs, midMs, highMs } = applyCalibration(wide, past);
    expect(midMs).toBeLessThanOrEqual(300);
    expect(lowMs).toBeGreaterThanOrEqual(1);
    expect(highMs).toBeLessThanOrEqual(21 * 24 * 3_600_000);
  });

  test('goes by tasks of the same complexity as soon as there are thirty', () => {
    const simple = times(29, measured(1000));
    const complex = times(40, measured(1000, { complexity: 'complex' }));
    expect(likeThis([...simple, ...complex], 'simple')).toHaveLength(69);
    expect(likeThis([...simple, ...simple, ...complex], 'simple')).toHaveLength(58);
    expect(likeThis(complex, 'medium')).toHaveLength(40);
  });

  test('whatever the past, gives an interval of whole milliseconds around its middle', () => {
    const ms = fc.integer({ min: 1, max: 10_000_000 });
    const interval = fc
      .tuple(ms, ms, ms)
      .map((three) => three.sort((a, b) => a - b))
      .map(([lowMs = 1, midMs = 1, highMs = 1]) => ({ lowMs, midMs, highMs }));
    const past = fc.record({ interval, actualMs: fc.nat(100_000_000) });
    fc.assert(
      fc.property(fc.array(past), interval, (all, raw) => {
        const found = all.map((one) => measured(one.actualMs, one.interval));
        const { lowMs, midMs, highMs } = applyCalibration(raw, calibrate(found));
        for (const value of [lowMs, midMs, highMs]) expect(value).toSatisfy(Number.isInteger);
        expect(lowMs).toBeGreaterThanOrEqual(1);
        expect(midMs).toBeGreaterThanOrEqual(lowMs);
        expect(highMs).toBeGreaterThanOrEqual(midMs);
      }),
    );
  });
});
