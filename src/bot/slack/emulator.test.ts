/** The channel against an emulator of Slack that is not ours, with the cards as they are really drawn. */
import { beforeAll, describe, expect, test } from 'vitest';
import { testDatabase } from '../../../test/support/database.ts';
import { app, slackWorkspace } from '../../../test/support/slack-workspace.ts';
import { findCard, insertCard } from '../../db/card.ts';
import { systemTransaction, transaction } from '../../db/client.ts';
import { listPeople } from '../../db/person.ts';
import { ensureWorkspace } from '../../db/workspace.ts';
import { Card, type CardDraft } from '../card.ts';
import { createClient, workspaceIdOf } from './access.ts';
import { createSlackChannel } from './channel.ts';
import { renderCard } from './render.ts';

const db = await testDatabase();
const slack = await slackWorkspace();
const workspaceId = workspaceIdOf(slack.teamId);
const logged: string[] = [];
const channel = createSlackChannel({
  db,
  log: {
    info: () => {},
    warn: (event) => logged.push(event),
    error: (event, error) => logged.push(`${event}: ${error}`),
  },
  now: () => new Date(),
  clientFor: async () => createClient(app.token, { slackApiUrl: slack.apiUrl }),
  render: (posted, { ring }) => renderCard(posted, { baseUrl: 'http://127.0.0.1', ring }),
  revoke: async () => {},
});
const person = createClient('xoxp-tests', { slackApiUrl: `${slack.url}/api/` });
let thread = '';

beforeAll(async () => {
  await systemTransaction(db, (tx) =>
    ensureWorkspace(tx, {
      ...{ id: workspaceId, kind: 'slack', name: 'Phone Shop' },
      ...{ locale: 'en-US', currency: 'USD', timezone: 'UTC' },
    }),
  );
  const { ts } = await slack.bot.chat.postMessage({ channel: slack.shop, text: 'A CRM, please' });
  thread = ts ?? '';
});

async function stored(draft: CardDraft, conversation = `${slack.shop}:${thread}`) {
  const place = { workspaceId, conversation };
  const row = await transaction(db, place, (tx) =>
    insertCard(tx, { ...place, channel: 'slack', taskId: null, key: draft.text, card: draft }),
  );
  const posted = (version: number, about: Partial<CardDraft> = {}) => ({
    ...{ id: row.id, version },
    card: Card.parse({ ...draft, ...about }),
  });
  return { place, posted };
}
const draft = (text: string): CardDraft => ({ kind: 'progress', title: 'Phone Shop CRM', text });
async function replies(root = thread) {
  const answer = await slack.bot.conversations.replies({ channel: slack.shop, ts: root });
  return answer.messages ?? [];
}
const showing = async (text: string) => (await replies()).filter((one) => one.text?.includes(text));

