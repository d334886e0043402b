/** A sign-in that has begun: kept by the browser that began it, sealed, until it comes back from the provider. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type SealKeys, seal, unseal } from '../../seal.ts';

const Attempt = z.object({
  /** Which provider it went to: an answer of another one is none. */
  provider: z.string(),
  state: z.string().min(1),
  nonce: z.string().min(1),
  verifier: z.string().optional(),
  /** The page of ours that was asked for. */
  back: z.string(),
  /** Milliseconds since 1970. */
  begunAt: z.number(),
});
export type Attempt = z.infer<typeof Attempt>;

/** How long somebody may take at the provider. */
export const attemptMs = 10 * 60_000;

const place = 'signin:attempt';

export const sealAttempt = (keys: SealKeys, attempt: Attempt): string =>
  seal(keys, JSON.stringify(attempt), place);

/** Undefined when there is none, it is too old, it is of another provider, or somebody else made it up. */
export function openAttempt(
  keys: SealKeys,
  sealed: string | undefined,
  provider: string,
  now: Date,
): Attempt | undefined {
  if (!sealed) return undefined;
  try {
    const attempt = Attempt.parse(JSON.parse(unseal(keys, sealed, place)));
    const age = now.getTime() - attempt.begunAt;
    // A clock that was set back since is no reason to refuse.
    return attempt.provider === provider && age < attemptMs ? attempt : undefined;
  } catch {
    // Sealed with a key that is no longer there, or not by us.
    return undefined;
  }
}

/** What is claimed by whoever uses it first; says nothing about the state itself. */
export const claimOf = ({ state }: Attempt): string =>
  `signin:${createHash('sha256').update(state).digest('hex')}`;
