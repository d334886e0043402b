/**
 * What an answer of Teams means for a card. Sources: "Error and status codes" of the Bot Connector and "Status
 * codes from bot conversational APIs", learn.microsoft.com.
 */
import type { Failure } from '../platform.ts';
import { WireError } from './wire.ts';

/** Some answers name no time to wait. */
const usualMs = 5_000;
const closed = [
  'BotNotInConversationRoster',
  'BotDisabledByAdmin',
  'MessageWritesBlocked',
  'ConversationBlockedByUser',
  'ForbiddenOperationException',
  'ConversationNotFound',
  'UserNotFound',
];
const gone = ['ActivityNotFoundInConversation', 'MessageNotFound'];

export function failureOf(error: unknown): Failure {
  if (!(error instanceof WireError)) return { kind: 'other' };
  const { status, code = '', retryMs, isUnsent } = error;
  if (code === 'BadSecret') return { kind: 'revoked' };
  // There was no connection, or no token: it is tried again like what the platform has put off.
  if (isUnsent) return { kind: 'limited', ms: usualMs };
  if (status === undefined) return { kind: 'unknown' };
  // 412 is a clash within Teams; nothing was written.
  if (status === 429 || status === 412) return { kind: 'limited', ms: retryMs ?? usualMs };
  if (closed.includes(code)) return { kind: 'closed' };
  if (gone.includes(code)) return { kind: 'gone' };
  switch (status) {
    case 401:
      return { kind: 'revoked' };
    case 403:
      return { kind: 'closed' };
    case 404:
      return { kind: 'gone' };
    case 400:
    case 413:
      return { kind: 'refused' };
    default:
      return status >= 500 ? { kind: 'unknown' } : { kind: 'other' };
  }
}
