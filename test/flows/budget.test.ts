/** What a task may spend: reserved before each call, asked about at the bound, and answered in three ways. */
import { beforeEach, describe, expect, test } from 'vitest';
import { click } from '../../src/bot/click.ts';
import { usualBudget } from '../../src/config/budget.ts';
import { sumReservations } from '../../src/db/reservation.ts';
import { acceptPlan } from '../../src/engine/accept.ts';
import { setAgent } from '../../src/engine/agent/agent.ts';
import { budgetOfPerson, reserve } from '../../src/engine/budget/reserve.ts';
import { BudgetSpent } from '../../src/engine/budget/shortage.ts';
import { createOpenAiModel } from '../../src/engine/model/openai/openai.ts';
import { changePolicy } from '../../src/engine/setting.ts';
import { askAgent } from '../../src/engine/tools/ask-agent.ts';
import { performVerb } from '../../src/engine/verb.ts';
import { FactotumError } from '../../src/errors.ts';
import { testBot } from '../support/bot.ts';
import { ana, toolStep } from '../support/engine.ts';
import { openaiServer, type Script } from '../support/openai-server.ts';

const bench = await testBot();
const { engine } = bench;
bench.install('ask_agent', askAgent);
const usage = { prompt_tokens: 700, completion_tokens: 300 };
const looping: Script = () => ({ call: [{ name: 'look', arguments: {} }], usage });
const server = await openaiServer(looping);
const price = { input: 1_000_000, output: 1_000_000 };

beforeEach(async () => {
  server.play(looping);
  server.asked.length = 0;
  engine.budget = { ...usualBudget, price };
  engine.model = createOpenAiModel(
    {
      ...{ apiKey: undefined, baseUrl: server.baseUrl, model: 'test' },
      ...{ timeoutMs: 5_000, maxTokens: 4_000 },
    },
    {
      log: { info: () => {}, warn: () => {}, error: () => {} },
      signal: new AbortController().signal,
      now: () => new Date(),
    },
  );
  bench.tool('look', async () => ({ nothing: true }), { effect: 'read' });
  bench.tool('work');
  bench.tool('mail', async () => ({}), { effect: 'send' });
  // Nobody is asked about messages here: what bounds them is the budget.
  const limits = { steps: 50, tokens: 100_000, seconds: 60 };
  const about = { capabilities: [], rules: '', result: [], enabled: true, limits };
  await setAgent(engine, ana, {
    ...{ name: 'Looper', kind: 'agent', instructions: 'Look.', tools: ['look'], ...about },
  });
});

const ask = (key: string, about: object = {}) =>
  toolStep(key, { tool: 'ask_agent', input: { agent: 'Looper', instruction: key }, ...about });
const taskLimit = (limit: Partial<typeof usualBudget.task>) => {
  engine.budget = { ...engine.budget, task: { ...usualBudget.task, ...limit } };
};
const settled = {
  checks: [{ id: 'done', label: 'All is done', kind: 'steps_settled' }],
};
const spentBy = (taskId: string) => bench.read((tx) => sumReservations(tx, { taskId }));
const press = async (conversation: string, label: string) => {
  await bench.settle();
  const card = bench.shown
    .filter(({ place }) => place.conversation === conversation)
    .map(({ versions }) => versions.at(-1)?.card)
    .findLast((one) => one?.actions.some((action) => action.label === label));
  const action = card?.actions.find((one) => one.label === label);
  if (!action) throw new Error(`There is no button “${label}”.`);
  return click(bench.bot, ana, action.id, {});
};

async function stuck(limit = 3_000): Promise<string> {
  taskLimit({ tokens: limit });
  const taskId = await bench.propose(
    [toolStep('first'), ask('loop', { priority: 'low' })],
    settled,
  );
  await bench.accept(taskId);
  await bench.runJobs(taskId);
  return taskId;
}

