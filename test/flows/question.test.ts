/** A question has its choices as buttons wherever people talk; a button and the same words do the same (F37). */
import { expect, test } from 'vitest';
import { Card } from '../../src/bot/card.ts';
import { renderCard as inSlack } from '../../src/bot/slack/render.ts';
import { questionCard } from '../../src/bot/stop-card.ts';
import { renderCard as inTeams } from '../../src/bot/teams/render.ts';
import { choicesOf } from '../../src/bot/terminal/render.ts';
import { whoCard } from '../../src/bot/who-card.ts';
import { askForMore } from '../../src/engine/model/offline/question.ts';
import { printMessage } from '../../src/web/chat/message.tsx';
import { testBot } from '../support/bot.ts';

const bench = await testBot();
const head = { typed: true, type: 'Dashboard' } as Parameters<typeof askForMore>[0];
const people = [
  { id: 'U0ANNSMIT', name: 'Ann Smith', aliases: [] },
  { id: 'U0ANNJONE', name: 'Ann Jones', aliases: [] },
];
const questions = [
  questionCard(askForMore(head), true),
  whoCard({ taskId: 'tsk_1', title: 'Call', name: 'Ann', people }),
];

test.each(questions)(
  'its choices can be pressed in Slack, Teams, the web chat and the terminal: $title',
  (draft) => {
    const actions = (draft.actions ?? []).map(
      ({ verb: _, subject: __, repeatable: ___, ...shown }, index) => ({
        ...shown,
        id: `act_${index}`,
      }),
    );
    const card = Card.parse({ ...draft, actions });
    const posted = { id: 'crd_1', version: 1, card };
    const labels = actions.map(({ label }) => label);
    expect(labels.length).toBeGreaterThan(1);
    const slack = inSlack(posted, { baseUrl: 'https://factotum.example', ring: [] });
    const teams = inTeams(posted, { baseUrl: 'https://factotum.example' });
    const web = printMessage({
      id: 'msg_1',
      author: 'factotum',
      text: card.text,
      card,
      version: 1,
      updated_at: '',
    });
    const terminal = choicesOf(card).join('\n');
    for (const [index, label] of labels.entries()) {
      const short = label.slice(0, 30);
      const buttons = slack.blocks.flatMap((block) =>
        'elements' in block ? (block.elements as { type: string; text?: { text?: string } }[]) : [],
      );
      expect(
        buttons.some(({ type, text }) => type === 'button' && text?.text?.startsWith(short)),
      ).toBe(true);
      expect(JSON.stringify(teams.card.actions ?? teams.card), label).toContain(short);
      expect(web).toMatch(new RegExp(`<button[^>]*act_${index}`));
      // Cancel is typed there as a word.
      if (label !== 'Cancel') expect(terminal).toContain(short);
    }
  },
);

test('a pressed choice is the answer, and planning goes on', async () => {
  const chat = bench.talk();
  const asked = await chat.say('Make an app');
  const [choice] = asked.actions;
  expect(await chat.press(choice?.label ?? '')).toMatchObject({ outcome: 'done' });
  expect(await chat.task()).toMatchObject({ status: 'ready' });
});
