/** Undo as people meet it: the cards, the buttons and the words. */
import { describe, expect, test } from 'vitest';
import { testBot } from '../../test/support/bot.ts';
import { appOfTask, deliverApp } from '../../test/support/delivery.ts';
import { ana, planOf, toolStep } from '../../test/support/engine.ts';
import { viewOf } from '../../test/support/view.ts';
import { createRecord } from '../apps/record.ts';
import { lastingSteps, undoMs } from '../engine/undo-offer.ts';
import type { Card } from './card.ts';
import { click } from './click.ts';
import { deliverTask } from './deliver.ts';
import { planCard } from './plan-card.ts';
import { stateLabel } from './words.ts';

const bench = await testBot();
const { bot } = bench;
const crm = 'Create a CRM for my cellphone store';

/** A delivered app and the conversation in which it was asked for. */
async function delivered() {
  const id = await deliverApp(bench, crm);
  await bench.settle();
  const { conversation } = await bench.task(id);
  const chat = bench.talk(conversation);
  const press = async (label: string) => {
    const outcome = await chat.press(label);
    await bench.runJobs(id);
    await bench.settle();
    return outcome;
  };
  return { id, chat, press };
}
const labels = (card: Card) => card.actions.map((action) => action.label);
const sections = (card: Card) =>
  Object.fromEntries(card.sections.map(({ title, items }) => [title, items]));

describe('the delivery card', () => {
  test('offers Undo…, which lists what will be undone and undoes nothing', async () => {
    const { id, chat, press } = await delivered();
    expect(labels(chat.last('delivery'))).toEqual([
      'Open App',
      'View Details',
      'Create Another',
      'Undo…',
    ]);
    expect(await press('Undo…')).toMatchObject({ outcome: 'done' });
    const card = chat.last('undo');
    expect(card.title).toBe('Undo CRM?');
    expect(sections(card)).toEqual({
      'Will be undone': [
        'Configure repair workflow: Goes with the app.',
        'Add search and filters: Goes with the app.',
        'Generate application UI: Goes with the app.',
        'Create database tables: Removes the app and its tables.',
      ],
    });
    expect(labels(card)).toEqual(['Undo it', 'Keep it']);
    expect(card.text).toContain('• Create database tables: Removes the app and its tables.');
    expect(await appOfTask(bench, id)).toMatchObject({ status: 'live' });
  });

  test('says after Undo it that it was undone, when and by whom; Open App is gone', async () => {
    const { id, chat, press } = await delivered();
    await press('Undo…');
    expect(await press('Undo it')).toEqual({
      outcome: 'done',
      message: 'Undoing Cellphone Store CRM.',
    });
    const card = chat.last('delivery');
    expect(labels(card)).toEqual(['View Details', 'Create Another']);
    const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });
    const note = `Undone on ${day.format(bench.engine.now())} by ana.`;
    expect(card.note).toBe(note);
    expect(card.fields.map((field) => field.label)).not.toContain('URL');
    expect(chat.last('undo')).toMatchObject({ title: 'CRM is undone', note, actions: [] });
    expect(stateLabel(await bench.task(id))).toBe('undone');
    expect((await chat.say('status')).text).toContain(note);
  });

  test('offers nothing after seven days, and a button that still stands says why', async () => {
    const { id, chat } = await delivered();
    const undo = chat.last('delivery').actions.find((action) => action.label === 'Undo…');
    bench.pass(undoMs);
    expect(await click(bot, ana, undo?.id ?? '', {})).toEqual({
      outcome: 'stale',
      message: 'CRM was delivered more than 7 days ago, so it can no longer be undone.',
    });
    await deliverTask(bot, { ...ana, taskId: id });
    expect(labels(chat.last('delivery'))).not.toContain('Undo…');
    expect(await bench.task(id)).toMatchObject({ undoneAt: null });
  });

  test('goes by itself when the seven days are over, also from a question that nobody answered', async () => {
    const { id, chat } = await delivered();
    await chat.press('Undo…');
    expect(labels(chat.last('undo'))).toEqual(['Undo it', 'Keep it']);
    bench.pass(undoMs - 1000);
    await bench.settle();
    expect(labels(chat.last('delivery'))).toContain('Undo…');
    bench.pass(1000);
    await bench.settle();
    expect(labels(chat.last('delivery'))).not.toContain('Undo…');
    expect(labels(chat.last('undo'))).toEqual(['Keep it']);
    expect(await bench.jobs('deliver', id)).toEqual([]);
  });

  test('is not for other people to undo', async () => {
    const { chat } = await delivered();
    const undo = chat.last('delivery').actions.find((action) => action.label === 'Undo…');
    expect(await click(bot, { ...ana, id: 'ben' }, undo?.id ?? '', {})).toEqual({
      outcome: 'forbidden',
      message: 'Only ana, who asked for CRM, can undo it. Ask them.',
    });
  });
});

