import { describe, expect, test } from 'vitest';
import { plainOf, readSaid } from './said.ts';

const bot = 'U0BOT';
const message = {
  type: 'message',
  user: 'U1',
  text: 'Create a CRM',
  channel: 'C1',
  channel_type: 'channel',
  ts: '1732538000.000100',
  team: 'T1',
};
const read = (about: object) => readSaid({ ...message, ...about }, bot);

test('a message at top level begins a conversation of its own', () => {
  expect(read({})).toMatchObject({
    conversation: 'C1:1732538000.000100',
    externalId: 'C1:1732538000.000100',
    isReply: false,
    isDirect: false,
    isMention: false,
  });
});

test('a reply belongs to the conversation of its thread', () => {
  expect(read({ thread_ts: '1732538000.000001' })).toMatchObject({
    conversation: 'C1:1732538000.000001',
    isReply: true,
  });
});

test('the message that a thread hangs on is no reply', () => {
  expect(read({ thread_ts: message.ts })).toMatchObject({ isReply: false });
});

test('a mention and its message are one message', () => {
  const text = '<@U0BOT> Create a CRM';
  const { channel_type, ...mention } = { ...message, text, type: 'app_mention' };
  expect(readSaid(mention, bot)).toEqual(readSaid({ ...message, text }, bot));
});

test('a direct message is one by its type, and by its channel where Slack leaves that out', () => {
  expect(read({ channel: 'D1', channel_type: 'im' })?.isDirect).toBe(true);
  expect(read({ channel: 'D1', channel_type: undefined })?.isDirect).toBe(true);
  expect(read({ channel: 'G1', channel_type: 'mpim' })?.isDirect).toBe(false);
});

test('the team of somebody from another company comes before that of the channel', () => {
  expect(read({ user_team: 'T9', source_team: 'T9' })?.userTeam).toBe('T9');
  expect(read({})?.userTeam).toBe('T1');
});

test('who is spoken to first is who is meant', () => {
  expect(read({ text: '<@U7> what do you think?' })?.isForOthers).toBe(true);
  expect(read({ text: 'ask <@U7>' })?.isForOthers).toBe(false);
  expect(read({ text: '<@U7> and <@U0BOT> please look' })?.isForOthers).toBe(false);
});

describe('nobody has said anything', () => {
  test.each([
    ['a changed message', { subtype: 'message_changed', hidden: true, user: undefined }],
    ['a removed message', { subtype: 'message_deleted', hidden: true, user: undefined }],
    ['a message of a program', { subtype: 'bot_message', bot_id: 'B1' }],
    ['a message of a program with a user', { bot_id: 'B1' }],
    ['our own message', { user: bot }],
    ['a message of Slackbot', { user: 'USLACKBOT' }],
    ['somebody joining', { subtype: 'channel_join' }],
    ['a mention that was edited in', { edited: { user: 'U1', ts: '1732538001.000000' } }],
    ['a reminder that a thread was answered', { subtype: 'message_replied' }],
    ['something else', { type: 'reaction_added' }],
  ])('in %s', (_, about) => {
    expect(read(about)).toBeUndefined();
  });
});

test.each([
  ['<@U0BOT> create a CRM', 'create a CRM'],
  ['ask <@U7> &amp; <@U8|ben> first', 'ask @U7 & @U8 first'],
  ['see <https://example.com/a?b=1&amp;c=2|example>', 'see https://example.com/a?b=1&c=2'],
  ['see <https://example.com>', 'see https://example.com'],
  ['approved by <mailto:ana@example.com|ana@example.com>', 'approved by ana@example.com'],
  ['call <tel:+15550100|+1 555 0100>', 'call +1 555 0100'],
  ['in <#C1|general> and <#C2>', 'in #general and #C2'],
  ['<!here> and <!channel|@channel> and <!subteam^S1|@ops>', '@here and @channel and @ops'],
  ['stock &lt; 10 &amp;lt; 20', 'stock < 10 &lt; 20'],
  ['<@U0BOT>', ''],
])('%j is read as %j', (text, plain) => {
  expect(plainOf(text, bot)).toBe(plain);
});
