import { describe, expect, test } from 'vitest';
import { testBot } from '../../test/support/bot.ts';
import { findMessage } from '../db/message.ts';
import { cancelTask, pauseTask } from '../engine/steer.ts';
import { dispatch } from './dispatch.ts';
import { receive } from './receive.ts';

const bench = await testBot();
const { bot, talk, engine } = bench;
const crm = 'Create a CRM for my cellphone store';
// The steps of the plans are not the matter here.
for (const name of ['tables', 'pages', 'search', 'workflow', 'dashboard', 'alerts'])
  bench.tool(`create_${name}`);

describe('a description', () => {
  test('becomes a plan that waits', async () => {
    const chat = talk();
    const plan = await chat.say(crm);
    expect(plan).toMatchObject({ kind: 'plan', title: 'TASK: Cellphone Store CRM' });
    expect(plan.actions.map(({ label }) => label)).toEqual([
      'Accept',
      'Step by step',
      'Dry run',
      'Modify',
      'Cancel',
    ]);
    expect(await chat.task()).toMatchObject({
      status: 'ready',
      shortName: 'CRM',
      requestedBy: 'ana',
      description: crm,
    });
  });

  test.each([
    'CRM for cellphone store with customer tracking and repair status',
    'Sales dashboard showing daily revenue and top products',
    'Inventory system with stock alerts when below 10 units',
  ])('that is good is planned at once: %s', async (text) => {
    expect(await talk().say(text)).toMatchObject({ kind: 'plan' });
  });

  test.each(['Make an app', 'Dashboard', 'Track stuff'])(
    'that is too vague gets a question, not a plan: %s',
    async (text) => {
      const chat = talk();
      const question = await chat.say(text);
      expect(question.kind).toBe('question');
      expect(question.actions.length).toBeGreaterThan(1);
      expect(chat.cards().filter(({ kind }) => kind === 'plan')).toEqual([]);
    },
  );

  test.each(['my dentist is on holiday until March', 'how much has my accountant billed?'])(
    'is none where somebody only speaks of something: %s',
    async (text) => {
      expect(await talk().say(text)).not.toMatchObject({ kind: 'plan' });
    },
  );

  test('is none where a change of the plan that waits is not understood', async () => {
    const chat = talk();
    await chat.say('Create an app for my pottery school with students, classes and payments');
    expect(await chat.say('make payments required to have an amount')).toMatchObject({
      kind: 'question',
      text: expect.stringContaining('Nothing has changed yet'),
    });
  });

  test('of something else while a plan waits becomes a task of its own', async () => {
    const chat = talk();
    await chat.say(crm);
    await chat.say('Keep track of bee hives: each hive has a location and a queen age');
    expect((await chat.tasks()).map(({ status }) => status)).toEqual(['ready', 'ready']);
  });
});

describe('an answer to a question', () => {
  test('in own words makes the plan of the same task', async () => {
    const chat = talk();
    await chat.say('Make an app');
    const { id } = await chat.task();
    await chat.say('bee hives with location and queen age');
    expect(await chat.task()).toMatchObject({ id, status: 'ready', question: null });
  });

  test('by one of the suggested answers makes the plan of the same task', async () => {
    const chat = talk();
    const question = await chat.say('Make an app');
    const { id } = await chat.task();
    await chat.press(question.actions[0]?.label ?? '');
    expect(await chat.task()).toMatchObject({ id, status: 'ready' });
  });

  test('that is a whole description makes the plan of the same task', async () => {
    const chat = talk();
    await chat.say('Make an app');
    await chat.say('Create a CRM for my bakery');
    expect(await chat.task()).toMatchObject({ status: 'ready' });
  });

  test('closes the question: its answers cannot be pressed any more', async () => {
    const chat = talk();
    await chat.say('Make an app');
    await chat.say('bee hives with location and queen age');
    for (const card of chat.cards().filter(({ kind }) => kind === 'question'))
      expect(card.actions).toEqual([]);
  });

  test('may be to forget it', async () => {
    const chat = talk();
    await chat.say('Make an app');
    await chat.press('Cancel');
    expect(await chat.task()).toMatchObject({ status: 'cancelled' });
    expect(chat.last().text).toBe('Cancelled. Nothing was made.');
  });
});