describe('the undo card', () => {
  const used = async () => {
    const made = await delivered();
    const saved = await createRecord(bench.db, await appOfTask(bench, made.id), 'customers', {
      name: 'Ben',
    });
    expect(saved.kind).toBe('saved');
    await made.press('Undo…');
    await made.press('Undo it');
    return made;
  };

  test('asks again where somebody has worked with it; Keep it leaves everything', async () => {
    const { id, chat, press } = await used();
    const card = chat.last('undo');
    expect(card.title).toBe('Undoing CRM has stopped');
    expect(sections(card)['Somebody has worked with it since']).toEqual([
      'Customers has 1 record that was added since; keep it?',
    ]);
    expect(labels(card)).toEqual(['Undo anyway', 'Keep it']);
    await press('Keep it');
    expect(chat.last('undo')).toMatchObject({
      title: 'CRM is kept',
      note: 'Kept. Nothing was undone.',
      actions: [],
    });
    expect(labels(chat.last('delivery'))).toContain('Undo…');
    expect(await appOfTask(bench, id)).toMatchObject({ status: 'live' });
  });

  test('undoes it anyway when told to; its buttons count once', async () => {
    const { chat, press } = await used();
    const [anyway] = chat.last('undo').actions;
    await press('Undo anyway');
    expect(chat.last('undo')).toMatchObject({ title: 'CRM is undone', actions: [] });
    expect(await click(bot, ana, anyway?.id ?? '', {})).toMatchObject({ outcome: 'stale' });
  });

  test('is one card for as long as it asks, and a new one the next time', async () => {
    const { chat, press } = await delivered();
    const cards = () => chat.cards().filter((card) => card.kind === 'undo');
    await press('Undo…');
    await press('Undo…');
    expect(cards()).toHaveLength(1);
    await press('Keep it');
    await press('Undo…');
    expect(cards().map((card) => card.title)).toEqual(['CRM is kept', 'Undo CRM?']);
  });

  test('names what stays as it is, with the reason, and a failure with Try again', async () => {
    bench.tool('tell', undefined, {
      undo: { can: false, why: 'Cannot be undone: what was said stays said.' },
    });
    bench.tool('fail', undefined, {
      undo: { can: true, what: 'Opens the door.', run: () => Promise.reject(new Error('Locked.')) },
    });
    const id = await bench.propose([
      toolStep('tell', { tool: 'tell' }),
      toolStep('fail', { tool: 'fail' }),
    ]);
    await bench.accept(id);
    await bench.runJobs(id, { pass: true });
    await bench.settle();
    const chat = bench.talk((await bench.task(id)).conversation);
    await chat.press('Undo…');
    expect(sections(chat.last('undo'))).toEqual({
      'Will be undone': ['Do fail: Opens the door.'],
      'Will stay as it is': ['Do tell: Cannot be undone: what was said stays said.'],
    });
    await chat.press('Undo it');
    await bench.runJobs(id);
    await bench.settle();
    expect(sections(chat.last('undo'))['Could not be undone']).toEqual(['Do fail: Locked.']);
    expect(labels(chat.last('undo'))).toEqual(['Try again', 'Keep it']);
  });
});

test.each(['undo', 'undo my CRM task', 'take it back', 'revert it'])(
  '"%s" shows the undo card and undoes nothing',
  async (words) => {
    bench.tool('work', undefined, {
      undo: { can: true, what: 'Goes.', run: async () => ({ outcome: 'reversed', note: 'Gone.' }) },
    });
    const id = await bench.propose([toolStep('one')]);
    await bench.accept(id);
    await bench.runJobs(id, { pass: true });
    await bench.settle();
    const chat = bench.talk((await bench.task(id)).conversation);
    await chat.say(words);
    expect(chat.last('undo').title).toBe('Undo CRM?');
    expect(chat.last().text).toMatch(/Nothing is undone before you press Undo it/);
    await bench.runJobs(id);
    expect(await bench.task(id)).toMatchObject({ undoneAt: null });
  },
);

test('a plan says of each step, also of one inside, what cannot be undone', () => {
  bench.tool('tell', undefined, {
    undo: { can: false, why: 'Cannot be undone: what was said stays said.' },
  });
  const tell = toolStep('tell', { tool: 'tell' });
  const both = {
    kind: 'parallel',
    key: 'both',
    name: 'Both',
    branches: [[{ ...tell, key: 'in' }]],
  };
  const plan = planOf([toolStep('tables', { tool: 'create_tables' }), tell, both]);
  const card = planCard(viewOf(), {
    ...{ version: 1, changes: [], plan },
    lasting: lastingSteps(plan, bot.engine.tools),
  });
  expect(card.steps?.map((step) => step.note)).toEqual([
    undefined,
    'Cannot be undone: what was said stays said.',
    'Do tell: Cannot be undone: what was said stays said.',
  ]);
  expect(card.text).toContain('Cannot be undone: what was said stays said.');
});
