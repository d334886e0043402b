/** The workflow of the document, word for word (F289), from the chat to its end in every way that it can go. */
import { describe, expect, test } from 'vitest';
import { decideStep } from '../../src/engine/decision.ts';
import { changeWorkspace } from '../../src/engine/setting.ts';
import { sweep } from '../../src/engine/sweep.ts';
import { getTemplate } from '../../src/engine/template.ts';
import { performVerb } from '../../src/engine/verb.ts';
import { testBot } from '../support/bot.ts';
import { ana } from '../support/engine.ts';
import { told, workflowBench } from '../support/workflow-run.ts';

const bench = await testBot();
const { engine } = bench;
const flow = await workflowBench(bench, await getTemplate('customer-support'));
await changeWorkspace(engine, ana, { fallbackApprover: 'director@company.com' });
const manager = { workspaceId: ana.workspaceId, id: 'manager@company.com' };
const director = { ...manager, id: 'director@company.com' };

async function running(order_amount: number): Promise<string> {
  const { id } = await flow.start({ order_amount });
  await performVerb(engine, ana, id, 'accept');
  await bench.runJobs(id);
  return id;
}
const approval = async (id: string) => {
  const found = (await bench.approvals(id)).at(-1);
  if (!found) throw new Error('Nobody is asked.');
  return found;
};
async function pass(id: string, seconds: number): Promise<void> {
  bench.pass(seconds * 1000);
  await sweep(engine);
  await bench.runJobs(id);
}

const before = ['ask_agent classifier', 'ask_agent order-checker'];
const after = [
  'ask_agent refund-processor',
  'ask_agent inventory-updater',
  'share_memory resolution_method',
  'publish_event workflow_completed',
];
const allDone = [...before, ...after].sort();

describe.each([99, 100])('with an order of %d', (amount) => {
  test('nobody is asked, and everything is done', async () => {
    const id = await running(amount);
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
    expect(await bench.approvals(id)).toEqual([]);
    expect(told(await bench.calls(id)).sort()).toEqual(allDone);
    expect(await bench.checks(id)).toMatchObject([
      { before: { passed: false }, after: { passed: true } },
    ]);
  });
});

describe('with an order of 101', () => {
  test('the manager is asked before anything is paid, and then it goes on', async () => {
    const id = await running(101);
    expect(told(await bench.calls(id))).toEqual(before);
    expect(await approval(id)).toMatchObject({
      ...{ status: 'open', approvers: ['manager@company.com'], timeoutSeconds: 1800 },
    });
    const yes = { approve: true, reason: null };
    const { id: asked } = await approval(id);
    await expect(decideStep(engine, director, id, asked, yes)).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    await decideStep(engine, manager, id, asked, yes);
    await bench.runJobs(id);
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
    expect(told(await bench.calls(id)).sort()).toEqual(allDone);
  });

  test('that the manager refuses nothing is paid, and the task says why', async () => {
    const id = await running(101);
    const no = { approve: false, reason: 'The receipt is missing.' };
    await decideStep(engine, manager, id, (await approval(id)).id, no);
    await bench.runJobs(id);
    expect(await bench.task(id)).toMatchObject({ status: 'blocked', blockedKind: 'error' });
    expect(await bench.step(id, 'step-3')).toMatchObject({
      status: 'failed',
      error: { reason: 'The receipt is missing.' },
    });
    expect(told(await bench.calls(id))).toEqual(before);
  });

  test('that nobody decides is asked of the next one after 1,800 seconds, never given', async () => {
    const id = await running(101);
    await pass(id, 1799);
    expect((await approval(id)).approvers).toEqual(['manager@company.com']);
    await pass(id, 1);
    expect(await approval(id)).toMatchObject({
      ...{ status: 'open', approvers: ['manager@company.com', 'director@company.com'] },
    });
    expect(told(await bench.calls(id))).toEqual(before);
    await pass(id, 1800);
    expect(await approval(id)).toMatchObject({ status: 'expired' });
    expect(await bench.task(id)).toMatchObject({ status: 'approval_pending' });
    expect(told(await bench.calls(id))).toEqual(before);
    await performVerb(engine, ana, id, 'ask_again');
    const yes = { approve: true, reason: null };
    await decideStep(engine, manager, id, (await approval(id)).id, yes);
    await bench.runJobs(id);
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
    expect(told(await bench.calls(id)).sort()).toEqual(allDone);
  });
});

test('in chat it is taken from the templates, asks for the amount and shows each step', async () => {
  const talk = bench.talk();
  expect(await talk.say('use the customer support template')).toMatchObject({
    note: expect.stringContaining('Say “run customer-support with order_amount = …”'),
  });
  const asked = await talk.say('run customer-support for order 1234');
  expect(asked.text).toContain('What is order_amount?');
  await talk.say('99');
  expect(talk.last('plan')).toMatchObject({ title: 'TASK: customer-support' });
  await talk.say('accept');
  await bench.runJobs((await talk.task()).id);
  await bench.settle();
  expect(talk.last('delivery')).toMatchObject({
    title: '✅ TASK COMPLETE',
    checks: [{ label: 'Every step settled as planned', before: false, after: true }],
  });
});