describe('a change of a plan', () => {
  test('makes the next version and closes the one before', async () => {
    const chat = talk();
    await chat.say(crm);
    await chat.say('add a birthday field to customers');
    expect(await chat.task()).toMatchObject({ status: 'ready', planVersion: 2 });
    const plans = chat.cards().filter(({ kind }) => kind === 'plan');
    expect(plans).toHaveLength(2);
    expect(plans[0]).toMatchObject({ actions: [], note: 'Replaced by version 2.' });
    expect(plans[1]?.sections[0]?.items.join()).toMatch(/birthday/i);
  });

  test('that is not understood is asked about and changes nothing', async () => {
    const chat = talk();
    await chat.say(crm);
    expect(await chat.say('make it more purple somehow please')).toMatchObject({
      kind: 'question',
    });
    expect(await chat.task()).toMatchObject({ status: 'ready', planVersion: 1 });
  });

  test('can be written behind the button Modify', async () => {
    const chat = talk();
    await chat.say(crm);
    expect(await chat.press('Modify', { text: 'drop sales' })).toMatchObject({ outcome: 'done' });
    expect(await chat.task()).toMatchObject({ planVersion: 2 });
  });
});

describe('steering in words', () => {
  test('accepts, pauses, continues and cancels the task that is meant', async () => {
    const chat = talk();
    await chat.say(crm);
    expect((await chat.say('accept')).text).toContain('starting');
    expect(await chat.task()).toMatchObject({ status: 'running' });
    await chat.say('pause');
    expect(await chat.task()).toMatchObject({ status: 'paused' });
    await chat.say('continue my CRM task');
    expect(await chat.task()).toMatchObject({ status: 'running' });
    await chat.say('cancel my CRM task');
    expect(await chat.task()).toMatchObject({ status: 'cancelled' });
  });

  test.each([
    ["How's my CRM task going?", /^📊 Your Cellphone Store CRM task is \d+% complete\./],
    ['Status of my CRM task', /^📊 Your Cellphone Store CRM task/],
    ['Show logs for my CRM task', /^Details of Cellphone Store CRM/],
    [
      'How accurate are your estimates?',
      /^How good my estimates are|No task has been measured yet/,
    ],
  ])('"%s" is answered', async (question, answer) => {
    const chat = talk();
    await chat.say(crm);
    await chat.say('accept');
    expect((await chat.say(question)).text).toMatch(answer);
  });

  test('"Cancel my CRM task and start over" makes a new task from the same words', async () => {
    const chat = talk();
    await chat.say(crm);
    const { id } = await chat.task();
    await chat.say('Cancel my CRM task and start over');
    expect(await chat.tasks()).toMatchObject([
      { status: 'ready', restartedFromId: id, description: crm },
      { id, status: 'cancelled' },
    ]);
  });

  test('of nothing is answered with what to do', async () => {
    for (const words of ['accept', 'pause', 'continue', 'cancel', 'retry', 'status'])
      expect((await talk().say(words)).text).toContain('Describe what you need');
  });

  test('of a task that is not known says so', async () => {
    expect((await talk().say('pause my spaceship task')).text).toMatch(
      /no task called “spaceship”/,
    );
  });

  test('that its state does not allow is refused with a sentence', async () => {
    const chat = talk();
    await chat.say(crm);
    expect((await chat.say('pause')).text).toMatch(/^CRM is .+, so it cannot be paused\.$/);
  });

  test('a task of another conversation is found by its name', async () => {
    const [one, other] = [talk(), talk()];
    await one.say('Keep track of zeppelins: each zeppelin has a length and a captain');
    const { title } = await one.task();
    expect((await other.say(`status of my ${title} task`)).text).toContain(title);
  });

  test('that fits two tasks asks which, and the answer decides', async () => {
    const chat = talk();
    await chat.say(crm);
    await chat.say('Keep track of bee hives: each hive has a location and a queen age');
    const which = await chat.say('cancel');
    expect(which.actions.map(({ label }) => label)).toContain('Cellphone Store CRM');
    await chat.press('Cellphone Store CRM');
    const states = (await chat.tasks()).map(({ title, status }) => [title, status]);
    expect(Object.fromEntries(states)).toMatchObject({ 'Cellphone Store CRM': 'cancelled' });
    expect(states.filter(([, status]) => status === 'cancelled')).toHaveLength(1);
  });

  test('that fits two tasks of one title can be decided too', async () => {
    const chat = talk();
    await chat.say(crm);
    await chat.say(crm);
    await chat.say('cancel');
    await chat.press(chat.last('question').actions[0]?.label ?? '');
    const states = (await chat.tasks()).map(({ status }) => status);
    expect(states.filter((status) => status === 'cancelled')).toHaveLength(1);
  });
});

describe('small talk', () => {
  test('help, thanks and the list are answered, and make no task', async () => {
    const chat = talk();
    expect(await chat.say('help')).toMatchObject({ title: 'What you can say' });
    expect((await chat.say('thank you')).text).toMatch(/welcome/);
    expect((await chat.say('list my tasks')).text).toMatch(/tasks/);
    expect(await chat.tasks()).toEqual([]);
  });

  test('the list names the tasks of all conversations', async () => {
    const [one, other] = [talk(), talk()];
    await one.say('Keep track of submarines: each submarine has a depth and a captain');
    const { title } = await one.task();
    expect((await other.say('list my tasks')).text).toContain(title);
  });

  test.each(['hello', '???', 'asdf', '🐝🐝🐝', 'שלום'])(
    '"%s" gets an answer and no task',
    async (text) => {
      const chat = talk();
      expect((await chat.say(text)).text).not.toMatch(/went wrong/);
      expect(await chat.tasks()).toEqual([]);
    },
  );
});

