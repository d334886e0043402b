/** How long a plan will take: its run is played through some hundred times with what is believed of each step. */
import { type Plan, type ToolStep, walk } from '../workflow/plan.ts';
import { applyCalibration, type Calibration, type Interval, whole } from './calibration.ts';
import { longestMs } from './longest.ts';
import { type Belief, believe, type Pace } from './pace.ts';
import { createRandom } from './random.ts';

/** Checks before and after the work are one more step, with a part for each check. */
export const checksTool = 'checks';
const checkMs = 20;
/** The same numbers for every plan, so that the same history gives the same estimate. */
const seed = 20_260_301;
const mostDraws = 400;
const leastDraws = 100;
const affordable = 40_000;

type Timed = { tool: string; belief: Belief };

export type Forecast = Interval & {
  /** Of the middle, what the checks take. */
  checksMs: number;
  /** The middle of each tool step by its key, in milliseconds. */
  stepMs: Record<string, number>;
};

/**
 * @param guessMs what one part of a step is thought to take while there is no history
 * @returns the interval that four of five runs should land in
 */
export function forecast(
  plan: Pick<Plan, 'steps' | 'checks'>,
  pace: Pace,
  guessMs: (step: ToolStep) => number,
  calibration: Calibration,
): Forecast {
  const timed = new Map<string, Timed>();
  for (const step of walk(plan.steps)) {
    if (step.kind !== 'tool') continue;
    const { tool } = step;
    timed.set(step.key, {
      tool,
      belief: believe(pace, tool, partsOf(step.substeps), guessMs(step)),
    });
  }
  const checks: Timed = {
    tool: checksTool,
    belief: believe(pace, checksTool, partsOf(plan.checks), checkMs),
  };
  const random = createRandom(seed);
  const draws = Math.round(
    Math.min(mostDraws, Math.max(leastDraws, affordable / (timed.size + 1))),
  );
  const totals = Array.from({ length: draws }, () => {
    const draw = drawRun(pace, random.normal);
    return longestMs(plan.steps, (step) => draw(timed.get(step.key))) + draw(checks);
  }).sort((a, b) => a - b);
  const at = (share: number) => totals[Math.round(share * (draws - 1))] ?? 1;
  const raw = { lowMs: at(0.1), midMs: at(0.5), highMs: at(0.9) };
  return {
    ...applyCalibration(raw, calibration),
    checksMs: middle(checks, calibration),
    stepMs: Object.fromEntries([...timed].map(([key, one]) => [key, middle(one, calibration)])),
  };
}

const partsOf = (parts: unknown[]) => Math.max(1, parts.length);
const middle = ({ belief }: Timed, { shift }: Calibration) => whole(Math.exp(belief.mean + shift));

/** One run: all its steps share a part of their luck, and those of one tool the doubt about its mean. */
function drawRun(pace: Pace, normal: () => number): (step: Timed | undefined) => number {
  const [common, own] = [Math.sqrt(pace.shared), Math.sqrt(1 - pace.shared)];
  const luck = normal();
  const doubts = new Map<string, number>();
  return (step) => {
    if (!step) return 0;
    const { tool, belief } = step;
    let doubt = doubts.get(tool);
    if (doubt === undefined) {
      doubt = normal();
      doubts.set(tool, doubt);
    }
    const around = Math.sqrt(belief.variance) * (common * luck + own * normal());
    return Math.exp(belief.mean + Math.sqrt(belief.meanVariance) * doubt + around);
  };
}
