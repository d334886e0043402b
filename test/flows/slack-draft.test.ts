/** Texts in Slack, against the whole program and an emulated workspace: out of a thread, and edited in a dialog. */
import { webApi } from '@slack/bolt';
import { beforeAll, expect, test } from 'vitest';
import type { createDelivery } from '../support/slack-delivery.ts';
import { slackProgram } from '../support/slack-program.ts';
import { problemsOf, stringsIn } from '../support/slack-validate.ts';
import { app } from '../support/slack-workspace.ts';

const { db, workspace, running } = await slackProgram();
const { ana, shop } = workspace;
const person = new webApi.WebClient('xoxp-tests', { slackApiUrl: `${workspace.url}/api/` });
let slack: ReturnType<typeof createDelivery>;
beforeAll(() => {
  ({ slack } = running());
});
const patient = { timeout: 20_000 };
type Button = { type: string; action_id: string; value?: string; text: { text: string } };
const cardIn = async (thread: string) => {
  const call = await workspace.call(
    'chat.postMessage',
    ({ args }) => args['thread_ts'] === thread && (args['blocks'] ?? '').includes('📝'),
  );
  const blocks = JSON.parse(call.args['blocks'] ?? '[]') as { elements?: Button[] }[];
  expect(problemsOf(blocks)).toEqual([]);
  const buttons = blocks
    .flatMap(({ elements }) => elements ?? [])
    .filter(({ type }) => type === 'button');
  const place = { channel: shop, ts: String(call.answer['ts']), thread };
  return { words: stringsIn(blocks).join('\n'), buttons, place };
};
const textsOf = async (thread: string) =>
  (
    await db.raw`select a.text from artifacts a join tasks t on t.id = a.task_id
      where t.conversation = ${`${shop}:${thread}`} order by a.version`
  ).map(({ text }) => String(text));

test('a thread that the bot was not part of is summarised when somebody asks there', async () => {
  const { ts: thread = '' } = await person.chat.postMessage({
    ...{ channel: shop, text: 'We decided to ship on Monday.' },
  });
  await person.chat.postMessage({
    channel: shop,
    thread_ts: thread,
    text: 'Who calls the customer?',
  });
  await person.chat.postMessage({
    channel: shop,
    text: 'This is said elsewhere and is important.',
  });
  await slack.event(
    slack.message({ text: `<@${app.botUser}> summarise this thread`, thread_ts: thread }),
  );
  const { words } = await cardIn(thread);
  expect(words).toContain('We decided to ship on Monday.');
  expect(words).toContain('Who calls the customer?');
  expect(words).not.toContain('said elsewhere');
});

test('a draft is edited whole in a dialog, and changed in words in its thread', async () => {
  const event = slack.message({
    text: `<@${app.botUser}> Draft a reply to Ben about the late delivery`,
  });
  await slack.event(event);
  const { buttons, place, words } = await cardIn(event.ts);
  expect(words).toContain('Hello Ben,');
  // Slack takes no addresses of mail programs on buttons.
  expect(buttons.map(({ text }) => text.text)).toEqual(['Edit', 'Send']);
  const { action_id = '', value = '' } = buttons[0] ?? {};
  const trigger = await workspace.trigger(ana);
  await slack.press(ana, { action_id, value }, { ...place, trigger });
  const opened = await workspace.call('views.open', ({ args }) =>
    (args['view'] ?? '').includes('Hello Ben'),
  );
  expect(opened.answer.ok).toBe(true);
  const view = JSON.parse(opened.args['view'] ?? '{}');
  const [whole] = await textsOf(event.ts);
  expect(view.blocks[0].element.initial_value).toBe(whole);
  const values = {
    text: { text: { type: 'plain_text_input', value: 'Hello Ben,\n\nOn Friday.\n\nAna' } },
  };
  const { private_metadata } = view;
  const answer = await slack.submit(ana, { callback_id: 'text', private_metadata, values });
  expect(await answer.text()).toBe('');
  await expect
    .poll(async () => (await textsOf(event.ts)).at(-1), patient)
    .toBe('Hello Ben,\n\nOn Friday.\n\nAna');
  await slack.event(slack.message({ text: 'say Tuesday instead of Friday', thread_ts: event.ts }));
  await expect
    .poll(async () => (await textsOf(event.ts)).at(-1), patient)
    .toBe('Hello Ben,\n\nOn Tuesday.\n\nAna');
});
