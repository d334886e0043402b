/**
 * Percent and time left (R23). Overall = Σ weight × step progress, where a step's weight is its
 * share of the expected duration; a step's progress is the share of its parts that are done, or
 * the elapsed share of its expected time up to 95 %, whichever is more.
 */
import type { Step } from '../db/step.ts';

type Measured = Pick<Step, 'status' | 'substeps' | 'expectedMs' | 'startedAt' | 'kind'>;

const settled = ['completed', 'skipped'];

/** 0–100. */
export function stepPercent(step: Measured, now: Date): number {
  if (settled.includes(step.status)) return 100;
  if (step.status === 'pending') return 0;
  const done = step.substeps.filter((part) => part.done).length;
  const share = step.substeps.length > 0 ? (100 * done) / step.substeps.length : 0;
  const elapsed =
    step.status === 'running' && step.startedAt ? now.getTime() - step.startedAt.getTime() : 0;
  const timed = step.expectedMs > 0 ? Math.min(95, (100 * elapsed) / step.expectedMs) : 0;
  return Math.round(Math.max(share, Math.min(timed, 95)));
}

const leaves = <S extends Measured>(steps: S[]) =>
  steps.filter((step) => step.kind !== 'parallel' && step.kind !== 'if');

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

/** Milliseconds until the last step ends, from what each was expected to take. */
export function remainingMs(steps: Measured[], now: Date): number {
  return Math.round(
    leaves(steps).reduce(
      (sum, step) => sum + step.expectedMs * (1 - stepPercent(step, now) / 100),
      0,
    ),
  );
}
