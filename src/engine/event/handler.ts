/**
 * `ON EVENT … DO` of saved workflows: whenever the event comes, what stands there is done by a task of its own.
 * The newest version of a workflow is the one that hears; a handler sees the event, and of the workflow's inputs
 * those that have a value of their own.
 */
import type { NewEventHandler } from '../../db/event-handler.ts';
import type { WorkflowRow } from '../../db/workflow.ts';
import type { File, Statement, Workflow } from '../workflow/ast.ts';
import { eventName } from '../workflow/check-variable.ts';
import { evaluate } from '../workflow/evaluate.ts';
import { expressionOf } from '../workflow/expression.ts';
import type { Value } from '../workflow/function.ts';
import { parse } from '../workflow/parser.ts';
import { printExpression } from '../workflow/print-expression.ts';
import { print } from '../workflow/printer.ts';
import { variableKey } from '../workflow/visit.ts';
import { filterOf } from './filter.ts';

type Handler = Extract<Statement, { kind: 'on_event' }>;
type Saved = Pick<WorkflowRow, 'name' | 'text' | 'inputs'>;

/** Those of a workflow, and those that stand beside it in its text, in the order of the text. */
function handlersIn({ items }: File): Handler[] {
  const statements = items.flatMap((item) =>
    item.kind === 'workflow' ? item.body : item.kind === 'use' ? [] : [item],
  );
  return statements.filter((one): one is Handler => one.kind === 'on_event');
}

/** What has to be subscribed to, by place from 1. */
export function subscriptionsOf(
  workflow: Saved,
): Pick<NewEventHandler, 'place' | 'event' | 'filter'>[] {
  const known = new Map(
    workflow.inputs.map(({ name, value }) => [variableKey(name), usualOf(value)]),
  );
  return handlersIn(parse(workflow.text).file).map(({ event, where }, at) => ({
    place: at + 1,
    event: event.text.trim(),
    filter: filterOf(where && printExpression(where), known),
  }));
}

/** What an input is where it is not given; null where that depends on something. */
function usualOf(text: string | null): Value {
  try {
    return text === null ? null : evaluate(expressionOf(text), new Map());
  } catch {
    return null;
  }
}

/** A handler as a workflow of its own, which is given the event; undefined when the text has none at that place. */
export function workflowOf({ name, text, inputs }: Saved, place: number): Saved | undefined {
  const handler = handlersIn(parse(text).file)[place - 1];
  if (!handler) return undefined;
  const own = `${name} on ${handler.event.text.trim()}`.slice(0, 120);
  const at = { start: 0, end: 0 };
  const others = inputs.filter((input) => variableKey(input.name) !== eventName);
  const body: Statement[] = [
    {
      ...{ kind: 'input', ...at, number: undefined, gap: false },
      inputs: [
        { name: { text: eventName, ...at }, value: undefined },
        ...others.map((input) => ({
          name: { text: input.name, ...at },
          value: expressionOf(input.value ?? 'NULL'),
        })),
      ],
    },
    ...handler.body,
  ];
  const workflow: Workflow = {
    kind: 'workflow',
    name: { text: own, ...at },
    body,
    gap: false,
    ...at,
  };
  return {
    name: own,
    text: print({ items: [workflow] }),
    inputs: [
      { name: eventName, value: null },
      ...others.map((input) => ({ name: input.name, value: input.value ?? 'NULL' })),
    ],
  };
}
