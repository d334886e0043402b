/** Texts in Teams, against the whole program: written, edited on the card, changed in words, sent after an approval. */
import { beforeAll, expect, test } from 'vitest';
import { ana, botId, type TeamsDelivery } from '../support/teams-delivery.ts';
import { teamsProgram } from '../support/teams-program.ts';
import { problemsOf } from '../support/teams-validate.ts';

const { db, running } = await teamsProgram();
let teams: TeamsDelivery;
beforeAll(() => {
  ({ teams } = running());
});
const patient = { timeout: 20_000 };
const textsOf = async (thread: string) =>
  (
    await db.raw`select a.text from artifacts a join tasks t on t.id = a.task_id
      where t.conversation = ${thread} order by a.version`
  ).map(({ text }) => String(text));
const rootOf = (thread: string) => thread.split('messageid=')[1] ?? '';
type Input = { type: string; id: string; value?: string };
const inputsIn = (part: unknown): Input[] => {
  if (typeof part !== 'object' || part === null) return [];
  const inside = Object.values(part).flatMap(inputsIn);
  return (part as Input).type === 'Input.Text' ? [part as Input, ...inside] : inside;
};
const draftIn = async (thread: string, words: RegExp, known: string[] = []) => {
  const card = await teams.card(thread, words, known);
  expect(problemsOf(card.card)).toEqual([]);
  return card;
};
/** What the field behind a button is called and holds. */
function fieldOf(card: Awaited<ReturnType<typeof draftIn>>, label: string): Input {
  const { data } = card.button(label);
  const field = inputsIn(card.card).find(({ id }) => id === `text_${data['action']}`);
  if (!field) throw new Error(`No field behind ${label}.`);
  return field;
}
async function press(
  thread: string,
  card: Awaited<ReturnType<typeof draftIn>>,
  label: string,
  text?: string,
): Promise<string> {
  const field = text === undefined ? {} : { [fieldOf(card, label).id]: text };
  const where = teams.channel(rootOf(thread));
  const { body } = await teams.press(ana, where, card.id, card.button(label), field);
  return JSON.stringify(body.value);
}
const answerIn = (thread: string, text: string) => {
  const mention = {
    ...{ type: 'mention', text: '<at>Factotum</at>' },
    mentioned: { id: botId, name: 'Factotum' },
  };
  const id = teams.nextId();
  const said = { type: 'message', text: `<at>Factotum</at> ${text}`, entities: [mention], id };
  return teams.send(teams.frame(ana, { ...said, ...teams.channel(rootOf(thread)), id }));
};

test('a draft is edited whole on its card, changed in words, and sent after its approval', async () => {
  const thread = await teams.mention(ana, 'Draft a message to Ben about the late delivery');
  const first = await draftIn(thread, /📝/);
  expect(first.words).toContain('Hello Ben,');
  expect(first.words).toContain('To be filled in by you');
  const [whole] = await textsOf(thread);
  const edit = fieldOf(first, 'Edit');
  expect(edit.value).toBe(whole);

  const mine = 'Hello Ben,\n\nIt comes on Friday.\n\nAna';
  await press(thread, first, 'Edit', mine);
  await expect.poll(async () => (await textsOf(thread)).at(-1), patient).toBe(mine);
  await expect
    .poll(() => teams.cards(thread).find(({ id }) => id === first.id)?.words, patient)
    .toContain('What changed in version 2');
  // Whoever still looks at the first version changes nothing.
  await press(thread, first, 'Edit', 'Mine');
  expect((await textsOf(thread)).at(-1)).toBe(mine);

  await answerIn(thread, 'say Tuesday instead of Friday');
  await expect
    .poll(() => teams.cards(thread).find(({ id }) => id === first.id)?.words, patient)
    .toContain('What changed in version 3');
  const third = teams.cards(thread).find(({ id }) => id === first.id);
  if (!third) throw new Error('The card is gone.');
  expect(problemsOf(third.card)).toEqual([]);
  expect(fieldOf(third, 'Edit').value).toBe('Hello Ben,\n\nIt comes on Tuesday.\n\nAna');

  await press(thread, third, 'Send', 'here');
  const asked = await draftIn(thread, /APPROVAL REQUIRED/);
  expect(asked.words).toContain('It comes on Tuesday.');
  const sent = () =>
    teams
      .cards(thread)
      .filter(({ words, buttons }) => buttons.length === 0 && /^Hello Ben,/.test(words));
  expect(sent()).toEqual([]);
  expect(asked.buttons.map(({ title }) => title)).toContain('Decide');
  await answerIn(thread, 'approve');
  await expect.poll(() => sent().length, patient).toBe(1);
  await expect
    .poll(() => teams.cards(thread).find(({ id }) => id === first.id)?.words, patient)
    .toContain(`Sent: version 3 to teams:${thread}.`);
});

test('a mail has a draft, and no program here sends it: the mail program is offered', async () => {
  const thread = await teams.mention(ana, 'Draft an email to ana@example.com about the invoice');
  const draft = await draftIn(thread, /📝/);
  expect(fieldOf(draft, 'Send').value).toBe('ana@example.com');
  await press(thread, draft, 'Send', 'ana@example.com');
  const told = await draftIn(thread, /Your turn: send the mail/);
  expect(told.words).toContain('Requires access to mailbox');
});
