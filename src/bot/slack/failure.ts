/** What an error of Slack's Web API means for a card. The words are those of Slack's method pages. */
import { webApi } from '@slack/bolt';
import type { Failure } from '../platform.ts';

const words: Record<string, Failure> = {
  ratelimited: { kind: 'limited', ms: 30_000 },
  rate_limited: { kind: 'limited', ms: 30_000 },
  message_not_found: { kind: 'gone' },
  cant_update_message: { kind: 'gone' },
  edit_window_closed: { kind: 'gone' },
  is_archived: { kind: 'closed' },
  is_inactive: { kind: 'closed' },
  channel_not_found: { kind: 'closed' },
  not_in_channel: { kind: 'closed' },
  thread_not_found: { kind: 'closed' },
  restricted_action: { kind: 'closed' },
  restricted_action_read_only_channel: { kind: 'closed' },
  restricted_action_thread_only_channel: { kind: 'closed' },
  restricted_action_thread_locked: { kind: 'closed' },
  restricted_action_non_threadable_channel: { kind: 'closed' },
  users_not_found: { kind: 'nobody' },
  user_not_found: { kind: 'nobody' },
  user_not_visible: { kind: 'nobody' },
  token_revoked: { kind: 'revoked' },
  token_expired: { kind: 'revoked' },
  account_inactive: { kind: 'revoked' },
  invalid_auth: { kind: 'revoked' },
  not_authed: { kind: 'revoked' },
  team_access_not_granted: { kind: 'revoked' },
  invalid_blocks: { kind: 'refused' },
  invalid_blocks_format: { kind: 'refused' },
  msg_blocks_too_long: { kind: 'refused' },
  msg_too_long: { kind: 'refused' },
  internal_error: { kind: 'unknown' },
  fatal_error: { kind: 'unknown' },
  service_unavailable: { kind: 'unknown' },
  request_timeout: { kind: 'unknown' },
};

/** Some answers name no time to wait. */
const usualMs = 30_000;

export function failureOf(error: unknown): Failure {
  if (error instanceof webApi.WebAPIRateLimitedError)
    return { kind: 'limited', ms: error.retryAfter * 1000 };
  if (error instanceof webApi.WebAPIHTTPError || error instanceof webApi.WebAPIRequestError)
    return { kind: 'unknown' };
  if (error instanceof webApi.WebAPIPlatformError) {
    const known = words[error.data.error] ?? { kind: 'other' };
    const seconds = error.data.response_metadata?.retryAfter;
    return known.kind === 'limited' && seconds ? { kind: 'limited', ms: seconds * 1000 } : known;
  }
  // The client's words for a 429 without Retry-After, for which it has no class.
  if (error instanceof Error && error.message.startsWith('Retry header'))
    return { kind: 'limited', ms: usualMs };
  return { kind: 'other' };
}
