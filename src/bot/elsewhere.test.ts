/** In a workspace of many people, a new conversation reaches one's own tasks of other conversations. */
import { beforeAll, expect, test } from 'vitest';
import { testBot } from '../../test/support/bot.ts';
import { systemTransaction } from '../db/client.ts';
import { ensureWorkspace } from '../db/workspace.ts';
import type { Card } from './card.ts';
import { receive } from './receive.ts';

const bench = await testBot();
const workspaceId = 'wsp_slack_T1';
const settings = { locale: 'en-US', currency: 'USD', timezone: 'UTC' };

/** What is answered to somebody in a conversation. */
async function say(author: string, conversation: string, text: string): Promise<Card> {
  const incoming = { workspaceId, channel: 'web', conversation, author, text };
  await receive(bench.bot, incoming);
  await bench.settle();
  const card = bench.shown.findLast(({ place }) => place.conversation === conversation);
  const newest = card?.versions.at(-1)?.card;
  if (!newest) throw new Error('Nothing was answered.');
  return newest;
}

beforeAll(async () => {
  await systemTransaction(bench.db, (tx) =>
    ensureWorkspace(tx, { id: workspaceId, kind: 'slack', name: 'Shop', ...settings }),
  );
  await say('U1', 'C1:1', 'Create a CRM for my cellphone store with customers and products');
});

test('“how’s my CRM task going?” in a new thread is answered', async () => {
  expect((await say('U1', 'D1:1', "how's my CRM task going?")).text).toContain('CRM');
});

test('“status” alone, in a new thread, means the only task that is open', async () => {
  expect((await say('U1', 'D1:2', 'status')).text).toContain('CRM');
});

test('the tasks of others are neither listed nor found', async () => {
  expect((await say('U2', 'D2:1', "how's my CRM task going?")).text).toContain('know of no task');
  expect((await say('U2', 'D2:2', 'status')).text).toContain('no tasks here yet');
  expect((await say('U2', 'D2:3', 'list my tasks')).text).toContain('no tasks yet');
});

test('in the thread of the task everybody may ask', async () => {
  expect((await say('U2', 'C1:1', 'status')).text).toContain('CRM');
});

test('a description in a new thread is a new task, not a change of an open one', async () => {
  const card = await say('U1', 'D1:3', 'Create an inventory with products and suppliers');
  expect(card.kind).toBe('plan');
  expect((await say('U1', 'D1:4', 'list my tasks')).sections[0]?.items).toHaveLength(2);
});
