import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type StepStatus, stepStatuses } from '../db/step.ts';
import { overallPercent, stepPercent, timeLeft, waitAhead } from './progress.ts';
import { type Plan, PlanStep } from './workflow/plan.ts';

const now = new Date('2026-03-01T10:00:00Z');
const ago = (ms: number) => new Date(now.getTime() - ms);
const later = (ms: number) => new Date(now.getTime() + ms);
const parts = (done: number, all: number) =>
  Array.from({ length: all }, (_, index) => ({ name: `part ${index}`, done: index < done }));
type Measured = Parameters<typeof stepPercent>[0];
type Timed = Parameters<typeof timeLeft>[1][number];
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
  });

  test('of steps without expected time still counts them', () => {
    const human = { kind: 'human', expectedMs: 0 };
    expect(overallPercent([step('completed', human), step('running', human)], now)).toBe(50);
  });
});

/** Steps of a sequence, or of branches beside each other, with their rows. */
const planned = (rows: Timed[], sequence: unknown[] = rows.map((row) => row.key)) => {
  const toPlan = (item: unknown): unknown =>
    Array.isArray(item)
      ? {
          kind: 'parallel',
          key: 'side',
          name: 'Side',
          branches: item.map((one) => [one].flat().map(toPlan)),
        }
      : { kind: 'tool', key: item, name: `Do ${item}`, tool: 'work' };
  return { steps: sequence.map((item) => PlanStep.parse(toPlan(item))) };
};
const row = (key: string, status: StepStatus, about: Partial<Timed> = {}): Timed => ({
  ...step(status, about),
  key,
  durationMs: null,
  keptFrom: null,
  ...about,
});
const estimate: NonNullable<Plan['estimate']> = {
  ...{ lowMs: 10_000, midMs: 20_000, highMs: 40_000 },
  ...{ checksMs: 0, measured: 0, inside: 0 },
};

describe('the time left', () => {
  test('is what the steps have left', () => {
    const rows = [
      row('a', 'completed'),
      row('b', 'running', { startedAt: ago(4_000) }),
      row('c', 'pending', { expectedMs: 5_000 }),
    ];
    expect(timeLeft(planned(rows), rows, now).midMs).toBe(11_000);
    expect(timeLeft({ steps: [] }, [], now).midMs).toBe(0);
  });

  test('of branches is that of the longest', () => {
    const rows = [
      row('a', 'pending', { expectedMs: 3_000 }),
      row('b', 'pending', { expectedMs: 4_000 }),
      row('c', 'pending', { expectedMs: 5_000 }),
      row('d', 'pending', { expectedMs: 1_000 }),
    ];
    const plan = planned(rows, [[['a', 'b'], 'c'], 'd']);
    expect(timeLeft(plan, rows, now).midMs).toBe(8_000);
  });

  test('before the work is the estimate of the plan, and as wide', () => {
    const rows = [row('a', 'pending'), row('b', 'pending')];
    expect(timeLeft({ ...planned(rows), estimate }, rows, now)).toEqual({
      ...{ lowMs: 10_000, midMs: 20_000, highMs: 40_000 },
    });
  });

  test('has half of the checking in it once the work has begun', () => {
    const rows = [row('a', 'completed'), row('b', 'completed')];
    const plan = { ...planned(rows), estimate: { ...estimate, checksMs: 6_000 } };
    expect(timeLeft(plan, rows, now).midMs).toBe(3_000);
    const before = [row('a', 'pending'), row('b', 'pending')];
    expect(timeLeft(plan, before, now).midMs).toBe(20_000);
  });

  test.each([
    ['twice as long', 20_000, 'more'],
    ['half as long', 5_000, 'less'],
  ])('when what is done took %s is %s than expected', (_, durationMs, much) => {
    const rows = [row('a', 'completed', { durationMs }), row('b', 'pending'), row('c', 'pending')];
    const { midMs } = timeLeft(planned(rows), rows, now);
    if (much === 'more') expect(midMs).toBeGreaterThan(24_000);
    else expect(midMs).toBeLessThan(16_000);
    expect(midMs).toBeGreaterThan(10_000);
    expect(midMs).toBeLessThan(40_000);
  });

  test('of a run that goes on from an earlier one does not go by the speed of that one', () => {
    const kept = row('a', 'completed', { durationMs: 90_000, keptFrom: 'stp_old' });
    const rows = [kept, row('b', 'pending')];
    expect(timeLeft(planned(rows), rows, now).midMs).toBe(10_000);
  });

  test('follows the parts of the step in hand', () => {
    const left = (done: number, elapsed: number) => {
      const about = { substeps: parts(done, 4), startedAt: ago(elapsed) };
      const rows = [row('a', 'running', about), row('b', 'pending')];
      return timeLeft(planned(rows), rows, now).midMs;
    };
    expect(left(2, 1_000)).toBeLessThan(15_000);
    expect(left(2, 5_000)).toBe(15_000);
    expect(left(2, 20_000)).toBeGreaterThan(15_000);
  });

  test('grows when a step that tells of no parts is late', () => {
    const left = (elapsed: number) => {
      const rows = [row('a', 'running', { startedAt: ago(elapsed) }), row('b', 'pending')];
      return timeLeft(planned(rows), rows, now).midMs;
    };
    expect(left(30_000)).toBeGreaterThan(left(10_000));
  });
});

