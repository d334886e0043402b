/** The card of a text on every surface: the words whole, what is missing, and only buttons that work. */
import { expect, test } from 'vitest';
import { draftView, postedOf } from '../../test/support/slack-card.ts';
import { problemsOf, stringsIn, viewProblemsOf } from '../../test/support/slack-validate.ts';
import { problemsOf as teamsProblemsOf, wordsOf } from '../../test/support/teams-validate.ts';
import { draftCard } from './draft-card.ts';
import { textModal } from './slack/modal.ts';
import { renderCard as renderSlack } from './slack/render.ts';
import { renderCard as renderTeams } from './teams/render.ts';
import { cardToLines } from './terminal/render.ts';

const look = { baseUrl: 'https://factotum.example' };
const lines = Array.from(
  { length: 30 },
  (_, index) => `Line ${index + 1} of the text, with <tags> & *marks*.`,
);
const long = draftView({ text: 'y'.repeat(400).concat('\n\n').repeat(49) });
const mail = draftView({
  ...{ kind: 'email', recipient: 'Ana <ana@example.com>', subject: 'Price & time' },
  text: 'Hello Ana,\n\nIt costs [amount?].\n\nBob',
});

test('says what is missing, what is to be checked and what has changed', () => {
  const { sections = [], fields } = draftCard(draftView({ text: 'Agenda: Meeting\n\n[time?]' }));
  expect(fields?.at(-1)).toEqual({ label: 'Version', value: '2, by U024BE7LH' });
  expect(sections.slice(1)).toEqual([
    { title: 'To be filled in by you', items: ['[time?]'] },
    { title: 'Not in what you gave me, so check it', items: ['Monday'] },
    {
      title: 'What changed in version 2',
      items: [
        ...['It says “10:00”.', '− Date: Monday, 9 March 2026', '− Time: [time?]'],
        ...['− 1. Budget', '− 2. Next steps', '+ [time?]'],
      ],
    },
  ]);
});

test('a mail opens in a mail program, with its subject and words', () => {
  const { actions = [] } = draftCard(mail);
  expect(actions[0]?.url).toBe(
    'mailto:ana@example.com?subject=Price%20%26%20time&body=Hello%20Ana%2C%0D%0A%0D%0AIt%20costs%20%5Bamount%3F%5D.%0D%0A%0D%0ABob',
  );
  expect(actions.find(({ label }) => label === 'Send')?.input?.initial).toBe('ana@example.com');
});

test('stands in Slack line by line, and is edited whole in a dialog', () => {
  const posted = postedOf(draftCard(draftView({ text: lines.join('\n') })));
  const { blocks } = renderSlack(posted, look);
  expect(problemsOf(blocks)).toEqual([]);
  const words = stringsIn(blocks).join('');
  for (const line of lines) expect(words).toContain(line);
  const edit = posted.card.actions.find(({ label }) => label === 'Edit');
  if (!edit?.input) throw new Error('It cannot be edited.');
  const modal = textModal({ action: 'act_1', version: 2, label: 'Edit', input: edit.input });
  expect(viewProblemsOf({ ...modal })).toEqual([]);
  expect(JSON.stringify(modal)).toContain(JSON.stringify(lines.join('\n')).slice(1, -1));
});

test('a text that no dialog holds is changed in words', () => {
  const posted = postedOf(draftCard(long));
  expect(problemsOf(renderSlack(posted, look).blocks)).toEqual([]);
  const edit = draftCard(long).actions?.find(({ label }) => label === 'Edit');
  expect(edit).toMatchObject({
    subject: { whole: false },
    input: { label: 'What is to be different?' },
  });
  expect(edit?.input).not.toHaveProperty('initial');
});

test('stands in Teams, where nothing but web addresses can be pressed', () => {
  const posted = postedOf(draftCard(mail));
  const { card } = renderTeams(posted, look);
  expect(teamsProblemsOf(card)).toEqual([]);
  for (const line of ['Hello Ana,', 'It costs [amount?].'])
    expect(wordsOf(card).join('\n')).toContain(line);
  expect(JSON.stringify(card)).not.toContain('mailto:');
  expect(JSON.stringify(card)).toContain('"value":"Hello Ana,');
  expect(teamsProblemsOf(renderTeams(postedOf(draftCard(long)), look).card)).toEqual([]);
});

test('stands in a terminal without bullets', () => {
  const shown = cardToLines(postedOf(draftCard(mail)).card, { width: 80, colors: false }, '');
  expect(shown).toContain('Hello Ana,');
});
