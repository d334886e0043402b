/** People talk to the program in Teams: chats, channels, threads. */
import { describe, expect, test } from 'vitest';
import { ana, ben, botId, shop, tenant } from '../support/teams-delivery.ts';
import { teamsProgram } from '../support/teams-program.ts';

const { db, connector, workspaceId, running } = await teamsProgram();
const wish = 'Create a CRM for my cellphone store with customers and products';
const said = (conversation: string) =>
  db.raw`select text from messages where conversation = ${conversation}`;

describe('a personal chat', () => {
  test('a wish becomes a plan, is accepted by its button, and ends with the delivery', async () => {
    const { teams } = running();
    const chat = connector.personalOf(ana.id);
    await teams.say(ana, wish);
    const plan = await teams.card(chat, /Accept/);
    const answer = await teams.press(ana, teams.chat(ana), plan.id, plan.button('Accept'));
    expect(answer.status).toBe(200);
    expect(answer.body.type).toBe('application/vnd.microsoft.activity.message');
    await teams.card(chat, /TASK COMPLETE/);
    await expect
      .poll(() => teams.cards(chat).filter(({ words }) => /████/.test(words)))
      .toHaveLength(1);
    const shown = teams.cards(chat).find(({ id }) => id === plan.id);
    expect(shown?.buttons.map(({ title }) => title)).not.toContain('Accept');
  });

  test('whoever writes there is known by name, address and clock', async () => {
    const find = () => db.raw`
      select name, email, account, timezone, conversation from people
      where workspace_id = ${workspaceId} and id = ${ana.aadObjectId}`;
    await expect.poll(async () => (await find())[0]?.['email']).toBe(ana.email);
    expect(await find()).toEqual([
      {
        ...{ name: 'Ana', email: ana.email, account: ana.id, timezone: 'Europe/Lisbon' },
        conversation: connector.personalOf(ana.id),
      },
    ]);
  });

  test('the same message delivered again is one message', async () => {
    const { teams } = running();
    const activity = teams.frame(ana, { type: 'message', text: 'help', ...teams.chat(ana) });
    await Promise.all([teams.send(activity), teams.send(activity), teams.send(activity)]);
    await teams.card(connector.personalOf(ana.id), /What you can say/);
    const rows = await said(connector.personalOf(ana.id));
    expect(rows.filter(({ text }) => text === 'help')).toHaveLength(1);
  });
});

describe('a channel', () => {
  test('a mention is answered in its thread, by steering phrases as well', async () => {
    const { teams } = running();
    const thread = await teams.mention(ana, wish);
    const plan = await teams.card(thread, /Accept/);
    expect(connector.standingIn(thread).every(({ conversation }) => conversation === thread)).toBe(
      true,
    );
    const root = thread.split('messageid=')[1] ?? '';
    await teams.send(teams.frame(ana, { type: 'message', text: 'cancel', ...teams.channel(root) }));
    await expect
      .poll(() => teams.cards(thread).find(({ id }) => id === plan.id)?.buttons.length)
      .toBe(0);
  });

  test('it stays silent where nobody spoke to it', async () => {
    const { teams } = running();
    const id = teams.nextId();
    const about = { type: 'message', text: 'Create a CRM for my bakery', id, ...teams.channel(id) };
    expect((await teams.send(teams.frame(ben, about))).status).toBe(200);
    const other = await teams.mention(ana, 'help');
    await teams.card(other, /What you can say/);
    expect(await said(`${shop};messageid=${id}`)).toEqual([]);
  });

  test('somebody who talks with another person in its thread is not meant', async () => {
    const { teams } = running();
    const thread = await teams.mention(ana, 'help');
    const root = thread.split('messageid=')[1] ?? '';
    const mention = {
      type: 'mention',
      text: '<at>Ben</at>',
      mentioned: { id: ben.id, name: 'Ben' },
    };
    const text = '<at>Ben</at> create a CRM, please';
    const about = { type: 'message', text, entities: [mention], ...teams.channel(root) };
    await teams.send(teams.frame(ana, about));
    await teams.send(
      teams.frame(ben, { type: 'message', text: 'looks good', ...teams.channel(root) }),
    );
    await teams.card(thread, /What you can say/);
    expect(await said(thread)).toEqual([{ text: 'help' }]);
  });
});

test('a group chat is answered where it is mentioned, and not otherwise', async () => {
  const { teams } = running();
  const id = '19:5d3f@thread.v2';
  const conversation = { conversationType: 'groupChat', isGroup: true, tenantId: tenant, id };
  const mention = {
    type: 'mention',
    text: '<at>Factotum</at>',
    mentioned: { id: botId, name: 'Factotum' },
  };
  await teams.send(teams.frame(ana, { type: 'message', text: 'help', conversation }));
  const asked = {
    type: 'message',
    text: '<at>Factotum</at>&nbsp;list my tasks',
    entities: [mention],
  };
  await teams.send(teams.frame(ana, { ...asked, conversation }));
  await teams.card(id, /tasks/);
  expect(await said(id)).toEqual([{ text: 'list my tasks' }]);
});

test('it never answers itself, other bots, or people whom Entra does not name', async () => {
  const { teams } = running();
  const chat = teams.chat(ben);
  const from = [
    { id: botId, name: 'Factotum' },
    { id: '28:other', name: 'Other', aadObjectId: ben.aadObjectId },
    { id: '29:guest', name: 'Guest' },
  ];
  for (const one of from)
    expect(
      (
        await teams.send({
          ...teams.frame(ben, { type: 'message', text: 'help', ...chat }),
          from: one,
        })
      ).status,
    ).toBe(200);
  expect(await said(connector.personalOf(ben.id))).toEqual([]);
});

test('what has no words is answered with what can be said; what is too long is told', async () => {
  const { teams } = running();
  const chat = connector.personalOf(ben.id);
  const picture = { attachments: [{ contentType: 'image/*', contentUrl: 'https://x.example/1' }] };
  await teams.send(teams.frame(ben, { type: 'message', text: '', ...picture, ...teams.chat(ben) }));
  await teams.card(chat, /What you can say/);
  await teams.say(ben, 'word '.repeat(50_000));
  await teams.card(chat, /up to 200000 can be read/);
});

test.each(['typing', 'messageReaction', 'messageUpdate', 'messageDelete', 'event', 'somethingNew'])(
  'an activity of the kind %s is taken, and does nothing',
  async (type) => {
    const { teams } = running();
    const before = connector.calls.length;
    const { status } = await teams.send(teams.frame(ana, { type, ...teams.chat(ana) }));
    expect(status).toBe(200);
    expect(connector.calls.slice(before).filter(({ kind }) => kind === 'post')).toEqual([]);
  },
);
