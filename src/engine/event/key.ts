/**
 * By which fields waits are found: `WHERE event.id = 7` waits under the key `id=7`, and an event has a key for each
 * field that it could be found by. So an event looks at those who want it, not at all who wait. Pure.
 */
import { createHash } from 'node:crypto';
import type { EventFilter } from '../../db/event-wait.ts';
import type { EventPayload } from '../../db/workflow-event.ts';
import type { Expression } from '../workflow/ast.ts';
import { eventName } from '../workflow/check-variable.ts';
import { evaluate } from '../workflow/evaluate.ts';
import { expressionOf } from '../workflow/expression.ts';
import type { Value } from '../workflow/function.ts';
import { variableKey, visit } from '../workflow/visit.ts';

/** Of a payload, on its top level. */
export const mostFields = 200;

/** Of waits that any event of the name may end, as far as can be told beforehand. */
export const anyKey = '';

/** Longer ones are told apart by their hash. */
const longestKey = 200;

function keyOfField(field: string, value: string | number | boolean): string {
  const key = `${field}=${JSON.stringify(value)}`;
  return key.length <= longestKey ? key : `#${createHash('sha256').update(key).digest('hex')}`;
}

const isScalar = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

export const keysOf = (payload: EventPayload): string[] =>
  Object.entries(payload).flatMap(([field, value]) =>
    isScalar(value) ? [keyOfField(field, value)] : [],
  );

/** The key of a wait: that of the first comparison that must hold whatever else is asked for. */
export function keyOf(filter: EventFilter | null): string {
  if (!filter) return anyKey;
  for (const part of conjuncts(expressionOf(filter.where))) {
    const key = part.kind === 'binary' && part.operator === '=' && keyOfComparison(part, filter);
    if (key) return key;
  }
  return anyKey;
}

function conjuncts(condition: Expression): Expression[] {
  return condition.kind === 'binary' && condition.operator === 'and'
    ? [...conjuncts(condition.left), ...conjuncts(condition.right)]
    : [condition];
}

function keyOfComparison(
  { left, right }: Extract<Expression, { kind: 'binary' }>,
  { variables }: EventFilter,
): string | undefined {
  for (const [field, other] of [
    [fieldOf(left), right],
    [fieldOf(right), left],
  ] as const) {
    if (field === undefined || readsEvent(other)) continue;
    const value = valueOr(other, variables);
    // Nothing equals a field that is missing, which no key can say.
    if (isScalar(value)) return keyOfField(field, value);
  }
  return undefined;
}

/** "id" of `event.id`. */
function fieldOf(expression: Expression): string | undefined {
  if (expression.kind !== 'member' || expression.of.kind !== 'name') return undefined;
  return variableKey(expression.of.name) === eventName ? expression.key : undefined;
}

function readsEvent(expression: Expression): boolean {
  let found = false;
  visit(expression, (inner) => {
    found ||= inner.kind === 'name' && variableKey(inner.name) === eventName;
  });
  return found;
}

function valueOr(expression: Expression, variables: Record<string, unknown>): Value {
  try {
    return evaluate(expression, variablesOf(variables));
  } catch {
    return null;
  }
}

export const variablesOf = (variables: Record<string, unknown>) =>
  new Map(Object.entries(variables).map(([name, value]) => [variableKey(name), value as Value]));
