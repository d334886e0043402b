/** What is lost when failed steps are left out, and whether they may be (R4). Pure: the verb and the card judge alike. */
import type { Step } from '../db/step.ts';
import { childrenOf, type Plan, walk } from './workflow/plan.ts';
import { unfold } from './workflow/unfold.ts';

type Named = Pick<Step, 'id' | 'name' | 'priority' | 'kind'>;

/** What is left out with the failed steps, because it needs one of them, at whatever distance. */
export function leaningOn(plan: Plan, steps: Step[], failed: Step[]): Step[] {
  const gone = new Set(failed.map((step) => step.key));
  const more: string[] = [];
  // What is needed stands earlier in the plan, so one walk finds all of it.
  for (const step of walk(unfold(plan, steps).steps)) {
    if (gone.has(step.key) || !step.needs?.some((need) => gone.has(need))) continue;
    for (const part of [step, ...walk(childrenOf(step))]) {
      gone.add(part.key);
      more.push(part.key);
    }
  }
  return steps.filter((step) => more.includes(step.key) && step.status === 'pending');
}

/** Why not, or what somebody has to confirm first; neither where they are simply left out. */
export type SkipVerdict = { refused?: string; ask?: string };

/** @param leaning what is left out with them */
export function judgeSkip(failed: Named[], leaning: Named[]): SkipVerdict {
  const refused = failed.find((step) => step.kind === 'approval');
  if (refused) return { refused: `"${refused.name}" was refused, and that cannot be skipped.` };
  const lost = [...failed, ...leaning];
  const critical = lost.find((step) => step.priority === 'critical');
  if (critical) return { refused: withoutResult(critical, failed) };
  const high = lost.find((step) => step.priority === 'high');
  return high ? { ask: confirmationFor(high, failed) } : {};
}

const isOf = (step: Named, failed: Named[]) => failed.some((other) => other.id === step.id);

function withoutResult(critical: Named, failed: Named[]): string {
  const skipped = isOf(critical, failed) ? critical : (failed[0] ?? critical);
  const needed = skipped.id === critical.id ? 'it' : `"${critical.name}", which needs it,`;
  return `"${skipped.name}" cannot be skipped: without ${needed} there is no result.`;
}

/** What somebody is told before a step of high priority is left out. */
function confirmationFor(high: Named, failed: Named[]): string {
  const needs = isOf(high, failed) ? '' : `, which needs "${failed[0]?.name}",`;
  return `"${high.name}"${needs} is core functionality (HIGH). Without it the result is incomplete, and it stays an open item. Say “skip it anyway” to go on without it.`;
}
