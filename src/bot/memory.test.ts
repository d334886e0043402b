/** What agents remember, in conversation: shown where it may be seen, forgotten when somebody says so, shared. */
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { testBot } from '../../test/support/bot.ts';
import { ana } from '../../test/support/engine.ts';
import { transaction } from '../db/client.ts';
import { listMemories } from '../db/memory.ts';
import type { Tx } from '../db/tx.ts';
import { setMemory } from '../engine/memory/memory.ts';
import { readMemoryIntent } from '../engine/model/offline/memory-intent.ts';
import type { Card } from './card.ts';
import { click } from './click.ts';
import { receive } from './receive.ts';

const elsewhere: Card[] = [];
const bench = await testBot(() => [
  {
    name: 'slack',
    post: async (_place, { card }) => `m${elsewhere.push(card)}`,
    update: async (_place, reference) => reference,
  },
]);
const { workspaceId } = ana;
const within = <T>(work: (tx: Tx) => Promise<T>) => transaction(bench.db, ana, work);
const remember = (agent: string, key: string, value: unknown, place = '') =>
  within((tx) =>
    setMemory(
      tx,
      { workspaceId, taskId: 'tsk_none', place, callKey: randomUUID(), now: bench.engine.now() },
      { agent, key, value, expiresAt: null },
    ),
  );
const kept = async (agent: string) =>
  (await within((tx) => listMemories(tx, { agent, now: bench.engine.now() }))).map(
    ({ key, shown, place }) => `${place}${key}=${JSON.stringify(shown)}`,
  );
const inSlack = async (conversation: string, text: string) => {
  await receive(bench.bot, { ...ana, channel: 'slack', conversation, author: ana.id, text });
  await bench.settle();
  const card = elsewhere.at(-1);
  if (!card) throw new Error('Nothing was answered.');
  return card;
};
const say = async (words: string) => (await bench.talk().say(words)).text;

describe('what is asked about memory', () => {
  test.each<[string, unknown]>([
    ['what do you remember?', { kind: 'show' }],
    ['What do you remember about refunds?', { kind: 'show', about: 'refunds' }],
    ['what does support-bot remember?', { kind: 'show', agent: 'support-bot' }],
    ['what does the agent "Night Desk" remember', { kind: 'show', agent: 'Night Desk' }],
    ['show the memory of support-bot', { kind: 'show', agent: 'support-bot' }],
    ['forget resolution_method', { kind: 'forget', key: 'resolution_method', isSure: true }],
    ['forget the tone of cook', { kind: 'forget', key: 'tone', agent: 'cook', isSure: false }],
    [
      'forget everything support-bot remembers',
      { kind: 'forget', agent: 'support-bot', isSure: true },
    ],
    [
      'forget what support-bot remembers about tone',
      { kind: 'forget', agent: 'support-bot', key: 'tone', isSure: true },
    ],
    [
      'share tone of cook with waiter and "night desk" as a link',
      {
        kind: 'share',
        key: 'tone',
        agent: 'cook',
        with: ['waiter', 'night desk'],
        how: 'link',
        isSure: true,
      },
    ],
    ['what do you do', undefined],
    ['Remember to call the bank', undefined],
  ])('is read from “%s”', (words, expected) => {
    expect(readMemoryIntent(words)).toEqual(expected);
  });
});

test('is nothing yet, and that is said with how something comes there', async () => {
  expect(await say('what do you remember?')).toMatch(
    /^Nothing is remembered here yet\. A workflow/,
  );
});

test('is shown by agent and by what it is about', async () => {
  await remember('support-bot', 'resolution_method', 'a voucher');
  await remember('support-bot', 'tone', { kind: 'friendly' });
  await remember('cook', 'dish', 'soup');
  expect(await say('What does Support-Bot remember?')).toBe(
    'What support-bot remembers\n- resolution_method = a voucher (version 1)\n- tone = {"kind":"friendly"} (version 1)',
  );
  expect(await say('what do you remember about vouchers?')).toMatch(
    /^Nothing is remembered here about/,
  );
  expect(await say('what do you remember about a voucher?')).toBe(
    'What is remembered about “a voucher”\n- support-bot: resolution_method = a voucher (version 1)',
  );
  expect(await say('what does suport-bot remember?')).toBe(
    '“suport-bot” remembers nothing here. Did you mean “support-bot”?',
  );
});

