/** How good the estimates were, measured against what the runs took. */
import { type Complexity, complexities } from '../../db/estimate.ts';
import { landsInside, type Measured } from './calibration.ts';

/** What is promised of the middle of an estimate, in percent, and for how many tables (F211–F213). */
const promises: Record<Complexity, { percent: number; tables: string }> = {
  simple: { percent: 20, tables: '1–2 tables' },
  medium: { percent: 30, tables: '3–5 tables' },
  complex: { percent: 50, tables: '6 or more tables' },
};
/** The share of runs, in percent, that is to land in the interval. */
export const promisedCoverage = 80;

/** Percentages are whole numbers; null where nothing was measured. */
export type Accuracy = {
  runs: number;
  /** Half of the runs were closer to the middle of their estimate than this, in percent of what they took. */
  medianError: number | null;
  /** The share within the promise of their complexity. */
  withinPromise: number | null;
  /** The share that landed in the interval. */
  coverage: number | null;
};
export type BandAccuracy = Accuracy & {
  complexity: Complexity;
  tables: string;
  promisePercent: number;
};

export function accuracyOf(measured: Measured[]): { overall: Accuracy; bands: BandAccuracy[] } {
  const bands = complexities.map((complexity) => ({
    complexity,
    tables: promises[complexity].tables,
    promisePercent: promises[complexity].percent,
    ...measure(measured.filter((estimate) => estimate.complexity === complexity)),
  }));
  return { overall: measure(measured), bands };
}

function measure(measured: Measured[]): Accuracy {
  const errors = measured.map(errorOf).sort((a, b) => a - b);
  const kept = measured.filter((one) => errorOf(one) <= promises[one.complexity].percent);
  const [lower, upper] = [errors[(errors.length - 1) >> 1], errors[errors.length >> 1]];
  return {
    runs: measured.length,
    medianError:
      lower === undefined || upper === undefined ? null : Math.round((lower + upper) / 2),
    withinPromise: percentOf(kept.length, measured.length),
    coverage: percentOf(measured.filter(landsInside).length, measured.length),
  };
}

/** By how much the middle was wrong, in percent of what the run took. */
const errorOf = ({ midMs, actualMs }: Measured) =>
  (100 * Math.abs(midMs - actualMs)) / Math.max(1, actualMs);

const percentOf = (some: number, all: number) =>
  all === 0 ? null : Math.round((100 * some) / all);
