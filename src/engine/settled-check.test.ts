/** A plan without an app is done when what proves its steps is there, not when its steps say so (PAINS 23). */
import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { ana, approvalStep, humanStep, testEngine, toolStep } from '../../test/support/engine.ts';
import { systemTransaction } from '../db/client.ts';
import { acceptPlan } from './accept.ts';
import { advance } from './advance.ts';
import { settledCheck } from './settled-check.ts';
import { performVerb } from './verb.ts';

const bench = await testEngine();
const { engine } = bench;
const bob = { workspaceId: ana.workspaceId, id: 'bob' };
const propose = (steps: unknown[]) => bench.propose(steps, { checks: [settledCheck] });
const choice = (about: Record<string, unknown> = {}) => ({
  ...{ kind: 'if', key: 'choice', name: 'If it is dear' },
  condition: { ref: 'a.total', op: 'gt', value: 100 },
  do: [toolStep('dear')],
  otherwise: [toolStep('cheap')],
  ...about,
});
const write = (statement: ReturnType<typeof sql>) =>
  systemTransaction(bench.db, (tx) => tx.execute(statement));
const seen = async (id: string) => {
  const [check] = await bench.checks(id);
  return { before: check?.before?.passed, after: check?.after?.passed };
};
const evidence = async (id: string) => (await bench.checks(id))[0]?.after?.evidence;

async function run(steps: unknown[], mode: 'automatic' | 'dry_run' = 'automatic') {
  bench.tool('work', async () => ({ total: 101 }));
  const id = await propose(steps);
  await acceptPlan(engine, ana, id, 1, mode);
  await bench.runJobs(id);
  return id;
}

describe('a plan of tools, people and branches', () => {
  test('is red before the work, green after it, and says what it has seen', async () => {
    const branches = [[toolStep('b')], [toolStep('c')]];
    const id = await run([
      toolStep('a'),
      choice(),
      { kind: 'parallel', key: 'both', name: 'Both', branches },
      approvalStep('p', { from: ['bob'] }),
      humanStep('h'),
    ]);
    expect(await seen(id)).toEqual({ before: false, after: undefined });
    await performVerb(engine, bob, id, 'approve');
    await performVerb(engine, ana, id, 'finish_step', { step: (await bench.step(id, 'h')).id });
    await bench.runJobs(id);
    expect(await seen(id)).toEqual({ before: false, after: true });
    expect(await evidence(id)).toBe('Of the steps 6 done, 1 not chosen.');
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
  });

  test('with a condition that chooses nothing goes on behind it', async () => {
    const condition = { ref: 'a.total', op: 'lt', value: 100 };
    const nothing = choice({ condition, do: [humanStep('h')], otherwise: [] });
    const id = await run([toolStep('a'), nothing, toolStep('b')]);
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
    expect(await evidence(id)).toBe('Of the steps 2 done, 1 not chosen.');
  });

  test('goes through lists and races, and looks into each round and at who was first', async () => {
    const branches = [[toolStep('b')], [humanStep('never')]];
    const id = await run([
      toolStep('a'),
      { kind: 'each', key: 'all', name: 'All', item: 'x', list: '[1, 2]', do: [toolStep('r')] },
      { kind: 'each', key: 'none', name: 'None', item: 'x', list: '[]', do: [toolStep('n')] },
      { kind: 'parallel', key: 'race', name: 'Race', until: 'any', branches },
      { kind: 'set', key: 's', name: 'Set', as: 'y', value: '1 + 1' },
    ]);
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
    expect(await evidence(id)).toBe('Of the steps 6 done, 1 not chosen.');
  });

  test('can be rehearsed, and what was rehearsed proves nothing of the real run', async () => {
    const id = await run([toolStep('a'), approvalStep('p'), humanStep('h')], 'dry_run');
    expect(await seen(id)).toEqual({ before: false, after: true });
    await acceptPlan(engine, ana, id, 1);
    await bench.runJobs(id);
    expect(await seen(id)).toEqual({ before: false, after: undefined });
  });

  test('with a step that somebody left out is done, and says so', async () => {
    bench.tool('broken', () => Promise.reject(new Error('No.')));
    const id = await run([toolStep('a'), toolStep('b', { tool: 'broken' })]);
    await performVerb(engine, ana, id, 'skip');
    await bench.runJobs(id);
    expect(await evidence(id)).toBe('Of the steps 1 done, left out by somebody: Do b.');
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
  });

  test('of which everything was left out is not done', async () => {
    bench.tool('broken', () => Promise.reject(new Error('No.')));
    const id = await run([toolStep('b', { tool: 'broken' })]);
    await performVerb(engine, ana, id, 'skip');
    await bench.runJobs(id);
    expect(await bench.task(id)).toMatchObject({
      status: 'blocked',
      blockedReason: expect.stringContaining('Every step was left out.'),
    });
  });
});

