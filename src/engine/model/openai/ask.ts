/**
 * One question to the model with one usable answer: asked again once where later helps, told once what was
 * wrong with what it said, all within one time limit. After a failure it is left alone for a while.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { FactotumError } from '../../../errors.ts';
import type { Context, Spent } from '../model.ts';
import type { Completion, Request } from './completion.ts';
import { usedNothing } from './failure.ts';
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
  budget?: Context['budget'];
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
    { spent: tell, budget }: About,
  ): Promise<Completion> => {
    const from = Date.now();
    const once = () => callOnce(provider, request, signal, budget);
    const { completion, reservation } = await patiently(once, signal, from + limits.timeoutMs);
    const { tokensIn, tokensOut } = completion;
    const { model } = provider;
    const spent = { prompt: request.name, model, tokensIn, tokensOut, ms: Date.now() - from };
    limits.spent(spent);
    tell?.({ ...spent, ...(reservation === undefined ? {} : { reservation }) });
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
        const first = judge(prompt, await complete(request, signal, about), read);
        if ('found' in first) return first.found;
        const next = repairOf(request, first);
        const again = judge(prompt, await complete(next, signal, about), read);
        if ('found' in again) return again.found;
        throw unusable(again.problems[0] ?? 'it is empty');
      });
    },
    turn: (request, about) => within(about, (signal) => complete(request, signal, about)),
  };
}

/** Once more where that can help within the time that is left. */
async function patiently<T>(
  call: () => Promise<T>,
  signal: AbortSignal,
  deadline: number,
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof FactotumError) || !error.transient || signal.aborted) throw error;
    const at = error.retryAt?.getTime() ?? Date.now() + pauseMs;
    // Half of the time is for the answer itself.
    if (at > Date.now() + (deadline - Date.now()) / 2) throw error;
    // Interrupted, the next try says by what.
    await sleep(Math.max(0, at - Date.now()), undefined, { signal }).catch(() => {});
    return call();
  }
}

/** An answer of fewer tokens is not worth asking for. */
const leastOut = 300;

/** Tokens that a request has at most, as good as surely: two bytes each, where most texts have four. */
const sizeOf = ({ system, turns, functions, schema }: Request): number =>
  Math.ceil(Buffer.byteLength(JSON.stringify([system, turns, functions ?? [], schema])) / 2);

type Called = { completion: Completion; reservation: string | undefined };

/** One call, reserved before it is made. What it took is not known where it broke off: then it counts in full. */
async function callOnce(
  provider: Provider,
  request: Request,
  signal: AbortSignal,
  budget: Context['budget'],
): Promise<Called> {
  if (!budget)
    return { completion: await provider.complete(request, signal), reservation: undefined };
  const ticket = await budget.reserve({
    ...{ prompt: request.name, model: provider.model, tokensIn: sizeOf(request) },
    ...{ tokensOut: request.maxTokens, leastOut },
  });
  try {
    const bounded = { ...request, maxTokens: ticket.tokensOut };
    const completion = await provider.complete(bounded, signal);
    const { tokensIn, tokensOut } = completion;
    await ticket.settle(tokensIn + tokensOut > 0 ? { tokensIn, tokensOut } : null);
    return { completion, reservation: ticket.key };
  } catch (error) {
    await (usedNothing(error) ? ticket.release() : ticket.settle(null));
    throw error;
  }
}
