/**
 * One question to the model with one usable answer: asked again once where later helps, told once what was
 * wrong with what it said, all within one time limit. After a failure it is left alone for a while.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { FactotumError } from '../../../errors.ts';
import type { Context, Spent } from '../model.ts';
import type { Completion, Provider, Request } from './provider.ts';

/** Instructions with the shape of the answer. `version` changes with every change of either. */
export type Prompt<T> = {
  name: string;
  version: number;
  system: string;
  schema: z.ZodType<T>;
};

/** What became of an answer: what it means, or what is wrong with it, for the model to read. */
export type Read<R> = { found: R } | { problems: string[] };

export type Asker = {
  /**
   * @param said data for the model, never instructions
   * @param about who is told of each call
   * @throws FactotumError, its message the part of a sentence that says why there is no answer
   */
  ask<T, R>(
    prompt: Prompt<T>,
    said: unknown,
    read: (value: T) => Read<R>,
    about: { spent?: Context['spent'] },
  ): Promise<R>;
};

export type Limits = {
  timeoutMs: number;
  /** Aborted when the program stops. */
  signal: AbortSignal;
  now: () => Date;
  /** Told of every call, besides whoever asked. */
  spent: (spent: Spent) => void;
};

/** How long a server that failed is not asked, unless it named a time itself. */
const quietMs = 30_000;
const pauseMs = 300;

export function createAsker(provider: Provider, limits: Limits): Asker {
  let down: { until: number; error: FactotumError } | undefined;

  const complete = async (
    request: Request,
    signal: AbortSignal,
    tell: Context['spent'],
  ): Promise<Completion> => {
    const from = Date.now();
    const completion = await patiently(provider, request, signal, from + limits.timeoutMs);
    const { tokensIn, tokensOut } = completion;
    const { model } = provider;
    const spent = { prompt: request.name, model, tokensIn, tokensOut, ms: Date.now() - from };
    limits.spent(spent);
    tell?.(spent);
    return completion;
  };

  return {
    async ask(prompt, said, read, { spent }) {
      const now = limits.now().getTime();
      if (down && now < down.until) throw down.error;
      const signal = AbortSignal.any([limits.signal, AbortSignal.timeout(limits.timeoutMs)]);
      const request: Request = {
        name: prompt.name,
        system: prompt.system,
        turns: [{ role: 'user', content: JSON.stringify(said) }],
        schema: schemaOf(prompt.schema),
      };
      try {
        const first = judge(prompt, await complete(request, signal, spent), read);
        if ('found' in first) return first.found;
        const again = judge(prompt, await complete(repairOf(request, first), signal, spent), read);
        if ('found' in again) return again.found;
        throw unusable(again.problems[0] ?? 'it is empty');
      } catch (error) {
        if (error instanceof FactotumError && error.code === 'UPSTREAM') {
          const until = error.retryAt?.getTime() ?? now + quietMs;
          down = { until: Math.max(until, now), error };
        }
        throw error;
      }
    },
  };
}

const unusable = (why: string) =>
  new FactotumError('INVALID', `its answer was of no use (${why.slice(0, 120)})`);

/** Once more where that can help within the time that is left. */
async function patiently(
  provider: Provider,
  request: Request,
  signal: AbortSignal,
  deadline: number,
): Promise<Completion> {
  try {
    return await provider.complete(request, signal);
  } catch (error) {
    if (!(error instanceof FactotumError) || !error.transient || signal.aborted) throw error;
    const at = error.retryAt?.getTime() ?? Date.now() + pauseMs;
    // Half of the time is for the answer itself.
    if (at > Date.now() + (deadline - Date.now()) / 2) throw error;
    // Interrupted, the next try says by what.
    await sleep(Math.max(0, at - Date.now()), undefined, { signal }).catch(() => {});
    return provider.complete(request, signal);
  }
}

type Judged<R> = { found: R } | { problems: string[]; text: string };

function judge<T, R>(
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

function repairOf(request: Request, wrong: { text: string; problems: string[] }): Request {
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
function jsonIn(text: string): unknown {
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

function schemaOf(schema: z.ZodType): Record<string, unknown> {
  const known = schemas.get(schema);
  if (known) return known;
  const { $schema: _, ...made } = z.toJSONSchema(schema);
  schemas.set(schema, made);
  return made;
}