describe('a message', () => {
  test('is handled once, however often its job runs', async () => {
    const chat = talk();
    const { messageId } = await receive(bot, { ...chat.incoming, text: crm });
    const job = { workspaceId: chat.incoming.workspaceId, messageId };
    await Promise.all([1, 2, 3].map(() => dispatch(bot, job)));
    await bench.settle();
    await dispatch(bot, job);
    await bench.settle();
    expect(await chat.tasks()).toHaveLength(1);
    expect(chat.cards()).toHaveLength(1);
    const message = await bench.read((tx) => findMessage(tx, messageId));
    expect(message?.handledAt).not.toBeNull();
  });

  test('that is not there, or of another workspace, is left alone', async () => {
    const chat = talk();
    const { messageId } = await receive(bot, { ...chat.incoming, text: crm });
    await dispatch(bot, { workspaceId: 'wsp_other', messageId });
    await dispatch(bot, { workspaceId: chat.incoming.workspaceId, messageId: 'msg_none' });
    expect(await chat.tasks()).toEqual([]);
  });

  test('whose handling breaks is answered, and the error is logged', async () => {
    const chat = talk();
    const { model } = engine;
    engine.model = { ...model, understand: () => Promise.reject(new Error('The model is gone.')) };
    try {
      expect((await chat.say(crm)).text).toMatch(/^Something went wrong on my side/);
      expect(bench.logged.at(-1)).toMatchObject({ event: 'dispatch.failed' });
    } finally {
      engine.model = model;
    }
  });

  test('that steers is not answered with an error when its job is repeated after a crash', async () => {
    const chat = talk();
    await chat.say(crm);
    const task = await chat.task();
    const { messageId } = await receive(bot, { ...chat.incoming, text: 'cancel' });
    // The program died after the task was cancelled and before the answer was written.
    await cancelTask(engine, { ...chat.incoming, id: 'ana' }, task.id);
    await dispatch(bot, { workspaceId: chat.incoming.workspaceId, messageId });
    await bench.settle();
    expect(chat.last('text').text).toMatch(/^Cancelled/);
  });
});

test('a task that was paused before its first step starts when it is continued', async () => {
  const chat = talk();
  await chat.say(crm);
  const { id } = await chat.task();
  await bench.accept(id);
  await pauseTask(engine, { ...chat.incoming, id: 'ana' }, id);
  await chat.say('continue');
  await bench.runJobs(id, { pass: true });
  await bench.settle();
  expect(await chat.task()).toMatchObject({ status: 'completed' });
  expect(chat.last('delivery').title).toBe('✅ TASK COMPLETE');
});

describe('what is not understood', () => {
  test('is asked about once; the answer in words belongs to it', async () => {
    const chat = talk();
    expect((await chat.say('I have a wish')).title).toBe('A question first');
    await chat.say('for bees');
    expect(await chat.task()).toMatchObject({ status: 'ready' });
  });

  test('twice is told what can be said, and is not asked again', async () => {
    const chat = talk();
    expect((await chat.say('hmm')).title).toBe('A question first');
    const second = await chat.say('well, you know');
    expect(second).toMatchObject({ kind: 'text', actions: [] });
    expect(second.text).toMatch(/will not ask again.*keep track of/is);
  });

  test('as a change twice leaves the plan as it is, and says what can be changed', async () => {
    const chat = talk();
    await chat.say('Create a CRM for my shop');
    await chat.say('hmm');
    expect((await chat.say('well, you know')).text).toMatch(/plan stays as it is/);
    expect(await chat.task()).toMatchObject({ status: 'ready', planVersion: 1 });
  });

  test('as an answer twice goes on with a guess, which the plan says', async () => {
    const chat = talk();
    await chat.say('Make an app');
    await chat.say('hmm');
    expect(await chat.task()).toMatchObject({ status: 'blocked', blockedKind: 'clarification' });
    const plan = await chat.say('bees');
    expect(plan.kind).toBe('plan');
  });

  test('and cannot be guessed ends with what can be said', async () => {
    const chat = talk();
    await chat.say('Make an app');
    await chat.say('hmm');
    await chat.say('…');
    expect(await chat.task()).toMatchObject({ status: 'cancelled' });
    expect(
      chat
        .cards()
        .some(({ text }) => /nothing was made.*What you can say|nothing was made/is.test(text)),
    ).toBe(true);
  });
});
