import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { passingCards, postedOf } from '../../../test/support/slack-card.ts';
import { hostileCard, words } from '../../../test/support/slack-hostile.ts';
import { stringsIn, viewProblemsOf } from '../../../test/support/slack-validate.ts';
import { stepStatuses } from '../../db/step.ts';
import { examples, type HomeTask, homeActions, renderHome } from './home.ts';

const look = { baseUrl: 'https://factotum.example' };
const running: HomeTask = {
  title: 'Cellphone Store CRM',
  state: '65%',
  status: 'running',
  percent: 65,
};
const wordsOf = (view: object) => stringsIn(view).join('\n');
const approvals = () => {
  const posted = passingCards()['approval'];
  if (!posted) throw new Error('There is no approval card.');
  return [{ posted, task: 'Cellphone Store CRM' }];
};

describe('App Home', () => {
  test('is one that Slack shows, with any tasks and approvals', () => {
    const task = fc.record({
      title: words,
      state: words,
      status: fc.constantFrom(...stepStatuses),
      percent: fc.integer({ min: 0, max: 100 }),
    });
    const approval = fc.record({ card: hostileCard, task: words });
    fc.assert(
      fc.property(
        fc.array(task, { maxLength: 30 }),
        fc.array(approval, { maxLength: 12 }),
        (tasks, cards) => {
          const waiting = cards.map((one, index) => ({
            posted: postedOf(one.card, `crd_${index}`),
            task: one.task,
          }));
          const view = renderHome({ tasks, approvals: waiting }, look);
          expect(viewProblemsOf({ ...view })).toEqual([]);
        },
      ),
      { numRuns: 30, endOnFailure: true, seed: 20260301 },
    );
  });

  test('of somebody new says how to begin', () => {
    const shown = wordsOf(renderHome({ tasks: [], approvals: [] }, look));
    for (const example of examples) expect(shown).toContain(example);
    expect(shown).toContain(homeActions.settings);
    expect(shown).toContain(homeActions.describe);
  });

  test('shows what waits before what is under way, with the buttons of the card', () => {
    const view = renderHome({ tasks: [running], approvals: approvals() }, look);
    const shown = wordsOf(view);
    expect(shown.indexOf('Waiting for you')).toBeLessThan(shown.indexOf('My tasks'));
    for (const seen of ['This will create 4 new tables:', 'repairs (8 columns)', '1A2B-3C4D'])
      expect(shown).toContain(seen);
    const buttons = view.blocks.flatMap((block) =>
      block.type === 'actions' && 'elements' in block ? block.elements : [],
    );
    expect(buttons.map((button) => ('value' in button ? button.value : undefined))).toEqual(
      expect.arrayContaining(['act_0:7', 'act_1:7', 'act_2:7']),
    );
  });

  test('draws a bar for a task under way, and leads to the conversation and to the app', () => {
    const done: HomeTask = {
      title: 'Bee hives',
      state: 'done',
      status: 'completed',
      permalink: 'https://acme.slack.com/archives/C1/p1',
      app: '/apps/bee-hives',
    };
    const shown = wordsOf(renderHome({ tasks: [running, done], approvals: [] }, look));
    expect(shown).toContain(`${'█'.repeat(13)}${'░'.repeat(7)} 65%`);
    expect(shown).toContain('https://acme.slack.com/archives/C1/p1');
    expect(shown).toContain('https://factotum.example/apps/bee-hives');
  });

  test('says how many more there are', () => {
    const tasks = Array.from({ length: 20 }, () => running);
    expect(wordsOf(renderHome({ tasks, approvals: [] }, look))).toContain('5 more tasks');
  });
});
