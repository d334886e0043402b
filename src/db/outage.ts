/** When the database itself is in the way: gone, full, out of memory or stuck. It goes away by itself, or is mended. */
import { FactotumError } from '../errors.ts';

const gone =
  'The database does not answer just now. Try again in a moment: nothing that was saved is lost, and the work under way goes on by itself.';
const unknown =
  'The database went away while this was being saved, so it is not known whether it was. Look before you try again.';
const full =
  'The disk of the database is full. Free some space there and try again: nothing that was saved is lost, and the work under way goes on by itself.';
const crowded =
  'The database has no memory or no connection to spare just now. Try again in a moment: nothing that was saved is lost.';

const slow =
  'The database took too long for this and gave it up. Try again in a moment: nothing that was saved is lost, and the work under way goes on by itself.';
const locked =
  'Somebody or something else is at work on the same just now. Try again in a moment: nothing that was saved is lost.';

const driverCodes = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EPIPE',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/**
 * Whether the connection is lost, by the code of the driver, of the operating system or of PostgreSQL, which
 * also ends what a program has left open for too long (25P03, 25P04).
 */
export function isLost(error: unknown): boolean {
  const code = codeOf(error);
  if (driverCodes.has(code) || /^(08|57P0[1-5]|25P0[34])/.test(code)) return true;
  return error instanceof Error && error.cause !== undefined && isLost(error.cause);
}

/**
 * NOT_READY with a sentence that says what to do; undefined for any other error.
 * @param options `saving` when the connection may have been lost after everything was saved
 */
export function outageOf(
  error: unknown,
  options: { saving?: boolean } = {},
): FactotumError | undefined {
  if (error instanceof FactotumError) return undefined;
  const words = wordsOf(error, options.saving ?? false);
  if (words) return new FactotumError('NOT_READY', words, { cause: error, transient: true });
  return error instanceof Error && error.cause !== undefined
    ? outageOf(error.cause, options)
    : undefined;
}

function wordsOf(error: unknown, saving: boolean): string | undefined {
  if (isLost(error)) return saving ? unknown : gone;
  const code = codeOf(error);
  if (code === '53100') return full;
  if (code === '57014') return slow;
  if (code === '55P03') return locked;
  return code.startsWith('53') ? crowded : undefined;
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : '';
