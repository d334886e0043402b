/**
 * A plan as it runs: the steps of an `each` that has begun, once for each of its rounds, with keys of
 * their own ("pay#1", "pay#2"). Rows of rounds say how many there are. Pure.
 */
import type { Plan } from './plan.ts';
import { type EachStep, mapBlocks, type PlanStep, type RoundStep, walk } from './plan-step.ts';

/** The same plan where nothing of it is to be unfolded. */
export function unfold(plan: Plan, rows: readonly { key: string; kind: string }[]): Plan {
  const rounds = new Set(rows.filter(({ kind }) => kind === 'round').map(({ key }) => key));
  if (rounds.size === 0) return plan;
  const block = (steps: PlanStep[]): PlanStep[] =>
    steps.map((step) => {
      if (step.kind !== 'each') return mapBlocks(step, block);
      let count = 0;
      while (rounds.has(`${step.key}#${count + 1}`)) count += 1;
      if (count === 0) return step;
      const unfolded = withRounds(step, count);
      return {
        ...unfolded,
        rounds: unfolded.rounds.map((round) => ({ ...round, do: block(round.do) })),
      };
    });
  return { ...plan, steps: block(plan.steps) };
}

/** An `each` with the steps of so many rounds. */
export function withRounds(step: EachStep, count: number): EachStep & { rounds: RoundStep[] } {
  const own = new Set([...walk(step.do)].map(({ key }) => key));
  const { key, item, priority } = step;
  const rounds = Array.from({ length: count }, (_, at): RoundStep => {
    const suffix = `#${at + 1}`;
    return {
      ...{ kind: 'round', key: `${key}${suffix}`, priority, detail: '' },
      name: `${item} ${at + 1} of ${count}`.slice(0, 120),
      do: renamed(step.do, own, suffix),
    };
  });
  return { ...step, rounds };
}

/** Steps of one round: what means another step of the same round means that of this one. */
function renamed(steps: PlanStep[], own: ReadonlySet<string>, suffix: string): PlanStep[] {
  const meant = (key: string) => (own.has(key) ? `${key}${suffix}` : key);
  return steps.map((step) => {
    const inner = mapBlocks(step, (block) => renamed(block, own, suffix));
    const made = {
      ...inner,
      key: meant(step.key),
      ...(step.needs ? { needs: step.needs.map(meant) } : {}),
    };
    if (made.kind !== 'if' || !('ref' in made.condition)) return made;
    const [key = '', ...path] = made.condition.ref.split('.');
    return { ...made, condition: { ...made.condition, ref: [meant(key), ...path].join('.') } };
  });
}