test('of a private channel is neither shown, forgotten nor shared anywhere else', async () => {
  await remember('cook', 'guest', 'Secret Ltd', 'slack:C1');
  expect((await inSlack('C1:17.1', 'what does cook remember?')).text).toContain(
    'guest = Secret Ltd (version 1, seen here only)',
  );
  for (const answer of [
    await say('what does cook remember?'),
    await say('what do you remember about Secret?'),
    (await inSlack('C2:17.1', 'what do you remember?')).text,
    await say('forget what cook remembers about guest'),
    await say('share guest of cook with waiter'),
  ])
    expect(answer).not.toContain('Secret Ltd');
  expect(await kept('cook')).toEqual(['dish="soup"', 'slack:C1guest="Secret Ltd"']);
  expect(await kept('waiter')).toEqual([]);
});

test('is forgotten once somebody presses the button, and the ledger says who', async () => {
  const talk = bench.talk();
  const card = await talk.say('forget tone');
  expect(card).toMatchObject({ kind: 'question', title: 'Forget one thing?' });
  expect(await kept('support-bot')).toHaveLength(2);
  expect(await talk.press('Forget')).toEqual({ outcome: 'done', message: 'Forgotten: one thing.' });
  expect(await kept('support-bot')).toEqual(['resolution_method="a voucher"']);
  expect(talk.last()).toMatchObject({ actions: [], note: 'Forgotten: one thing.' });
  const [entry] = await bench.db.raw`
    select actor, data - 'memory' as data from task_events where event = 'forget_memory'`;
  expect(entry).toEqual({ actor: 'ana', data: { agent: 'support-bot', key: 'tone', version: 1 } });
});

test('is not forgotten by a button that stands where it is not seen', async () => {
  const id = (await within((tx) => listMemories(tx, { key: 'guest', now: bench.engine.now() })))[0]
    ?.id;
  const card = await inSlack('C1:21.1', 'forget guest');
  await bench.db.raw`update cards set conversation = 'C9' where id in
    (select card_id from actions where subject->>'memories' = ${id ?? ''})`;
  const pressed = await click(bench.bot, ana, card.actions[0]?.id ?? '', {});
  expect(pressed.message).toBe('It was forgotten already.');
  expect(await kept('cook')).toContain('slack:C1guest="Secret Ltd"');
});

test('is shared as a copy or a link, and in the ledger by who did it', async () => {
  expect(await say('share resolution_method with support-bot-2')).toBe(
    '“resolution_method” of support-bot is shared with support-bot-2, as a copy of their own.',
  );
  expect(await kept('support-bot-2')).toEqual(['resolution_method="a voucher"']);
  expect(await say('forget resolution_method of nobody')).toMatch(
    /^“nobody” remembers no “resolution_method” here/,
  );
  expect(await say('share other_thing with cook')).toMatch(/^Nobody remembers “other_thing” here/);
  expect(await say('share resolution_method with cook')).toContain(
    '- support-bot-2: say “share resolution_method of support-bot-2 with cook”',
  );
  const rows = await bench.db.raw`
    select actor, task_id, data->>'from' as from from task_events where event = 'share_memory'`;
  expect([...rows]).toEqual([{ actor: 'ana', task_id: '', from: 'support-bot' }]);
});

test('that all of the workspace sees is changed in a workspace of several people by its approvers only', async () => {
  await bench.db
    .raw`update workspaces set kind = 'slack', approvers = '["boss"]' where id = ${workspaceId}`;
  try {
    expect(await say('forget dish')).toMatch(/only an approver of the workspace can change it/);
    expect(await say('share dish with waiter')).toMatch(/only an approver/);
    expect((await inSlack('C1:22.1', 'forget guest')).title).toBe('Forget one thing?');
  } finally {
    await bench.db
      .raw`update workspaces set kind = 'local', approvers = '[]' where id = ${workspaceId}`;
  }
});
