/** Whether an answer can be used, and what the model is told when it cannot. */
import { z } from 'zod';
import { FactotumError } from '../../../errors.ts';
import type { Completion, Request } from './completion.ts';

/** Instructions with the shape of the answer. `version` changes with every change of either. */
export type Prompt<T> = {
  name: string;
  version: number;
  system: string;
  schema: z.ZodType<T>;
};

/** What became of an answer: what it means, or what is wrong with it, for the model to read. */
export type Read<R> = { found: R } | { problems: string[] };

export const unusable = (why: string) =>
  new FactotumError('INVALID', `its answer was of no use (${why.slice(0, 120)})`);

type Judged<R> = { found: R } | { problems: string[]; text: string };

/** @throws INVALID for an answer that would be the same once more */
export function judge<T, R>(
  prompt: Prompt<T>,
  answer: Completion,
  read: (value: T) => Read<R>,
): Judged<R> {
  const { text } = answer;
  // To ask again for what it would not say is of no use.
  if (answer.refusal !== undefined) throw unusable(`it would not answer: ${answer.refusal}`);
  if (answer.isCut)
    return { text, problems: ['The answer was cut off at the limit. Give a shorter one.'] };
  const value = jsonIn(text);
  if (value === undefined) return { text, problems: ['The answer is no JSON object.'] };
  const parsed = prompt.schema.safeParse(value);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      ({ path, message }) => `${path.join('.')}: ${message}`,
    );
    return { text, problems };
  }
  const judged = read(parsed.data);
  return 'found' in judged ? judged : { text, problems: judged.problems };
}

const mostProblems = 20;
/** What is repeated to the model of a wrong answer. */
const mostText = 40_000;

/** The same question with the answer and what is wrong with it. */
export function repairOf(request: Request, wrong: { text: string; problems: string[] }): Request {
  const problems = wrong.problems.slice(0, mostProblems).map((problem) => `- ${problem}`);
  const content = `That cannot be used:\n${problems.join('\n')}\nAnswer again, the whole JSON object, with these put right.`;
  return {
    ...request,
    turns: [
      ...request.turns,
      { role: 'assistant', content: wrong.text.slice(0, mostText) || '(nothing)' },
      { role: 'user', content },
    ],
  };
}

/** The JSON object in an answer: servers without JSON mode wrap it in fences, thoughts or courtesies. */
export function jsonIn(text: string): unknown {
  const bare = text.replace(/^[\s\S]*<\/think>/, '').trim();
  for (const part of [bare, bare.slice(bare.indexOf('{'), bare.lastIndexOf('}') + 1)]) {
    try {
      const value: unknown = JSON.parse(part);
      if (typeof value === 'object' && value !== null) return value;
    } catch {
      // The next reading may do.
    }
  }
  return undefined;
}

const schemas = new WeakMap<z.ZodType, Record<string, unknown>>();

/** As the server is told it. */
export function schemaOf(schema: z.ZodType): Record<string, unknown> {
  const known = schemas.get(schema);
  if (known) return known;
  const { $schema: _, ...made } = z.toJSONSchema(schema);
  schemas.set(schema, made);
  return made;
}
