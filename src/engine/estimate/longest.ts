import { blocksOf, type PlanStep } from '../workflow/plan.ts';

/** How long steps take together: one after the other they add up, of branches the longest counts. */
export function longestMs(steps: PlanStep[], msOf: (step: PlanStep) => number): number {
  return steps.reduce((sum, step) => sum + stepMs(step, msOf), 0);
}

function stepMs(step: PlanStep, msOf: (step: PlanStep) => number): number {
  // Of an `if` one side is taken: before it is known which, the longer is expected.
  const blocks = blocksOf(step);
  // Of a list that is not gone through yet, a row says how long all of it takes.
  if (blocks.length === 0) return msOf(step);
  const own = step.kind === 'each' && !step.rounds ? msOf(step) : 0;
  if (own > 0) return own;
  const times = blocks.map((block) => longestMs(block, msOf));
  if (step.kind !== 'parallel') return Math.max(...times);
  if (step.until === 'any' || step.until === 'first') return Math.min(...times);
  const together = times.reduce((sum, ms) => sum + ms, 0) / (step.limit ?? times.length);
  return Math.max(together, ...times);
}
