/**
 * The rest of a plan made to fit into what is left: steps that cost and that nothing critical needs are left out, the
 * least important first, the last first among equals. Pure.
 */
import { priorities } from '../../db/task.ts';
import { expressionOf, variablesIn } from '../workflow/expression.ts';
import { childrenOf, mapBlocks, Plan, type PlanStep, walk } from '../workflow/plan.ts';
import { expressionsOf } from '../workflow/reads.ts';
import { variableKey } from '../workflow/visit.ts';
import { type Envelope, fitsIn } from './envelope.ts';
import { type Means, mostOf } from './most.ts';

export type Cheaper = { plan: Plan; dropped: string[]; most: Envelope };

/**
 * @param done keys of steps that are finished and stay so
 * @param left what the rest may spend; minutes are not looked at
 * @returns undefined where what cannot be left out does not fit
 */
export function cheaper(
  plan: Plan,
  done: ReadonlySet<string>,
  left: Envelope,
  means: Means,
): Cheaper | undefined {
  const fits = (most: Envelope) => fitsIn({ ...most, minutes: 0 }, left);
  let current = plan;
  const dropped: string[] = [];
  for (const candidate of candidatesOf(plan, done, means)) {
    if (fits(mostOf(current, means, done))) break;
    const gone = withThoseThatNeed(current, candidate.key);
    const lost = [...walk(current.steps)].filter((step) => gone.has(step.key));
    if (lost.length === 0 || lost.some(isNeeded)) continue;
    const checks = current.checks.filter(({ step }) => step === undefined || !gone.has(step));
    const next = Plan.safeParse({ ...current, steps: without(current.steps, gone), checks });
    // There would be nothing left to do, or nothing to check it by.
    if (!next.success) continue;
    current = next.data;
    dropped.push(...lost.map(({ name }) => name));
  }
  const most = mostOf(current, means, done);
  return dropped.length > 0 && fits(most) ? { plan: current, dropped, most } : undefined;
}

/** Without it there is no result, or what comes after it would go on unasked. */
const isNeeded = ({ kind, priority }: PlanStep) => priority === 'critical' || kind === 'approval';

function candidatesOf(plan: Plan, done: ReadonlySet<string>, means: Means): PlanStep[] {
  const costs = (step: PlanStep) =>
    step.kind === 'tool' &&
    !done.has(step.key) &&
    !fitsIn({ ...mostOf({ ...plan, steps: [step] }, means), minutes: 0 }, none);
  const weight = ({ priority }: PlanStep) => priorities.indexOf(priority);
  return [...walk(plan.steps)]
    .filter(costs)
    .reverse()
    .sort((one, other) => weight(other) - weight(one));
}
const none: Envelope = { tokens: 0, microdollars: 0, minutes: 0, messages: 0 };

/** A step, what is inside of it, and all that could not be done without it, at whatever distance. */
function withThoseThatNeed(plan: Plan, key: string): Set<string> {
  const gone = new Set([key]);
  const names = new Set<string>();
  for (let before = -1; before !== gone.size; ) {
    before = gone.size;
    for (const step of walk(plan.steps)) {
      if (!gone.has(step.key) && !leansOn(step, gone, names)) continue;
      for (const part of [step, ...walk(childrenOf(step))]) {
        gone.add(part.key);
        if ('as' in part && part.as !== undefined) names.add(variableKey(part.as));
      }
    }
  }
  return gone;
}

function leansOn(step: PlanStep, gone: Set<string>, names: Set<string>): boolean {
  if (step.needs?.some((need) => gone.has(need))) return true;
  if (step.kind === 'if' && 'ref' in step.condition)
    return gone.has(step.condition.ref.split('.')[0] ?? '');
  const texts = [
    ...expressionsOf(step),
    ...(step.kind === 'if' && 'expression' in step.condition ? [step.condition.expression] : []),
    ...(step.kind === 'each' ? [step.list] : []),
    ...(step.kind === 'workflow' ? Object.values(step.with) : []),
  ].filter((text) => text !== '');
  return texts.some((text) => [...variablesIn(expressionOf(text))].some((name) => names.has(name)));
}

function without(steps: PlanStep[], gone: Set<string>): PlanStep[] {
  return steps
    .filter(({ key }) => !gone.has(key))
    .map((step): PlanStep => {
      const left = mapBlocks(step, (block) => without(block, gone));
      return left.kind === 'parallel'
        ? { ...left, branches: left.branches.filter((branch) => branch.length > 0) }
        : left;
    })
    .filter((step) => childrenOf(step).length > 0 || blockless(step));
}

const blockless = ({ kind }: PlanStep) =>
  kind !== 'parallel' && kind !== 'if' && kind !== 'each' && kind !== 'workflow';
