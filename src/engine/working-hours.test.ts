import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addWorkingMs, nextWorkingMoment } from './working-hours.ts';

const office = { days: [1, 2, 3, 4, 5], from: 540, to: 1050 };
const hour = 3_600_000;
const next = (at: string, zone: string) =>
  nextWorkingMoment(new Date(at), office, zone).toISOString();
const later = (at: string, hours: number, zone: string) =>
  addWorkingMs(new Date(at), hours * hour, office, zone).toISOString();

describe('the next working moment', () => {
  test('is the moment itself within working hours', () => {
    expect(next('2026-11-25T10:00:00.000Z', 'UTC')).toBe('2026-11-25T10:00:00.000Z');
  });
  test('is the same morning before work, the next after it, and Monday from the weekend', () => {
    expect(next('2026-11-25T03:00:00.000Z', 'UTC')).toBe('2026-11-25T09:00:00.000Z');
    expect(next('2026-11-25T17:30:00.000Z', 'UTC')).toBe('2026-11-26T09:00:00.000Z');
    expect(next('2026-11-27T18:00:00.000Z', 'UTC')).toBe('2026-11-30T09:00:00.000Z');
  });
  test('goes by the clocks of the zone, on both sides of the equator', () => {
    expect(next('2026-11-25T12:00:00.000Z', 'America/New_York')).toBe('2026-11-25T14:00:00.000Z');
    expect(next('2026-11-25T12:00:00.000Z', 'Australia/Sydney')).toBe('2026-11-25T22:00:00.000Z');
  });
});

describe('working time', () => {
  test('stops in the evening and goes on in the morning', () => {
    expect(later('2026-11-25T16:30:00.000Z', 2, 'UTC')).toBe('2026-11-26T10:00:00.000Z');
    expect(later('2026-11-27T16:30:00.000Z', 2, 'UTC')).toBe('2026-11-30T10:00:00.000Z');
  });
  test('begins at nine also after the clocks were changed', () => {
    // In Berlin clocks go back on 25 October 2026, a Sunday.
    expect(later('2026-10-23T15:00:00.000Z', 1, 'Europe/Berlin')).toBe('2026-10-26T08:30:00.000Z');
  });
  test('is plain time where there are no working hours', () => {
    const at = new Date('2026-11-28T03:00:00.000Z');
    expect(addWorkingMs(at, hour, null, 'UTC').getTime() - at.getTime()).toBe(hour);
  });
  test('until midnight includes the last minute of the day', () => {
    const always = { days: [1, 2, 3, 4, 5, 6, 7], from: 0, to: 1440 };
    const at = new Date('2026-11-28T23:30:00.000Z');
    expect(addWorkingMs(at, hour, always, 'UTC').toISOString()).toBe('2026-11-29T00:30:00.000Z');
  });

  const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Sydney');
  const moments = fc.date({
    min: new Date('2026-01-01T00:00:00Z'),
    max: new Date('2027-12-31T00:00:00Z'),
    noInvalidDate: true,
  });
  const amounts = fc.integer({ min: 0, max: 200 * hour });

  test('ends within working hours, never early, and adds up', () => {
    fc.assert(
      fc.property(moments, amounts, amounts, zones, (at, first, second, zone) => {
        const middle = addWorkingMs(at, first, office, zone);
        expect(nextWorkingMoment(middle, office, zone)).toEqual(middle);
        expect(middle.getTime()).toBeGreaterThanOrEqual(at.getTime() + first);
        expect(addWorkingMs(middle, second, office, zone)).toEqual(
          addWorkingMs(at, first + second, office, zone),
        );
      }),
      { numRuns: 300 },
    );
  });
});
