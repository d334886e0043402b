/**
 * How fast each tool works here, learned from the newest completed steps: the logarithm of what a step
 * takes is taken as normal around a line over the logarithm of its parts. Twice as many parts take less
 * than twice as long where something is done once per step. Newer steps count more. What is known of few
 * steps is drawn towards a first guess with a wide spread.
 */
import type { StepSample } from '../../db/estimate.ts';

/** The line of one tool: ln(ms) at the mean ln(parts), its slope, and how steps lie around it. */
type Line = {
  mean: number;
  meanParts: number;
  slope: number;
  slopeVariance: number;
  variance: number;
  /** From how many steps' worth of history. */
  count: number;
};
export type Pace = {
  lines: ReadonlyMap<string, Line>;
  /** Which share of the variance the steps of one run have in common, as when the machine is busy. */
  shared: number;
};
/** A belief about one step: ln(ms), how sure its middle is, and how such steps lie around it. */
export type Belief = { mean: number; meanVariance: number; variance: number };

/** Each older step counts this much of the one after it, so that a lasting change is followed. */
const fading = 0.95;
/** The first guess is right within a factor of two, two times out of three. */
const guessVariance = Math.log(2) ** 2;
/** That a step takes as long as it has parts is believed as if one step e times as large had shown it. */
const guessedSlope = 1;
const slopeWeight = 1;
/** How many steps of history the guess of the spread, and of the shared part, is worth. */
const guessedSpreads = 2;
const guessedRuns = 10;
const guessedShare = 0.5;
/** Clocks count whole milliseconds; nothing is quicker than a twentieth of one. */
const logOf = (ms: number) => Math.log(Math.max(ms, 0.05));

/** @param samples of each tool the newest first */
export function learnPace(samples: StepSample[]): Pace {
  const lines = new Map<string, Line>();
  const residuals: { runId: string; value: number }[] = [];
  for (const [tool, of] of groupBy(samples, (sample) => sample.tool)) {
    const { line, rests } = fitLine(of);
    lines.set(tool, line);
    const deviation = Math.sqrt(line.variance) || 1;
    for (const [index, { runId }] of of.entries())
      residuals.push({ runId, value: (rests[index] ?? 0) / deviation });
  }
  return { lines, shared: sharedOf(residuals) };
}

/** Weighted least squares with a slope that is drawn towards the guess; `rests` is what it leaves unexplained. */
function fitLine(samples: StepSample[]): { line: Line; rests: number[] } {
  const weights = samples.map((_, index) => fading ** index);
  const total = sum(weights);
  const weighted = (values: number[]) =>
    sum(values.map((value, index) => value * (weights[index] ?? 0)));
  const logs = samples.map((sample) => logOf(sample.ms));
  const parts = samples.map((sample) => Math.log(Math.max(1, sample.parts)));
  const [mean, meanParts] = [weighted(logs) / total, weighted(parts) / total];
  const off = parts.map((part) => part - meanParts);
  const reach = weighted(off.map((part) => part ** 2)) + slopeWeight;
  const rise = weighted(off.map((part, index) => part * ((logs[index] ?? mean) - mean)));
  const slope = (rise + slopeWeight * guessedSlope) / reach;
  const rests = logs.map((log, index) => log - mean - slope * (off[index] ?? 0));
  const count = total ** 2 / weighted(weights);
  // Around a mean that was taken from the same numbers they lie too close.
  const square = weighted(rests.map((rest) => rest ** 2)) / total;
  const variance = count > 1 ? square * (count / (count - 1)) : 0;
  const slopeVariance = variance / reach;
  return { line: { mean, meanParts, slope, slopeVariance, variance, count }, rests };
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
export function believe(pace: Pace, tool: string, parts: number, guessMs: number): Belief {
  const guess = logOf(guessMs * parts);
  const line = pace.lines.get(tool);
  if (!line) return { mean: guess, meanVariance: guessVariance, variance: guessVariance };
  const { count, slope, slopeVariance } = line;
  const variance =
    (line.variance * count + guessVariance * guessedSpreads) / (count + guessedSpreads);
  const off = Math.log(parts) - line.meanParts;
  // Two sources of one number, each trusted as far as it is precise.
  const doubt = variance / count + slopeVariance * off ** 2;
  const [known, guessed] = [1 / doubt, 1 / guessVariance];
  const mean = ((line.mean + slope * off) * known + guess * guessed) / (known + guessed);
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
