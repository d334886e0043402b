/** The message action, the search for tasks, and the bot being added and removed. */
import { describe, expect, test } from 'vitest';
import { ana, ben, botId, shop, tenant } from '../support/teams-delivery.ts';
import { teamsFault } from '../support/teams-fault.ts';
import { teamsProgram } from '../support/teams-program.ts';

const { db, connector, workspaceId, running } = await teamsProgram();
const chat = connector.personalOf(ana.id);

const invoke = (name: string, value: object, about: object = {}) => {
  const { teams } = running();
  return teams.send(
    teams.frame(ana, { type: 'invoke', name, value, ...teams.channel(teams.nextId()), ...about }),
  );
};
const message = {
  id: '1700000000123',
  body: {
    contentType: 'html',
    content: '<p>We need a <b>CRM</b> for the bakery&nbsp;&amp; café</p><p>with customers</p>',
  },
};

describe('“Make this a task”', () => {
  test('opens a form with the words of the message, and says what happens', async () => {
    const { status, body } = await invoke('composeExtension/fetchTask', {
      ...{ commandId: 'make_task', commandContext: 'message', messagePayload: message },
    });
    expect(status).toBe(200);
    expect(body.task.type).toBe('continue');
    const { content } = body.task.value.card;
    expect(content.body[1]).toMatchObject({
      value: 'We need a CRM for the bakery & café\nwith customers',
    });
    expect(content.actions[0].data).toEqual({ message: message.id });
  });

  test('files it in the personal chat, once however often Teams sends it', async () => {
    const { teams } = running();
    const data = { text: 'Create a CRM for my bakery with customers', message: message.id };
    const value = { commandId: 'make_task', data };
    const answers = await Promise.all(
      [1, 2, 3].map(() => invoke('composeExtension/submitAction', value)),
    );
    for (const { body } of answers)
      expect(body.task).toEqual({ type: 'message', value: 'I answer you in our chat.' });
    await teams.card(chat, /Accept/);
    expect(teams.cards(chat).filter(({ words }) => words.includes('“Create a CRM'))).toHaveLength(
      1,
    );
    const rows =
      await db.raw`select text from messages where conversation = ${chat} and author = ${ana.aadObjectId}`;
    expect(rows).toEqual([{ text: data.text }]);
  });

  test('with nothing in it asks for words', async () => {
    const { body } = await invoke('composeExtension/submitAction', {
      commandId: 'make_task',
      data: { text: ' ', message: '' },
    });
    expect(body.task.value).toMatch(/Write what you need/);
  });

  test('says what to do where there is no chat with the person, and files nothing', async () => {
    const { teams } = running();
    connector.fail(teamsFault.notInRoster(), { when: ({ kind }) => kind === 'open' });
    const data = { text: 'Create a CRM for my other bakery', message: '1' };
    const activity = teams.frame(ben, {
      type: 'invoke',
      name: 'composeExtension/submitAction',
      value: { commandId: 'make_task', data },
      ...teams.channel('5'),
    });
    expect((await teams.send(activity)).body.task.value).toMatch(/Open a chat with Factotum/);
    expect(await db.raw`select text from messages where text = ${data.text}`).toEqual([]);
    // Tried again it works.
    expect((await teams.send(activity)).body.task.value).toBe('I answer you in our chat.');
  });
});

describe('the search', () => {
  const search = (words?: string) =>
    invoke('composeExtension/query', {
      commandId: 'search_tasks',
      parameters:
        words === undefined
          ? [{ name: 'initialRun', value: 'true' }]
          : [{ name: 'words', value: words }],
    });

  test('finds one’s own tasks by their words, as cards without buttons', async () => {
    const { body } = await search('bakery');
    const [found, ...more] = body.composeExtension.attachments;
    expect(more).toEqual([]);
    expect(found.preview.content.title).toMatch(/Bakery/);
    expect(JSON.stringify(found.content)).not.toContain('Action.Execute');
    expect((await search()).body.composeExtension.attachments).toHaveLength(1);
  });

  test('says so where there is none', async () => {
    expect((await search('spaceship')).body.composeExtension).toEqual({
      type: 'message',
      text: 'There is no such task of yours.',
    });
  });
});

