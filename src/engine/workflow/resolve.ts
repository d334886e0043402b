/**
 * What a step is given: its input with what results of earlier steps say. The gate, the call and whatever
 * shows or remembers a call use this one, so that what was approved is what runs. Pure.
 */
import { FactotumError } from '../../errors.ts';
import { evaluate, holds } from './evaluate.ts';
import { expressionOf, variablesIn } from './expression.ts';
import { textOf, type Value } from './function.ts';
import type { Plan } from './plan.ts';
import type { ApprovalStep, Condition, HumanStep, ToolStep, WorkflowStep } from './plan-step.ts';
import { type Row, resultOf, rowsByKey, type Scope, scopeAt } from './scope.ts';
import { bounded } from './size.ts';

/** `problem`: a sentence that names the expression which cannot be computed (WF405). */
export type Resolved<T> = { value: T } | { problem: string };

/** A plan as it runs, with the rows of its steps. */
export type Running = {
  plan: Pick<Plan, 'steps' | 'variables'>;
  steps: readonly Row[];
};

const scopeIn = ({ plan, steps }: Running, key: string): Scope =>
  scopeAt(plan, rowsByKey(steps), key);

function attempt<T>(work: () => T): Resolved<T> {
  try {
    return { value: work() };
  } catch (error) {
    if (error instanceof FactotumError) return { problem: error.message };
    // More than the machine can hold, or deeper than it can go.
    if (error instanceof RangeError) return { problem: 'It is too large to be computed.' };
    throw error;
  }
}

const computed = (text: string, { values }: Scope): Value =>
  bounded(evaluate(expressionOf(text), values), text.length > 80 ? `${text.slice(0, 79)}…` : text);

/** The value of an expression as a step of the plan sees it. */
export const valueAt = (running: Running, key: string, text: string): Resolved<Value> =>
  attempt(() => computed(text, scopeIn(running, key)));

export const conditionAt = (
  running: Running,
  key: string,
  { expression }: Extract<Condition, { expression: string }>,
): Resolved<boolean> =>
  attempt(() => holds(expressionOf(expression), scopeIn(running, key).values));

/** A tool step with the input that it is called with. */
export function resolveTool(running: Running, step: ToolStep): Resolved<ToolStep> {
  const { bind, ...plain } = step;
  if (!bind) return { value: step };
  return attempt(() => {
    const scope = scopeIn(running, step.key);
    const bound = Object.entries(bind).map(([field, text]) => [field, computed(text, scope)]);
    return { ...plain, input: { ...step.input, ...Object.fromEntries(bound) } };
  });
}

/** Whether nothing that is still to happen changes the input of a step. */
export function isInputKnown(running: Running, { key, bind }: ToolStep): boolean {
  if (!bind) return true;
  const { open } = scopeIn(running, key);
  if (open.size === 0) return true;
  return Object.values(bind).every((text) =>
    [...variablesIn(expressionOf(text))].every((name) => !open.has(name)),
  );
}

const mostText = 2000;
const clip = (text: string, most: number) =>
  text.length > most ? `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…` : text;

/** A manual step with the words that the person reads. */
export function resolveHuman(running: Running, step: HumanStep): Resolved<HumanStep> {
  const found = wordsOf(running, step);
  if (!found || 'problem' in found) return found ?? { value: step };
  const name = clip(found.value.trim(), 120) || step.name;
  return { value: { ...step, name, instruction: clip(found.value, mostText) } };
}

/** An approval with the words that are asked. */
export function resolveApproval(running: Running, step: ApprovalStep): Resolved<ApprovalStep> {
  const found = wordsOf(running, step);
  if (!found || 'problem' in found) return found ?? { value: step };
  const name = clip(found.value.trim(), 120) || step.name;
  return { value: { ...step, name, detail: clip(found.value, 600) } };
}

function wordsOf(
  running: Running,
  { key, say }: HumanStep | ApprovalStep,
): Resolved<string> | undefined {
  if (say === undefined) return undefined;
  return attempt(() => textOf(computed(say, scopeIn(running, key))));
}

/** What running a workflow inside of another has given: its variables at its end. */
export const resolveResult = ({ plan, steps }: Running, step: WorkflowStep) =>
  attempt(() =>
    bounded<Value>(resultOf(step, plan, rowsByKey(steps)), `What “${step.workflow}” gives`),
  );
