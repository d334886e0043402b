/** Which steps of a plan come before one. Pure. */
import { blocksOf, type PlanStep, walk } from '../workflow/plan-step.ts';

/**
 * Keys of what has been passed when the step begins: of branches its own, of an `each` the rounds before. Steps
 * beside it are not among them.
 * @param steps unfolded, as they run
 */
export function stepsBefore(steps: PlanStep[], key: string): string[] {
  return passedIn(steps, key) ?? [];
}

function passedIn(steps: PlanStep[], key: string): string[] | undefined {
  const passed: string[] = [];
  for (const step of steps) {
    if (step.key === key) return passed;
    for (const block of blocksOf(step)) {
      const inside = passedIn(block, key);
      if (inside) return [...passed, ...inside];
    }
    for (const inner of walk([step])) passed.push(inner.key);
  }
  return undefined;
}
