import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ana, planOf, testEngine, toolStep } from '../../test/support/engine.ts';
import { decideStep } from './decision.ts';
import { observeSettled, readProof } from './settled-check.ts';
import { retryTask } from './steer.ts';
import { sweep } from './sweep.ts';

/** Starts a task with these steps and runs what is due. */
async function started(steps: unknown[], about: Record<string, unknown> = {}) {
  const kit = await testEngine();
  const inputs: unknown[] = [];
  kit.install('work', {
    ...toolOf(kit),
    run: async (_, input) => {
      inputs.push(input);
      return input;
    },
  });
  const id = await kit.propose(steps, about);
  await kit.accept(id);
  await kit.runJobs(id, { pass: true });
  return { kit, id, inputs };
}
function toolOf(kit: Awaited<ReturnType<typeof testEngine>>) {
  kit.tool('work');
  const tool = kit.engine.tools.get('work');
  if (!tool) throw new Error('It was just installed.');
  return { ...tool, input: z.unknown() };
}

const bound = (key: string, bind: Record<string, string>, about = {}) =>
  toolStep(key, { bind, ...about });

test('a step is called with what an earlier one gave, and that is what is written down', async () => {
  const steps = [
    toolStep('a', { input: { net: 100 }, as: 'order' }),
    bound('b', { total: 'order.net * 1.5', text: '"Order {order.net}"' }, { input: { to: 'x' } }),
  ];
  const { kit, id, inputs } = await started(steps);
  expect(inputs[1]).toEqual({ to: 'x', total: 150, text: 'Order 100' });
  expect((await kit.calls(id)).map(({ input }) => input)).toEqual(inputs);
  expect((await kit.task(id)).status).toBe('completed');
});

test('what cannot be computed stops the task with a sentence that names it', async () => {
  const { kit, id } = await started([bound('b', { total: '1 / 0' })]);
  expect(await kit.task(id)).toMatchObject({ status: 'blocked', blockedKind: 'error' });
  expect((await kit.step(id, 'b')).error?.reason).toBe('1 / 0 divides by zero.');
});

describe('an approval', () => {
  test('shows what would be called; what was approved is what runs', async () => {
    const kit = await testEngine();
    const said: unknown[] = [];
    const base = toolOf(kit);
    const preview = (input: unknown) => ({ lines: [JSON.stringify(input)], impact: null });
    kit.install('look', { ...base, name: 'look', run: async () => ({ name: 'Ana' }) });
    kit.install('say', {
      ...{ ...base, name: 'say', effect: 'send' as const, preview },
      run: async (_, input) => said.push(input),
    });
    const id = await kit.propose([
      toolStep('a', { tool: 'look', as: 'who' }),
      bound('b', { text: '"Hello {who.name}"' }, { tool: 'say' }),
      bound('c', { text: '"Bye {said}"' }, { tool: 'say' }),
      toolStep('d', { tool: 'look', as: 'said' }),
    ]);
    await kit.accept(id);
    await kit.runJobs(id, { pass: true });
    const [asked] = await kit.approvals(id);
    // The second does not depend on anything that is still to come: both are asked about at once.
    expect(asked?.effect?.lines).toEqual(['{"text":"Hello Ana"}', '{"text":"Bye "}']);
    await decideStep(kit.engine, { ...ana, id: 'bob' }, id, asked?.id ?? '', {
      ...{ approve: true, reason: null },
    });
    await kit.runJobs(id, { pass: true });
    expect(said).toEqual([{ text: 'Hello Ana' }, { text: 'Bye ' }]);
  });

  test('is not asked ahead for what is still to be known', async () => {
    const kit = await testEngine();
    const base = toolOf(kit);
    kit.install('say', { ...base, name: 'say', effect: 'send', run: async () => ({ at: 5 }) });
    const id = await kit.propose([
      toolStep('a', { tool: 'say', as: 'first' }),
      bound('b', { text: '"After {first.at}"' }, { tool: 'say' }),
    ]);
    await kit.accept(id);
    await kit.runJobs(id);
    const [asked] = await kit.approvals(id);
    expect(asked?.stepIds).toHaveLength(1);
  });
});

test('a list is gone through in order, with rows for each round', async () => {
  const steps = [
    {
      ...{ kind: 'each', key: 'e', name: 'e', item: 'line', list: 'lines' },
      do: [
        bound('b', { n: 'line' }, { as: 'made' }),
        { kind: 'set', key: 's', name: 's', as: 'sum', value: 'COALESCE(sum, 0) + made.n' },
      ],
    },
    bound('z', { sum: 'sum' }),
  ];
  const { kit, id, inputs } = await started(steps, { variables: { lines: [1, 2, 3] } });
  expect(inputs).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }, { sum: 6 }]);
  expect(Object.keys(await kit.states(id))).toHaveLength(1 + 3 * 3 + 1);
  expect((await kit.task(id)).status).toBe('completed');
});

