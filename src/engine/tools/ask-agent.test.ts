/** Agents at work in a task: by rules, by a model that calls their tools, and what neither may do. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  ana,
  approvalStep,
  neverAborted,
  testEngine,
  toolStep,
} from '../../../test/support/engine.ts';
import { openaiServer, type Reply, type Script } from '../../../test/support/openai-server.ts';
import type { AgentSettings, ResultField } from '../../db/agent.ts';
import { FactotumError } from '../../errors.ts';
import { acceptPlan } from '../accept.ts';
import { removeAgent, setAgent } from '../agent/agent.ts';
import { decideStep } from '../decision.ts';
import type { Model } from '../model/model.ts';
import { createOfflineModel } from '../model/offline/offline.ts';
import { createOpenAiModel } from '../model/openai/openai.ts';
import type { Rule } from '../policy.ts';
import { changePolicy } from '../setting.ts';
import { cancelTask } from '../steer.ts';
import { runStep } from '../work.ts';
import { askAgent } from './ask-agent.ts';
import type { ToolContext } from './tool.ts';

const bench = await testEngine();
const { engine } = bench;
bench.install('ask_agent', askAgent);
const server = await openaiServer(() => ({ say: 'Done.' }));
const modelWith = (timeoutMs = 5_000): Model =>
  createOpenAiModel(
    {
      ...{ apiKey: undefined, baseUrl: server.baseUrl, model: 'test' },
      timeoutMs,
      maxTokens: 4_000,
    },
    {
      log: { info: () => {}, warn: () => {}, error: () => {} },
      signal: new AbortController().signal,
      now: () => new Date(),
    },
  );

const noted: unknown[] = [];
let looked: ToolContext[] = [];
let look: () => Promise<unknown> = async () => ({ price: 12 });
beforeEach(() => {
  engine.model = createOfflineModel();
  noted.length = 0;
  look = async () => ({ price: 12 });
  looked = bench.tool('look', () => look(), {
    effect: 'read',
    input: z.object({ key: z.string() }),
  });
  bench.tool('note', async () => ({ kept: true }), { input: z.object({ text: z.string() }) });
  bench.tool('mail', async () => noted.push('mail'), { effect: 'send' });
});
afterEach(async () => {
  for (const name of names.splice(0)) await removeAgent(engine, ana, name).catch(() => {});
});

const names: string[] = [];
async function agent(name: string, about: Partial<AgentSettings> = {}): Promise<void> {
  names.push(name);
  await setAgent(engine, ana, {
    name,
    ...{ kind: 'agent', instructions: '', tools: [], capabilities: [], rules: '', result: [] },
    limits: { steps: 6, tokens: 40_000, seconds: 60 },
    enabled: true,
    ...about,
  });
}
const category: ResultField = {
  name: 'category',
  type: 'choice',
  options: ['refund', 'other'],
  about: '',
};
const ask = (input: Record<string, unknown>) => toolStep('ask', { tool: 'ask_agent', input });

/** Runs a plan of one question; returns the id of the task. */
async function run(input: Record<string, unknown>, about = {}): Promise<string> {
  const id = await bench.propose([ask(input)], about);
  await bench.accept(id);
  await bench.runJobs(id);
  return id;
}
/** What the agent answered. */
async function result(id: string): Promise<unknown> {
  const step = await bench.step(id, 'ask');
  if (step.status !== 'completed') throw new Error(step.error?.reason ?? step.status);
  return step.result;
}
const failure = async (id: string) => {
  expect(await bench.task(id)).toMatchObject({ status: 'blocked', blockedKind: 'error' });
  return (await bench.step(id, 'ask')).error?.reason;
};
const play = (...replies: Reply[]) =>
  server.play((_, nth) => replies[nth - 1] ?? replies.at(-1) ?? { say: 'Done.' });
const want = (name: string, given: object = {}): Reply => ({ call: [{ name, arguments: given }] });
/** The calls of a task by tool, with whose they are. */
const callsOf = async (id: string) =>
  (await bench.calls(id)).map(({ tool, parentId, status }) => [tool, parentId !== null, status]);

const triage = 'IF text CONTAINS "refund" THEN category = "refund"';

