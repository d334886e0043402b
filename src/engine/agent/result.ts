/** What an agent answers with: a text, and the fields that its row names, of the types that it names. */
import { z } from 'zod';
import type { ResultField } from '../../db/agent.ts';
import { invalid } from '../../errors.ts';
import type { Value } from '../workflow/function.ts';

/** Fields that every result has, which no agent can give another meaning. */
export const ownFields = ['text', 'proposed'] as const;

/** Longer answers are no results. */
const longestText = 20_000;
const mostItems = 200;

function typeOf({ type, options }: ResultField): z.ZodType {
  switch (type) {
    case 'text':
      return z.string();
    case 'number':
      return z.number();
    case 'boolean':
      return z.boolean();
    case 'choice':
      return z.enum(options as [string, ...string[]]);
    case 'list':
      return z.array(z.string());
  }
}

/**
 * The shape of an answer, as a server is told it: all fields required, none further, no limits, and null for
 * what is not known.
 */
export function answerShape(fields: ResultField[]): z.ZodType<Record<string, unknown>> {
  const named = fields.map((field): [string, z.ZodType] => {
    const shape = typeOf(field).nullable();
    return [field.name, field.about ? shape.describe(field.about) : shape];
  });
  return z.strictObject({ text: z.string(), ...Object.fromEntries(named) });
}

/** What is wrong with values for these fields; null and what is left out are "not known". */
export function problemsOf(fields: ResultField[], values: Record<string, unknown>): string[] {
  const problems = fields.flatMap((field) => {
    const value = values[field.name] ?? null;
    if (value === null || typeOf(field).safeParse(value).success) return [];
    const wanted =
      field.type === 'choice' ? `one of ${field.options.join(', ')}` : `a ${field.type}`;
    return `${field.name}: must be ${wanted}.`;
  });
  const isLong = Object.values(values).some(
    (value) =>
      (typeof value === 'string' && value.length > longestText) ||
      (Array.isArray(value) && value.length > mostItems),
  );
  return isLong ? [...problems, `A value is longer than ${longestText} characters.`] : problems;
}

/**
 * A result out of what rules have set. Without a text of its own it says its fields in words.
 * @throws INVALID when a field has another type than the agent's row names
 */
export function resultOf(
  fields: ResultField[],
  values: Record<string, Value>,
  agent: string,
): Record<string, Value> {
  const [problem] = problemsOf(fields, values);
  if (problem !== undefined)
    throw invalid(
      `The rules of the agent “${agent}” gave something else than its result names. ${problem} Whoever looks after the workspace changes one of the two.`,
    );
  const { text, proposed: _, ...own } = values;
  const missing = fields.filter(({ name }) => !Object.hasOwn(values, name));
  const all = { ...own, ...Object.fromEntries(missing.map(({ name }) => [name, null])) };
  return { text: typeof text === 'string' ? text : inWords(own), ...all };
}

const inWords = (values: Record<string, Value>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ')
    .slice(0, longestText);
