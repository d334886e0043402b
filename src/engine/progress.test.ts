import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type StepStatus, stepStatuses } from '../db/step.ts';
import { overallPercent, remainingMs, stepPercent } from './progress.ts';

const now = new Date('2026-03-01T10:00:00Z');
const ago = (ms: number) => new Date(now.getTime() - ms);
const later = (ms: number) => new Date(now.getTime() + ms);
const parts = (done: number, all: number) =>
  Array.from({ length: all }, (_, index) => ({ name: `part ${index}`, done: index < done }));
type Measured = Parameters<typeof stepPercent>[0];
const step = (status: StepStatus, about: Partial<Measured> = {}): Measured => ({
  status,
  kind: 'tool',
  substeps: [],
  expectedMs: 10_000,
  startedAt: null,
  ...about,
});

describe('a step', () => {
  test.each([
    ['pending', 0],
    ['completed', 100],
    ['skipped', 100],
  ] as const)('that is %s is at %i %', (status, percent) => {
    expect(stepPercent(step(status, { substeps: parts(1, 2), startedAt: ago(99_999) }), now)).toBe(
      percent,
    );
  });

  test('is as far as the share of its parts', () => {
    expect(stepPercent(step('running', { substeps: parts(2, 4), startedAt: now }), now)).toBe(50);
    expect(stepPercent(step('failed', { substeps: parts(1, 3) }), now)).toBe(33);
  });

  test('or as far as its time, whichever is more', () => {
    const substeps = parts(2, 4);
    expect(stepPercent(step('running', { substeps, startedAt: ago(6_500) }), now)).toBe(65);
    expect(stepPercent(step('running', { substeps, startedAt: ago(1_000) }), now)).toBe(50);
  });

  test('is never said to be done by the clock: 95 % is the most', () => {
    expect(stepPercent(step('running', { startedAt: ago(9_499) }), now)).toBe(95);
    expect(stepPercent(step('running', { startedAt: ago(86_400_000) }), now)).toBe(95);
  });

  test('takes time into account only while it runs', () => {
    for (const status of ['paused', 'approval', 'failed'] as const)
      expect(stepPercent(step(status, { startedAt: ago(9_000) }), now)).toBe(0);
  });

  test('that expects no time, or starts in the future, is at zero', () => {
    expect(stepPercent(step('running', { expectedMs: 0, startedAt: ago(5_000) }), now)).toBe(0);
    expect(stepPercent(step('running', { startedAt: later(5_000) }), now)).toBeGreaterThanOrEqual(
      0,
    );
  });
});

describe('a task', () => {
  test('weighs each step by its expected time', () => {
    const steps = [
      step('completed', { expectedMs: 30_000 }),
      step('pending', { expectedMs: 10_000 }),
    ];
    expect(overallPercent(steps, now)).toBe(75);
    expect(overallPercent([...steps].reverse(), now)).toBe(75);
  });

  test('counts the steps inside containers, not the containers', () => {
    const inside = [step('completed'), step('pending')];
    for (const kind of ['parallel', 'if'])
      expect(
        overallPercent([step('running', { kind, startedAt: ago(9_000) }), ...inside], now),
      ).toBe(50);
  });

  test('is never at a hundred before its checks say so', () => {
    expect(overallPercent([step('completed'), step('skipped')], now)).toBe(99);
  });

  test('without steps is at zero', () => {
    expect(overallPercent([], now)).toBe(0);
    expect(remainingMs([], now)).toBe(0);
  });

  test('of steps without expected time still counts them', () => {
    const human = { kind: 'human', expectedMs: 0 };
    expect(overallPercent([step('completed', human), step('running', human)], now)).toBe(50);
  });

  test('has left what its steps have left', () => {
    const steps = [
      step('completed'),
      step('running', { startedAt: ago(4_000) }),
      step('pending', { expectedMs: 5_000 }),
    ];
    expect(remainingMs(steps, now)).toBe(11_000);
  });
});

const measured = fc.record({
  status: fc.constantFrom(...stepStatuses),
  kind: fc.constantFrom('tool', 'human', 'approval', 'parallel', 'if'),
  expectedMs: fc.nat(100_000),
  startedAt: fc.option(fc.integer({ min: -100_000, max: 100_000 }).map(later)),
  substeps: fc.array(fc.record({ name: fc.string(), done: fc.boolean() }), { maxLength: 5 }),
});

test('whatever the steps, percent is a whole number from 0 to 99 and time left is not negative', () => {
  fc.assert(
    fc.property(fc.array(measured), (steps) => {
      const percent = overallPercent(steps, now);
      expect(percent).toSatisfy(Number.isInteger);
      expect(percent).toBeGreaterThanOrEqual(0);
      expect(percent).toBeLessThanOrEqual(99);
      expect(remainingMs(steps, now)).toBeGreaterThanOrEqual(0);
    }),
  );
});

test('with nothing but time passing, percent never falls', () => {
  fc.assert(
    fc.property(fc.array(measured), fc.nat(200_000), (steps, ms) => {
      expect(overallPercent(steps, later(ms))).toBeGreaterThanOrEqual(overallPercent(steps, now));
    }),
  );
});

test('a part or a step that gets done never lowers the percent', () => {
  fc.assert(
    fc.property(fc.array(measured, { minLength: 1 }), fc.nat(), (steps, seed) => {
      const at = seed % steps.length;
      const replaced = (change: Partial<Measured>) =>
        steps.map((one, index) => (index === at ? { ...one, ...change } : one));
      const before = overallPercent(steps, now);
      expect(overallPercent(replaced({ status: 'completed' }), now)).toBeGreaterThanOrEqual(before);
      const substeps = steps[at]?.substeps.map((part) => ({ ...part, done: true })) ?? [];
      expect(overallPercent(replaced({ substeps }), now)).toBeGreaterThanOrEqual(before);
    }),
  );
});