test('a list with too many steps for a run stops before anything of it', async () => {
  const inner = Array.from({ length: 10 }, (_, at) => toolStep(`b${at}`));
  const each = { kind: 'each', key: 'e', name: 'e', item: 'n', list: 'lines', do: inner };
  const lines = Array.from({ length: 600 }, () => 0);
  const { kit, id, inputs } = await started([each], { variables: { lines } });
  expect((await kit.step(id, 'e')).error?.reason).toMatch(/more than 5,000 steps/);
  expect(inputs).toEqual([]);
});

test('a wait is a row with a time and a job, and is found again when the job is lost', async () => {
  const steps = [{ kind: 'wait', key: 'w', name: 'w', seconds: '86400' }, toolStep('a')];
  const { kit, id, inputs } = await started(steps);
  expect(await kit.states(id)).toEqual({ w: 'running', a: 'pending' });
  const [job] = await kit.jobs('advance', id);
  expect(job?.runAt.getTime()).toBe(kit.engine.now().getTime() + 86_400_000);
  kit.pass(86_300_000);
  await sweep(kit.engine);
  await kit.runJobs(id);
  expect(inputs).toEqual([]);
  await kit.drop((await kit.jobs('advance', id))[0]?.id ?? '');
  kit.pass(200_000);
  await sweep(kit.engine);
  await kit.runJobs(id, { pass: true });
  expect(await kit.states(id)).toEqual({ w: 'completed', a: 'completed' });
});

test('of branches that race the others end, also one that asks somebody', async () => {
  const asks = { kind: 'approval', key: 'p', name: 'Allow it', from: ['bob'] };
  const wait = { kind: 'wait', key: 'w', name: 'w', seconds: '3600' };
  const branches = [[asks, toolStep('a')], [wait], [toolStep('c')]];
  const race = { kind: 'parallel', key: 'r', name: 'r', until: 'any', branches };
  const { kit, id } = await started([race, toolStep('z')]);
  expect(await kit.states(id)).toMatchObject({
    ...{ r: 'completed', p: 'skipped', a: 'skipped', w: 'skipped', c: 'completed' },
    z: 'completed',
  });
  expect((await kit.approvals(id)).map(({ status }) => status)).toEqual(['superseded']);
  expect((await kit.task(id)).status).toBe('completed');
});

describe('a step that may take what an earlier call gave', () => {
  const steps = (id: number, cachedSeconds?: number) => [
    toolStep('a', { input: { id }, as: 'x', ...(cachedSeconds ? { cachedSeconds } : {}) }),
    bound('b', { n: 'x.id' }),
  ];
  /** Runs both in the same workspace; what the second one has called. */
  async function second(first: unknown[], again: unknown[], minutes = 0) {
    const { kit, inputs } = await started(first);
    if (minutes > 0)
      await kit.db
        .raw`update calls set finished_at = finished_at - make_interval(mins => ${minutes})`;
    inputs.length = 0;
    const id = await kit.propose(again);
    await kit.accept(id);
    await kit.runJobs(id, { pass: true });
    return { kit, id, inputs };
  }

  test('takes it, says so, and goes on', async () => {
    const { kit, id, inputs } = await second(steps(1), steps(1, 3600), 5);
    expect(inputs).toEqual([{ n: 1 }]);
    const step = await kit.step(id, 'a');
    expect(step).toMatchObject({ status: 'completed', result: { id: 1 } });
    expect(step.detail).toBe('From the cache, 5 minutes old.');
    expect((await kit.task(id)).status).toBe('completed');
    const run = await kit.run(id);
    const proof = await kit.read((tx) => readProof(tx, run));
    expect(observeSettled(planOf(steps(1, 3600)), proof)).toMatchObject({ passed: true });
    // What was taken is no call of its own, which would keep it fresh for ever.
    expect(await kit.calls(id)).toHaveLength(1);
  });

  test.each([
    ['is too old', steps(1), steps(1, 240), 5],
    ['was for another input', steps(2), steps(1, 3600), 5],
    ['is not asked for', steps(1), steps(1), 5],
  ])('calls anew where it %s', async (_, first, again, minutes) => {
    const { inputs } = await second(first, again, minutes);
    expect(inputs).toHaveLength(2);
  });

  test('calls anew when it is tried again', async () => {
    const { kit } = await started(steps(1));
    let fails = true;
    const calls = kit.tool('work', async () => {
      if (fails) throw new Error('No.');
      return { id: 9 };
    });
    const id = await kit.propose([toolStep('a', { input: { id: 7 }, cachedSeconds: 3600 })]);
    await kit.accept(id);
    await kit.runJobs(id);
    fails = false;
    // Meanwhile another task has got it.
    const other = await kit.propose([toolStep('a', { input: { id: 7 } })]);
    await kit.accept(other);
    await kit.runJobs(other);
    await retryTask(kit.engine, ana, id);
    await kit.runJobs(id, { pass: true });
    expect(calls).toHaveLength(3);
  });
});
