/** What is known of a workflow's values before it runs: its inputs. */
import { FactotumError } from '../../errors.ts';
import { type Expression, type Name, statementsIn, type Workflow } from './ast.ts';
import { eventName, type Input } from './check-variable.ts';
import { evaluate, holds } from './evaluate.ts';
import type { Value } from './function.ts';
import type { Problems } from './problem.ts';
import { bounded } from './size.ts';
import { nearest } from './suggest.ts';
import { setBy, variableKey, visit } from './visit.ts';

/** `later`: known only when steps have run. `missing`: it cannot be known, and that has been said. */
export type Outcome = { kind: 'value'; value: Value } | { kind: 'later' } | { kind: 'missing' };

export class Given {
  private readonly problems: Problems;
  private readonly values = new Map<string, Value>();
  private readonly written = new Map<string, string>();
  /** Variables that steps set: never known before. */
  private readonly later: Set<string>;
  private readonly told = new Set<string>();
  /** Inputs whose value others say that are known only when it runs. */
  readonly computed: { name: string; value: Expression }[] = [];

  /** @param dynamic inputs that it is given when it runs */
  constructor(
    problems: Problems,
    { name, body }: Workflow,
    inputs: Input[],
    given: Readonly<Record<string, Value>>,
    dynamic: readonly string[] = [],
  ) {
    this.problems = problems;
    const setters = statementsIn(body).filter(({ kind }) => kind !== 'input');
    const items = statementsIn(body).flatMap((each) => (each.kind === 'for' ? [each.item] : []));
    const later = [...setters.flatMap(setBy), ...items].map(({ text }) => variableKey(text));
    const hasEvent = setters.some(({ kind }) => kind === 'on_event' || kind === 'wait_event');
    this.later = new Set([
      ...[...later, ...(hasEvent ? [eventName] : [])],
      ...dynamic.map(variableKey),
    ]);
    const names = new Set(inputs.map((input) => variableKey(input.name)));
    for (const [key, value] of Object.entries(given)) {
      if (names.has(variableKey(key))) this.keep(key, value, name);
      else {
        const near = nearest(key, names);
        const message = `There is no input “${key.slice(0, 60)}”.`;
        problems.add('WF402', name, message, near ? `Did you mean ${near}?` : undefined);
      }
    }
    for (const input of inputs) {
      const key = variableKey(input.name);
      if (this.values.has(key) || !input.value) continue;
      if (dynamic.some((other) => variableKey(other) === key)) continue;
      const found = this.know(input.value);
      if (found.kind === 'value') this.keep(input.name, found.value, name);
      if (found.kind !== 'later') continue;
      this.computed.push({ name: input.name, value: input.value });
      this.later.add(key);
    }
  }

  /** Those that are known, as they are written. */
  variables(): Record<string, Value> {
    return Object.fromEntries(
      [...this.values].map(([key, value]) => [this.written.get(key) ?? key, value]),
    );
  }

  /** "order_amount is 101", for whoever reads the plan. */
  understood(): string[] {
    return [...this.values].map(([key, value]) => {
      const words = JSON.stringify(value);
      const shown = words.length > 100 ? `${words.slice(0, 99)}…` : words;
      return `${this.written.get(key)} is ${shown}`;
    });
  }

  /** What an expression is, if nothing but inputs is in it. */
  know(expression: Expression): Outcome {
    return this.attempt(expression, () => evaluate(expression, this.values));
  }
  knowCondition(expression: Expression): Outcome {
    return this.attempt(expression, () => holds(expression, this.values));
  }

  private attempt(expression: Expression, work: () => Value): Outcome {
    let isLater = false;
    let isMissing = false;
    visit(expression, (found) => {
      if (found.kind !== 'name') return;
      const key = variableKey(found.name);
      if (this.later.has(key)) isLater = true;
      else if (!this.values.has(key)) {
        isMissing = true;
        if (this.told.has(key)) return;
        this.told.add(key);
        const hint = `Give ${found.name} when you run the workflow, or write INPUT ${found.name} = value.`;
        this.problems.add('WF402', found, `The input “${found.name}” has no value.`, hint);
      }
    });
    if (isMissing) return { kind: 'missing' };
    if (isLater) return { kind: 'later' };
    try {
      return { kind: 'value', value: work() };
    } catch (error) {
      if (!(error instanceof FactotumError)) throw error;
      this.problems.add('WF405', expression, error.message);
      return { kind: 'missing' };
    }
  }

  /** @param at where it is said that it is too large */
  private keep(name: string, value: Value, at?: Name): void {
    try {
      bounded(value, `The input “${name.slice(0, 60)}”`);
    } catch (error) {
      if (!(error instanceof FactotumError) || !at) throw error;
      this.problems.add('WF405', at, error.message);
      // It has no value then, which is not said again.
      this.told.add(variableKey(name));
      return;
    }
    this.values.set(variableKey(name), value);
    this.written.set(variableKey(name), name);
  }
}

/** What a condition is when nothing but inputs decides it; a part of an AND that does not hold decides it too. */
export function decide(of: Expression, given: Given): Outcome {
  if (of.kind !== 'binary' || of.operator !== 'and') return given.knowCondition(of);
  const [left, right] = [decide(of.left, given), decide(of.right, given)];
  const sides = [left, right];
  if (sides.some(({ kind }) => kind === 'missing')) return { kind: 'missing' };
  const no = sides.find((side) => side.kind === 'value' && side.value === false);
  return no ?? sides.find(({ kind }) => kind === 'later') ?? left;
}