describe('a model that never comes to an end', () => {
  test('never goes beyond the envelope by one call, and the task asks', async () => {
    const taskId = await stuck();
    const task = await bench.task(taskId);
    expect(task).toMatchObject({ status: 'blocked', blockedKind: 'budget' });
    expect(task.blockedReason).toMatch(/^CRM may spend at most 3,000 tokens/);
    const { calls, tokensIn, tokensOut } = await spentBy(taskId);
    expect(tokensIn + tokensOut).toBeLessThanOrEqual(3_000);
    expect(calls).toBe(server.asked.length);
    expect(calls).toBeGreaterThan(0);
    expect(await bench.step(taskId, 'loop')).toMatchObject({ status: 'pending', failures: 0 });
  });

  test('gets no longer answers than there is left', async () => {
    await stuck();
    const asked = server.asked.map((one) => one.max_tokens ?? one.max_completion_tokens ?? 0);
    expect(Math.max(...asked)).toBeLessThan(3_000);
    expect(asked.at(-1)).toBeLessThan(asked[0] ?? 0);
  });

  test('counts in full where the server does not say what it took, and where it hangs up', async () => {
    server.play(() => ({ say: 'Done.', usage: null }));
    const taskId = await stuck(50_000);
    const first = await spentBy(taskId);
    expect(first).toMatchObject({ estimates: 1, calls: 1 });
    expect(first.tokensOut).toBe(engine.budget.answerTokens);
    server.play(() => ({ hangUpAfter: 10 }));
    const other = await stuck(50_000);
    expect((await spentBy(other)).tokensOut).toBeGreaterThanOrEqual(engine.budget.answerTokens);
  });

  test('costs nothing where the server refuses', async () => {
    server.play(() => ({ status: 401, error: { message: 'no' } }));
    expect(await spentBy(await stuck(50_000))).toMatchObject({ tokensOut: 0, microdollars: 0 });
  });
});

describe('the answers', () => {
  test('Add raises it by as much again, once', async () => {
    const taskId = await stuck();
    const { conversation } = await bench.task(taskId);
    await bench.settle();
    expect(await press(conversation, 'Add')).toMatchObject({ outcome: 'done' });
    expect((await bench.task(taskId)).budget).toMatchObject({ tokens: 6_000 });
    await expect(performVerb(engine, ana, taskId, 'add_budget')).rejects.toThrow(FactotumError);
    server.play(() => ({ say: 'Done.', usage }));
    await bench.runJobs(taskId);
    expect((await bench.task(taskId)).status).toBe('completed');
    const { tokensIn, tokensOut } = await spentBy(taskId);
    expect(tokensIn + tokensOut).toBeLessThanOrEqual(6_000);
  });

  test('Finish cheaper shows a plan without what does not fit, and that fits', async () => {
    const taskId = await stuck();
    const before = (await bench.task(taskId)).budget;
    const { conversation } = await bench.task(taskId);
    expect(await press(conversation, 'Finish cheaper')).toMatchObject({
      outcome: 'done',
      message: 'Left out: Do loop. Accept the new plan to go on.',
    });
    const ready = await bench.task(taskId);
    expect(ready).toMatchObject({ status: 'ready', planVersion: 2 });
    await acceptPlan(engine, ana, taskId, 2);
    await bench.runJobs(taskId);
    const done = await bench.task(taskId);
    expect(done.status).toBe('completed');
    expect(done.budget?.tokens).toBeLessThanOrEqual(before?.tokens ?? 0);
    expect(await bench.states(taskId)).toEqual({ first: 'completed' });
  });

  test('Finish cheaper says so where a critical step needs what costs', async () => {
    taskLimit({ tokens: 3_000 });
    const steps = [ask('loop'), toolStep('last', { needs: ['loop'], priority: 'critical' })];
    const taskId = await bench.propose(steps, settled);
    await bench.accept(taskId);
    await bench.runJobs(taskId);
    await expect(performVerb(engine, ana, taskId, 'finish_cheaper')).rejects.toThrow(
      /Nothing can be left out/,
    );
    expect((await bench.task(taskId)).blockedKind).toBe('budget');
  });

  test('Stop here and deliver ends it with what is done, and says what was left out', async () => {
    const taskId = await stuck();
    const { conversation } = await bench.task(taskId);
    expect(await press(conversation, 'Stop here and deliver')).toMatchObject({ outcome: 'done' });
    await bench.runJobs(taskId);
    await bench.settle();
    expect((await bench.task(taskId)).status).toBe('completed');
    const cards = bench.shown.filter(({ place }) => place.conversation === conversation);
    const delivery = cards
      .map(({ versions }) => versions.at(-1)?.card)
      .find((card) => card?.kind === 'delivery');
    expect(delivery?.sections).toContainEqual({
      title: 'Open items',
      items: ['Skipped: Do loop'],
    });
    const asks = cards.map(({ versions }) => versions.at(-1)?.card);
    const budget = asks.find((card) => card?.title.startsWith('The budget is used up'));
    expect(budget?.actions).toEqual([]);
  });

  test('belong to whoever may steer the task', async () => {
    const taskId = await stuck();
    const stranger = { ...ana, id: 'mallory' };
    for (const verb of ['add_budget', 'finish_cheaper', 'stop_and_deliver'] as const)
      await expect(performVerb(engine, stranger, taskId, verb)).rejects.toThrow(/Only ana/);
  });

  test('are understood as phrases', async () => {
    const taskId = await stuck();
    const { conversation } = await bench.task(taskId);
    const talk = bench.talk(conversation);
    await talk.say('add to the budget');
    expect((await bench.task(taskId)).budget).toMatchObject({ tokens: 6_000 });
  });
});

