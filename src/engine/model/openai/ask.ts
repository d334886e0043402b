/**
 * One question to the model with one usable answer: asked again once where later helps, told once what was
 * wrong with what it said, all within one time limit. After a failure it is left alone for a while.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { FactotumError } from '../../../errors.ts';
import type { Context, Spent } from '../model.ts';
import type { Completion, Request } from './completion.ts';
import { judge, type Prompt, type Read, repairOf, schemaOf, unusable } from './judge.ts';
import type { Provider } from './provider.ts';

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
    about: About,
  ): Promise<R>;
  /**
   * One answer as it comes, for a conversation of several.
   * @throws like `ask`
   */
  turn(request: Request, about: About): Promise<Completion>;
};

type About = {
  spent?: Context['spent'];
  /** Ends it before its time. */
  signal?: AbortSignal;
  /** The most tokens of the answer. */
  maxTokens?: number;
  /** Nobody waits for it, and it is tried again by itself: it asks also while others leave the server alone. */
  isWork?: boolean;
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

  /** Within the time limit; while the server is left alone, the error for which it is. */
  const within = async <R>(about: About, work: (signal: AbortSignal) => Promise<R>): Promise<R> => {
    const now = limits.now().getTime();
    const isAlone = down && (!about.isWork || down.error.retryAt !== undefined);
    if (down && isAlone && now < down.until) throw down.error;
    const ends = [limits.signal, AbortSignal.timeout(limits.timeoutMs)];
    try {
      const result = await work(AbortSignal.any(about.signal ? [...ends, about.signal] : ends));
      down = undefined;
      return result;
    } catch (error) {
      if (error instanceof FactotumError && error.code === 'UPSTREAM') {
        const until = error.retryAt?.getTime() ?? now + quietMs;
        down = { until: Math.max(until, now), error };
      }
      throw error;
    }
  };

  return {
    ask(prompt, said, read, about) {
      const request: Request = {
        name: prompt.name,
        system: prompt.system,
        turns: [{ role: 'user', content: JSON.stringify(said) }],
        schema: schemaOf(prompt.schema),
        ...(about.maxTokens === undefined ? {} : { maxTokens: about.maxTokens }),
      };
      return within(about, async (signal) => {
        const first = judge(prompt, await complete(request, signal, about.spent), read);
        if ('found' in first) return first.found;
        const next = repairOf(request, first);
        const again = judge(prompt, await complete(next, signal, about.spent), read);
        if ('found' in again) return again.found;
        throw unusable(again.problems[0] ?? 'it is empty');
      });
    },
    turn: (request, about) => within(about, (signal) => complete(request, signal, about.spent)),
  };
}

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
