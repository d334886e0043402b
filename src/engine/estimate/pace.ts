/**
 * How fast each tool works here, learned from the newest completed steps: the logarithm of the
 * milliseconds per part is taken as normal, with a mean and a spread per tool. Newer steps count
 * more. What is known of few steps is drawn towards a first guess with a wide spread.
 */

import type { UnitSample } from '../../db/estimate.ts';

/** Of one tool: mean and variance of ln(ms per part), from how many steps' worth of history. */
type Unit = { mean: number; variance: number; count: number };
export type Pace = {
  units: ReadonlyMap<string, Unit>;
  /** Which share of the variance the steps of one run have in common, as when the machine is busy. */
  shared: number;
};
/** A belief about one step: ln(ms per part), how sure its middle is, and how steps lie around it. */
export type Belief = { mean: number; meanVariance: number; variance: number };

/** Each older step counts this much of the one after it, so that a lasting change is followed. */
const fading = 0.95;
/** The first guess is right within a factor of two, two times out of three. */
const guessVariance = Math.log(2) ** 2;
/** How many steps of history the guess of the spread, and of the shared part, is worth. */
const guessedSpreads = 2;
const guessedRuns = 10;
const guessedShare = 0.5;
/** Clocks count whole milliseconds; nothing is quicker than a twentieth of one. */
const logOf = (ms: number) => Math.log(Math.max(ms, 0.05));

/** @param samples of each tool the newest first */
export function learnPace(samples: UnitSample[]): Pace {
  const units = new Map<string, Unit>();
  const residuals: { runId: string; value: number }[] = [];
  for (const [tool, of] of groupBy(samples, (sample) => sample.tool)) {
    const logs = of.map((sample) => logOf(sample.unitMs));
    const weights = logs.map((_, index) => fading ** index);
    const total = sum(weights);
    const mean = sum(logs.map((log, index) => log * (weights[index] ?? 0))) / total;
    const square = sum(logs.map((log, index) => (log - mean) ** 2 * (weights[index] ?? 0)));
    const count = total ** 2 / sum(weights.map((weight) => weight ** 2));
    // Around a mean that was taken from the same numbers they lie too close.
    const variance = count > 1 ? (square / total) * (count / (count - 1)) : 0;
    units.set(tool, { mean, variance, count });
    const deviation = Math.sqrt(variance) || 1;
    for (const [index, { runId }] of of.entries())
      residuals.push({ runId, value: ((logs[index] ?? mean) - mean) / deviation });
  }
  return { units, shared: sharedOf(residuals) };
}

/** The mean product of two standardised residuals of one run: their correlation. */
function sharedOf(residuals: { runId: string; value: number }[]): number {
  let products = 0;
  let pairs = 0;
  let runs = 0;
  for (const of of groupBy(residuals, (residual) => residual.runId).values()) {
    if (of.length < 2) continue;
    const values = of.map((residual) => residual.value);
    products += sum(values) ** 2 - sum(values.map((value) => value ** 2));
    pairs += values.length * (values.length - 1);
    runs += 1;
  }
  const seen = pairs > 0 ? products / pairs : 0;
  const share = (seen * runs + guessedShare * guessedRuns) / (runs + guessedRuns);
  return Math.min(0.95, Math.max(0, share));
}

/** @param guessMs what a part of it is thought to take as long as nothing is known */
export function believe(pace: Pace, tool: string, guessMs: number): Belief {
  const guess = logOf(guessMs);
  const unit = pace.units.get(tool);
  if (!unit) return { mean: guess, meanVariance: guessVariance, variance: guessVariance };
  const { count } = unit;
  const variance =
    (unit.variance * count + guessVariance * guessedSpreads) / (count + guessedSpreads);
  // Two sources of one number, each trusted as far as it is precise.
  const [known, guessed] = [count / variance, 1 / guessVariance];
  const mean = (unit.mean * known + guess * guessed) / (known + guessed);
  return { mean, meanVariance: 1 / (known + guessed), variance };
}

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);

function groupBy<T>(all: T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const group = groups.get(keyOf(one));
    if (group) group.push(one);
    else groups.set(keyOf(one), [one]);
  }
  return groups;
}
