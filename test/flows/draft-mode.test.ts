/** Texts in every mode, under every policy, ahead of time and taken back. */
import { expect, test } from 'vitest';
import type { Card } from '../../src/bot/card.ts';
import { testProgram } from '../support/program.ts';

const program = await testProgram();
const { say, card, press, get, post } = program;

const text = 'We open at nine.';
const plan = {
  ...{ title: 'Opening hours', confidence: 0.9, risk: 'low', estimatedMs: 100 },
  steps: [
    {
      ...{ kind: 'tool', key: 'write', name: 'Write it', tool: 'write_draft' },
      input: { kind: 'message', title: 'Opening hours', text },
    },
    {
      kind: 'tool',
      key: 'send',
      name: 'Tell the shop',
      tool: 'send_message',
      input: { to: 'web:tell', text },
    },
  ],
  checks: [
    { id: 'written', label: 'It is written', kind: 'artifact_written', text, step: 'write' },
    { id: 'sent', label: 'It is sent', kind: 'message_sent', to: 'web:tell', text, step: 'send' },
  ],
};
const versionsOf = async (id: string) =>
  (await get<{ versions: { text: string }[] }>(`/api/tasks/${id}/artifacts`)).versions.map(
    (one) => one.text,
  );
const verb = (id: string, name: string, body: object = {}) =>
  post(`/api/tasks/${id}/verbs/${name}`, body);
const statusOf = async (id: string) => (await get(`/api/tasks/${id}`))['status'];
const reaches = (id: string, status: string) =>
  expect.poll(() => statusOf(id), { timeout: 20_000 }).toBe(status);
const idOf = (shown: Card) => /tsk_\w+/.exec(shown.sections[0]?.file ?? '')?.[0] ?? '';
const tellsOf = async () =>
  (await get<{ messages: { text: string }[] }>('/api/conversations/tell')).messages.map(
    (one) => one.text,
  );

test('a dry run writes and sends nothing; step by step asks before writing, and always before sending', async () => {
  const filed = await post('/api/tasks', { title: 'Opening hours', conversation: 'modes', plan });
  const id = String(filed.body['task_id']);
  await verb(id, 'accept', { mode: 'dry_run' });
  const rehearsed = await card('modes', 'dry_run');
  expect(JSON.stringify(rehearsed)).toContain('web:tell');
  await reaches(id, 'ready');
  expect([await versionsOf(id), await tellsOf()]).toEqual([[], []]);

  await verb(id, 'accept', { mode: 'supervised' });
  const isOpen = ({ actions }: Card) => actions.length > 0;
  const first = await card('modes', 'approval', isOpen);
  expect(first.text).toContain('Opening hours: “We open at nine.”');
  expect(await versionsOf(id)).toEqual([]);
  await press(first, 'Approve all that follow');
  const second = await card(
    'modes',
    'approval',
    (one) => isOpen(one) && one.text.includes('web:tell'),
  );
  expect([await versionsOf(id), await tellsOf()]).toEqual([[text], []]);
  await press(second, 'Approve');
  await reaches(id, 'completed');
  expect(await tellsOf()).toEqual([text]);
  const { checks } = await get<{
    checks: { before: { passed: boolean }; after: { passed: boolean } }[];
  }>(`/api/tasks/${id}`);
  expect(checks.map(({ before, after }) => [before.passed, after.passed])).toEqual([
    [false, true],
    [false, true],
  ]);
});

test('a policy that asks about writing asks, and one that denies it denies it', async () => {
  const rule = '/api/policies/write/write_draft';
  const set = (decision: string) =>
    fetch(program.address + rule, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ decision }),
    });
  await set('ask');
  await say('asks', 'Draft a reply to Ana about the price');
  const asked = await card('asks', 'approval');
  await press(asked, 'Approve');
  await card('asks', 'delivery');
  await set('deny');
  await say('denies', 'Draft a reply to Ana about the price');
  expect(JSON.stringify(await card('denies', 'error'))).toContain('does not allow write_draft');
  await fetch(program.address + rule, { method: 'DELETE' });
});

test('a standing approval lets a message go out within its bounds', async () => {
  const expires_at = new Date(Date.now() + 86_400_000).toISOString();
  const bounds = { tool: 'send_message', recipients: ['web:ahead'], max_uses: 1, expires_at };
  expect((await post('/api/standing-approvals', bounds)).status).toBe(201);
  await say('standing', 'write a message to the team that we close at 3 pm');
  await card('standing', 'delivery');
  await say('standing', 'sign it Bob');
  await card('standing', 'delivery', ({ sections }) => JSON.stringify(sections).includes('Bob'));
  await say('standing', 'send it to web:ahead');
  await card('standing', 'delivery', ({ title }) => title === '✅ TASK COMPLETE');
  const { messages } = await get<{ messages: { text: string }[] }>('/api/conversations/ahead');
  expect(messages[0]?.text).toMatch(/^Hello everyone,\n\nWe close at 3 pm\./);
  // The next one is asked about.
  await say('standing', 'add that we are sorry');
  await card('standing', 'delivery', ({ sections }) =>
    JSON.stringify(sections).includes('We are sorry'),
  );
  await say('standing', 'send it to web:ahead');
  await card('standing', 'approval', ({ actions }) => actions.length > 0);
});

test('a draft is taken back, unless somebody has changed it', async () => {
  await say('undo', 'Draft a reply to Ana about the price');
  const id = idOf(await card('undo', 'delivery'));
  await say('undo', 'undo');
  await press(await card('undo', 'undo'), 'Undo it');
  await expect.poll(() => versionsOf(id), { timeout: 20_000 }).toEqual([]);

  await say('kept', 'Draft a reply to Ana about the price');
  const kept = idOf(await card('kept', 'delivery'));
  await say('kept', 'sign it Bob');
  await expect.poll(async () => (await versionsOf(kept)).length).toBe(2);
  await say('kept', 'undo');
  await press(await card('kept', 'undo'), 'Undo it');
  await card(
    'kept',
    'undo',
    (shown) =>
      JSON.stringify(shown).includes('It was changed since') ||
      JSON.stringify(shown).includes('it was changed since'),
  );
  expect(await versionsOf(kept)).toHaveLength(2);
});

test('a summary is made of what was said before, and without anything it asks', async () => {
  await say('talk', 'Summarise this thread');
  expect((await card('talk', 'question')).text).toContain('Paste it behind your words');
  await say('talk', 'We decided to ship on Monday. Ann will call the customer.');
  await expect
    .poll(
      async () => (await get<{ messages: unknown[] }>('/api/conversations/talk')).messages.length,
    )
    .toBeGreaterThan(3);
  await say('talk', 'Summarise this thread');
  expect((await card('talk', 'delivery')).text).toContain('We decided to ship on Monday.');
});

test('a status report says how the tasks and apps here stand', async () => {
  await say('report', 'write a status report');
  const shown = await card('report', 'delivery');
  expect(shown.text).toMatch(/Done in the last 7 days\n- /);
  expect(shown.text).toContain('- Opening hours');
});