describe('messages and minutes', () => {
  test('are counted before they go out, and a try that is repeated counts once', async () => {
    taskLimit({ messages: 1 });
    const sends = bench.tool('mail', async () => ({}), { effect: 'external' });
    const taskId = await bench.propose(
      [toolStep('a', { tool: 'mail' }), toolStep('b', { tool: 'mail' })],
      settled,
    );
    await allow();
    await bench.accept(taskId);
    await bench.runJobs(taskId);
    expect(sends).toHaveLength(1);
    expect(await bench.task(taskId)).toMatchObject({ blockedKind: 'budget' });
    expect(await spentBy(taskId)).toMatchObject({ messages: 1 });
    await performVerb(engine, ana, taskId, 'add_budget');
    await bench.runJobs(taskId);
    expect(sends).toHaveLength(2);
    expect(await spentBy(taskId)).toMatchObject({ messages: 2 });
  });

  test('a dry run sends nothing and counts no message', async () => {
    await allow();
    const taskId = await bench.propose([toolStep('a', { tool: 'mail' })], settled);
    await acceptPlan(engine, ana, taskId, 1, 'dry_run');
    await bench.runJobs(taskId);
    expect(await spentBy(taskId)).toMatchObject({ messages: 0 });
  });

  test('work ends when its minutes are used up', async () => {
    bench.tool('slow', async () => {
      bench.pass(31 * 60_000);
      return {};
    });
    const taskId = await bench.propose([toolStep('a', { tool: 'slow' }), toolStep('b')], settled);
    await bench.accept(taskId);
    await bench.runJobs(taskId);
    expect(await bench.task(taskId)).toMatchObject({ blockedKind: 'budget' });
    expect(await bench.states(taskId)).toEqual({ a: 'completed', b: 'pending' });
    await performVerb(engine, ana, taskId, 'add_budget');
    await bench.runJobs(taskId);
    expect(await bench.states(taskId)).toEqual({ a: 'completed', b: 'completed' });
  });
});

test('parts of a task draw on what it may spend together, and Add raises both', async () => {
  const parent = await bench.propose([toolStep('whole')], settled);
  const limit = JSON.stringify({ tokens: 2_000, microdollars: 9e9, minutes: 60, messages: 9 });
  await bench.db.raw`update tasks set budget = ${limit}::text::jsonb where id = ${parent}`;
  taskLimit({ tokens: 50_000 });
  const part = async () => {
    const taskId = await bench.propose([ask('loop')], settled);
    await bench.db.raw`update tasks set parent_task_id = ${parent} where id = ${taskId}`;
    await bench.accept(taskId);
    await bench.runJobs(taskId);
    return taskId;
  };
  server.play(() => ({ say: 'Done.', usage: { prompt_tokens: 900, completion_tokens: 600 } }));
  expect((await bench.task(await part())).status).toBe('completed');
  const second = await part();
  expect(await bench.task(second)).toMatchObject({
    blockedKind: 'budget',
    budget: { stop: { scope: 'task', what: 'tokens', taskId: parent } },
  });
  expect(await spentBy(parent)).toMatchObject({ tokensIn: 900, tokensOut: 600, calls: 1 });
  await performVerb(engine, ana, second, 'add_budget');
  expect((await bench.task(parent)).budget).toMatchObject({ tokens: 52_000 });
  await bench.runJobs(second);
  expect((await bench.task(second)).status).toBe('completed');
});

