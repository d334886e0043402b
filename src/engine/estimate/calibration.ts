/**
 * What earlier estimates teach about the next: whatever a model of durations gets wrong, its
 * middle is moved and each side of its interval is widened or narrowed until one run in ten ends
 * below and one in ten above. The moves are small (damped), so that one odd run does no harm.
 */
import type { Estimate } from '../../db/estimate.ts';

export type Interval = { lowMs: number; midMs: number; highMs: number };
export type Measured = Pick<Estimate, 'lowMs' | 'midMs' | 'highMs' | 'complexity'> & {
  actualMs: number;
};
export type Calibration = {
  /** Added to the logarithm of the middle. */
  shift: number;
  /** The distance from the middle to the low and the high end is multiplied by these. */
  below: number;
  above: number;
};

/** How many of ten runs may end on each side of the interval. */
const outside = 0.1;
const widthStep = 0.15;
const shiftStep = 0.05;
const widest = Math.log(4);
/** So far may the middle be moved. Many runs that began before any had ended all say the same, again and again. */
const farthest = Math.log(30);
/** Three weeks: more is no estimate, and does not fit where it is kept. */
const longest = 21 * 24 * 3_600_000;
/** From so many on, tasks of one complexity are judged by their own kind alone. */
const enough = 30;

/** @param measured estimates with their outcomes, newest first */
export function calibrate(measured: Measured[]): Calibration {
  let shift = 0;
  let below = 0;
  let above = 0;
  for (const { lowMs, midMs, highMs, actualMs } of [...measured].reverse()) {
    below = hold(below + widthStep * (Number(actualMs < lowMs) - outside));
    above = hold(above + widthStep * (Number(actualMs > highMs) - outside));
    // A run that is far off pulls no more than one at the end of its interval.
    const reach = Math.log(highMs / lowMs) / 2;
    const off = Math.log(Math.max(actualMs, 1) / midMs);
    shift = within(farthest, shift + shiftStep * within(reach, off));
  }
  return { shift, below: Math.exp(below), above: Math.exp(above) };
}

const within = (most: number, value: number) => Math.min(most, Math.max(-most, value));
const hold = (log: number) => within(widest, log);

/** Those that tell about a task of this complexity: of the same if there are enough, else all. */
export function likeThis(measured: Measured[], complexity: Estimate['complexity']): Measured[] {
  const same = measured.filter((estimate) => estimate.complexity === complexity);
  return same.length >= enough ? same : measured;
}

/** The interval in whole milliseconds, from quantiles of a model in milliseconds. */
export function applyCalibration(raw: Interval, { shift, below, above }: Calibration): Interval {
  const mid = raw.midMs * Math.exp(shift);
  const low = mid * (raw.lowMs / raw.midMs) ** below;
  const high = mid * (raw.highMs / raw.midMs) ** above;
  const midMs = whole(mid);
  return {
    lowMs: Math.min(midMs, Math.max(1, Math.floor(low))),
    midMs,
    highMs: Math.max(midMs, whole(Math.ceil(high))),
  };
}

/** In whole milliseconds, at least one. */
export const whole = (ms: number): number => Math.min(longest, Math.max(1, Math.round(ms)));

export const landsInside = ({ lowMs, highMs, actualMs }: Measured): boolean =>
  actualMs >= lowMs && actualMs <= highMs;
