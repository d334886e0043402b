/**
 * Which value each variable has at a step: the one place that says so, from the plan and what came out of
 * its steps. Pure. A step sees what stands before it in the text: of branches its own, of an `each` the
 * rounds before; a workflow inside of another sees its inputs only.
 */
import { evaluate } from './evaluate.ts';
import { expressionOf, variablesIn } from './expression.ts';
import type { Value } from './function.ts';
import type { Plan } from './plan.ts';
import { type EachStep, type PlanStep, type WorkflowStep, walk } from './plan-step.ts';
import { variableKey } from './visit.ts';

/** What has to be known of the row of a step. */
export type Row = { key: string; status: string; result: unknown };
export type Rows = ReadonlyMap<string, Row>;

export const rowsByKey = <R extends Row>(rows: readonly R[]): ReadonlyMap<string, R> =>
  new Map(rows.map((row) => [row.key, row]));

export class Scope {
  /** By lower-case name. */
  readonly values: Map<string, Value>;
  /** Variables that a step before may still give another value. */
  readonly open: Set<string>;
  /** What was set since this scope began. */
  readonly changed = new Set<string>();

  constructor(values: Iterable<[string, Value]> = [], open: Iterable<string> = []) {
    this.values = new Map(values);
    this.open = new Set(open);
  }

  set(name: string, value: Value): void {
    const key = variableKey(name);
    this.values.set(key, value);
    this.open.delete(key);
    this.changed.add(key);
  }
  leaveOpen(name: string): void {
    this.open.add(variableKey(name));
    this.changed.add(variableKey(name));
  }

  /** Of a branch: begins with what is known here. */
  inner(): Scope {
    return new Scope(this.values, this.open);
  }
  /** Takes over what a branch has set. */
  merge({ values, open, changed }: Scope): void {
    for (const key of changed) {
      if (open.has(key)) this.leaveOpen(key);
      else this.set(key, values.get(key) ?? null);
    }
  }
}

type Of = Pick<Plan, 'steps' | 'variables'>;

/** @param plan unfolded, as it runs */
export function scopeAt(plan: Of, rows: Rows, key: string): Scope {
  const scope = scopeOf(plan.variables);
  return pass(plan.steps, scope, { rows, key }) ?? scope;
}

const scopeOf = (variables: Record<string, unknown> | undefined) =>
  new Scope(
    Object.entries(variables ?? {}).map(([name, value]) => [variableKey(name), value as Value]),
  );

type At = { rows: Rows; key: string };

/** Goes through steps that have been passed; the scope at the one that is looked for, where it is met. */
function pass(steps: PlanStep[], scope: Scope, at: At): Scope | undefined {
  for (const step of steps) {
    const found = passStep(step, scope, at);
    if (found) return found;
  }
  return undefined;
}

function passStep(step: PlanStep, scope: Scope, at: At): Scope | undefined {
  if (step.key === at.key) return scope;
  switch (step.kind) {
    case 'parallel': {
      const branches = step.branches.map((branch) => {
        const inner = scope.inner();
        return { inner, found: pass(branch, inner, at) };
      });
      for (const { inner, found } of branches) {
        if (found) return found;
        scope.merge(inner);
      }
      return undefined;
    }
    case 'if':
      return pass(step.do, scope, at) ?? pass(step.otherwise, scope, at);
    case 'each':
      return passRounds(step, scope, at);
    case 'workflow':
      return passWorkflow(step, scope, at);
    default:
      if ('as' in step && step.as !== undefined)
        keep(step.as, step.kind === 'tool' ? step.take : undefined, scope, at.rows.get(step.key));
      return undefined;
  }
}

/** What came out of a step; one that was left out changes nothing. */
function keep(name: string, take: string | undefined, scope: Scope, row: Row | undefined): void {
  if (row?.status === 'skipped') return;
  if (row?.status !== 'completed') scope.leaveOpen(name);
  else scope.set(name, take === undefined ? (row.result as Value) : fieldOf(row.result, take));
}

function fieldOf(result: unknown, field: string): Value {
  if (typeof result !== 'object' || result === null || !Object.hasOwn(result, field)) return null;
  return ((result as Record<string, unknown>)[field] ?? null) as Value;
}

function passRounds(step: EachStep, scope: Scope, at: At): Scope | undefined {
  if (!step.rounds) {
    const row = at.rows.get(step.key);
    // Without a round it has set nothing.
    if (row?.status === 'skipped' || row?.status === 'completed') return undefined;
    return pass(step.do, scope, at);
  }
  const item = variableKey(step.item);
  const before = scope.values.get(item);
  for (const round of step.rounds) {
    if (round.key === at.key) return scope;
    scope.values.set(item, (at.rows.get(round.key)?.result ?? null) as Value);
    const found = pass(round.do, scope, at);
    if (found) return found;
  }
  // Outside of it the name means what it meant before.
  if (before === undefined) scope.values.delete(item);
  else scope.values.set(item, before);
  return undefined;
}

function passWorkflow(step: WorkflowStep, scope: Scope, at: At): Scope | undefined {
  if (contains(step, at.key)) {
    const inner = innerScope(step, scope);
    return pass(step.do, inner, at) ?? inner;
  }
  if (step.as !== undefined) keep(step.as, undefined, scope, at.rows.get(step.key));
  return undefined;
}

const contains = ({ do: steps }: WorkflowStep, key: string) => {
  for (const step of walk(steps)) if (step.key === key) return true;
  return false;
};

function innerScope(step: WorkflowStep, outer: Scope): Scope {
  const inner = scopeOf(step.variables);
  for (const [name, text] of Object.entries(step.with)) {
    const expression = expressionOf(text);
    const isOpen = [...variablesIn(expression)].some((read) => outer.open.has(read));
    if (isOpen) inner.leaveOpen(name);
    else
      inner.set(
        name,
        valueOr(() => evaluate(expression, outer.values)),
      );
  }
  return inner;
}

/** One that cannot be computed has stopped the workflow before any step of it began. */
function valueOr(work: () => Value): Value {
  try {
    return work();
  } catch {
    return null;
  }
}

/** What the variables of a workflow inside of another are at its end: the result of running it. */
export function resultOf(step: WorkflowStep, plan: Of, rows: Rows): Record<string, Value> {
  const inner = innerScope(step, scopeAt(plan, rows, step.key));
  pass(step.do, inner, { rows, key: '' });
  return Object.fromEntries(inner.values);
}
