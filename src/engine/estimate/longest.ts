import type { PlanStep } from '../workflow/plan.ts';

/** How long steps take together: one after the other they add up, of branches the longest counts. */
export function longestMs(steps: PlanStep[], msOf: (step: PlanStep) => number): number {
  return steps.reduce((sum, step) => sum + stepMs(step, msOf), 0);
}

function stepMs(step: PlanStep, msOf: (step: PlanStep) => number): number {
  // Of an `if` one side is taken: before it is known which, the longer is expected.
  const branches =
    step.kind === 'parallel'
      ? step.branches
      : step.kind === 'if'
        ? [step.do, step.otherwise]
        : undefined;
  if (!branches) return msOf(step);
  return Math.max(...branches.map((branch) => longestMs(branch, msOf)));
}
