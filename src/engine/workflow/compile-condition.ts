/** Conditions on results → what a plan compares: one field of one earlier step with one value. */
import type { BinaryOperator, Expression } from './ast.ts';
import type { Given, Outcome } from './given.ts';
import type { Comparison as Condition } from './plan.ts';
import { variableKey } from './visit.ts';

/** Which step gave each variable its value. */
export type Results = ReadonlyMap<string, string>;

type Operator = Condition['op'];
const operators: Partial<Record<BinaryOperator, Operator>> = {
  '=': 'eq',
  '<>': 'ne',
  '<': 'lt',
  '<=': 'lte',
  '>': 'gt',
  '>=': 'gte',
};
/** The same with its sides exchanged. */
const turned: Partial<Record<Operator, Operator>> = { lt: 'gt', lte: 'gte', gt: 'lt', gte: 'lte' };
/** Only these are exact opposites: null is neither less nor more than anything. */
const opposites: Partial<Record<Operator, Operator>> = { eq: 'ne', ne: 'eq' };

/** What a condition is when nothing but inputs decides it; a part of an AND that does not hold decides it too. */
export function decide(of: Expression, given: Given): Outcome {
  if (of.kind !== 'binary' || of.operator !== 'and') return given.knowCondition(of);
  const [left, right] = [decide(of.left, given), decide(of.right, given)];
  const sides = [left, right];
  if (sides.some(({ kind }) => kind === 'missing')) return { kind: 'missing' };
  const no = sides.find((side) => side.kind === 'value' && side.value === false);
  return no ?? sides.find(({ kind }) => kind === 'later') ?? left;
}

/** All of which have to hold, without those that do already; undefined where a plan cannot say it. */
export function conditionsOf(
  of: Expression,
  given: Given,
  results: Results,
): Condition[] | undefined {
  if (of.kind === 'binary' && of.operator === 'and') {
    const left = conditionsOf(of.left, given, results);
    const right = left && conditionsOf(of.right, given, results);
    return left && right && [...left, ...right];
  }
  const found = given.knowCondition(of);
  if (found.kind === 'value') return found.value === true ? [] : undefined;
  const made = conditionOf(of, given, results);
  return made && [made];
}

function conditionOf(of: Expression, given: Given, results: Results): Condition | undefined {
  if (of.kind === 'unary') {
    if (of.operator === '-') return undefined;
    if (of.operator === 'not') return opposite(conditionOf(of.of, given, results));
    const ref = refOf(of.of, given, results);
    if (ref === undefined) return undefined;
    return of.operator === 'is null' ? { ref, op: 'eq', value: null } : { ref, op: 'exists' };
  }
  if (of.kind === 'binary') {
    const op = operators[of.operator];
    if (!op) return undefined;
    return (
      compared(of.left, op, of.right, given, results) ??
      compared(of.right, turned[op] ?? op, of.left, given, results)
    );
  }
  const ref = refOf(of, given, results);
  return ref === undefined ? undefined : { ref, op: 'eq', value: true };
}

function opposite(condition: Condition | undefined): Condition | undefined {
  if (condition?.op === 'exists') return { ref: condition.ref, op: 'eq', value: null };
  const op = condition && opposites[condition.op];
  return op && { ...condition, op };
}

function compared(
  left: Expression,
  op: Operator,
  right: Expression,
  given: Given,
  results: Results,
): Condition | undefined {
  const ref = refOf(left, given, results);
  if (ref === undefined) return undefined;
  const found = given.know(right);
  if (found.kind !== 'value') return undefined;
  const { value } = found;
  return typeof value === 'object' && value !== null ? undefined : { ref, op, value };
}

/** "step-2.order.total" */
function refOf(of: Expression, given: Given, results: Results): string | undefined {
  if (of.kind === 'name') return results.get(variableKey(of.name));
  if (of.kind === 'member') {
    const inner = refOf(of.of, given, results);
    return inner === undefined ? undefined : `${inner}.${of.key}`;
  }
  if (of.kind !== 'index') return undefined;
  const inner = refOf(of.of, given, results);
  const found = inner === undefined ? undefined : given.know(of.index);
  if (found?.kind !== 'value') return undefined;
  const key = typeof found.value === 'number' ? String(found.value) : found.value;
  // A dot divides the steps of a path, so no field of one can be named.
  return typeof key === 'string' && /^[^.]+$/.test(key) ? `${inner}.${key}` : undefined;
}
