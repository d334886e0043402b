/** The text of the customer-support workflow as it stands in the documents, run to its end on every branch. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { decideStep } from '../../src/engine/decision.ts';
import { sweep } from '../../src/engine/sweep.ts';
import { check } from '../../src/engine/workflow/check.ts';
import { compile } from '../../src/engine/workflow/compile.ts';
import type { Value } from '../../src/engine/workflow/function.ts';
import { root } from '../../src/root.ts';
import { ana, testEngine } from '../support/engine.ts';

const customerSupport = readFileSync(
  join(root, 'examples/workflows/customer-support.flow'),
  'utf8',
);

/** Tools with the contracts of those of the language, which write down what they are asked. */
async function installation() {
  const kit = await testEngine();
  const asked: string[] = [];
  const inputs = {
    ask_agent: z.object({
      agent: z.string(),
      instruction: z.string(),
      with: z.record(z.string(), z.unknown()),
    }),
    share_memory: z.object({
      key: z.string(),
      with: z.array(z.string()),
      as: z.enum(['copy', 'link']),
    }),
    publish_event: z.object({ name: z.string(), payload: z.record(z.string(), z.unknown()) }),
    talk: z.object({ text: z.string() }),
  };
  for (const [name, input] of Object.entries(inputs)) {
    kit.tool(name);
    const tool = kit.engine.tools.get(name);
    if (!tool) throw new Error('It was just installed.');
    kit.install(name, {
      ...tool,
      input,
      async run(_, given) {
        const about = input.parse(given);
        asked.push(`${name} ${Object.values(about)[0]}`);
        return 'agent' in about ? { agent: about.agent, amount: 120, lines: ['a', 'b'] } : {};
      },
    });
  }
  const run = async (text: string, given: Record<string, Value> = {}) => {
    const checks = [{ id: 'chk_1', label: 'It is done', kind: 'by_hand' }];
    const request = { inputs: given, checks, tools: kit.engine.tools, workflow: nameOf(text) };
    const { plan, problems } = compile(check(text), request);
    if (!plan) throw new Error(JSON.stringify(problems));
    const id = await kit.propose(plan.steps, { variables: plan.variables });
    await kit.accept(id);
    await kit.runJobs(id, { pass: true });
    return id;
  };
  return { kit, asked, run };
}
const nameOf = (text: string) => /"([^"]+)"/.exec(text)?.[1] ?? '';

const first = ['ask_agent classifier', 'ask_agent order-checker'];
const rest = [
  ...['ask_agent refund-processor', 'ask_agent inventory-updater'],
  ...['share_memory resolution_method', 'publish_event workflow_completed'],
];

test.each([99, 100])('an order of %d is refunded without asking anybody', async (order_amount) => {
  const { kit, asked, run } = await installation();
  const id = await run(customerSupport, { order_amount });
  expect(asked).toEqual([...first, ...rest]);
  expect((await kit.task(id)).status).toBe('completed');
  expect(await kit.approvals(id)).toEqual([]);
});

test('an order of 101 waits for the manager, and goes on when it is approved', async () => {
  const { kit, asked, run } = await installation();
  const id = await run(customerSupport, { order_amount: 101 });
  expect(asked).toEqual(first);
  expect((await kit.task(id)).status).toBe('approval_pending');
  const [approval] = await kit.approvals(id);
  expect(approval).toMatchObject({ approvers: ['manager@company.com'], timeoutSeconds: 1800 });
  const manager = { ...ana, id: 'manager@company.com' };
  await decideStep(kit.engine, manager, id, approval?.id ?? '', { approve: true, reason: null });
  await kit.runJobs(id, { pass: true });
  expect(asked).toEqual([...first, ...rest]);
  expect((await kit.task(id)).status).toBe('completed');
});

test('what the manager refuses is not done', async () => {
  const { kit, asked, run } = await installation();
  const id = await run(customerSupport, { order_amount: 101 });
  const [approval] = await kit.approvals(id);
  const manager = { ...ana, id: 'manager@company.com' };
  await decideStep(kit.engine, manager, id, approval?.id ?? '', { approve: false, reason: 'No.' });
  await kit.runJobs(id);
  expect(asked).toEqual(first);
  expect(await kit.task(id)).toMatchObject({ status: 'blocked', blockedKind: 'error' });
});

test('after 1,800 seconds the next person is asked, and their word lets it go on', async () => {
  const { kit, asked, run } = await installation();
  await kit.db.raw`update workspaces set fallback_approver = 'director'`;
  const id = await run(customerSupport, { order_amount: 101 });
  const at = async (ms: number) => {
    kit.pass(ms);
    await sweep(kit.engine);
    await kit.runJobs(id);
    return (await kit.approvals(id))[0];
  };
  expect((await at(1_799_000))?.approvers).toEqual(['manager@company.com']);
  const late = await at(1_000);
  expect(late).toMatchObject({ status: 'open', approvers: ['manager@company.com', 'director'] });
  expect(asked).toEqual(first);
  const director = { ...ana, id: 'director' };
  await decideStep(kit.engine, director, id, late?.id ?? '', { approve: true, reason: null });
  await kit.runJobs(id, { pass: true });
  expect(asked).toEqual([...first, ...rest]);
});

test('values go from step to step, into lists and into the workflows that it runs', async () => {
  const { kit, asked, run } = await installation();
  const text = `ORCHESTRATE WORKFLOW "outer"
  BOT "finder" "find {id}" AS order
  SET sum = 0
  FOR EACH line IN order.lines
    BOT "taker" "take {line}"
    SET sum = sum + 1
  END FOR
  IF order.amount > limit AND sum = 2 THEN
    RUN WORKFLOW "inner" WITH amount = order.amount AS inner
  END IF
  TALK "{id}: {inner.half}"
END WORKFLOW
ORCHESTRATE WORKFLOW "inner"
  INPUT amount
  SET half = amount / 2
  TALK "half of it is {half}"
END WORKFLOW
`;
  const id = await run(text, { id: 7, limit: 100 });
  expect((await kit.task(id)).status).toBe('completed');
  expect(asked).toEqual([
    ...['ask_agent finder', 'ask_agent taker', 'ask_agent taker'],
    ...['talk half of it is 60', 'talk 7: 60'],
  ]);
});
