/** Slack’s buttons, dialogs, commands and shortcuts, against the whole program and an emulated workspace. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { createDelivery } from '../support/slack-delivery.ts';
import { slackProgram } from '../support/slack-program.ts';
import { app } from '../support/slack-workspace.ts';

const { db, workspace, workspaceId, running } = await slackProgram();
const { ana, ben, shop, direct } = workspace;
let slack: ReturnType<typeof createDelivery>;
beforeAll(() => {
  ({ slack } = running());
});

type Button = { type: string; action_id: string; value?: string; text: { text: string } };
const buttonsIn = (blocks: string | undefined): Button[] =>
  (JSON.parse(blocks ?? '[]') as { elements?: Button[] }[])
    .flatMap(({ elements }) => elements ?? [])
    .filter(({ type }) => type === 'button');

/** A plan that waits in a thread of the shop’s channel, asked for by Ana. */
async function plan() {
  const event = slack.message({
    text: `<@${app.botUser}> Create a CRM for my cellphone store with customers and products`,
  });
  await slack.event(event);
  const call = await workspace.call(
    'chat.postMessage',
    ({ args }) => args['thread_ts'] === event.ts && buttonsIn(args['blocks']).length > 1,
  );
  const buttons = buttonsIn(call.args['blocks']);
  const place = { channel: shop, ts: String(call.answer['ts']), thread: event.ts };
  return {
    conversation: `${shop}:${event.ts}`,
    place,
    buttons,
    press: async (user: string, label: string, about: object = {}) => {
      const button = buttons.find(({ text }) => text.text === label);
      if (!button) throw new Error(`No ${label}: ${buttons.map(({ text }) => text.text)}`);
      const { action_id, value = '' } = button;
      return slack.press(user, { action_id, value }, { ...place, ...about });
    },
  };
}
const patient = { timeout: 20_000 };
const statusOf = async (conversation: string) => {
  const rows = await db.raw`select status from tasks where conversation = ${conversation}`;
  return rows.map(({ status }) => String(status));
};
/** What somebody was told beside the thread. */
const told = (user: string, thread: string, words: RegExp) =>
  workspace.call(
    'chat.postEphemeral',
    ({ args }) =>
      args['user'] === user && args['thread_ts'] === thread && words.test(args['text'] ?? ''),
  );
const taken = (text: string) =>
  db.raw`select author, conversation, external_id from messages
    where workspace_id = ${workspaceId} and channel = 'slack' and text = ${text}`;

