/** Against the emulator, and against a small server that answers as Slack does where the emulator cannot. */
import { spawn } from 'node:child_process';
import type { IncomingMessage } from 'node:http';
import { createEmulator } from 'emulate';
import { afterAll, expect, test } from 'vitest';
import {
  appToken,
  botToken,
  every,
  failing,
  identity,
  type Reply,
  secret,
  slack,
} from '../../../../test/support/slack-api.ts';
import { root } from '../../../root.ts';
import { overHttp, readManifest } from '../manifest.ts';
import { scopes } from '../surface.ts';
import { checkSlack } from './check.ts';
import { printFindings } from './finding.ts';

const check = async (api: string, environment: Record<string, string>) =>
  printFindings(await checkSlack({ SLACK_API_URL: `${api}/api/`, ...environment }));
const socket = { SLACK_BOT_TOKEN: botToken, SLACK_APP_TOKEN: appToken };

test('says that all is well when it is', async () => {
  const api = await slack();
  expect(await check(api, { ...socket, SLACK_CONFIG_TOKEN: 'xoxe.xoxp-1-abcdefgh' })).toBe(
    [
      `· Slack is played by ${api}/api/`,
      '✓ SLACK_BOT_TOKEN is valid: it is the bot @factotum in the workspace “Store”.',
      '✓ It has every permission that is needed.',
      '✓ Socket Mode works.',
      '✓ The app’s settings are those of manifest.json.',
      '',
      'All is well.',
    ].join('\n'),
  );
});

test('sends each token in a header, to the method that needs it', async () => {
  const seen: (string | undefined)[] = [];
  const note = (answer: Reply) => (body: string, headers: IncomingMessage['headers']) => {
    seen.push(`${headers.authorization} ${body}`);
    return answer;
  };
  const api = await slack({
    'auth.test': note({ headers: every, body: identity }),
    'apps.connections.open': note({ body: { ok: true } }),
    'apps.manifest.export': note({ body: { ok: true, manifest: readManifest() } }),
  });
  await check(api, { ...socket, SLACK_CONFIG_TOKEN: 'xoxe.xoxp-1-abcdefgh' });
  expect(seen).toEqual([
    `Bearer ${botToken} `,
    `Bearer ${appToken} `,
    'Bearer xoxe.xoxp-1-abcdefgh app_id=A0FACTOTUM',
  ]);
});

test('names each permission that is missing, with what it is for, and those that are not used', async () => {
  const some = Object.keys(scopes).filter((scope) => !scope.startsWith('users:'));
  const api = await slack({
    'auth.test': () => ({
      headers: { 'x-oauth-scopes': [...some, 'channels:join'].join(', ') },
      body: identity,
    }),
  });
  const said = await check(api, socket);
  expect(said).toContain(
    'Permissions are missing: users:read (to know your time zone, whether somebody belongs to your company, and who is meant by a name), users:read.email (',
  );
  expect(said).toContain('press “Reinstall”');
  expect(said).toContain('· It may do more than is used: channels:join.');
  expect(said).toMatch(/One thing is missing\.$/);
});

test.each([
  ['account_inactive', 'was revoked'],
  ['invalid_auth', 'does not know the token in SLACK_BOT_TOKEN'],
  ['fatal_error', '(fatal_error)'],
])('a bot token that Slack refuses with %s', async (error, says) => {
  const said = await check(await slack({ 'auth.test': failing(error) }), socket);
  expect(said).toContain(says);
  expect(said).not.toContain(botToken);
});

test.each([
  [{ SLACK_BOT_TOKEN: appToken }, 'SLACK_BOT_TOKEN is an app-level token'],
  [{ SLACK_BOT_TOKEN: 'xoxe.xoxb-1-abcdefgh' }, 'Token rotation is on'],
  [{ SLACK_BOT_TOKEN: 'xoxp-1-abcdefgh' }, 'the token of a person'],
  [{ SLACK_BOT_TOKEN: secret }, 'no token of Slack’s'],
  [{ SLACK_APP_TOKEN: botToken }, 'SLACK_APP_TOKEN is the bot’s token'],
  [{ SLACK_BOT_TOKEN: `${botToken}\n` }, 'SLACK_BOT_TOKEN has a space, a line break'],
  [{ SLACK_BOT_TOKEN: `"${botToken}"` }, 'quotation mark'],
  [{ SLACK_CLIENT_ID: '111.222' }, 'Unset one or the other'],
])('values that were mixed up: %o', async (changed, says) => {
  expect(await check(await slack(), { ...socket, ...changed })).toContain(says);
});

test('the token of a person is found, though it is valid', async () => {
  const { bot_id: _, ...person } = identity;
  const api = await slack({ 'auth.test': () => ({ headers: every, body: person }) });
  expect(await check(api, socket)).toContain('the token of a person, not of the app’s bot');
});

