/**
 * What an answer of Teams means for a card. Sources: "Error and status codes" of the Bot Connector and "Status
 * codes from bot conversational APIs", learn.microsoft.com.
 */
import { WireError } from './wire.ts';

export type Failure =
  /** It was not taken; the same may be sent again after so many milliseconds. */
  | { kind: 'limited'; ms: number }
  /** The message that was to be changed is not there. */
  | { kind: 'gone' }
  /** The bot may not speak there: it was removed, blocked, or never added. */
  | { kind: 'closed' }
  /** Teams does not know this bot any more. */
  | { kind: 'revoked' }
  /** Teams does not take this card, whatever is done. */
  | { kind: 'refused' }
  /** It may have been taken all the same. */
  | { kind: 'unknown' }
  | { kind: 'other' };

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