describe('a button', () => {
  test('of somebody else’s plan tells whoever presses it alone, and changes nothing', async () => {
    const { press, place, conversation } = await plan();
    expect((await press(ben, 'Accept')).status).toBe(200);
    const call = await told(ben, place.thread, /Only/);
    expect(call.answer.ok).toBe(true);
    expect(await statusOf(conversation)).toEqual(['ready']);
  });

  test('counts once; again it says so', async () => {
    const { press, place, conversation } = await plan();
    await press(ana, 'Cancel');
    await expect.poll(() => statusOf(conversation), patient).toEqual(['cancelled']);
    await press(ana, 'Cancel');
    await told(ana, place.thread, /already|moved on|no longer/);
  });

  test('does not count for the same id in another company', async () => {
    const { press, place, conversation } = await plan();
    await press(ana, 'Accept', { team: 'T0OTHER' });
    await told(ana, place.thread, /Only/);
    expect(await statusOf(conversation)).toEqual(['ready']);
  });

  test.each([
    ['an id that nobody gave', 'act_0123456789:1'],
    ['something else', "act_1'; drop table tasks;--:1"],
    ['nothing', undefined],
  ])('with %s is refused', async (_, value) => {
    const { place, conversation } = await plan();
    const button = { action_id: 'act:0', ...(value ? { value } : {}) };
    expect((await slack.press(ana, button, place)).status).toBe(200);
    await told(ana, place.thread, /not known/);
    expect(await statusOf(conversation)).toEqual(['ready']);
  });

  test.each(['link:3', 'home:unknown', 'something_else', ''])(
    '%j is acknowledged and does nothing',
    async (action_id) => {
      const answer = await slack.press(ana, { action_id }, { channel: shop, ts: '1.1' });
      expect(answer.status).toBe(200);
    },
  );

  test('that needs words opens a dialog, and the words arrive once', async () => {
    const { press, conversation } = await plan();
    await press(ana, 'Modify', { trigger: await workspace.trigger(ana) });
    const opened = await workspace.call('views.open', ({ args }) =>
      (args['view'] ?? '').includes('"callback_id":"text"'),
    );
    expect(opened.answer.ok).toBe(true);
    const { private_metadata } = JSON.parse(opened.args['view'] ?? '{}');
    const view = {
      ...{ id: 'V0WORDS', callback_id: 'text' },
      private_metadata,
      values: {
        text: {
          text: { type: 'plain_text_input', value: 'add a loyalty number field to customers' },
        },
      },
    };
    const answer = await slack.submit(ana, view);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('');
    await expect

      .poll(
        async () =>
          (await db.raw`select plan_version from tasks where conversation = ${conversation}`)[0],
        patient,
      )
      .toEqual({ plan_version: 2 });
    expect(await (await slack.submit(ana, view)).text()).toBe('');
    expect(await taken('add a loyalty number field to customers')).toHaveLength(1);
  });

  test('that is no longer there when its words arrive says so in the dialog', async () => {
    const { press, buttons, conversation } = await plan();
    const [id, version] = (buttons.find(({ text }) => text.text === 'Modify')?.value ?? '').split(
      ':',
    );
    await press(ana, 'Cancel');
    await expect.poll(() => statusOf(conversation), patient).toEqual(['cancelled']);
    const values = { text: { text: { type: 'plain_text_input', value: 'add a field' } } };
    const private_metadata = JSON.stringify({ action: id, version: Number(version) });
    const answer = await slack.submit(ana, { callback_id: 'text', private_metadata, values });
    expect(await answer.json()).toMatchObject({
      response_action: 'errors',
      errors: { text: expect.stringMatching(/moved on|no longer|already/) },
    });
  });

  test('shows details in a dialog', async () => {
    const { press, conversation } = await plan();
    await press(ana, 'Accept');
    const progress = await workspace.call(
      'chat.postMessage',
      ({ args }) =>
        args['thread_ts'] === conversation.split(':')[1] &&
        buttonsIn(args['blocks']).some(({ text }) => /Details/.test(text.text)),
    );
    const button = buttonsIn(progress.args['blocks']).find(({ text }) => /Details/.test(text.text));
    const { action_id = '', value = '' } = button ?? {};
    const trigger = await workspace.trigger(ana);
    await slack.press(
      ana,
      { action_id, value },
      { channel: shop, ts: String(progress.answer['ts']), trigger },
    );
    const opened = await workspace.call('views.open', ({ args }) =>
      (args['view'] ?? '').includes('"callback_id":"details"'),
    );
    expect(opened.answer.ok).toBe(true);
  }, 90_000);
});

describe('/factotum', () => {
  const answer = async (text: string, about: Record<string, string> = {}) => {
    const response = await slack.command(ana, text, about);
    expect(response.status).toBe(200);
    const body = await response.text();
    return body ? (JSON.parse(body) as { response_type: string; text: string }) : undefined;
  };

  test('answers help and the list of one’s own tasks to that person alone', async () => {
    expect(await answer('help')).toMatchObject({
      response_type: 'ephemeral',
      text: expect.stringMatching(/unwatch/),
    });
    await plan();
    expect(await answer('list')).toMatchObject({
      response_type: 'ephemeral',
      text: expect.stringMatching(/CRM/),
    });
    const response = await slack.command(ben, 'list');
    expect(await response.text()).toContain('no tasks yet');
  });

  test('without words opens the dialog', async () => {
    expect(await answer('', { trigger_id: await workspace.trigger(ana) })).toBeUndefined();
    const opened = await workspace.call('views.open', ({ args }) =>
      (args['view'] ?? '').includes('"callback_id":"describe"'),
    );
    expect(opened.answer.ok).toBe(true);
  });

  test('with words quotes them in a direct message and goes on there, once', async () => {
    const text = 'Create an inventory for a bakery with flours &amp; suppliers';
    const trigger_id = '1.2.once';
    expect(await answer(text, { trigger_id })).toMatchObject({
      text: expect.stringMatching(/direct messages/),
    });
    await answer(text, { trigger_id });
    const [message, ...others] = await taken(
      'Create an inventory for a bakery with flours & suppliers',
    );
    expect(others).toEqual([]);
    const [channel, thread] = String(message?.['conversation']).split(':');
    expect(channel).toBe(direct);
    const card = await workspace.call(
      'chat.postMessage',
      ({ args }) => args['thread_ts'] === thread,
    );
    expect(card.args['channel']).toBe(direct);
  });

  test('says what is wrong when Slack does not open the dialog', async () => {
    expect(await answer('', { trigger_id: 'expired' })).toMatchObject({
      text: expect.stringMatching(/did not work/),
    });
  });
});

