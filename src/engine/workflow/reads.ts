/** Whether the steps of a new plan would read the same as those of the plan before did. Pure. */
import { isDeepStrictEqual } from 'node:util';
import { expressionOf, variablesIn } from './expression.ts';
import type { Plan } from './plan.ts';
import { childrenOf, type PlanStep, walk } from './plan-step.ts';
import { variableKey } from './visit.ts';

/** The expressions of a step itself. */
export function expressionsOf(step: PlanStep): string[] {
  if (step.kind === 'tool') return Object.values(step.bind ?? {});
  if (step.kind === 'human' || step.kind === 'approval') return step.say ? [step.say] : [];
  if (step.kind === 'set') return [step.value];
  if (step.kind === 'wait') return [step.seconds ?? step.until ?? ''];
  return step.kind === 'wait_event' && step.where ? [step.where] : [];
}

const setBy = (step: PlanStep): string | undefined =>
  'as' in step && step.as !== undefined ? variableKey(step.as) : undefined;

type Before = { plan: Plan; steps: { key: string; status: string; result?: unknown }[] };

/** Told of each step in the order of the plan whether it was kept; asked before whether it reads the same. */
export type Reading = {
  isSame(step: PlanStep): boolean;
  pass(step: PlanStep, isKept: boolean): void;
};

/** @param items of the rounds of the new run, by the keys of the rounds */
export function compareReading(
  before: Before,
  after: Plan,
  items: ReadonlyMap<string, unknown>,
): Reading {
  const was = new Map(before.steps.map((step) => [step.key, step]));
  const old = new Map([...walk(before.plan.steps)].map((step) => [step.key, step]));
  const areInputsSame = isDeepStrictEqual(before.plan.variables ?? {}, after.variables ?? {});
  /** The rounds and workflows around each step. */
  const around = new Map<string, PlanStep[]>();
  const look = (steps: PlanStep[], outer: PlanStep[]) => {
    for (const step of steps) {
      around.set(step.key, outer);
      const isScope = step.kind === 'round' || step.kind === 'workflow';
      look(childrenOf(step), isScope ? [...outer, step] : outer);
    }
  };
  look(after.steps, []);
  const isAroundSame = (step: PlanStep): boolean => {
    if (step.kind === 'round')
      return isDeepStrictEqual(was.get(step.key)?.result ?? null, items.get(step.key) ?? null);
    const other = old.get(step.key);
    return (
      step.kind === 'workflow' &&
      other?.kind === 'workflow' &&
      isDeepStrictEqual([other.with, other.variables], [step.with, step.variables])
    );
  };
  const setters = new Map([...walk(after.steps)].map((step) => [step.key, setBy(step)]));
  // What nothing sets any more, or something else.
  const gone = [...old.values()].map((step) => [setBy(step), setters.get(step.key)]);
  const changed = new Set(
    gone.flatMap(([name, now]) => (name !== undefined && name !== now ? [name] : [])),
  );
  return {
    isSame(step) {
      const outer = around.get(step.key) ?? [];
      if (!outer.every(isAroundSame)) return false;
      const texts = expressionsOf(step);
      if (texts.length === 0) return true;
      if (!areInputsSame) return false;
      // What a list or a workflow around it is made of may hang on anything.
      if (outer.length > 0) return changed.size === 0;
      return texts.every((text) =>
        [...variablesIn(expressionOf(text))].every((name) => !changed.has(name)),
      );
    },
    pass(step, isKept) {
      const name = setBy(step);
      if (name === undefined || isKept) return;
      if (was.get(step.key)?.status !== 'skipped') changed.add(name);
    },
  };
}
