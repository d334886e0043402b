import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FactotumError } from '../errors.ts';
import { backoffMs, isTransient, nextTry } from './retry.ts';

const coded = (code: string) => Object.assign(new Error('It failed.'), { code });

describe('an error', () => {
  test.each([
    'ECONNREFUSED',
    'ECONNRESET',
    'ETIMEDOUT',
    'EPIPE',
    'EAI_AGAIN',
    'CONNECTION_CLOSED',
    'CONNECTION_ENDED',
    'CONNECT_TIMEOUT',
    '08006',
    '40001',
    '40P01',
    '53300',
    '53100',
    '57P01',
    '57P02',
    '57P03',
    '55P03',
  ])('with code %s goes away by itself', (code) => {
    expect(isTransient(coded(code))).toBe(true);
  });

  test.each([
    '23505',
    '42P01',
    '42501',
    '22001',
    '57014',
    '54000',
    'ENOENT',
    'EACCES',
    'ENOTFOUND',
    'ERR_INVALID_ARG_TYPE',
    '',
  ])('with code "%s" needs a person', (code) => {
    expect(isTransient(coded(code))).toBe(false);
  });

  test('is looked into: what caused it counts', () => {
    const driver = new Error('Failed query', { cause: coded('40P01') });
    expect(isTransient(new FactotumError('INTERNAL', 'It failed.', { cause: driver }))).toBe(true);
    expect(isTransient(new Error('Failed query', { cause: coded('23505') }))).toBe(false);
  });

  test('of ours is transient only where it says so', () => {
    expect(isTransient(new FactotumError('UPSTREAM', 'Down.', { transient: true }))).toBe(true);
    expect(isTransient(new FactotumError('UPSTREAM', 'Down.'))).toBe(false);
    expect(isTransient(new FactotumError('INVALID', 'No.'))).toBe(false);
  });

  test('that is none is not transient', () => {
    for (const thrown of [undefined, null, 'ECONNRESET', 42, { code: 'ECONNRESET' }])
      expect(isTransient(thrown)).toBe(false);
  });
});

describe('the wait before the next try', () => {
  test('doubles: half to the whole of 1 s, 2 s, 4 s', () => {
    expect([1, 2, 3].map((attempt) => backoffMs(attempt, 0))).toEqual([500, 1000, 2000]);
    expect([1, 2, 3].map((attempt) => backoffMs(attempt, 1))).toEqual([1000, 2000, 4000]);
  });

  test('stays between half a second and a minute, and is more for more luck', () => {
    const random = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), random, random, (attempt, one, other) => {
        const [low, high] = one < other ? [one, other] : [other, one];
        expect(backoffMs(attempt, low)).toBeGreaterThanOrEqual(500);
        expect(backoffMs(attempt, high)).toBeLessThanOrEqual(60_000);
        expect(backoffMs(attempt, low)).toBeLessThanOrEqual(backoffMs(attempt, high));
        expect(backoffMs(attempt, high)).toSatisfy(Number.isInteger);
      }),
    );
  });
});

describe('the next try', () => {
  const now = new Date('2026-05-01T10:00:00Z');
  const later = (ms: number) => new Date(now.getTime() + ms);
  const refused = (retryAt: Date) =>
    new FactotumError('UPSTREAM', 'Not now.', { transient: true, retryAt });

  test('is after the backoff', () => {
    expect(nextTry(new Error('It failed.'), 1, 1, now)).toEqual(later(1_000));
    expect(nextTry(refused(later(-5_000)), 1, 1, now)).toEqual(later(1_000));
  });

  test('is not before the time that was named, and within a minute all the same', () => {
    expect(nextTry(refused(later(20_000)), 1, 1, now)).toEqual(later(20_000));
    expect(nextTry(refused(later(600_000)), 1, 1, now)).toEqual(later(60_000));
  });
});