test('an invoke that is not ours is answered as not implemented', async () => {
  expect((await invoke('signin/verifyState', {})).status).toBe(501);
});

describe('the bot', () => {
  const rows = () => db.raw`
    select id, kind, name, gone_at is not null as gone from conversations
    where workspace_id = ${workspaceId} and id = ${shop}`;
  const change = (type: string, about: object) => {
    const { teams } = running();
    const { conversation, channelData } = teams.channel('1');
    const place = { conversation: { ...conversation, id: shop } };
    const { eventType, channel, ...rest } = about as { eventType?: string; channel?: object };
    const data = {
      ...channelData,
      ...(eventType ? { eventType } : {}),
      ...(channel ? { channel } : {}),
    };
    return teams.send(teams.frame(ana, { type, ...place, ...rest, channelData: data }));
  };

  test('says hello once where it is added, whatever number of events say so', async () => {
    const { teams } = running();
    await change('installationUpdate', { action: 'add' });
    await change('conversationUpdate', {
      membersAdded: [{ id: botId }],
      eventType: 'teamMemberAdded',
    });
    await teams.card(shop, /Mention me/);
    await change('installationUpdate', { action: 'add-upgrade' });
    await change('conversationUpdate', { membersAdded: [{ id: ben.id }] });
    await teams.mention(ana, 'help', '77');
    await teams.card(`${shop};messageid=77`, /What you can say/);
    expect(teams.cards(shop).filter(({ words }) => /Mention me/.test(words))).toHaveLength(1);
    expect(await rows()).toEqual([{ id: shop, kind: 'channel', name: 'Shop', gone: false }]);
  });

  test('knows a channel by its new name', async () => {
    await change('conversationUpdate', {
      eventType: 'channelRenamed',
      channel: { id: shop, name: 'Store' },
    });
    expect(await rows()).toMatchObject([{ name: 'Store', gone: false }]);
  });

  test('is silent where it was removed, until it is added again', async () => {
    await change('conversationUpdate', {
      membersRemoved: [{ id: botId }],
      eventType: 'teamMemberRemoved',
    });
    expect(await rows()).toMatchObject([{ gone: true }]);
    await change('conversationUpdate', { membersAdded: [{ id: botId }] });
    expect(await rows()).toMatchObject([{ gone: false }]);
    await change('conversationUpdate', {
      eventType: 'channelDeleted',
      channel: { id: shop, name: 'Store' },
    });
    expect(await rows()).toMatchObject([{ gone: true }]);
  });

  test('greets somebody who adds it for themselves with what can be said', async () => {
    const { teams } = running();
    const conversation = {
      conversationType: 'personal',
      tenantId: tenant,
      id: connector.personalOf(ben.id),
    };
    await teams.send(teams.frame(ben, { type: 'installationUpdate', action: 'add', conversation }));
    await teams.card(conversation.id, /What you can say/);
    const known = () => db.raw`select email from people where id = ${ben.aadObjectId}`;
    await expect.poll(known).toEqual([{ email: ben.email }]);
  });
});

test('the page of the tab is shown in a frame of Teams, and nowhere else', async () => {
  const { factotum } = running();
  const response = await fetch(`${factotum.address}/teams/tab`);
  expect(response.status).toBe(200);
  const policy = response.headers.get('content-security-policy') ?? '';
  expect(policy).toContain('frame-ancestors https://teams.microsoft.com');
  expect(policy).not.toMatch(/unsafe|script-src/);
  expect(response.headers.get('x-frame-options')).toBeNull();
  expect(await response.text()).toContain('list my tasks');
});
