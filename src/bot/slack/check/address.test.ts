/** HTTP and many workspaces, against servers of the test. */
import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import {
  type Answer,
  appToken,
  botToken,
  secret,
  serve,
  slack,
} from '../../../../test/support/slack-api.ts';
import { readManifest, withPages } from '../manifest.ts';
import { checkSlack } from './check.ts';
import { printFindings } from './finding.ts';

const check = async (api: string, environment: Record<string, string>) =>
  printFindings(await checkSlack({ SLACK_API_URL: `${api}/api/`, ...environment }));
/** What a right program does with a request at /slack/events. */
const program: Answer = (body, headers) => {
  const time = headers['x-slack-request-timestamp'];
  const signed = createHmac('sha256', secret).update(`v0:${time}:${body}`).digest('hex');
  return headers['x-slack-signature'] === `v0=${signed}`
    ? { body: { challenge: JSON.parse(body).challenge } }
    : { status: 401 };
};
const http = { SLACK_BOT_TOKEN: botToken, SLACK_SIGNING_SECRET: secret };

test('over HTTP the program is reached and refuses what is not signed', async () => {
  const [api, address] = await Promise.all([slack(), serve({ '/slack/events': program })]);
  const said = await check(api, { ...http, PUBLIC_URL: `${address}/` });
  expect(said).toContain(`✓ The program is reached at ${address}/slack/events`);
  expect(said).toContain('✓ It refuses what Slack has not signed.');
  expect(said).toMatch(/All is well\.$/);
});

test.each<[string, Record<string, Answer>, string]>([
  ['has another secret', { '/slack/events': () => ({ status: 401 }) }, 'another signing secret'],
  ['is not there', {}, 'There is no Slack at'],
  [
    'is behind a password',
    { '/slack/events': () => ({ status: 401, headers: { 'WWW-Authenticate': 'Basic' } }) },
    'asks for a password',
  ],
  [
    'is somewhere else',
    { '/slack/events': () => ({ status: 301, headers: { Location: 'https://example.com' } }) },
    'sends elsewhere, to https://example.com',
  ],
  ['is a page', { '/slack/events': () => ({ body: '<html>' }) }, 'not with what Slack asks for'],
  [
    'takes anything',
    { '/slack/events': (body) => ({ body: { challenge: JSON.parse(body).challenge } }) },
    'takes a request with a wrong signature',
  ],
])('over HTTP, what answers %s', async (_what, answers, says) => {
  const [api, address] = await Promise.all([slack(), serve(answers)]);
  expect(await check(api, { ...http, PUBLIC_URL: address })).toContain(says);
});

test('over HTTP, nothing answers', async () => {
  const api = await slack();
  const said = await check(api, { ...http, PUBLIC_URL: 'http://127.0.0.1:1' });
  expect(said).toContain('http://127.0.0.1:1/slack/events is not reached');
});

test('many workspaces need an encryption key and the page that installs', async () => {
  const [api, address] = await Promise.all([
    slack(),
    serve({
      '/slack/events': program,
      '/slack/install': () => ({ status: 302 }),
      '/signin': () => ({}),
    }),
  ]);
  const given = {
    SLACK_SIGNING_SECRET: secret,
    SLACK_CLIENT_ID: '111.222',
    SLACK_CLIENT_SECRET: secret,
    PUBLIC_URL: address,
  };
  expect(await check(api, given)).toContain('FACTOTUM_ENCRYPTION_KEY is not set');
  const said = await check(api, { ...given, FACTOTUM_ENCRYPTION_KEY: 'ab'.repeat(32) });
  expect(said).toContain(`✓ People install the app at ${address}/slack/install`);
  expect(said).toContain(`✓ People sign in to their pages at ${address}/signin`);
  expect(said).toMatch(/All is well\.$/);
});

test('many workspaces need a token that keeps their people out of the owner’s pages', async () => {
  const given = {
    ...{ SLACK_CLIENT_ID: '111.222', SLACK_CLIENT_SECRET: secret, SLACK_SIGNING_SECRET: secret },
    ...{ FACTOTUM_ENCRYPTION_KEY: 'ab'.repeat(32), PUBLIC_URL: 'https://192.168.1.5:1' },
  };
  const says = 'FACTOTUM_TOKEN is not set';
  expect(printFindings(await checkSlack(given))).toContain(says);
  const safe = { ...given, FACTOTUM_TOKEN: 'c'.repeat(24) };
  expect(printFindings(await checkSlack(safe))).not.toContain(says);
});

test('many workspaces need the pages in the app’s settings', async () => {
  const [api, address] = await Promise.all([slack(), serve({})]);
  const given = {
    ...{ SLACK_CLIENT_ID: '111.222', SLACK_CLIENT_SECRET: secret, SLACK_APP_TOKEN: appToken },
    ...{ FACTOTUM_ENCRYPTION_KEY: 'ab'.repeat(32), PUBLIC_URL: address },
    SLACK_CONFIG_TOKEN: 'xoxe.xoxp-1-abcdefgh',
  };
  const missing = await check(api, given);
  expect(missing).toContain(
    `✗ The app has no redirect URL: ${address}/slack/oauth_redirect, ${address}/signin/slack/callback.`,
  );
  expect(missing).toContain('✗ The app has no user scope: openid, profile.');
  const manifest = withPages(readManifest(), address);
  const whole = await slack({ 'apps.manifest.export': () => ({ body: { ok: true, manifest } }) });
  expect(await check(whole, given)).toContain('✓ The app’s settings are those of manifest.json.');
});

test('an address that Slack cannot reach is found without asking', async () => {
  const findings = await checkSlack({
    ...http,
    SLACK_BOT_TOKEN: 'none',
    PUBLIC_URL: 'https://192.168.1.5',
  });
  expect(printFindings(findings)).toContain('which Slack cannot reach from outside');
});
