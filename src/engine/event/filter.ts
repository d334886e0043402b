/** Whether an event is what somebody waits for. Pure. */
import type { EventFilter } from '../../db/event-wait.ts';
import type { EventPayload } from '../../db/workflow-event.ts';
import { eventName } from '../workflow/check-variable.ts';
import { holds, type Variables } from '../workflow/evaluate.ts';
import { expressionOf, variablesIn } from '../workflow/expression.ts';
import type { Value } from '../workflow/function.ts';
import { variablesOf } from './key.ts';

/**
 * @param where a condition of the workflow language, in which `event` is the payload
 * @param variables what can stand in it; what it reads is kept as it is now
 */
export function filterOf(where: string | undefined, variables: Variables): EventFilter | null {
  if (where === undefined) return null;
  const read = [...variablesIn(expressionOf(where))].filter((name) => name !== eventName);
  return {
    where,
    variables: Object.fromEntries(read.map((name) => [name, variables.get(name) ?? null])),
  };
}

/** A condition that cannot be computed for an event, such as a sum with a text, does not hold for it. */
export function matches(filter: EventFilter | null, payload: EventPayload): boolean {
  if (!filter) return true;
  const variables = variablesOf(filter.variables);
  variables.set(eventName, payload as Value);
  try {
    return holds(expressionOf(filter.where), variables);
  } catch {
    return false;
  }
}
