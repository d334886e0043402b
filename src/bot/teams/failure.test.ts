import { describe, expect, test } from 'vitest';
import { failureOf } from './failure.ts';
import { isSecretRefused } from './token.ts';
import { WireError } from './wire.ts';

const failed = (about: ConstructorParameters<typeof WireError>[1]) =>
  failureOf(new WireError('It failed.', about));

test.each([
  ['a time to wait', { status: 429, retryMs: 7_000 }, { kind: 'limited', ms: 7_000 }],
  ['no time to wait', { status: 429 }, { kind: 'limited', ms: 5_000 }],
  ['a clash', { status: 412 }, { kind: 'limited', ms: 5_000 }],
  ['no connection', { isUnsent: true }, { kind: 'limited', ms: 5_000 }],
  ['no token', { isUnsent: true, code: 'NoToken' }, { kind: 'limited', ms: 5_000 }],
  ['a secret that is over', { isUnsent: true, code: 'BadSecret' }, { kind: 'revoked' }],
  ['an app that Teams does not know', { status: 401 }, { kind: 'revoked' }],
  ['no answer', {}, { kind: 'unknown' }],
  ['a gateway', { status: 502 }, { kind: 'unknown' }],
  [
    'a bot that was removed',
    { status: 403, code: 'BotNotInConversationRoster' },
    { kind: 'closed' },
  ],
  [
    'a conversation that is gone',
    { status: 404, code: 'ConversationNotFound' },
    { kind: 'closed' },
  ],
  [
    'a message that is gone',
    { status: 404, code: 'ActivityNotFoundInConversation' },
    { kind: 'gone' },
  ],
  ['a card that is too large', { status: 413 }, { kind: 'refused' }],
  ['something else', { status: 418 }, { kind: 'other' }],
])('%s', (_, about, failure) => {
  expect(failed(about)).toEqual(failure);
});

describe('Entra', () => {
  test.each([
    'invalid_client: 7000215 - AADSTS7000215: Invalid client secret provided.',
    'AADSTS7000222: The provided client secret keys are expired.',
    'unauthorized_client: AADSTS700016: Application was not found in the directory.',
  ])('does not take the secret: %s', (message) => {
    expect(isSecretRefused(new Error(message))).toBe(true);
  });

  test.each([
    'network_error: getaddrinfo ENOTFOUND',
    'temporarily_unavailable',
    'It did not answer in time.',
  ])('may take it later: %s', (message) => {
    expect(isSecretRefused(new Error(message))).toBe(false);
  });
});
