/** Slack over HTTP, against the whole program: what is taken, once, from whom, and what is refused. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Factotum } from '../../src/start.ts';
import { type createDelivery, newTs } from '../support/slack-delivery.ts';
import { slackProgram } from '../support/slack-program.ts';
import { app } from '../support/slack-workspace.ts';

const { db, workspace, workspaceId, running } = await slackProgram();
const { ana, ben, shop, direct, teamId } = workspace;
let factotum: Factotum;
let slack: ReturnType<typeof createDelivery>;
beforeAll(() => {
  ({ factotum, slack } = running());
});

type Row = { author: string; conversation: string; text: string; external_id: string };
/** What people said, as it was taken. */
const heard = (ts: string) => db.raw<Row[]>`
  select author, conversation, text, external_id from messages
  where channel = 'slack' and workspace_id = ${workspaceId} and external_id like ${`%:${ts}`}`;
const countHeard = async () => {
  const [row] = await db.raw`select count(*)::int as count from messages where channel = 'slack'`;
  return Number(row?.['count']);
};
const dm = (about: object = {}) => slack.message({ channel: direct, channel_type: 'im', ...about });

describe('a message is taken', () => {
  test('in direct messages, each at top level as a conversation of its own', async () => {
    const event = dm({ text: 'help' });
    expect((await slack.event(event)).status).toBe(200);
    expect(await heard(event.ts)).toEqual([
      {
        author: ana,
        conversation: `${direct}:${event.ts}`,
        text: 'help',
        external_id: `${direct}:${event.ts}`,
      },
    ]);
  });

  test('when it mentions us, and is then one although it comes as two events', async () => {
    const text = `<@${app.botUser}> help`;
    const event = slack.message({ text });
    const { channel_type, ...mention } = { ...event, type: 'app_mention' };
    const answers = await Promise.all([slack.event(event), slack.event(mention)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(await heard(event.ts)).toMatchObject([{ text: 'help' }]);
    await slack.event(mention);
    expect(await heard(event.ts)).toHaveLength(1);
  });

  test('once, however often and with whichever event id it comes', async () => {
    const event = dm({ text: 'list my tasks' });
    const headers = { 'X-Slack-Retry-Num': '1', 'X-Slack-Retry-Reason': 'http_timeout' };
    await slack.event(event, { event_id: 'Ev1' });
    await slack.event(event, { event_id: 'Ev1' }, { headers });
    await slack.event(event, { event_id: 'Ev2' });
    await Promise.all([1, 2, 3, 4].map(() => slack.event(event, { event_id: 'Ev3' })));
    expect(await heard(event.ts)).toHaveLength(1);
    const answered = workspace.calls.filter(
      ({ method, args }) => method === 'chat.postMessage' && args['thread_ts'] === event.ts,
    );
    expect(answered.length).toBeLessThanOrEqual(1);
  });

  test('once when a signed request is replayed as it was', async () => {
    const body = JSON.stringify({
      ...{ type: 'event_callback', team_id: teamId, api_app_id: app.id, event_id: 'Ev9' },
      event: dm({ text: 'help', ts: '1764072999.000100' }),
      authorizations: [{ team_id: teamId, enterprise_id: null, is_enterprise_install: false }],
    });
    const timestamp = Math.floor(Date.now() / 1000);
    for (const _ of [1, 2])
      expect((await slack.post(body, 'application/json', { timestamp })).status).toBe(200);
    expect(await heard('1764072999.000100')).toHaveLength(1);
  });

  test('in a thread that we are part of, from whoever talks with us there', async () => {
    const first = slack.message({ text: `<@${app.botUser}> help` });
    await slack.event(first);
    const reply = slack.message({ text: 'list my tasks', thread_ts: first.ts });
    await slack.event(reply);
    expect(await heard(reply.ts)).toMatchObject([{ conversation: `${shop}:${first.ts}` }]);
    // Others talk to each other there, but may ask how it is going.
    const chat = slack.message({ user: ben, text: 'looks good', thread_ts: first.ts });
    const question = slack.message({ user: ben, text: 'how is it going?', thread_ts: first.ts });
    const aside = slack.message({ text: `<@${ben}> and you?`, thread_ts: first.ts });
    for (const event of [chat, question, aside]) await slack.event(event);
    expect(await heard(chat.ts)).toHaveLength(0);
    expect(await heard(question.ts)).toHaveLength(1);
    expect(await heard(aside.ts)).toHaveLength(0);
  });

  test('from somebody of another company under a name of their own', async () => {
    const event = slack.message({
      ...{ text: `<@${app.botUser}> help`, user: ana },
      ...{ user_team: 'T0OTHER', source_team: 'T0OTHER' },
    });
    await slack.event(event, { is_ext_shared_channel: true });
    expect(await heard(event.ts)).toMatchObject([{ author: `T0OTHER/${ana}` }]);
  });

  test('and a mention without words asks for help', async () => {
    const event = slack.message({ text: `<@${app.botUser}>` });
    await slack.event(event);
    expect(await heard(event.ts)).toMatchObject([{ text: 'help' }]);
  });
});

describe('nothing is taken', () => {
  test.each([
    ['from a channel where nobody spoke to us', {}],
    ['from a thread of others', { thread_ts: '1764070000.000001' }],
    ['from ourselves', { user: app.botUser, bot_id: app.botId, channel_type: 'im' }],
    ['from another program', { subtype: 'bot_message', bot_id: 'B1', channel_type: 'im' }],
    [
      'when a message changes, as ours do',
      {
        ...{ subtype: 'message_changed', hidden: true, user: undefined, channel_type: 'im' },
        message: { type: 'message', user: ana, text: 'Create a CRM', ts: '1764072000.000100' },
      },
    ],
    ['when somebody joins', { subtype: 'channel_join' }],
    ['when a mention is edited in', { type: 'app_mention', edited: { user: ana, ts: '1' } }],
  ])('%s', async (_, about) => {
    const before = await countHeard();
    expect((await slack.event(slack.message(about))).status).toBe(200);
    expect(await countHeard()).toBe(before);
  });

  test('for a workspace that the token is not of', async () => {
    const before = await countHeard();
    const authorizations = [
      { team_id: 'T0STRANGE', enterprise_id: null, is_enterprise_install: false },
    ];
    const answer = await slack.event(dm(), { team_id: 'T0STRANGE', authorizations });
    expect(answer.status).toBe(200);
    expect(await countHeard()).toBe(before);
  });
});

describe('a request is refused', () => {
  const now = () => Math.floor(Date.now() / 1000);
  test.each([
    ['with the signature of another secret', { secret: 'another-secret-of-somebody' }],
    ['with no signature worth the name', { signature: 'v0=' }],
    ['without a version', { signature: 'abc' }],
    ['that is six minutes old', { timestamp: now() - 360 }],
    ['that is of six minutes ahead', { timestamp: now() + 360 }],
    ['that is of a time beyond all', { timestamp: '1e300' }],
    ['without a time', { timestamp: 'soon' }],
  ])('%s', async (_, signing) => {
    const event = dm();
    expect((await slack.event(event, {}, signing)).status).toBe(401);
    expect(await heard(event.ts)).toHaveLength(0);
  });

  test('whose body was changed after it was signed', async () => {
    const timestamp = String(now());
    const signed = await slack.event(dm(), {}, { timestamp });
    expect(signed.status).toBe(200);
    const answer = await slack.post('{"type":"event_callback"}', 'application/json', {
      timestamp,
      signature: `v0=${'0'.repeat(64)}`,
    });
    expect(answer.status).toBe(401);
  });

  test('that is larger than anything Slack sends', async () => {
    const answer = await slack.event(dm({ text: 'x'.repeat(3_000_000) }));
    expect(answer.status).toBe(413);
  });

  test('that has no headers of Slack at all', async () => {
    const answer = await fetch(`${factotum.address}/slack/events`, { method: 'POST', body: '{}' });
    expect(answer.status).toBe(401);
  });
});

test('Slack’s question whether the address is ours is answered', async () => {
  const body = JSON.stringify({ type: 'url_verification', challenge: 'abc', token: 'x' });
  const answer = await slack.post(body, 'application/json');
  expect(await answer.json()).toEqual({ challenge: 'abc' });
});

test('the pages of the program keep their guard', async () => {
  const answer = await fetch(`${factotum.address}/api/messages`, {
    method: 'POST',
    headers: { Origin: 'https://evil.example', 'Content-Type': 'application/json' },
    body: '{}',
  });
  expect(answer.status).toBe(403);
  expect((await fetch(`${factotum.address}/slack/install`)).status).toBe(404);
});

test('what could not be stored is not acknowledged, and taken when Slack sends it again', async () => {
  await db.raw`alter table messages rename to messages_away`;
  const event = dm({ text: 'help', ts: newTs() });
  const failed = await slack.event(event);
  await db.raw`alter table messages_away rename to messages`;
  expect(failed.status).toBe(500);
  expect((await slack.event(event)).status).toBe(200);
  expect(await heard(event.ts)).toHaveLength(1);
});