describe('a channel', () => {
  const wish = 'Create a dashboard showing daily revenue and top products';

  test('that is not watched is left alone', async () => {
    const event = slack.message({ text: wish });
    await slack.event(event);
    expect(await taken(wish)).toEqual([]);
    expect(workspace.calls.some(({ method }) => method === 'chat.getPermalink')).toBe(false);
  });

  test('that opted in: a request is proposed to its author, and filed when they say so', async () => {
    await slack.command(ana, 'watch');
    await slack.event(slack.message({ text: 'good morning everybody' }));
    const event = slack.message({ text: wish });
    await slack.event(event);
    await slack.event(event, { event_id: 'EvAgain' });
    const offered = await workspace.call(
      'chat.postMessage',
      ({ args }) => args['channel'] === direct && /Shall I/.test(args['text'] ?? ''),
    );
    expect(offered.args['thread_ts']).toBeUndefined();
    expect(offered.args['blocks']).toContain('daily revenue');
    expect(await taken(wish)).toEqual([]);
    const [yes] = buttonsIn(offered.args['blocks']);
    const { action_id = '', value = '' } = yes ?? {};
    const place = { channel: direct, ts: String(offered.answer['ts']) };
    await slack.press(ana, { action_id, value }, place);
    await expect

      .poll(() => taken(wish), patient)
      .toMatchObject([{ author: ana, conversation: `${shop}:${event.ts}` }]);
    const offers = workspace.calls.filter(({ args }) => /Shall I/.test(args['text'] ?? ''));
    expect(offers.filter(({ method }) => method === 'chat.postMessage')).toHaveLength(1);
  });

  test('that opted in: each task in a message is proposed with its words, and “not a task” is learnt', async () => {
    const event = slack.message({
      text: 'Busy day. Please order new till rolls by Friday. Can you also call the landlord?',
    });
    await slack.event(event);
    const offer = (words: RegExp) =>
      workspace.call(
        'chat.postMessage',
        ({ args }) => args['channel'] === direct && words.test(args['text'] ?? ''),
      );
    const rolls = await offer(/Order new till rolls.*“Please order new till rolls by Friday\.”/);
    const landlord = await offer(/Call the landlord/);
    const press = async (offered: typeof rolls, label: string) => {
      const button = buttonsIn(offered.args['blocks']).find(({ text }) => text.text === label);
      const { action_id = '', value = '' } = button ?? {};
      const place = { channel: direct, ts: String(offered.answer['ts']) };
      await slack.press(ana, { action_id, value }, place);
    };
    const titles = () => db.raw`select title, assigned_to_id, due_at is not null as due from tasks
      where title in ('Order new till rolls', 'Call the landlord')`;
    const refused = () => db.raw`select subject->>'room' as room from actions
      where verb = 'not_tasks' and consumed_at is not null`;
    await press(landlord, 'Not a task');
    await press(rolls, 'Make this a task');
    await expect
      .poll(titles, patient)
      .toEqual([{ title: 'Order new till rolls', assigned_to_id: null, due: true }]);
    await expect.poll(refused, patient).toEqual([{ room: shop }]);
  });

  test('is left alone again when it opted out', async () => {
    await slack.command(ana, 'unwatch');
    const text = 'Create a helpdesk with tickets and customers';
    await slack.event(slack.message({ text }));
    const [row] = await db.raw`select count(*)::int as count from claims where id like 'watch:%'`;
    expect(row).toEqual({ count: 2 });
  });
});

