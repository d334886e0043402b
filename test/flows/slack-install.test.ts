/** Installing the app from Slack’s pages, and taking it away again, against the whole program. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { type Factotum, start } from '../../src/start.ts';
import { testDatabase } from '../support/database.ts';
import { createDelivery, newTs, signingSecret } from '../support/slack-delivery.ts';
import { app, freePort, slackWorkspace } from '../support/slack-workspace.ts';

const db = await testDatabase();
const port = await freePort();
const address = `http://127.0.0.1:${port}`;
const workspace = await slackWorkspace(`${address}/slack/oauth_redirect`);
const { ana, direct } = workspace;
const slack = createDelivery(address, workspace);
let factotum: Factotum;

beforeAll(async () => {
  const environment = {
    ...{ DATABASE_URL: db.url, PORT: String(port), FACTOTUM_TIMEZONE: 'UTC' },
    PUBLIC_URL: address,
    FACTOTUM_ENCRYPTION_KEY: 'a'.repeat(64),
    SLACK_CLIENT_ID: app.clientId,
    SLACK_CLIENT_SECRET: app.clientSecret,
    SLACK_SIGNING_SECRET: signingSecret,
    SLACK_API_URL: workspace.apiUrl,
  };
  factotum = await start(readConfig(environment, []), createLog({ quiet: true }));
}, 60_000);
afterAll(() => factotum.stop());

/** What a browser does on “Add to Slack”, up to Slack’s way back to us. */
async function begin() {
  const first = await fetch(`${address}/slack/install`, { redirect: 'manual' });
  expect(first.status).toBe(302);
  const asked = new URL(first.headers.get('location') ?? '');
  const cookie = (first.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  // The recorder knows no pages, so the person goes to the emulator’s own.
  const answer = await fetch(`${workspace.url}/oauth/v2/authorize/callback`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      user_id: ana,
      client_id: asked.searchParams.get('client_id') ?? '',
      redirect_uri: asked.searchParams.get('redirect_uri') ?? '',
      scope: asked.searchParams.get('scope') ?? '',
      state: asked.searchParams.get('state') ?? '',
    }),
  });
  return { asked, cookie, back: answer.headers.get('location') ?? '' };
}
const install = async () => {
  const { back, cookie } = await begin();
  return fetch(back, { headers: { cookie } });
};
const message = () =>
  slack.message({ channel: direct, channel_type: 'im', text: 'help', ts: newTs() });
const countHeard = async (ts: string) =>
  (await db.raw`select 1 from messages where external_id = ${`${direct}:${ts}`}`).length;
const stored = async () => {
  const [row] = await db.raw`select sealed, revoked from installations`;
  return row;
};
const removed = (about: object = {}, envelope: Record<string, unknown> = {}) =>
  slack.event({ type: 'app_uninstalled', ...about }, envelope);

test('at home, without a token, everything is the owner’s, and others can sign in', async () => {
  expect((await fetch(`${address}/tasks`)).status).toBe(200);
  const missing = await fetch(`${address}/apps/of-another-workspace`);
  expect(missing.status).toBe(404);
  expect(await missing.text()).toContain(`${address}/signin?back=%2Fapps%2Fof-another-workspace`);
  expect(await (await fetch(`${address}/signin`)).text()).toContain('Sign in with Slack');
});

test('before it is installed nothing is taken', async () => {
  const event = message();
  expect((await slack.event(event)).status).toBe(200);
  expect(await countHeard(event.ts)).toBe(0);
});

describe('the way back from Slack', () => {
  test('is refused in another browser', async () => {
    const { back } = await begin();
    const answer = await fetch(back);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('was not installed');
    expect(await stored()).toBeUndefined();
  });

  test('is refused with a state that nobody gave', async () => {
    const { back, cookie } = await begin();
    const forged = new URL(back);
    forged.searchParams.set('state', 'forged');
    expect((await fetch(forged, { headers: { cookie } })).status).toBe(400);
    expect(await stored()).toBeUndefined();
  });

  test('says so when the person said no', async () => {
    const { cookie, asked } = await begin();
    const state = asked.searchParams.get('state') ?? '';
    const answer = await fetch(
      `${address}/slack/oauth_redirect?error=access_denied&state=${encodeURIComponent(state)}`,
      { headers: { cookie } },
    );
    expect(answer.status).toBe(400);
  });
});

test('installed, the workspace is served with its own token, which is stored encrypted', async () => {
  const answer = await install();
  expect(answer.status).toBe(200);
  expect(await answer.text()).toContain('installed in Phone Shop');
  expect(JSON.stringify(await stored())).not.toContain('xoxb');
  const event = message();
  await slack.event(event);
  expect(await countHeard(event.ts)).toBe(1);
  const posted = await workspace.call(
    'chat.postMessage',
    ({ args }) => args['thread_ts'] === event.ts,
  );
  expect(posted.answer.ok).toBe(true);
});

test('the scopes that are asked for are those of the manifest', async () => {
  const { asked } = await begin();
  const { default: manifest } = await import('../../manifest.json', { with: { type: 'json' } });
  expect(asked.searchParams.get('scope')?.split(',').sort()).toEqual(
    manifest.oauth_config.scopes.bot.toSorted(),
  );
});

test('somebody’s own token that is taken back changes nothing', async () => {
  await slack.event({ type: 'tokens_revoked', tokens: { oauth: [ana], bot: [] } });
  expect(await stored()).toMatchObject({ revoked: null });
});

test('late news of an older removal changes nothing', async () => {
  const event_time = Math.floor(Date.now() / 1000) - 3600;
  await removed({}, { event_time });
  expect(await stored()).toMatchObject({ revoked: null });
});

test.each([
  ['uninstalled', { type: 'app_uninstalled' }],
  ['tokens_revoked', { type: 'tokens_revoked', tokens: { oauth: [], bot: [app.botUser] } }],
])(
  'when it is %s, its token is thrown away and nothing is taken until it is installed again',
  async (why, event) => {
    await install();
    expect((await removed(event)).status).toBe(200);
    expect(await stored()).toEqual({ sealed: null, revoked: why });
    const unheard = message();
    expect((await slack.event(unheard)).status).toBe(200);
    expect(await countHeard(unheard.ts)).toBe(0);
    await install();
    const event2 = message();
    await slack.event(event2);
    expect(await countHeard(event2.ts)).toBe(1);
  },
);
