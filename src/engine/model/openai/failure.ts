/**
 * Why a language model did not answer, as one of our errors: `transient` where later may help, with the
 * time that the server named, else who can put it right and how.
 */
import { FactotumError } from '../../../errors.ts';
import { hideSecrets } from '../../../secret.ts';
import { tooLong } from './ability.ts';

/** What a server answered instead of a completion. */
export type Refusal = {
  status: number;
  /** Message, parameter, code and type. */
  words: string;
  retryAfter: string | undefined;
  retryAfterMs: string | undefined;
};
type Server = { baseUrl: string | undefined; model: string; timeoutMs: number };

/** Whether the server has certainly made no answer that somebody pays for: it refused, or was never reached. */
export function usedNothing(error: unknown): boolean {
  const cause = error instanceof FactotumError ? error.cause : undefined;
  if (typeof cause !== 'object' || cause === null) return false;
  const { status, cause: inner } = cause as { status?: unknown; cause?: unknown };
  if (typeof status === 'number') return true;
  const deepest = (inner as { cause?: unknown } | undefined)?.cause ?? inner;
  return (deepest as { code?: unknown } | undefined)?.code === 'ECONNREFUSED';
}

export function failureOf(
  cause: unknown,
  refusal: Refusal | undefined,
  server: Server,
  signal: AbortSignal,
): FactotumError {
  if (refusal) return refused(cause, refusal, server);
  const host = new URL(server.baseUrl ?? 'https://api.openai.com').host;
  if (signal.aborted) {
    const seconds = Math.round(server.timeoutMs / 1000);
    const isTime = signal.reason instanceof Error && signal.reason.name === 'TimeoutError';
    return isTime
      ? transient(`${host} did not answer within ${seconds} seconds`, { cause })
      : new FactotumError('NOT_READY', 'The program is being stopped.', { cause, transient: true });
  }
  if (cause instanceof Error && cause.message === 'The answer is no chat completion.')
    return permanent(
      `${host} answered something that is no chat completion. Whoever runs Factotum checks OPENAI_BASE_URL; it usually ends in /v1`,
      cause,
    );
  return transient(`${host} cannot be reached or hung up`, { cause });
}

function refused(cause: unknown, refusal: Refusal, { model }: Server): FactotumError {
  const { status, words } = refusal;
  if (status === 401)
    return permanent(
      'its server refuses the key. Whoever runs Factotum sets a valid OPENAI_API_KEY and starts it again',
      cause,
    );
  if (status === 403)
    return permanent(
      `the key may not use ${model}. Whoever administers the account allows it, or whoever runs Factotum sets another OPENAI_MODEL`,
      cause,
    );
  if (status === 404)
    return permanent(
      `its server has no ${model}. Whoever runs Factotum checks OPENAI_MODEL, and that OPENAI_BASE_URL is right; it usually ends in /v1`,
      cause,
    );
  if (status === 429 && /insufficient_quota|billing/.test(words))
    return permanent(
      'the account has no credit left. Whoever administers it adds credit with the provider',
      cause,
    );
  if (status === 429)
    return transient('its server takes no more requests for now', { cause, ...retryOf(refusal) });
  if (status === 408 || status === 409 || status >= 500)
    return transient(`its server reports an error of its own (${status})`, {
      cause,
      ...retryOf(refusal),
    });
  if (tooLong.test(words))
    return new FactotumError('LIMIT', `the text is too long for ${model}. Send it in parts`, {
      cause,
    });
  const told = hideSecrets(words).replace(/\s+/g, ' ').slice(0, 160);
  // Perhaps of this text alone, so the next one is asked.
  return new FactotumError(
    'INVALID',
    `its server refuses the request (${status}: ${told}). Whoever runs Factotum checks OPENAI_MODEL and docs/models.md`,
    { cause },
  );
}

/** The longest that a server may put us off. */
const longestMs = 3_600_000;

/** `Retry-After` is seconds or a date (RFC 9110, 10.2.3); OpenAI also sends milliseconds. */
function retryOf({ retryAfter, retryAfterMs }: Refusal): { retryAt?: Date } {
  const now = Date.now();
  const ms =
    retryAfterMs !== undefined && /^\d+(\.\d+)?$/.test(retryAfterMs)
      ? Number(retryAfterMs)
      : retryAfter !== undefined && /^\d+(\.\d+)?$/.test(retryAfter)
        ? Number(retryAfter) * 1000
        : Date.parse(retryAfter ?? '') - now;
  return Number.isNaN(ms) ? {} : { retryAt: new Date(now + Math.min(longestMs, Math.max(0, ms))) };
}

const transient = (message: string, options: { cause: unknown; retryAt?: Date }) =>
  new FactotumError('UPSTREAM', message, { ...options, transient: true });
const permanent = (message: string, cause: unknown) =>
  new FactotumError('UPSTREAM', message, { cause });
