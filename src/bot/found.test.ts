import { describe, expect, test } from 'vitest';
import { testBot } from '../../test/support/bot.ts';
import { thresholdFor, thresholdOf } from './found-task.ts';

const bench = await testBot();
const { talk } = bench;
const notes = [
  'Notes of the shop meeting',
  'ACTION: Nadia to order the new sign by 12 March 2031',
  'ACTION: invite the neighbours',
  '- [x] Rent the van',
].join('\n');

describe('notes in a direct message', () => {
  test('are answered with the tasks in them, each with its quote, and none is made', async () => {
    const chat = talk();
    const card = await chat.say(notes);
    expect(card).toMatchObject({ kind: 'question', title: 'I found 2 tasks in that' });
    expect(card.sections[0]?.items).toEqual([
      '1. Order the new sign (Nadia; due Wed, 12 Mar 2031): “Nadia to order the new sign by 12 March 2031”',
      '2. Invite the neighbours: “invite the neighbours”',
    ]);
    expect(await chat.tasks()).toEqual([]);
  });

  test('become tasks of people when somebody says so, once', async () => {
    const chat = talk();
    await chat.say(notes);
    expect(await chat.press('Make these tasks')).toMatchObject({ outcome: 'done' });
    const tasks = await chat.tasks();
    expect(tasks.map(({ title }) => title).sort()).toEqual([
      'Invite the neighbours',
      'Order the new sign',
    ]);
    expect(tasks.find(({ title }) => title === 'Order the new sign')).toMatchObject({
      assignedToType: 'user',
      assignedToId: 'Nadia',
      description: 'Nadia to order the new sign by 12 March 2031',
      dueAt: expect.any(Date),
      planVersion: 0,
    });
    expect(tasks.find(({ title }) => title === 'Invite the neighbours')).toMatchObject({
      assignedToId: null,
      dueAt: null,
    });
    expect(chat.cards().filter(({ kind }) => kind === 'human')).toHaveLength(2);
    const [found] = chat.cards();
    expect(found).toMatchObject({ actions: [], note: 'They are 2 tasks now.' });
  });

  test('that are no tasks stay words', async () => {
    const chat = talk();
    await chat.say(notes);
    await chat.press('Not a task');
    expect(await chat.tasks()).toEqual([]);
    expect(chat.cards()[0]).toMatchObject({ actions: [], note: 'Not a task.' });
  });
});

describe('what was written elsewhere', () => {
  const mail =
    'From: Jo\nSubject: Customer portal\n\nOur customers and orders are not shown. Each customer has an address, please fix that by 12 March 2031.';

  test('never becomes an app, though it speaks of customers and orders', async () => {
    const chat = talk();
    const card = await chat.say(mail);
    expect(card).toMatchObject({ title: 'I found a task in that' });
    expect(card.text).toContain('Jo said');
    expect(await chat.tasks()).toEqual([]);
  });

  test('without a task in it is said to have none', async () => {
    const chat = talk();
    const card = await chat.say(
      'Meeting notes\nAttendees: Ann, Ben\nCustomers and orders were talked about.',
    );
    expect(card.text).toMatch(/notes or a thread, and found nothing/);
    expect(await chat.tasks()).toEqual([]);
  });

  test('is no change of a plan that waits', async () => {
    const chat = talk();
    await chat.say('Create a CRM for my shop');
    const before = await chat.task();
    expect((await chat.say(mail)).title).toBe('I found a task in that');
    expect(await chat.task()).toMatchObject({ status: 'ready', planVersion: before.planVersion });
  });

  test('a note that names somebody is a task of theirs, and no app', async () => {
    const chat = talk();
    expect((await chat.say('Ben to call the supplier')).text).toContain('Call the supplier (Ben)');
    expect(await chat.tasks()).toEqual([]);
  });
});

describe('a task that is to be kept', () => {
  test('is filed at once', async () => {
    const chat = talk();
    const card = await chat.say('Remind me to call the bank on 3 March 2031');
    expect(card).toMatchObject({ kind: 'human', title: 'Your turn: Call the bank' });
    expect(await chat.task()).toMatchObject({ title: 'Call the bank', executionType: 'manual' });
  });

  test('is called by what is to be done', async () => {
    const chat = talk();
    await chat.say('create a task to paint the fence');
    expect(await chat.task()).toMatchObject({ title: 'Paint the fence' });
  });

  test('is said to be due in the morning of its day, once, unless it is done', async () => {
    const [open, done] = [talk(), talk()];
    for (const chat of [open, done]) await chat.say('remind me to water the plants tomorrow');
    await done.press('Done');
    const { dueAt } = await open.task();
    bench.pass((dueAt?.getTime() ?? 0) + 1_000 - bench.engine.now().getTime());
    await bench.settle();
    await bench.settle();
    const said = (chat: typeof open) =>
      chat.cards().filter(({ text }) => text.includes('“Water the plants” is due.'));
    expect(said(open)).toHaveLength(1);
    expect(said(done)).toEqual([]);
  });

  test('without words is asked for', async () => {
    const chat = talk();
    expect((await chat.say('create a reminder')).text).toMatch(/What shall I keep/);
    expect(await chat.tasks()).toEqual([]);
  });
});

describe('a task of people', () => {
  test('is done when somebody says so', async () => {
    const chat = talk();
    await chat.say('Remind me to water the ferns on Friday');
    expect((await chat.say('status')).text).toContain('task is to be done');
    await chat.say('mark it as done');
    expect(await chat.task()).toMatchObject({ status: 'completed' });
  });

  test('with slips of the keyboard is kept all the same', async () => {
    const chat = talk();
    await chat.say('rmeind me to call the dentist tomorow');
    const task = await chat.task();
    expect(task).toMatchObject({ title: 'Call the dentist' });
    expect(task?.dueAt).not.toBeNull();
  });

  test('is changed in words: when it is due, how urgent it is, who does it', async () => {
    const chat = talk();
    await chat.say('create a task to paint the fence');
    expect((await chat.say('make the due date 12 March 2031')).text).toContain('12 March 2031');
    await chat.say('make it urgent');
    await chat.say('assign the fence task to Nadia');
    expect(await chat.task()).toMatchObject({ priority: 'high', assignedToId: 'Nadia' });
    expect((await chat.task()).dueAt?.toISOString()).toMatch(/^2031-03-1[23]/);
  });

  test('is asked for where several are meant', async () => {
    const chat = talk();
    await chat.say('create a task to paint the door');
    await chat.say('create a task to paint the wall');
    expect((await chat.say('assign it to Nadia')).text).toMatch(/Which task do you mean/);
  });
});

test.each(['hello', 'the shop was full today', 'does anybody know the code of the door?'])(
  'what asks for nothing that is sure is no offer: %s',
  async (text) => {
    expect((await talk().say(text)).title).not.toMatch(/I found/);
  },
);

describe('how sure a proposal must be', () => {
  test('grows with each that was none and falls with each that was one, within bounds', () => {
    expect(thresholdOf(0, 0)).toBe(0.6);
    expect(thresholdOf(0, 3)).toBeCloseTo(0.75);
    expect(thresholdOf(2, 1)).toBeCloseTo(0.61);
    expect(thresholdOf(50, 0)).toBe(0.5);
    expect(thresholdOf(0, 50)).toBe(0.95);
  });

  test('is what nobody has changed yet in a room without proposals', async () => {
    expect(await bench.read((tx) => thresholdFor(tx, 'C0QUIET'))).toBe(0.6);
  });
});