describe('what it cost', () => {
  test('is answered for a task and for a month, with planning and what is not known', async () => {
    server.play(() => ({ say: 'Done.', usage }));
    const taskId = await bench.propose([ask('loop')], settled);
    await bench.accept(taskId);
    await bench.runJobs(taskId);
    const talk = bench.talk((await bench.task(taskId)).conversation);
    const told = await talk.say('what did this cost?');
    expect(told.text).toMatch(
      /^Test CRM has cost \$0\.001 for 1 call of the language model \(1,000 tokens\)\. It may/,
    );
    expect((await talk.say('How much has my CRM task spent?')).text).toBe(told.text);
    const month = await talk.say('How much did we spend this month?');
    expect(month.text).toMatch(/^Spent this month: \$.* for \d+ calls of the language model/);
    expect((await talk.say('how much did we spend yesterday?')).text).toMatch(/yesterday/);
  });

  test('stands on the plan card before anybody accepts it', async () => {
    const taskId = await bench.propose([ask('loop')], settled);
    const plain = await bench.propose([toolStep('a')], settled);
    await bench.settle();
    const fieldsOf = async (id: string) => {
      const { conversation } = await bench.task(id);
      return bench.talk(conversation).last('plan').fields;
    };
    expect(await fieldsOf(taskId)).toContainEqual({
      label: 'At most',
      value: '100,000 tokens · $0.10 · 30 min',
    });
    expect((await fieldsOf(plain)).map(({ label }) => label)).not.toContain('At most');
  });
});

describe('a day', () => {
  test('of a person ends what all their tasks may spend, and the next one goes on by itself', async () => {
    engine.budget = { ...engine.budget, personDay: { tokens: 1 } };
    const taskId = await bench.propose([ask('loop')], settled);
    await bench.accept(taskId);
    await bench.runJobs(taskId);
    expect(server.asked).toHaveLength(0);
    const task = await bench.task(taskId);
    expect(task.blockedReason).toMatch(/^ana may spend at most 1 .* a day.*the next day begins at/);
    await expect(performVerb(engine, ana, taskId, 'add_budget')).rejects.toThrow(
      /FACTOTUM_PERSON_DAY_LIMIT/,
    );
    engine.budget = { ...engine.budget, personDay: { tokens: 1_000_000 } };
    server.play(() => ({ say: 'Done.', usage }));
    bench.pass(24 * 3_600_000);
    await bench.runJobs(taskId);
    expect((await bench.task(taskId)).status).toBe('completed');
  });

  test('of a workspace ends what everybody may have read, and the rules read alone', async () => {
    engine.budget = { ...engine.budget, workspaceDay: { microdollars: 1 } };
    const budget = budgetOfPerson(engine, { ...ana, id: 'somebody' });
    const call = { prompt: 'p', model: 'test', tokensIn: 10, tokensOut: 100, leastOut: 50 };
    await expect(budget.reserve(call)).rejects.toThrow(BudgetSpent);
    const context = { now: new Date(), locale: 'en-US', currency: 'USD', timezone: 'UTC', budget };
    const found = await engine.model.understand('Create a CRM for my bike shop', context);
    expect(server.asked).toHaveLength(0);
    expect(found.kind === 'app' && found.guessed[0]).toMatch(/this workspace may spend at most/);
  });
});

test('of two that want the last of it at once only one gets it', async () => {
  taskLimit({ messages: 1 });
  const taskId = await bench.propose([toolStep('a')], settled);
  await bench.accept(taskId);
  const want = (key: string) =>
    bench.read((tx) =>
      reserve(
        tx,
        engine,
        {
          ...{ workspaceId: ana.workspaceId, taskId, stepId: null, person: ana.id },
          ...{ key: `${taskId}:${key}`, what: 'mail' },
        },
        { kind: 'message', messages: 1 },
      ),
    );
  await bench.db.raw`
    update tasks set budget = budget || '{"messages": 1}'::jsonb where id = ${taskId}`;
  const results = await Promise.all(['a', 'b', 'c', 'd'].map(want));
  expect(results.filter((one) => 'shortage' in one)).toHaveLength(3);
  // The same call again has its reservation already.
  const winner = ['a', 'b', 'c', 'd'][results.findIndex((one) => !('shortage' in one))] ?? '';
  expect(await want(winner)).not.toHaveProperty('shortage');
  expect(await spentBy(taskId)).toMatchObject({ messages: 1 });
});

async function allow(): Promise<void> {
  const rule = { decision: 'auto' as const, approvers: [], needed: 1, selfApproval: false };
  for (const effect of ['send', 'external'] as const)
    await changePolicy(engine, { ...ana, id: 'bob' }, { effect, tool: '*' }, rule);
}