describe('by rules', () => {
  test('a result is a record of what they say, offline', async () => {
    await agent('classifier', { rules: `${triage}, urgent = amount > 100`, result: [category] });
    const id = await run({
      agent: 'Classifier',
      instruction: 'What is it about?',
      with: { text: 'I want a refund', amount: 101 },
    });
    expect(await result(id)).toEqual({
      text: 'category: refund, urgent: true',
      category: 'refund',
      urgent: true,
    });
  });

  test('they come first: where one holds, no model is asked', async () => {
    engine.model = modelWith();
    play({ say: { text: 'From the model', category: 'other' } });
    await agent('classifier', { rules: triage, result: [category] });
    expect(await result(await run({ agent: 'classifier', instruction: 'refund?' }))).toMatchObject({
      category: 'refund',
    });
    expect(server.asked).toEqual([]);
    expect(await result(await run({ agent: 'classifier', instruction: 'hello' }))).toEqual({
      text: 'From the model',
      category: 'other',
    });
    const ruled = await run({ agent: 'classifier', instruction: 'hello', by: 'rules' });
    expect(await failure(ruled)).toContain('no language model is to be asked');
  });

  test('without a rule that holds, and without a model, it is said who can put that right', async () => {
    await agent('classifier', { rules: triage });
    expect(await failure(await run({ agent: 'classifier', instruction: 'hello' }))).toBe(
      'The agent “classifier” has no rule that holds here, and no language model is connected. Whoever looks after the workspace adds a rule (PUT /api/agents/classifier, docs/agents.md), or whoever runs Factotum connects a model (docs/models.md).',
    );
  });

  test('what they give is held to the types of the result', async () => {
    await agent('classifier', { rules: 'category = "mallory"', result: [category] });
    expect(await failure(await run({ agent: 'classifier' }))).toContain(
      'category: must be one of refund, other.',
    );
  });

  test('an agent may ask others; its fields become its own', async () => {
    await agent('desk', {
      rules: 'IF NOT known THEN ASK "back"\nfloor = room - 1',
      tools: ['ask_agent'],
    });
    await agent('back', { rules: 'room = 3' });
    const id = await run({ agent: 'desk', with: { known: false } });
    expect(await result(id)).toMatchObject({ room: 3, floor: 2 });
    expect(await callsOf(id)).toEqual([
      ['ask_agent', false, 'completed'],
      ['ask_agent', true, 'completed'],
    ]);
  });

  test('in a circle, or one after the other without end, they do not ask each other', async () => {
    await agent('a', { rules: 'ASK "b"', tools: ['ask_agent'] });
    await agent('b', { rules: 'ASK "A"', tools: ['ask_agent'] });
    expect(await failure(await run({ agent: 'a' }))).toBe(
      'The agents ask each other in a circle: “a” asks “b” asks “a”.',
    );
    for (let nth = 1; nth <= 6; nth += 1)
      await agent(`n${nth}`, {
        rules: nth < 6 ? `ASK "n${nth + 1}"` : 'done = TRUE',
        tools: ['ask_agent'],
      });
    expect(await result(await run({ agent: 'n2' }))).toMatchObject({ done: true });
    expect(await failure(await run({ agent: 'n1' }))).toContain('At most 5 agents');
  });
});

describe('an agent that cannot be asked', () => {
  test('is named, with the one that may be meant', async () => {
    expect(await failure(await run({ agent: 'classifier' }))).toContain('and no other one yet');
    await agent('classifier', { rules: 'a = 1' });
    expect(await failure(await run({ agent: 'clasifier' }))).toBe(
      'There is no agent “clasifier” here. Did you mean “classifier”? There are: classifier.',
    );
    await agent('classifier', { rules: 'a = 1', enabled: false });
    expect(await failure(await run({ agent: 'classifier' }))).toContain('is switched off');
  });

  test('of another workspace is none', async () => {
    await agent('classifier', { rules: 'a = 1' });
    const rows = await bench.db.raw`select workspace_id from agents where name = 'classifier'`;
    expect(rows.map((row) => row['workspace_id'])).toEqual([ana.workspaceId]);
    await bench.db.raw`update agents set workspace_id = 'wsp_other' where name = 'classifier'`;
    expect(await failure(await run({ agent: 'classifier' }))).toContain('There is no agent');
    await bench.db.raw`delete from agents`;
  });
});

