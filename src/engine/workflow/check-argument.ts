/** What tools are given: fields that they have, all that they need, and values that they take, as far as these are known. */
import { z } from 'zod';
import { FactotumError } from '../../errors.ts';
import type { Expression, Statement } from './ast.ts';
import type { Problems } from './problem.ts';

type Call = Extract<Statement, { kind: 'tool' }>;

/**
 * @param input what the tool takes; only of one that takes fields something can be said before it is called
 */
export function checkArguments(problems: Problems, call: Call, input: z.ZodType | undefined): void {
  if (!(input instanceof z.ZodObject)) return;
  const { tool } = call;
  const fields = new Map<string, z.ZodType>(Object.entries(input.shape));
  for (const { name, value } of call.with) {
    const field = fields.get(name.text);
    const constant = constantOf(value);
    const why = field && constant && whyNot(field, constant.value);
    if (why)
      problems.add('WF312', value, `“${tool.text}” does not take this ${name.text}: ${why}.`);
    if (field || input.def.catchall) continue;
    const near = problems.suggest(`field of ${tool.text}`, name.text, () => fields.keys());
    const hint = near ? `Did you mean ${near}?` : `It has: ${[...fields.keys()].join(', ')}.`;
    const message = `“${tool.text}” has no field “${name.text.slice(0, 60)}”.`;
    problems.add('WF312', name, message, fields.size > 0 ? hint : 'It has none.');
  }
  const missing = neededBy(input).filter((field) =>
    call.with.every(({ name }) => name.text !== field),
  );
  if (missing.length === 0) return;
  const example = missing.map((field) => `${field} = …`).join(', ');
  const hint = call.with.length > 0 ? `Add ${example}.` : `Add WITH ${example}.`;
  problems.add('WF312', tool, `“${tool.text}” also needs ${missing.join(' and ')}.`, hint);
}

/** By the schema of the tool: to be refused costs more than to be taken. */
const needed = new WeakMap<z.ZodObject, string[]>();

function neededBy(input: z.ZodObject): string[] {
  const known = needed.get(input);
  if (known) return known;
  const fields = Object.entries<z.ZodType>(input.shape).flatMap(([name, field]) =>
    whyNot(field, undefined) ? [name] : [],
  );
  needed.set(input, fields);
  return fields;
}

/** Undefined where the field takes the value. */
function whyNot(field: z.ZodType, value: unknown): string | undefined {
  try {
    const { error } = field.safeParse(value);
    return error?.issues
      .slice(0, 3)
      .map((issue) => wordsOf(issue).replace(/\.$/, ''))
      .join('; ');
  } catch (error) {
    // What else is looked at only when it is called says so then.
    return error instanceof FactotumError ? error.message.replace(/\.$/, '') : undefined;
  }
}

const kinds: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a record',
};

function wordsOf(issue: z.core.$ZodIssue): string {
  const kind = issue.code === 'invalid_type' ? kinds[issue.expected] : undefined;
  if (kind) return `it must be ${kind}`;
  if (issue.code === 'invalid_value') return `it must be one of ${issue.values.join(', ')}`;
  return issue.message.startsWith('must ') ? `it ${issue.message}` : issue.message;
}

/** The value that an expression has whatever else there is. */
function constantOf(of: Expression): { value: unknown } | undefined {
  switch (of.kind) {
    case 'number':
    case 'boolean':
      return { value: of.value };
    case 'null':
      return { value: null };
    case 'text':
      return of.parts.every((part) => typeof part === 'string')
        ? { value: of.parts.join('') }
        : undefined;
    default:
      return undefined;
  }
}
