/** Which errors are worth another try, and when (R7). */
import { FactotumError } from '../errors.ts';

/** Postgres conditions that go away by themselves: connections, serialisation, deadlock, start-up. */
const transientStates = /^(08|40|53|57P0[123]|55P03)/;
const transientCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EPIPE',
  'EAI_AGAIN',
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECT_TIMEOUT',
]);

/** Network timeouts and temporary unavailability (F118); everything else needs a person. */
export function isTransient(error: unknown): boolean {
  if (error instanceof FactotumError && error.transient) return true;
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return transientStates.test(code) || transientCodes.has(code) || isTransient(error.cause);
}

const longestMs = 60_000;

/** Whether the next try is still to come. No wait is longer: one that is was reckoned before the clock was set back. */
export function isLater(retryAt: Date | null, now: Date): boolean {
  const ms = retryAt ? retryAt.getTime() - now.getTime() : 0;
  return ms > 0 && ms <= longestMs;
}

/**
 * Exponential backoff with jitter: half to the whole of 1 s, 2 s, 4 s …, at most a minute.
 * @param attempt the try that failed, from 1
 * @param random 0–1
 */
export function backoffMs(attempt: number, random: number): number {
  const ceiling = Math.min(longestMs, 1000 * 2 ** (attempt - 1));
  return Math.round(ceiling / 2 + (random * ceiling) / 2);
}

/** When the next try is: after the backoff, and not before the time that whoever refused has named, within a minute. */
export function nextTry(cause: unknown, attempt: number, random: number, now: Date): Date {
  const named = cause instanceof FactotumError ? (cause.retryAt?.getTime() ?? 0) : 0;
  const ms = Math.max(backoffMs(attempt, random), named - now.getTime());
  return new Date(now.getTime() + Math.min(longestMs, ms));
}
