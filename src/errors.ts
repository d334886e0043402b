/**
 * The one error class. Its message is written for the person who reads it and
 * says what to do; everything technical stays in `cause`.
 */
import { z } from 'zod';

const errorCodes = [
  'INVALID',
  'NOT_FOUND',
  'FORBIDDEN',
  'CONFLICT',
  'LIMIT',
  'NOT_READY',
  'UPSTREAM',
  'INTERNAL',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

const httpStatus: Record<ErrorCode, number> = {
  INVALID: 400,
  NOT_FOUND: 404,
  FORBIDDEN: 403,
  CONFLICT: 409,
  LIMIT: 413,
  NOT_READY: 503,
  UPSTREAM: 502,
  INTERNAL: 500,
};

export class FactotumError extends Error {
  readonly code: ErrorCode;
  /** Transient errors are worth retrying without asking anybody (R7). */
  readonly transient: boolean;
  /** Whoever refused named the time from which on it may work. */
  readonly retryAt: Date | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; transient?: boolean; retryAt?: Date } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'FactotumError';
    this.code = code;
    this.transient = options.transient ?? false;
    this.retryAt = options.retryAt;
  }

  get httpStatus(): number {
    return httpStatus[this.code];
  }
}

export const invalid = (message: string, cause?: unknown) =>
  new FactotumError('INVALID', message, { cause });
export const notFound = (message: string) => new FactotumError('NOT_FOUND', message);
export const conflict = (message: string) => new FactotumError('CONFLICT', message);

/** "to: must be channel:conversation; count: must be a number": by field, the first ten, at most 1,000 characters. */
export const problemsIn = (error: z.ZodError, whole = 'all of it'): string =>
  error.issues
    .slice(0, 10)
    .map(({ path, message }) => `${path.join('.') || whole}: ${message}`)
    .join('; ')
    .slice(0, 1_000);

/** The sentence to show for anything thrown: ours as written, others reduced to one safe line. */
export function sentenceOf(error: unknown): string {
  if (error instanceof FactotumError) return error.message;
  if (error instanceof z.ZodError) return `Not as expected: ${problemsIn(error)}.`;
  // A statement that failed is quoted with all its values by whoever sent it; what the database says is beneath.
  if (error instanceof Error && 'query' in error && 'params' in error && error.cause)
    return sentenceOf(error.cause);
  return error instanceof Error ? error.message : String(error);
}
