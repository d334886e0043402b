/** The promise of the interval, held over 500 runs of each of several known laws. */
import { describe, expect, test } from 'vitest';
import { type Law, laws, type Replayed, replay, runs } from '../../../test/support/replay.ts';
import type { Step } from '../../db/step.ts';
import { overallPercent, timeLeft } from '../progress.ts';
import { walk } from '../workflow/plan.ts';
import { landsInside } from './calibration.ts';

/**
 * Runs before which nothing is asserted: the history of a tool is full after 50 steps, which here is
 * some 40 runs, and a side of the interval that is off by a factor of two is put right in about 20 more.
 */
const warmUp = 60;
const seeds = [1, 2, 3];
const cases = Object.entries(laws).flatMap(([name, law]) =>
  seeds.map((seed): [string, number, Law] => [name, seed, law]),
);
const shareOf = <T>(all: T[], holds: (one: T) => boolean) => all.filter(holds).length / all.length;
const quantile = (values: number[], share: number) =>
  [...values].sort((a, b) => a - b)[Math.round(share * (values.length - 1))] ?? Number.NaN;

test.each(cases)('four in five of 500 %s runs land in their interval (seed %i)', (_, seed, law) => {
  const replayed = replay(law, seed);
  expect(replayed).toHaveLength(runs);
  const judged = replayed.slice(warmUp);
  const share = shareOf(judged, landsInside);
  expect(share).toBeGreaterThanOrEqual(0.75);
  expect(share).toBeLessThanOrEqual(0.85);
});

test.each(Object.entries(laws))(
  'the interval of %s runs is at most a third wider than that of one who knows the law',
  (_, law) => {
    const judged = replay(law, 4, 100).slice(warmUp);
    const ratios = judged.map(
      ({ lowMs, highMs, known }) =>
        Math.log(highMs / lowMs) / Math.log(quantile(known, 0.9) / quantile(known, 0.1)),
    );
    expect(quantile(ratios, 0.5)).toBeLessThan(4 / 3);
  },
);

/** The rows of a run at a time since its work began. */
function rowsAt({ plan, estimate, stepMs }: Replayed, ms: number): Row[] {
  const starts = new Map<string, number>();
  let at = 0;
  for (const step of plan.steps) {
    const branches = step.kind === 'parallel' ? step.branches : [[step]];
    const ends = branches.map((branch) => {
      let inside = at;
      for (const one of branch) {
        starts.set(one.key, inside);
        inside += stepMs.get(one.key) ?? 0;
      }
      return inside;
    });
    at = Math.max(...ends);
  }
  return [...walk(plan.steps)].map((step) => {
    const start = starts.get(step.key) ?? 0;
    const took = stepMs.get(step.key) ?? 0;
    const parts = step.kind === 'tool' ? step.substeps : [];
    const share = Math.max(0, Math.min(1, (ms - start) / took));
    return {
      key: step.key,
      kind: step.kind,
      expectedMs: estimate.stepMs[step.key] ?? 0,
      status: ms <= start ? 'pending' : share === 1 ? 'completed' : 'running',
      startedAt: ms <= start ? null : new Date(start),
      durationMs: share === 1 ? Math.round(took) : null,
      keptFrom: null,
      substeps: parts.map((name, index) => ({ name, done: (index + 1) / parts.length <= share })),
    };
  });
}
type Row = Pick<
  Step,
  'key' | 'kind' | 'expectedMs' | 'status' | 'startedAt' | 'durationMs' | 'keptFrom' | 'substeps'
>;

describe.each(Object.entries(laws))('during %s runs', (_, law) => {
  const replayed = replay(law, 5).slice(warmUp);

  test('percent never falls', () => {
    for (const run of replayed) {
      const work = run.actualMs - run.checksMs;
      let before = 0;
      for (let moment = 0; moment <= 40; moment += 1) {
        const ms = (work * moment) / 40;
        const percent = overallPercent(rowsAt(run, ms), new Date(ms));
        expect(percent).toBeGreaterThanOrEqual(before);
        before = percent;
      }
    }
  });

  test.each([0.1, 0.25, 0.5, 0.75, 0.9])(
    'the time left holds too, with %d of the work done',
    (done) => {
      const told = replayed.map((run) => {
        const { actualMs, checksMs, complexity } = run;
        const ms = (actualMs - checksMs) * done;
        const plan = { ...run.plan, estimate: { ...run.estimate, measured: 0, inside: 0 } };
        const left = timeLeft(plan, rowsAt(run, ms), new Date(ms));
        return { ...left, complexity, actualMs: actualMs - checksMs / 2 - ms };
      });
      expect(shareOf(told, landsInside)).toBeGreaterThanOrEqual(0.7);
      expect(shareOf(told, landsInside)).toBeLessThanOrEqual(0.9);
    },
  );
});
