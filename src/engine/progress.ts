/**
 * Percent and time left (R23). Overall = Σ weight × step progress, where a step's weight is its
 * share of the expected duration; a step's progress is the share of its parts that are done, or
 * the elapsed share of its expected time up to 95 %, whichever is more.
 */
import type { Step } from '../db/step.ts';
import type { Interval } from './estimate/calibration.ts';
import { longestMs } from './estimate/longest.ts';
import { isContainer, type Plan, type PlanStep } from './workflow/plan.ts';

type Measured = Pick<Step, 'status' | 'substeps' | 'expectedMs' | 'startedAt' | 'kind'>;
type Timed = Measured & Pick<Step, 'key' | 'durationMs' | 'keptFrom'>;

const settled = ['completed', 'skipped'];
/** The clock alone finishes nothing: this much is left until the step itself says that it is done. */
const unsaid = 0.05;

/** 0–100. */
export function stepPercent(step: Measured, now: Date): number {
  return Math.round(100 * shareOf(step, now, step.expectedMs));
}

/** 0–1, if the step takes `expectedMs`. */
function shareOf(step: Measured, now: Date, expectedMs: number): number {
  if (settled.includes(step.status)) return 1;
  if (step.status === 'pending') return 0;
  const elapsed = step.status === 'running' ? elapsedMs(step, now) : 0;
  const timed = expectedMs > 0 ? Math.min(1 - unsaid, elapsed / expectedMs) : 0;
  return Math.max(partShare(step), timed);
}

function partShare({ substeps }: Measured): number {
  const done = substeps.filter((part) => part.done).length;
  return substeps.length > 0 ? done / substeps.length : 0;
}

const elapsedMs = ({ startedAt }: Measured, now: Date) =>
  startedAt ? now.getTime() - startedAt.getTime() : 0;

/** Those that do something; and a list that is not gone through yet, for all its rounds. */
const leaves = <S extends Measured>(steps: S[]) =>
  steps.filter(
    ({ kind, status }) => !isContainer(kind) || (kind === 'each' && status === 'pending'),
  );

/** 0–99: a hundred is said by the checks alone, not by arithmetic. */
export function overallPercent(steps: Measured[], now: Date): number {
  const weighed = leaves(steps);
  const total = weighed.reduce((sum, step) => sum + Math.max(step.expectedMs, 1), 0);
  if (total === 0) return 0;
  const done = weighed.reduce(
    (sum, step) => sum + Math.max(step.expectedMs, 1) * stepPercent(step, now),
    0,
  );
  return Math.min(99, Math.floor(done / total));
}

/** Without an estimate of the plan: half to twice what the steps are expected to take. */
const guess = { lowMs: 1, midMs: 2, highMs: 4 };
/** What is expected weighs as much as this share of the run, against what the run itself has shown. */
const expectedWeight = 0.3;

/**
 * How long the rest takes, in milliseconds: what each step was expected to take, at the speed that
 * this run has shown so far, as wide as the plan's estimate. Of branches the longest counts.
 */
export function timeLeft(
  { steps: planned, estimate }: Pick<Plan, 'steps' | 'estimate'>,
  steps: Timed[],
  now: Date,
): Interval {
  const rows = new Map(steps.map((step) => [step.key, step]));
  const sum = (msOf: (step: Timed) => number) =>
    longestMs(planned, (step: PlanStep) => {
      const row = rows.get(step.key);
      return row ? msOf(row) : 0;
    });
  const whole = sum((step) => step.expectedMs);
  const { checksMs = 0 } = estimate ?? {};
  const scale = estimate && whole > 0 ? Math.max(0, estimate.midMs - checksMs) / whole : 1;
  const pace = scale * speedOf(steps, scale, now);
  const left = sum((step) => {
    const expected = step.expectedMs * pace;
    // The clock runs on while a part takes long, but not past the end of that part.
    return expected * (1 - Math.min(shareOf(step, now, expected), reachableShare(step)));
  });
  // Half of the checking comes before the work.
  const begun = steps.some((step) => step.status !== 'pending');
  const midMs = left + (begun ? checksMs / 2 : checksMs);
  const { lowMs, midMs: middle, highMs } = estimate ?? guess;
  const wider = widening(midMs / (scale * whole + checksMs));
  return {
    lowMs: Math.floor(midMs * (lowMs / middle) ** wider),
    midMs: Math.round(midMs),
    highMs: Math.ceil(midMs * (highMs / middle) ** wider),
  };
}

/**
 * How long is still to be waited for times, in milliseconds, as far as the plan says so: not until when, nor for whom or
 * what. What is being waited for already has its end on its step.
 */
export function waitAhead(planned: PlanStep[], steps: Pick<Step, 'key' | 'status'>[]): number {
  const begun = new Set(steps.filter(({ status }) => status !== 'pending').map(({ key }) => key));
  return longestMs(planned, (step) =>
    step.kind === 'wait' && step.seconds && !begun.has(step.key)
      ? 1000 * (Number(step.seconds) || 0)
      : 0,
  );
}

/**
 * By how much an interval is wider than that of the whole when this share is left. In the first half
 * the speed that was seen makes up for it; then fewer and fewer steps are left to even each other out.
 */
function widening(share: number): number {
  return share > 0 ? Math.min(2, Math.max(1, (0.5 / share) ** 0.35)) : 1;
}

/** What this run has taken against what it was expected to: 2 is half as fast. */
function speedOf(steps: Timed[], scale: number, now: Date): number {
  let took = 0;
  let expected = 0;
  let total = 0;
  for (const step of leaves(steps)) {
    const expectedMs = step.expectedMs * scale;
    total += expectedMs;
    if (step.keptFrom !== null || expectedMs === 0) continue;
    if (step.status === 'completed' && step.durationMs !== null) {
      took += step.durationMs;
      expected += expectedMs;
    }
    if (step.status !== 'running') continue;
    const elapsed = Math.max(0, elapsedMs(step, now));
    const reached = partShare(step) * expectedMs;
    // Between two of its parts, or without any, a step shows only when it is late.
    if (reached > 0 || elapsed > expectedMs) {
      took += elapsed;
      expected += Math.max(reached, Math.min(elapsed, reachableShare(step) * expectedMs));
    }
  }
  const trust = expectedWeight * total;
  if (took + expected === 0 || trust === 0) return 1;
  return Math.min(5, Math.max(0.2, (took + trust) / (expected + trust)));
}

/** Where a step is at most: at the end of the part that it is at. */
function reachableShare(step: Timed): number {
  if (settled.includes(step.status)) return 1;
  return Math.min(1, partShare(step) + 1 / Math.max(1, step.substeps.length));
}