describe('by a model', () => {
  beforeEach(() => {
    engine.model = modelWith();
  });

  test('its tools are called by themselves, written down, and paid for by the task', async () => {
    await agent('shopper', { tools: ['look', 'note'] });
    play(want('look', { key: 'tea' }), want('note', { text: 'Tea is 12.' }), { say: 'Tea is 12.' });
    const id = await run({ agent: 'shopper', instruction: 'What is tea?' });
    expect(await result(id)).toEqual({ text: 'Tea is 12.' });
    expect(await callsOf(id)).toEqual([
      ['ask_agent', false, 'completed'],
      ['look', true, 'completed'],
      ['note', true, 'completed'],
    ]);
    const events = (await bench.events(id)).map(({ event, data }) => [event, Object(data).agent]);
    expect(events.filter(([event]) => event === 'model_call')).toHaveLength(3);
    expect(events).toContainEqual(['call', 'shopper']);
    const { executionLog } = await bench.task(id);
    expect(executionLog.filter((line) => Object(line).event === 'model_call')).toHaveLength(3);
    expect((await bench.step(id, 'ask')).result).not.toHaveProperty('proposed');
  });

  test('what a person would be asked about is only proposed', async () => {
    await agent('clerk', { tools: ['mail', 'look'] });
    play(want('mail', { to: 'web:everybody' }), { say: 'I propose a mail.' });
    const id = await run({ agent: 'clerk', instruction: 'Tell everybody' });
    expect(await result(id)).toEqual({
      text: 'I propose a mail.',
      proposed: [
        {
          tool: 'mail',
          input: { to: 'web:everybody' },
          why: 'The policy wants somebody to be asked.',
        },
      ],
    });
    expect(noted).toEqual([]);
    expect(await callsOf(id)).toEqual([['ask_agent', false, 'completed']]);
    expect((await bench.events(id)).map(({ event }) => event)).toContain('agent_proposed');
  });

  test('a send that the policy lets run by itself in a plan is not for an agent to make', async () => {
    const rule: Rule = { decision: 'auto', approvers: [], needed: 1, selfApproval: true };
    await changePolicy(engine, { ...ana, id: 'bob' }, { effect: 'send', tool: 'mail' }, rule);
    await agent('clerk', { tools: ['mail'] });
    play(want('mail', {}), { say: 'Proposed.' });
    expect(await result(await run({ agent: 'clerk' }))).toMatchObject({
      proposed: [{ tool: 'mail' }],
    });
    expect(noted).toEqual([]);
  });

  test('the policy of the moment counts, also for what only reads', async () => {
    const rule: Rule = { decision: 'deny', approvers: [], needed: 1, selfApproval: true };
    const bob = { ...ana, id: 'bob' };
    await agent('shopper', { tools: ['look', 'note'] });
    // Forbidden after it was offered.
    server.play(async (_, nth) => {
      if (nth === 1) {
        await changePolicy(engine, bob, { effect: 'read', tool: 'look' }, rule);
        return want('look', { key: 'tea' });
      }
      return { say: 'I may not.' };
    });
    const id = await run({ agent: 'shopper' });
    expect(await result(id)).toEqual({ text: 'I may not.' });
    expect(looked).toEqual([]);
    await run({ agent: 'shopper' });
    const offered = server.asked.at(-1)?.tools?.map(({ function: { name } }) => name);
    expect(offered).toEqual(['note']);
    await changePolicy(
      engine,
      bob,
      { effect: 'read', tool: 'look' },
      { ...rule, decision: 'auto' },
    );
  });

  test('a tool that is about an agent is about the one that calls it', async () => {
    bench.tool('remember', async () => ({}), {
      self: 'agent',
      input: z.object({ agent: z.string(), key: z.string() }),
    });
    await agent('shopper', { tools: ['remember'] });
    play(want('remember', { agent: 'boss', key: 'tea' }), { say: 'Done.' });
    const id = await run({ agent: 'shopper' });
    expect((await bench.calls(id)).at(-1)?.input).toEqual({ agent: 'shopper', key: 'tea' });
    const [tool] = server.asked[0]?.tools ?? [];
    expect(tool?.function.parameters).toMatchObject({ required: ['key'] });
    expect(Object.keys(Object(tool?.function.parameters['properties']))).toEqual(['key']);
  });

  test('a tool that its row does not name, or whose input is wrong, is not called', async () => {
    await agent('shopper', { tools: ['look'] });
    play(want('note', { text: 'x' }), want('look', { key: 3 }), { say: 'Sorry.' });
    const id = await run({ agent: 'shopper' });
    expect(await result(id)).toEqual({ text: 'Sorry.' });
    expect(await callsOf(id)).toEqual([['ask_agent', false, 'completed']]);
    expect(JSON.stringify(server.asked.at(-1)?.messages)).toContain('key: Invalid input');
  });

  test.each(['dry_run', 'supervised'] as const)('in a %s run it writes nothing', async (mode) => {
    await agent('shopper', { tools: ['look', 'note'] });
    play(want('look', { key: 'tea' }), want('note', { text: 'x' }), { say: 'Done.' });
    const id = await bench.propose([ask({ agent: 'shopper' })]);
    await acceptPlan(engine, ana, id, 1, mode);
    await bench.runJobs(id);
    for (const approval of await bench.approvals(id))
      await decideStep(engine, ana, id, approval.id, { approve: true, reason: null });
    await bench.runJobs(id);
    const calls = (await bench.calls(id)).map(({ tool }) => tool);
    expect(calls).toEqual(['ask_agent', 'look']);
  });

  test('whoever was taken for dead calls nothing more; whoever goes on makes no call twice', async () => {
    await agent('shopper', { tools: ['look', 'note'] });
    const id = await bench.propose([ask({ agent: 'shopper' })]);
    const replies = [want('look', { key: 'tea' }), want('note', { text: 'x' })];
    server.play(async (_, nth) => {
      // While the model thinks, another program takes the step up.
      if (nth === 2)
        await bench.db.raw`update task_steps set claim = claim + 1 where task_id = ${id}`;
      return replies[nth - 1] ?? { say: 'Too late.' };
    });
    await bench.accept(id);
    await bench.runJobs(id);
    expect(server.asked).toHaveLength(2);
    expect((await callsOf(id)).map(([tool]) => tool)).toEqual(['ask_agent', 'look']);
    const step = await bench.step(id, 'ask');
    expect(step.status).toBe('running');
    server.play((_, nth) => replies[nth - 1] ?? { say: 'Done.' });
    const job = { workspaceId: ana.workspaceId, taskId: id, stepId: step.id };
    await runStep(engine, { ...job, attempt: step.attempt }, neverAborted);
    expect(await result(id)).toEqual({ text: 'Done.' });
    expect(looked).toHaveLength(1);
    expect((await callsOf(id)).map(([tool]) => tool)).toEqual(['ask_agent', 'look', 'note']);
  });

  test('a try that failed in the middle is made again without its calls', async () => {
    await agent('shopper', { tools: ['look', 'note'] });
    const script: Script = (_, nth) =>
      [
        want('look', { key: 'tea' }),
        want('note', { text: 'Tea is 12.' }),
        { status: 500 } as Reply,
        { status: 500 } as Reply,
      ][nth - 1] ?? { say: 'Done.' };
    server.play(script);
    const id = await run({ agent: 'shopper' });
    expect(looked).toHaveLength(1);
    expect((await bench.step(id, 'ask')).status).toBe('pending');
    bench.pass(2_000);
    server.play((asked, nth) => (nth < 3 ? script(asked, nth) : { say: 'Done.' }));
    await bench.runJobs(id);
    expect(await result(id)).toEqual({ text: 'Done.' });
    expect(looked).toHaveLength(1);
    expect(await callsOf(id)).toHaveLength(3);
  });

  test('the same call a second time is another call', async () => {
    await agent('shopper', { tools: ['look'] });
    play(want('look', { key: 'tea' }), want('look', { key: 'tea' }), { say: 'Done.' });
    await run({ agent: 'shopper' });
    expect(looked.map(({ idempotencyKey }) => idempotencyKey.split(':').at(-1))).toEqual([
      '1',
      '2',
    ]);
  });

  test('after a cancellation nothing more is called', async () => {
    await agent('shopper', { tools: ['look'] });
    const id = await bench.propose([ask({ agent: 'shopper' })]);
    server.play(async (_, nth) => {
      if (nth === 1) await cancelTask(engine, ana, id);
      return want('look', { key: 'tea' });
    });
    await bench.accept(id);
    await bench.runJobs(id);
    expect((await bench.task(id)).status).toBe('cancelled');
    expect(looked).toEqual([]);
  });

  test('one that never ends stops at its steps, and the task asks', async () => {
    await agent('shopper', { tools: ['look'], limits: { steps: 3, tokens: 40_000, seconds: 60 } });
    play(want('look', { key: 'tea' }));
    const id = await run({ agent: 'shopper' });
    expect(await failure(id)).toContain('did not come to an end within 3 steps');
    expect(server.asked).toHaveLength(3);
  });

  test('one that takes too long is stopped, and not tried again by itself', async () => {
    await agent('shopper', { tools: ['look'], limits: { steps: 3, tokens: 40_000, seconds: 1 } });
    play({ trickle: true });
    const id = await run({ agent: 'shopper' });
    expect(await failure(id)).toContain('within 1 second.');
    expect(server.asked).toHaveLength(1);
  });

  test('what fails with a sentence is told; what a later try may heal ends the try', async () => {
    await agent('shopper', { tools: ['look'] });
    look = async () => {
      throw new FactotumError('NOT_FOUND', 'There is no tea.');
    };
    play(want('look', { key: 'tea' }), { say: 'No tea.' });
    expect(await result(await run({ agent: 'shopper' }))).toEqual({ text: 'No tea.' });
    expect(server.asked[1]?.messages.at(-1)?.content).toBe('It failed: There is no tea.');
    look = async () => {
      throw new FactotumError('UPSTREAM', 'The shop is closed.', { transient: true });
    };
    play(want('look', { key: 'tea' }), { say: 'No tea.' });
    const id = await run({ agent: 'shopper' });
    expect((await bench.step(id, 'ask')).status).toBe('pending');
    expect(server.asked).toHaveLength(1);
  });

  test('a server that refuses is named with who can put that right', async () => {
    await agent('shopper', { tools: ['look'] });
    play({ status: 401 });
    expect(await failure(await run({ agent: 'shopper' }))).toBe(
      'The language model could not be used for the agent “shopper”: its server refuses the key. Whoever runs Factotum sets a valid OPENAI_API_KEY and starts it again.',
    );
  });

  test('an agent asks another one, which draws on its tokens', async () => {
    await agent('boss', {
      tools: ['ask_agent'],
      limits: { steps: 6, tokens: 4_000, seconds: 60 },
      instructions: 'You are the boss.',
    });
    await agent('shopper', { tools: ['look'] });
    server.play(({ messages, tools }) =>
      tools?.[0]?.function.name === 'ask_agent' && messages.length === 2
        ? want('ask_agent', { agent: 'shopper', instruction: 'What is tea?' })
        : messages.length === 2
          ? want('look', { key: 'tea' })
          : { say: 'Tea is 12.' },
    );
    const id = await run({ agent: 'boss', instruction: 'Tea?' });
    // Two answers of the other one and its own first one take 3,600: there is no room for a fourth.
    expect(await failure(id)).toContain('The agent “boss” has used up its tokens');
    expect(server.asked).toHaveLength(3);
    await agent('boss', { tools: ['ask_agent'] });
    expect(await result(await run({ agent: 'boss', instruction: 'Tea?' }))).toEqual({
      text: 'Tea is 12.',
    });
    expect(server.asked.at(-1)?.messages.at(-1)?.content).toContain('Tea is 12.');
  });

  test('no secret reaches it, from wherever it comes; nor is what cannot be stored kept', async () => {
    const canary = (nth: number) => ['gh', `p_CaNaRy0123456789abcdefgh00${nth}`].join('');
    await agent('shopper', { tools: ['look'], instructions: `Use ${canary(1)}.` });
    look = async () => ({ price: canary(2), password: 'tulip-umbrella' });
    play(want('look', { key: `a\0b${canary(3)}` }), { say: `Done\0. ${canary(4)}` });
    const id = await run({
      agent: 'shopper',
      instruction: `Ask with ${canary(5)}`,
      with: { text: canary(6), deep: [{ token: canary(7) }], password: 'tulip-umbrella' },
    });
    expect(await result(id)).toEqual({ text: 'Done. •••• (hidden)' });
    expect(JSON.stringify(server.asked)).not.toMatch(/CaNaRy0123456789abcdefgh00[12567]|tulip/);
    const { executionLog } = await bench.task(id);
    const told = JSON.stringify([executionLog, await bench.events(id)]);
    expect(told).not.toMatch(/CaNaRy|tulip/);
  });
});

test('a step that asks is approved like others where the policy says so', async () => {
  await agent('classifier', { rules: 'a = 1' });
  const id = await bench.propose([approvalStep('allow'), ask({ agent: 'classifier' })]);
  expect(
    askAgent.preview({ agent: 'classifier', instruction: 'Sort', with: { text: 1 } }, null),
  ).toEqual({
    lines: ['This asks the agent “classifier”: “Sort”', 'It is given: text'],
    impact: null,
  });
  await bench.accept(id);
  await bench.runJobs(id);
  expect(await bench.calls(id)).toEqual([]);
});