describe('a shortcut', () => {
  test('on a message opens the dialog with its words, and files them in its thread once', async () => {
    const message = slack.message({ user: ben });
    const text = 'Create a CRM &amp; ask <@U7>';
    await slack.messageShortcut(
      ana,
      { text, ts: message.ts, user: ben },
      await workspace.trigger(ana),
    );
    const opened = await workspace.call('views.open', ({ args }) =>
      (args['view'] ?? '').includes('Create a CRM & ask @U7'),
    );
    expect(opened.answer.ok).toBe(true);
    const { private_metadata } = JSON.parse(opened.args['view'] ?? '{}');
    const view = {
      ...{ id: 'V0ONCE', callback_id: 'describe', private_metadata },
      values: { text: { text: { type: 'plain_text_input', value: 'Create a CRM for phones' } } },
    };
    for (const _ of [1, 2]) expect(await (await slack.submit(ana, view)).text()).toBe('');
    expect(await taken('Create a CRM for phones')).toMatchObject([
      { author: ana, conversation: `${shop}:${message.ts}` },
    ]);
  });

  test('on a message of a thread lists the tasks of that thread, and makes none', async () => {
    const said = { channel: shop, text: 'Ben, can you order the labels by 12 March 2031?' };
    const { ts = '' } = await workspace.bot.chat.postMessage(said);
    const root = { text: said.text, ts, user: ana };
    await slack.messageShortcut(ben, root, await workspace.trigger(ben), {
      callback_id: 'thread_tasks',
    });
    await expect
      .poll(() => taken('turn this thread into tasks'), patient)
      .toMatchObject([{ author: ben, conversation: `${shop}:${ts}` }]);
    const read = await workspace.call('conversations.replies', ({ args }) => args['ts'] === ts);
    expect(read.args).toMatchObject({ channel: shop, limit: '200' });
    // What the bot itself has written is nobody's wish.
    await workspace.call(
      'chat.postMessage',
      ({ args }) => args['thread_ts'] === ts && /found nothing in it/.test(args['text'] ?? ''),
    );
  });

  test('of the whole workspace opens the dialog', async () => {
    const before = workspace.calls.filter(({ method }) => method === 'views.open').length;
    await slack.globalShortcut(ana, await workspace.trigger(ana));
    await expect

      .poll(() => workspace.calls.filter(({ method }) => method === 'views.open').length, patient)
      .toBe(before + 1);
  });

  test('that comes back empty says what to write', async () => {
    const values = { text: { text: { type: 'plain_text_input', value: null } } };
    const answer = await slack.submit(ana, { callback_id: 'describe', values });
    expect(await answer.json()).toMatchObject({
      errors: { text: expect.stringMatching(/Write what you need/) },
    });
  });
});

describe('App Home', () => {
  test('shows my tasks when it is opened', async () => {
    await plan();
    const opened = {
      type: 'app_home_opened',
      user: ana,
      channel: direct,
      tab: 'home',
      event_ts: '1.1',
    };
    await slack.event(opened);
    const published = await workspace.call('views.publish');
    expect(published.answer.ok).toBe(true);
    expect(published.args['view']).toContain('My tasks');
    expect(published.args['user_id']).toBe(ana);
  });

  test('keeps what I want to be told', async () => {
    const values = {
      notify: { notify: { type: 'radio_buttons', selected_option: { value: 'approvals' } } },
      quiet_from: { quiet_from: { type: 'timepicker', selected_time: '22:00' } },
      quiet_to: { quiet_to: { type: 'timepicker', selected_time: '07:30' } },
    };
    expect(await (await slack.submit(ana, { callback_id: 'settings', values })).text()).toBe('');
    const rows = await db.raw`
      select notify, quiet_from, quiet_to, conversation from people where id = ${ana}`;
    expect(rows).toEqual([
      { notify: 'approvals', quiet_from: 1320, quiet_to: 450, conversation: direct },
    ]);
    const half = { ...values, quiet_to: { quiet_to: { type: 'timepicker', selected_time: null } } };
    const refused = await slack.submit(ana, { callback_id: 'settings', values: half });
    expect(await refused.json()).toMatchObject({
      errors: { quiet_to: expect.stringMatching(/until when/) },
    });
  });

  test('opens the settings as they are', async () => {
    const trigger = await workspace.trigger(ana);
    await slack.command(ana, 'settings', { trigger_id: trigger });
    const opened = await workspace.call('views.open', ({ args }) =>
      (args['view'] ?? '').includes('"initial_time":"22:00"'),
    );
    expect(opened.answer.ok).toBe(true);
  });
});

test('the agent pane offers what can be said', async () => {
  await slack.event({
    ...{ type: 'app_home_opened', user: ana, channel: direct, tab: 'messages' },
    event_ts: '1764072000.000006',
  });
  const call = await workspace.call('assistant.threads.setSuggestedPrompts');
  expect(call.args['channel_id']).toBe(direct);
  // With a thread, Slack shows no prompts where the manifest has an agent view.
  expect(call.args).not.toHaveProperty('thread_ts');
  expect(JSON.parse(call.args['prompts'] ?? '[]')).toHaveLength(3);
});
