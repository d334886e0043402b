/** Brief pieces of work are one transaction; whatever lasts or reaches out is written down before it is made. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  ana,
  gate,
  neverAborted,
  openConnections,
  testEngine,
  toolStep,
} from '../../test/support/engine.ts';
import { setPolicy } from '../db/policy.ts';
import { cancelTask, pauseTask } from './steer.ts';
import type { Tool } from './tools/tool.ts';
import { runChecks } from './work.ts';

const bench = await testEngine();
const { engine, db } = bench;
const brief = { unitMs: 1 };
const three = [toolStep('a'), toolStep('b'), toolStep('c')];

/** Time that does not pass: whatever is made then is brief. Connections, which need time, are opened before. */
async function holdTime(): Promise<void> {
  await openConnections(bench.read, 4);
  vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
}
afterEach(() => {
  vi.useRealTimers();
});

async function begin(steps: unknown[] = three) {
  const id = await bench.propose(steps);
  await bench.accept(id);
  const [job] = await bench.jobs('check', id);
  if (!job) throw new Error('No check is to be run.');
  return { id, work: () => runChecks(engine, job.payload, neverAborted, () => true) };
}

const keyOf = (idempotencyKey: string) => idempotencyKey.split(':')[1] ?? '';

describe('brief steps', () => {
  test('are written down together, with each of their events and calls', async () => {
    const { id, work } = await begin();
    const seen: unknown[] = [];
    bench.tool('work', async () => seen.push(await bench.states(id)), brief);
    await holdTime();
    await work();
    const pending = { a: 'pending', b: 'pending', c: 'pending' };
    expect(seen).toEqual([pending, pending, pending]);
    expect(await bench.states(id)).toEqual({ a: 'completed', b: 'completed', c: 'completed' });
    const rows = await db.raw`
      select count(*)::int as events, count(distinct xmin::text)::int as transactions
      from task_events where task_id = ${id} and step_id is not null`;
    expect(rows[0]).toEqual({ events: 9, transactions: 1 });
    const calls = await db.raw`select status from calls where task_id = ${id}`;
    expect(calls.map(({ status }) => status)).toEqual(['completed', 'completed', 'completed']);
  });

  test('are repeated when what they gave could not be written, and written once', async () => {
    const { id, work } = await begin();
    let isCut = false;
    const calls = bench.tool(
      'work',
      async ({ idempotencyKey }) => {
        if (isCut || keyOf(idempotencyKey) !== 'b') return;
        isCut = true;
        // As when the program dies: the connection that holds the task is gone.
        await db.raw`
          select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and state = 'idle in transaction'`;
      },
      brief,
    );
    await work();
    const made = calls.map(({ idempotencyKey }) => keyOf(idempotencyKey));
    expect(made.filter((key) => key === 'b').length).toBeGreaterThan(1);
    expect(await bench.states(id)).toEqual({ a: 'completed', b: 'completed', c: 'completed' });
    const events = await bench.events(id);
    const ends = events.filter(({ event, stepId }) => event === 'complete' && stepId);
    expect(ends).toHaveLength(3);
  });

  test('stop where one fails, and a person is asked', async () => {
    const { id, work } = await begin();
    const calls = bench.tool(
      'work',
      async ({ idempotencyKey }) => {
        if (keyOf(idempotencyKey) === 'b') throw new Error('It cannot be done.');
      },
      brief,
    );
    await holdTime();
    await work();
    expect(calls).toHaveLength(2);
    expect(await bench.states(id)).toEqual({ a: 'completed', b: 'failed', c: 'pending' });
    expect(await bench.task(id)).toMatchObject({ status: 'blocked', blockedKind: 'error' });
  });

  test('whose results cannot be stored together are stored one by one up to that one', async () => {
    const { id, work } = await begin();
    bench.tool(
      'work',
      async ({ idempotencyKey }) => ({ text: keyOf(idempotencyKey) === 'b' ? '\u0000' : '' }),
      brief,
    );
    await holdTime();
    await work();
    expect(await bench.states(id)).toEqual({ a: 'completed', b: 'failed', c: 'pending' });
  });
});

describe('a brief step that lasts after all', () => {
  test.each([
    ['pause', pauseTask, 'paused'],
    ['cancel', cancelTask, 'cancelled'],
  ] as const)('lets a person %s, who waits for no more than a moment', async (_, steer, status) => {
    const { id, work } = await begin();
    const entered = gate();
    const leave = gate();
    const calls = bench.tool(
      'work',
      async ({ idempotencyKey }) => {
        if (keyOf(idempotencyKey) !== 'b') return;
        entered.open();
        await leave.passed;
      },
      brief,
    );
    const working = work();
    await entered.passed;
    // Answered although the step has not ended.
    await steer(engine, ana, id);
    expect(await bench.states(id)).toMatchObject({ a: 'completed', b: 'running' });
    leave.open();
    await working;
    expect(calls).toHaveLength(2);
    expect(await bench.task(id)).toMatchObject({ status });
    expect(await bench.states(id)).toMatchObject({ c: 'pending' });
  });
});

describe('a step is written down before it is made', () => {
  test.each<[string, Partial<Tool>, Record<string, unknown>]>([
    ['that sends', { effect: 'send' }, {}],
    ['that reaches out', { effect: 'external' }, {}],
    ['that removes', { effect: 'delete' }, {}],
    ['that may not be repeated', { idempotent: false }, {}],
    ['that takes its time', { unitMs: 500 }, {}],
    ['with parts', {}, { substeps: ['One'] }],
  ])('%s', async (_, about, planned) => {
    await bench.read(async (tx) => {
      const own = { workspaceId: ana.workspaceId, tool: 'work', approvers: [], updatedBy: ana.id };
      for (const effect of ['send', 'external', 'delete'] as const)
        await setPolicy(tx, { ...own, effect, decision: 'auto', needed: 1, selfApproval: true });
    });
    const seen: unknown[] = [];
    // Known before the plan is made: what a plan sends is counted when it is proposed.
    bench.tool(
      'work',
      async () => {
        const calls = await db.raw`select status from calls where task_id = ${id}`;
        seen.push(await bench.states(id), ...calls.map(({ status }) => status));
      },
      { ...brief, ...about },
    );
    const { id, work } = await begin([toolStep('a', planned)]);
    await holdTime();
    await work();
    expect(seen).toEqual([{ a: 'running' }, 'started']);
  });
});
