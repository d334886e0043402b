import { describe, expect, test } from 'vitest';
import { testBot } from '../../test/support/bot.ts';
import { ana, approvalStep, humanStep, toolStep } from '../../test/support/engine.ts';
import { listMessages } from '../db/message.ts';
import { cancelTask, resumeTask } from '../engine/steer.ts';
import { FactotumError } from '../errors.ts';
import type { Card } from './card.ts';
import { click } from './click.ts';
import { deliverTask } from './deliver.ts';

const bench = await testBot();
const { bot, engine, talk } = bench;
const crm = 'Create a CRM for my cellphone store';
for (const name of ['tables', 'pages', 'search', 'workflow']) bench.tool(`create_${name}`);
bench.tool('work');

const idOf = (card: Card, label: string): string => {
  const action = card.actions.find((candidate) => candidate.label === label);
  if (!action) throw new Error(`The card has no ${label}: ${card.actions.map((one) => one.label)}`);
  return action.id;
};
/** A task of these steps that runs until a person is needed, in a conversation of its own. */
async function waiting(steps: unknown[]) {
  const id = await bench.propose(steps);
  await bench.accept(id);
  await bench.runJobs(id);
  await bench.settle();
  const { conversation } = await bench.task(id);
  return { id, chat: talk(conversation) };
}

describe('a click', () => {
  test('on Accept starts the plan that was seen, once', async () => {
    const chat = talk();
    const accept = idOf(await chat.say(crm), 'Accept');
    expect(await click(bot, ana, accept, {})).toMatchObject({ outcome: 'done' });
    expect(await click(bot, ana, accept, {})).toEqual({
      outcome: 'stale',
      message: 'This was already decided by ana.',
    });
    expect(await chat.task()).toMatchObject({ status: 'running' });
  });

  test('ten times at once on Accept starts it once, and the others are told', async () => {
    const chat = talk();
    const accept = idOf(await chat.say(crm), 'Accept');
    const clicks = Array.from({ length: 10 }, () => click(bot, ana, accept, {}));
    const outcomes = await Promise.all(clicks);
    expect(outcomes.filter(({ outcome }) => outcome === 'done')).toHaveLength(1);
    for (const { outcome, message } of outcomes)
      if (outcome !== 'done') expect(message).toMatch(/\w.*\.$/);
    const [runs] = await bench.db.raw`
      select count(*)::int as count from runs where task_id = ${(await chat.task()).id}`;
    expect(runs).toEqual({ count: 1 });
  });

  test('on a button that nobody knows, or of another workspace, is answered', async () => {
    const accept = idOf(await talk().say(crm), 'Accept');
    const unknown = { outcome: 'stale', message: expect.stringContaining('not known here') };
    expect(await click(bot, ana, 'act_none', {})).toEqual(unknown);
    expect(await click(bot, ana, '', {})).toEqual(unknown);
    expect(await click(bot, { ...ana, workspaceId: 'wsp_other' }, accept, {})).toEqual(unknown);
  });

  test('on an id that cannot be stored is answered like any other that nobody knows', async () => {
    expect(await click(bot, ana, 'act_\0', {})).toMatchObject({ outcome: 'stale' });
  });

  test('on a plan that was replaced says which is the newest and changes nothing', async () => {
    const chat = talk();
    const first = await chat.say(crm);
    await chat.say('drop sales');
    for (const label of ['Accept', 'Cancel'])
      expect(await click(bot, ana, idOf(first, label), {})).toEqual({
        outcome: 'stale',
        message: 'The plan changed. The newest is version 2.',
      });
    expect(await chat.task()).toMatchObject({ status: 'ready', planVersion: 2 });
  });

  test('on a card that has not heard of the change yet is stale too', async () => {
    const chat = talk();
    const accept = idOf(await chat.say(crm), 'Accept');
    const { id } = await chat.task();
    await bench.db.raw`update tasks set plan_version = 2 where id = ${id}`;
    expect(await click(bot, ana, accept, {})).toMatchObject({
      outcome: 'stale',
      message: expect.stringContaining('version 2'),
    });
    expect(await bench.task(id)).toMatchObject({ status: 'ready' });
  });

  test('on a card of a task that has moved on says where it is', async () => {
    const chat = talk();
    const plan = await chat.say(crm);
    await chat.say('accept');
    expect(await click(bot, ana, idOf(plan, 'Cancel'), {})).toEqual({
      outcome: 'stale',
      message: 'Cellphone Store CRM has moved on: it is running now.',
    });
  });

  test('on Modify without words says what to write', async () => {
    const chat = talk();
    await chat.say(crm);
    for (const input of [{}, { text: '  ' }])
      expect((await chat.press('Modify', input)).message).toContain('add a notes field');
    expect(await chat.task()).toMatchObject({ planVersion: 1 });
  });

  test('on Modify of a task that was cancelled meanwhile changes nothing, before its card has heard of it', async () => {
    const chat = talk();
    const plan = await chat.say(crm);
    const { id } = await chat.task();
    await cancelTask(engine, ana, id);
    const text = 'add a notes field to customers';
    expect(await click(bot, ana, idOf(plan, 'Modify'), { text })).toEqual({
      outcome: 'stale',
      message: 'Cellphone Store CRM has moved on: it is cancelled now.',
    });
    await bench.settle();
    expect(await chat.tasks()).toHaveLength(1);
    expect(chat.cards().map(({ kind }) => kind)).not.toContain('question');
  });

  test('on Modify with nothing that can be kept says what to write', async () => {
    const chat = talk();
    await chat.say(crm);
    expect((await chat.press('Modify', { text: '\0' })).message).toContain('add a notes field');
  });
});