const measured = fc.record({
  status: fc.constantFrom(...stepStatuses),
  kind: fc.constantFrom('tool', 'human', 'approval', 'parallel', 'if'),
  expectedMs: fc.nat(100_000),
  startedAt: fc.option(fc.integer({ min: -100_000, max: 100_000 }).map(later)),
  substeps: fc.array(fc.record({ name: fc.string(), done: fc.boolean() }), { maxLength: 5 }),
});

describe('what is waited for besides', () => {
  const wait = (key: string, seconds: string) =>
    PlanStep.parse({ kind: 'wait', key, name: 'Wait', seconds });
  const pending = (key: string) => ({ key, status: 'pending' as const });

  test('is what the plan says of waits that have not begun', () => {
    const plan = [wait('a', '60'), wait('b', '30.5'), wait('c', 'delay * 60')];
    expect(waitAhead(plan, [])).toBe(90_500);
    expect(waitAhead(plan, [pending('a'), pending('b'), pending('c')])).toBe(90_500);
    expect(waitAhead(plan, [{ key: 'a', status: 'running' }, pending('b')])).toBe(30_500);
    expect(waitAhead(plan, [{ key: 'b', status: 'completed' }])).toBe(60_000);
    expect(waitAhead([], [])).toBe(0);
  });

  test('is the longest of branches, or the shortest where that is enough', () => {
    const branches = [[wait('a', '60')], [wait('b', '30'), wait('c', '10')]];
    const both = { kind: 'parallel', key: 'both', name: 'Both', branches };
    expect(waitAhead([PlanStep.parse(both)], [])).toBe(60_000);
    expect(waitAhead([PlanStep.parse({ ...both, until: 'any' })], [])).toBe(40_000);
  });
});

test('whatever the steps, percent is a whole number from 0 to 99 and time left an interval', () => {
  fc.assert(
    fc.property(fc.array(measured), fc.boolean(), (steps, isEstimated) => {
      const percent = overallPercent(steps, now);
      expect(percent).toSatisfy(Number.isInteger);
      expect(percent).toBeGreaterThanOrEqual(0);
      expect(percent).toBeLessThanOrEqual(99);
      const rows = steps.map((one, index) => row(`s${index}`, one.status, one));
      const plan = { ...planned(rows), ...(isEstimated ? { estimate } : {}) };
      const { lowMs, midMs, highMs } = timeLeft(plan, rows, now);
      expect(lowMs).toBeGreaterThanOrEqual(0);
      expect(midMs).toBeGreaterThanOrEqual(lowMs);
      expect(highMs).toBeGreaterThanOrEqual(midMs);
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
