/** The flow against a provider that has faults. */
import { generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { slackOpenId } from '../../../test/support/slack-openid.ts';
import { createVisitor } from '../../../test/support/visitor.ts';
import { createSlackIdentity } from '../../bot/slack/identity.ts';
import { createOpenId } from './openid.ts';

const redirectUri = 'http://127.0.0.1/signin/slack/callback';
const client = { id: '1.2', secret: 'client-secret-of-tests', redirectUri };
const account = { team: 'T0PHONES', user: 'U0ANA', name: 'Ana' };
/** Answers in place of the provider, by the end of the path. */
let faults: Record<string, (response: ServerResponse) => void> = {};
beforeEach(() => {
  faults = {};
});

const server = createServer((request: IncomingMessage, response) => {
  const path = new URL(request.url ?? '/', 'http://x').pathname;
  const fault = Object.entries(faults).find(([end]) => path.endsWith(end))?.[1];
  if (fault) fault(response);
  else void peer.handle(request, response);
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const peer = slackOpenId(issuer, client);
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const create = (apiUrl = `${issuer}/api/`) => {
  const defaults = { locale: 'en-US', currency: 'USD', timezone: 'UTC' };
  const [clientId, clientSecret] = [client.id, client.secret];
  return createOpenId(
    createSlackIdentity({ clientId, clientSecret, apiUrl, defaults }),
    redirectUri,
  );
};
const json = (body: object) => (response: ServerResponse) =>
  response.setHeader('Content-Type', 'application/json').end(JSON.stringify(body));

/** @returns the address that the browser comes back to */
async function visit(url: URL): Promise<URL> {
  peer.answer(account);
  const { address } = await createVisitor().follow(url.href, (at) => at.startsWith(redirectUri));
  return new URL(address);
}

test('the claims are those of the token', async () => {
  const openId = create();
  const { url, secrets } = await openId.begin();
  expect(await openId.finish(await visit(url), secrets)).toMatchObject({
    ...{ iss: issuer, aud: client.id, name: 'Ana', nonce: secrets.nonce },
    ...{ 'https://slack.com/team_id': 'T0PHONES', 'https://slack.com/user_id': 'U0ANA' },
  });
});

test('where PKCE is not announced, as by Slack, the nonce binds the code alone', async () => {
  peer.hidePkce();
  const openId = create();
  const { url, secrets } = await openId.begin();
  expect(secrets.verifier).toBeUndefined();
  expect([...url.searchParams.keys()].sort()).toEqual(
    ['client_id', 'nonce', 'redirect_uri', 'response_type', 'scope', 'state'].sort(),
  );
  expect(await openId.finish(await visit(url), secrets)).toMatchObject({ iss: issuer });
});

test('a signature of somebody else is refused', async () => {
  const openId = create();
  const { url, secrets } = await openId.begin();
  const back = await visit(url);
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = { ...publicKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' };
  faults['/keys'] = json({ keys: [jwk] });
  await expect(openId.finish(back, secrets)).rejects.toMatchObject({ code: 'FORBIDDEN' });
});

test('what Slack says with status 200 is no token, and is for the log', async () => {
  const openId = create();
  const { url, secrets } = await openId.begin();
  const back = await visit(url);
  faults['/openid.connect.token'] = json({ ok: false, error: 'invalid_code' });
  await expect(openId.finish(back, secrets)).rejects.toMatchObject({
    ...{ code: 'FORBIDDEN', message: expect.not.stringContaining('invalid_code') },
    cause: { message: expect.stringContaining('invalid_code') },
  });
});

test('an access token without an ID token says nothing about anybody', async () => {
  const openId = create();
  const { url, secrets } = await openId.begin();
  const back = await visit(url);
  faults['/openid.connect.token'] = json({ access_token: 'xoxp-1', token_type: 'Bearer' });
  await expect(openId.finish(back, secrets)).rejects.toMatchObject({ code: 'FORBIDDEN' });
});

test('a provider that is another one than it should be is not used', async () => {
  faults['/openid-configuration'] = json({
    ...{ issuer: 'https://evil.example', authorization_endpoint: 'https://evil.example/authorize' },
    ...{ token_endpoint: 'https://evil.example/token', jwks_uri: 'https://evil.example/keys' },
  });
  await expect(create().begin()).rejects.toMatchObject({ code: 'UPSTREAM' });
});

test('a provider that is not reached is tried again the next time', async () => {
  const openId = create();
  faults['/openid-configuration'] = (response) => response.destroy();
  await expect(openId.begin()).rejects.toMatchObject({ code: 'UPSTREAM', transient: true });
  faults = {};
  const { url, secrets } = await openId.begin();
  const back = await visit(url);
  faults['/openid.connect.token'] = (response) => response.destroy();
  await expect(openId.finish(back, secrets)).rejects.toMatchObject({
    ...{ code: 'UPSTREAM', message: expect.stringContaining('Try again') },
  });
});