describe('the buttons of a run', () => {
  test('Pause and Resume take turns, as often as one likes', async () => {
    const chat = talk();
    await chat.say(crm);
    await chat.press('Accept');
    for (const _ of [1, 2, 3]) {
      expect(await chat.press('Pause')).toMatchObject({ outcome: 'done' });
      expect(await chat.task()).toMatchObject({ status: 'paused' });
      expect(await chat.press('Resume')).toMatchObject({ outcome: 'done' });
      expect(await chat.task()).toMatchObject({ status: 'running' });
    }
  });

  test('Pause works again when the card never showed the pause in between', async () => {
    const chat = talk();
    await chat.say(crm);
    await chat.press('Accept');
    await click(bot, ana, idOf(chat.last('progress'), 'Pause'), {});
    const { id } = await chat.task();
    await resumeTask(engine, ana, id);
    await bench.settle();
    expect(await chat.press('Pause')).toMatchObject({ outcome: 'done' });
  });

  test('Retry, Skip and Cancel are on the error card and do what they say', async () => {
    const reason = new FactotumError('INVALID', 'The name is taken.');
    bench.tool('broken', () => Promise.reject(reason));
    const steps = [toolStep('a', { tool: 'broken' }), toolStep('b')];
    const one = await waiting(steps);
    expect(one.chat.last('error').text).toContain('Reason: The name is taken.');
    expect(await one.chat.press('Retry')).toMatchObject({ outcome: 'done' });
    await bench.runJobs(one.id);
    await bench.settle();
    expect(await bench.task(one.id)).toMatchObject({ status: 'blocked', retryCount: 1 });
    expect(await one.chat.press('Skip')).toMatchObject({ outcome: 'done' });
    expect(await bench.states(one.id)).toMatchObject({ a: 'skipped' });

    const needed = await waiting([steps[0], toolStep('b', { needs: ['a'], priority: 'critical' })]);
    expect(needed.chat.last('error').actions.map(({ label }) => label)).not.toContain('Skip');
    expect(needed.chat.last('error').note).toContain('"Do b", which needs it,');

    const other = await waiting(steps);
    expect(await other.chat.press('Cancel')).toMatchObject({ outcome: 'done' });
    expect(await bench.task(other.id)).toMatchObject({ status: 'cancelled' });
  });

  test('a manual step is ticked off by its button', async () => {
    const { id, chat } = await waiting([humanStep('h'), toolStep('a')]);
    expect(chat.last('human').text).toContain('Please call h.');
    expect(await chat.press('Done')).toMatchObject({ outcome: 'done' });
    expect(await bench.task(id)).toMatchObject({ status: 'running' });
    expect(chat.last('human').actions).toEqual([]);
  });
});

describe('an approval', () => {
  const steps = [approvalStep('p', { from: ['boss'] }), toolStep('a')];

  test('is given by a click of those who are asked only', async () => {
    const { id, chat } = await waiting(steps);
    const approve = idOf(chat.last('approval'), 'Approve');
    expect(await click(bot, ana, approve, {})).toEqual({
      outcome: 'forbidden',
      message: 'Only boss can decide this.',
    });
    expect(await click(bot, { ...ana, id: 'boss' }, approve, {})).toMatchObject({
      outcome: 'done',
    });
    await bench.settle();
    expect(await bench.task(id)).toMatchObject({ status: 'running' });
    expect(chat.last('approval')).toMatchObject({ actions: [], note: 'Approved by boss.' });
  });

  test('is refused with the reason that was written', async () => {
    const { chat } = await waiting([approvalStep('p'), toolStep('a')]);
    expect(await chat.press('Reject', { text: ' Too expensive. ' })).toMatchObject({
      outcome: 'done',
    });
    expect(chat.last('approval').note).toBe('Rejected by ana. “Too expensive.”');
    expect(chat.last('error').text).toContain('Too expensive.');
  });

  test('is refused also where the reason holds what cannot be stored', async () => {
    const { chat } = await waiting([approvalStep('p'), toolStep('a')]);
    expect(await chat.press('Reject', { text: 'no\0' })).toMatchObject({ outcome: 'done' });
  });

  test('is decided once by clicks on both buttons at the same time', async () => {
    const { id, chat } = await waiting([approvalStep('p'), toolStep('a')]);
    const card = chat.last('approval');
    const outcomes = await Promise.all(
      ['Approve', 'Reject'].map((label) => click(bot, ana, idOf(card, label), {})),
    );
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['done', 'stale']);
    expect(await bench.approvals(id)).toHaveLength(1);
  });
});

describe('buttons that open something', () => {
  test('can be pressed again: details, and another like it', async () => {
    const { id, chat } = await waiting([toolStep('a')]);
    await bench.force(id, 'completed');
    await deliverTask(bot, { workspaceId: ana.workspaceId, taskId: id });
    for (const _ of [1, 2]) {
      expect(await chat.press('View Details')).toMatchObject({ outcome: 'done' });
      expect(chat.last()).toMatchObject({ kind: 'details', title: 'Details of Test CRM' });
      expect(await chat.press('Create Another')).toMatchObject({ outcome: 'done' });
      expect(chat.last().text).toContain('Create a CRM for my bakery');
    }
  });

  test('a suggested answer is said in the conversation, once', async () => {
    const chat = talk();
    const question = await chat.say('Build me a tracker');
    const [first] = question.actions;
    if (!first) throw new Error('There are no suggestions.');
    await Promise.all([1, 2, 3].map(() => click(bot, ana, first.id, {})));
    await bench.settle();
    const said = await bench.read((tx) => listMessages(tx, chat.conversation));
    expect(said.filter(({ text }) => text === first.label)).toHaveLength(1);
    expect(await chat.tasks()).toHaveLength(1);
  });
});
