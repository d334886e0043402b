/** How the API reads requests and says what was wrong with them. */
import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { z } from 'zod';
import { outageOf } from '../../db/outage.ts';
import { FactotumError, invalid } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { redact } from '../../redact.ts';
import { hideSecrets } from '../../secret.ts';
import { isApi } from '../guard.ts';

const unreadable =
  'The request could not be read: it must be JSON with Content-Type application/json.';

/** @throws INVALID with a sentence that names the field */
export function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  if (value === undefined) throw invalid(unreadable);
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues
    .slice(0, 20)
    .map((issue) =>
      `${issue.path.join('.') || 'The value'}: ${issue.message.replace(/\.$/, '')}`.slice(0, 300),
    );
  const more = parsed.error.issues.length - problems.length;
  throw invalid(`${problems.join('; ')}${more > 0 ? `; and ${more} more problems` : ''}.`);
}

/** No answer has a secret in it, whatever is put into it. */
export const hideInAnswers: RequestHandler = (_request, response, next) => {
  const send = response.json.bind(response);
  response.json = (body) => send(redact(body));
  next();
};

/** Errors as `{"error":{"code","message"}}`; what is not ours is logged and not shown. */
export function errorAnswer(log: Log): ErrorRequestHandler {
  return (error, request, response, next) => {
    if (response.headersSent) return next(error);
    const known = asKnown(error);
    if (!known) log.error('http.failed', error, { method: request.method, path: request.path });
    const status = known?.httpStatus ?? 500;
    const message = hideSecrets(known?.message ?? 'Something went wrong here. It is logged.');
    if (isApi(request.path)) {
      response.status(status).json({ error: { code: known?.code ?? 'INTERNAL', message } });
    } else {
      response.status(status).type('text/plain').send(`${message}\n`);
    }
  };
}

/** The body parser names its bound. */
const tooLarge = (error: Error) =>
  'limit' in error && typeof error.limit === 'number'
    ? `The request is larger than ${error.limit.toLocaleString('en')} bytes. Send less at once.`
    : 'The request is too large. Send less at once.';

function asKnown(error: unknown): FactotumError | undefined {
  if (error instanceof FactotumError) return error.code === 'INTERNAL' ? undefined : error;
  const outage = outageOf(error);
  if (outage) return outage;
  // The body parser and the router mark what the sender got wrong with a status.
  if (
    !(error instanceof Error) ||
    !('status' in error) ||
    typeof error.status !== 'number' ||
    error.status >= 500
  )
    return undefined;
  const code = error.status === 413 ? 'LIMIT' : error.status === 404 ? 'NOT_FOUND' : 'INVALID';
  const words = {
    LIMIT: tooLarge(error),
    NOT_FOUND: 'There is nothing at this address.',
    INVALID: error instanceof URIError ? 'The address could not be read.' : unreadable,
  };
  return new FactotumError(code, words[code], { cause: error });
}
