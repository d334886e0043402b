/** Texts from a chat message to a sent version, over the whole program and without a language model. */
import { expect, test } from 'vitest';
import type { Card } from '../../src/bot/card.ts';
import type { MessageView } from '../../src/bot/message.ts';
import { testProgram } from '../support/program.ts';

const program = await testProgram();
const { say, card, press, get } = program;

const isAt = (version: number) => (shown: Card) =>
  shown.fields.some(({ label, value }) => label === 'Version' && value.startsWith(`${version},`));
const wordsOf = (shown: Card) => shown.sections.find(({ file }) => file)?.items.join('\n') ?? '';
const itemsOf = (shown: Card, title: string) =>
  shown.sections.find((section) => section.title.startsWith(title))?.items;
const idOf = (shown: Card) => /tsk_\w+/.exec(shown.sections[0]?.file ?? '')?.[0] ?? '';
const kindsIn = async (conversation: string) => {
  const { messages } = await get<{ messages: MessageView[] }>(`/api/conversations/${conversation}`);
  return messages.filter(({ author }) => author === 'factotum').map((one) => one.card?.kind);
};
const said = async (conversation: string, words: RegExp) =>
  expect
    .poll(
      async () =>
        (await get<{ messages: MessageView[] }>(`/api/conversations/${conversation}`)).messages
          .filter(({ author }) => author === 'factotum')
          .map(({ text }) => text)
          .join('\n'),
      { timeout: 20_000 },
    )
    .toMatch(words);

test('a reply is written at once, and says what nobody told', async () => {
  await say('reply', 'Draft a reply to Ana about the late delivery');
  const shown = await card('reply', 'delivery');
  expect(shown.title).toBe('📝 Reply to Ana about the late delivery');
  expect(shown.fields).toEqual([
    { label: 'To', value: 'Ana' },
    { label: 'Subject', value: 'Re: The late delivery' },
  ]);
  expect(wordsOf(shown)).toMatch(
    /^Hello Ana,\n\nThank you for your message about the late delivery\./,
  );
  expect(itemsOf(shown, 'To be filled in')).toEqual(['[reason?]', '[new date?]', '[your name?]']);
  expect(await kindsIn('reply')).toEqual(['delivery']);
  expect(await get(`/api/tasks/${idOf(shown)}`)).toMatchObject({
    status: 'completed',
    execution_type: 'fully_automated',
    checks: [{ before: { passed: false }, after: { passed: true } }],
  });
});

test('each change in words is a version more, with what is different', async () => {
  await say('reply', 'the new date is Friday');
  expect(itemsOf(await card('reply', 'delivery', isAt(2)), 'What changed')).toEqual([
    '[new date?] is “Friday” now.',
    '− The reason is [reason?]. The new date is [new date?].',
    '+ The reason is [reason?]. The new date is Friday.',
  ]);
  await say('reply', 'say Tuesday instead of Friday');
  await card('reply', 'delivery', isAt(3));
  await say('reply', 'make it more formal');
  const fourth = await card('reply', 'delivery', isAt(4));
  expect(wordsOf(fourth)).toMatch(/^Dear Ana,[\s\S]*Tuesday[\s\S]*Yours sincerely,/);
  const { versions } = await get<{ versions: { version: number; text: string }[] }>(
    `/api/tasks/${idOf(fourth)}/artifacts`,
  );
  expect(versions.map(({ version }) => version)).toEqual([1, 2, 3, 4]);
  expect(versions[0]?.text).toContain('[new date?]');
});

test('the whole text is edited in a form; who saw an older version changes nothing', async () => {
  const shown = await card('reply', 'delivery', isAt(4));
  expect(shown.actions.find(({ label }) => label === 'Edit')?.input?.initial).toBe(wordsOf(shown));
  const text = 'Hello Ana,\n\nIt comes on Tuesday.\n\nBob';
  expect(await press(shown, 'Edit', { text })).toMatchObject({ outcome: 'done' });
  expect(wordsOf(await card('reply', 'delivery', isAt(5)))).toBe(text);
  expect(await press(shown, 'Edit', { text: 'Mine' })).toMatchObject({ outcome: 'stale' });
});

test('a mail is not sent: what is missing is said, and the mail program is offered', async () => {
  const shown = await card('reply', 'delivery', isAt(5));
  await press(shown, 'Send', { text: 'ana@example.com' });
  const told = await card('reply', 'human');
  expect(told.fields[0]?.value).toMatch(/^Requires access to mailbox/);
  expect(told.actions[0]?.url).toMatch(
    /^mailto:\?subject=Re%3A%20The%20late%20delivery&body=Hello/,
  );
});

test('it is sent where the person says, after an approval of exactly that version', async () => {
  const shown = await card('reply', 'delivery', isAt(5));
  await press(shown, 'Send', { text: 'web:shop' });
  const asked = await card('reply', 'approval');
  expect(asked.text).toContain('web:shop: “Hello Ana,');
  // A newer version takes the question back.
  await say('reply', 'say Wednesday instead of Tuesday');
  await card('reply', 'delivery', isAt(6));
  await card('reply', 'approval', ({ actions }) => actions.length === 0);
  expect(await press(asked, 'Approve')).toMatchObject({ outcome: 'stale' });
  await say('reply', 'send it to web:shop');
  const again = await card('reply', 'approval', ({ actions }) => actions.length > 0);
  expect(again.text).toContain('Wednesday');
  expect(await kindsIn('shop')).toEqual([]);
  expect(await press(again, 'Approve')).toMatchObject({ outcome: 'done' });
  await said('shop', /^Hello Ana,\n\nIt comes on Wednesday\.\n\nBob$/);
  const after = await card(
    'reply',
    'delivery',
    ({ note }) =>
      /^Not sent: version 5/.test(note ?? '') && /Sent: version 6 to web:shop/.test(note ?? ''),
  );
  expect(after.fields.at(-1)?.value).toMatch(/^6,/);
});

test('what has to be filled in is not sent', async () => {
  await say('open', 'write an announcement to the team that we close at 3 pm on Friday');
  await card('open', 'delivery');
  await say('open', 'send it here');
  await said('open', /still has a place to fill in: \[your name\?\]/);
  await say('open', 'sign it Bob');
  await card('open', 'delivery', isAt(2));
  await say('open', 'send it here');
  const asked = await card('open', 'approval');
  expect(asked.text).toContain('web:open');
});