describe('a card', () => {
  test('is posted once under its mark however often it is posted, and updated in place', async () => {
    const { place, posted } = await stored(draft('Step one'));
    const reference = await channel.post(place, posted(1));
    expect(await channel.post(place, posted(1))).toBe(reference);
    const [message, ...others] = await showing('Step one');
    expect(others).toEqual([]);
    expect(reference).toBe(`${slack.shop}:${message?.ts}`);
    expect(await channel.update(place, reference, posted(3, { text: 'Step three' }))).toBe(
      reference,
    );
    await channel.update(place, reference, posted(2, { text: 'Step two' }));
    const [shown] = await showing('Step three');
    expect(shown?.ts).toBe(message?.ts);
    expect(await showing('Step two')).toEqual([]);
    const ids = (blocks: unknown) => (blocks as { block_id: string }[]).map((one) => one.block_id);
    expect(ids(shown?.blocks).filter((id) => ids(message?.blocks).includes(id))).toEqual([]);
  });

  test('that was deleted is shown anew', async () => {
    const { place, posted } = await stored(draft('Soon gone'));
    const reference = await channel.post(place, posted(1));
    await slack.bot.chat.delete({ channel: slack.shop, ts: reference.split(':')[1] ?? '' });
    const next = await channel.update(place, reference, posted(2, { text: 'Back again' }));
    expect(next).not.toBe(reference);
    expect(await showing('Back again')).toHaveLength(1);
  });

  test('whose title is cut has all of it in its thread, in place too', async () => {
    const name = (end: string) => `A CRM ${'that knows everything '.repeat(20)}${end}`;
    const { place, posted } = await stored({ ...draft('Long title'), title: name('today') });
    const reference = await channel.post(place, posted(1));
    const [rest, ...others] = await showing('everything today');
    expect(others).toEqual([]);
    expect(reference.split(':')[2]).toBe(rest?.ts);
    const next = await channel.update(place, reference, posted(2, { title: name('tomorrow') }));
    expect((await showing('everything tomorrow')).map(({ ts }) => ts)).toEqual([rest?.ts]);
    expect(next.split(':').slice(0, 3)).toEqual(reference.split(':').slice(0, 3));
    expect(await showing('everything today')).toEqual([]);
  });

  test('that is too long has the rest in its thread as a file, once', async () => {
    const lines = (count: number) =>
      Array.from({ length: count }, (_, index) => `Line ${index} of what there is to say about it`);
    const long = { ...draft('A lot'), sections: [{ title: 'All of it', items: lines(400) }] };
    const { place, posted } = await stored(long);
    const before = (await replies()).length;
    const reference = await channel.post(place, posted(1));
    expect(logged).toEqual([]);
    expect(reference.split(':')).toHaveLength(4);
    const calls = slack.calls.filter(({ method }) => method === 'files.completeUploadExternal');
    expect(calls).toHaveLength(1);
    expect(calls[0]?.args).toMatchObject({ channel_id: slack.shop, thread_ts: thread });
    expect(await channel.update(place, reference, posted(2))).toBe(reference);
    expect(
      slack.calls.filter(({ method }) => method === 'files.completeUploadExternal'),
    ).toHaveLength(1);
    expect((await replies()).length).toBeGreaterThan(before);
  });

  test('of an archived channel goes to whoever it is for', async () => {
    const { channel: other } = await person.conversations.create({ name: 'old-shop' });
    const room = other?.id ?? '';
    await person.conversations.invite({ channel: room, users: app.botUser }).catch(() => {});
    const { ts } = await person.chat.postMessage({ channel: room, text: 'A CRM, please' });
    const { place, posted } = await stored(draft('Still here'), `${room}:${ts}`);
    await db.raw`insert into actions (id, workspace_id, card_id, verb) values
      ('act_1', ${workspaceId}, ${posted(1).id}, 'details')`;
    await db.raw`insert into tasks (id, workspace_id, channel, conversation, requested_by, title, short_name, description)
      values ('tsk_1', ${workspaceId}, 'slack', ${place.conversation}, ${slack.ana}, 'CRM', 'CRM', 'CRM')`;
    await db.raw`update cards set task_id = 'tsk_1' where id = ${posted(1).id}`;
    await person.conversations.archive({ channel: room });
    const reference = await channel.post(place, posted(1));
    expect(reference.split(':')[0]).toBe(slack.direct);
    const { messages = [] } = await slack.bot.conversations.history({ channel: slack.direct });
    expect(JSON.stringify(messages[0]?.blocks)).toContain(`<#${room}> was archived`);
    expect(await transaction(db, place, (tx) => findCard(tx, posted(1).id))).toBeDefined();
  });
});

test('people are found by e-mail and by id, and where they are spoken to alone', async () => {
  expect(await channel.reach?.(workspaceId, ['Ben@example.com', slack.ana])).toBe(true);
  const found = await transaction(db, { workspaceId }, (tx) =>
    listPeople(tx, ['ben@example.com', slack.ana]),
  );
  expect(found.map(({ id }) => id).sort()).toEqual([slack.ana, slack.ben].sort());
  expect(found.find(({ id }) => id === slack.ana)?.conversation).toBe(slack.direct);
  expect(await channel.reach?.(workspaceId, ['nobody@example.com', 'owner', 'bob'])).toBe(false);
});