test.each([
  ['missing_scope', 'may not open connections'],
  ['invalid_auth', 'does not know the token in SLACK_APP_TOKEN'],
  ['not_allowed_token_type', 'open “Socket Mode” and turn it on'],
])('an app token that Slack refuses with %s', async (error, says) => {
  expect(await check(await slack({ 'apps.connections.open': failing(error) }), socket)).toContain(
    says,
  );
});

test('two tokens of different apps are found', async () => {
  const api = await slack({
    'bots.info': () => ({ body: { ok: true, bot: { app_id: 'A0OTHER' } } }),
  });
  expect(await check(api, socket)).toContain(
    'SLACK_APP_TOKEN belongs to the app A0FACTOTUM, SLACK_BOT_TOKEN to A0OTHER.',
  );
});

test('settings that differ from the manifest are named one by one', async () => {
  const manifest = readManifest();
  manifest.settings.event_subscriptions.bot_events = ['app_mention'];
  manifest.settings.interactivity.is_enabled = false;
  manifest.features.slash_commands = [];
  manifest.features.shortcuts = [];
  manifest.features.app_home.messages_tab_read_only_enabled = true;
  manifest.settings.socket_mode_enabled = false;
  const api = await slack({ 'apps.manifest.export': () => ({ body: { ok: true, manifest } }) });
  const said = await check(api, { ...socket, SLACK_CONFIG_TOKEN: 'xoxe.xoxp-1-abcdefgh' });
  expect(said.split('\n').filter((line) => line.startsWith('✗'))).toEqual([
    '✗ The app does not hear of: app_home_opened, app_uninstalled, message.channels, message.groups, message.im, message.mpim, tokens_revoked.',
    '✗ The app has no command: /factotum.',
    '✗ The app has no shortcut: new_task, make_task, thread_tasks.',
    '✗ Buttons do not work: interactivity is off.',
    '✗ Nobody can write to the app: its messages tab is off or only to read.',
    '✗ Socket Mode is off.',
  ]);
});

test('without any variable it points to the guide', async () => {
  expect(printFindings(await checkSlack({}))).toContain('docs/slack.md');
});

test('the emulator knows its token, and does not tell permissions', async () => {
  const emulator = await createEmulator({
    service: 'slack',
    port: 0,
    seed: {
      slack: {
        team: { name: 'Phone store' },
        oauth_apps: [
          {
            client_id: '1.2',
            client_secret: secret,
            name: 'Factotum',
            redirect_uris: ['https://factotum.example.com/slack/oauth_redirect'],
            scopes: Object.keys(scopes),
            bot_id: 'B0FACTOTUM',
            bot_user_id: 'U0FACTOTUM',
            bot_name: 'factotum',
          },
        ],
        tokens: [{ token: botToken, type: 'bot', user_id: 'U0FACTOTUM', bot_id: 'B0FACTOTUM' }],
      },
    },
  });
  afterAll(() => emulator.close());
  const said = await check(emulator.url, socket);
  expect(said).toContain('it is the bot @factotum in the workspace “Phone store”');
  expect(said).toContain('the permissions are not known');
  // The emulator takes a token that it does not know for its first person.
  const other = await check(emulator.url, { ...socket, SLACK_BOT_TOKEN: 'xoxb-unknown-token' });
  expect(other).toContain('the token of a person, not of the app’s bot');
});

/** The command itself. */
const run = (environment: Record<string, string>, ...args: string[]) =>
  new Promise<{ code: number | null; text: string }>((resolve) => {
    const command = ['--import', 'tsx', 'src/slack-check.ts', ...args];
    const env = { PATH: process.env['PATH'], ...environment };
    const child = spawn(process.execPath, command, { cwd: root, env });
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        text += chunk;
      });
    child.on('close', (code) => resolve({ code, text }));
  });

test('the command prints the manifest for HTTP, at an address that Slack takes', async () => {
  const [printed, refused] = await Promise.all([
    run({ PUBLIC_URL: 'https://factotum.example.com/' }, '--manifest'),
    run({ PUBLIC_URL: 'http://factotum.example.com' }, '--manifest'),
  ]);
  expect(JSON.parse(printed.text)).toEqual(
    overHttp(readManifest(), 'https://factotum.example.com'),
  );
  expect(refused).toEqual({ code: 1, text: expect.stringContaining('with https://') });
});

test('the command ends with 0 only when all is well', async () => {
  const SLACK_API_URL = `${await slack()}/api/`;
  const [well, ill] = await Promise.all([
    run({ SLACK_API_URL, ...socket }),
    run({ SLACK_API_URL, SLACK_BOT_TOKEN: botToken }),
  ]);
  expect(well).toEqual({ code: 0, text: expect.stringMatching(/All is well\.\n$/) });
  expect(ill).toEqual({ code: 1, text: expect.stringMatching(/2 things are missing\.\n$/) });
});