describe('a step that is called done', () => {
  /** Stops before a last step by hand, forges, and goes on. */
  async function forged(steps: unknown[], forge: (id: string) => Promise<unknown>) {
    const id = await run([...steps, humanStep('last')]);
    await forge(id);
    await performVerb(engine, ana, id, 'finish_step', { step: (await bench.step(id, 'last')).id });
    await bench.runJobs(id);
    expect(await bench.task(id)).toMatchObject({ status: 'blocked', blockedKind: 'error' });
    return evidence(id);
  }

  test.each([
    [
      'without a call that has ended',
      [toolStep('a')],
      (id: string) => write(sql`update calls set status = 'started' where task_id = ${id}`),
      '"Do a" is called done, but no call of work has ended.',
    ],
    [
      'by another tool',
      [toolStep('a')],
      (id: string) => write(sql`update calls set tool = 'other' where task_id = ${id}`),
      '"Do a" is called done, but no call of work has ended.',
    ],
    [
      'of the branch that was not chosen',
      [toolStep('a'), choice()],
      (id: string) =>
        write(
          sql`update task_steps set status = 'completed' where task_id = ${id} and key = 'cheap'`,
        ),
      '"Do cheap" was not to be done, but it is completed.',
    ],
    [
      'around rounds that are gone',
      [{ kind: 'each', key: 'all', name: 'All', item: 'x', list: '[1]', do: [toolStep('a')] }],
      (id: string) =>
        write(
          sql`update task_steps set result = '{"rounds":2}' where task_id = ${id} and key = 'all'`,
        ),
      '"All" is called done, but not all of its rounds are there.',
    ],
    [
      'after a race that nobody has won',
      [{ kind: 'parallel', key: 'race', name: 'Race', until: 'any', branches: [[toolStep('a')]] }],
      (id: string) =>
        write(sql`update task_steps set result = null where task_id = ${id} and key = 'race'`),
      '"Race" does not say which branch was first.',
    ],
    [
      'behind a choice that names no branch',
      [toolStep('a'), choice()],
      (id: string) =>
        write(sql`update task_steps set result = null where task_id = ${id} and key = 'choice'`),
      '"If it is dear" does not say which branch it chose.',
    ],
  ])('%s is found out', async (_, steps, forge, expected) => {
    expect(await forged(steps, forge)).toBe(expected);
  });

  test('without anybody’s yes is found out', async () => {
    const id = await run([toolStep('a'), approvalStep('p')]);
    await write(
      sql`update task_steps set status = 'completed' where task_id = ${id} and key = 'p'`,
    );
    await bench.force(id, 'running');
    await advance(engine, ana.workspaceId, id);
    await bench.runJobs(id);
    expect(await evidence(id)).toBe('"Allow p" is called done, but nobody has approved it.');
  });

  test('and is looked at again is green once it is proven', async () => {
    const id = await run([toolStep('a'), humanStep('last')]);
    const { id: step } = await bench.step(id, 'last');
    await write(sql`update calls set status = 'started' where task_id = ${id}`);
    await performVerb(engine, ana, id, 'finish_step', { step });
    await bench.runJobs(id);
    await write(sql`update calls set status = 'completed' where task_id = ${id}`);
    await performVerb(engine, ana, id, 'retry');
    await bench.runJobs(id);
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
  });
});
