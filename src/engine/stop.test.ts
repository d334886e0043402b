/** Pausing and cancelling while something is at work (PAINS 19). */
import { describe, expect, test } from 'vitest';
import { ana, gate, neverAborted, testEngine, toolStep } from '../../test/support/engine.ts';
import type { JobPayloads } from '../db/job.ts';
import { acceptPlan } from './accept.ts';
import { cancelTask, resumeTask } from './steer.ts';
import { createStops } from './stop.ts';
import { sweep } from './sweep.ts';
import type { ToolContext } from './tools/tool.ts';
import { performVerb } from './verb.ts';
import { runChecks, runStep } from './work.ts';

const bench = await testEngine();
const { engine } = bench;
/** Another program on the same database, whose signals have not arrived yet. */
const elsewhere = { ...engine, stops: createStops() };

/** Accepts a plan and takes the job of its first step out of the queue. */
async function prepared(steps: unknown[]): Promise<{ id: string; job: JobPayloads['step'] }> {
  const id = await bench.propose(steps);
  await bench.accept(id);
  const [check] = await bench.jobs('check', id);
  if (!check) throw new Error('No check is to be run.');
  await bench.drop(check.id);
  await runChecks(engine, check.payload);
  const [job] = await bench.jobs('step', id);
  if (!job) throw new Error('No step is to be run.');
  await bench.drop(job.id);
  return { id, job: job.payload };
}

describe('after a cancellation is acknowledged', () => {
  test('a step whose job waits is not called', async () => {
    const calls = bench.tool('work');
    const { id, job } = await prepared([toolStep('a')]);
    await cancelTask(engine, ana, id);
    await runStep(engine, job, neverAborted);
    expect(calls).toHaveLength(0);
    expect(await bench.calls(id)).toEqual([]);
    expect(await bench.states(id)).toEqual({ a: 'failed' });
  });

  test('no call begins, however close the two were', async () => {
    let acknowledged = false;
    let late = 0;
    bench.tool('work', async () => {
      if (acknowledged) late += 1;
    });
    for (let round = 0; round < 25; round += 1) {
      acknowledged = false;
      const { id, job } = await prepared([toolStep('a')]);
      const running = runStep(engine, job, neverAborted);
      // Each round a little later into the step.
      for (let turn = 0; turn < round * 4; turn += 1) await Promise.resolve();
      await cancelTask(engine, ana, id);
      acknowledged = true;
      await running;
      expect(await bench.task(id)).toMatchObject({ status: 'cancelled' });
    }
    expect(late).toBe(0);
  });

  test('nothing more is sent, also by a program that has not heard of it yet', async () => {
    const { id, job } = await prepared([toolStep('a')]);
    bench.tool('work', async ({ outside }) => {
      await outside.send({ key: 'one', to: 'web:shop', text: 'Before' });
      await cancelTask(elsewhere, ana, id);
      await outside.send({ key: 'two', to: 'web:shop', text: 'After' });
    });
    await runStep(engine, job, neverAborted);
    const sent = await bench.db
      .raw`select card->>'text' as text from cards where task_id = ${id} and key like 'sent:%'`;
    expect(sent.map(({ text }) => text)).toEqual(['Before']);
    expect(await bench.task(id)).toMatchObject({ status: 'cancelled' });
  });

  test('the tool in hand has heard it, and what it gives is not recorded', async () => {
    let heard: ToolContext | undefined;
    const entered = gate();
    bench.tool('work', async (context) => {
      heard = context;
      entered.open();
      return new Promise(() => {});
    });
    const { id, job } = await prepared([toolStep('a'), toolStep('b')]);
    const running = runStep(engine, job, neverAborted);
    await entered.passed;
    expect(heard?.signal.aborted).toBe(false);
    const { message } = await performVerb(engine, ana, id, 'cancel');
    expect(heard?.signal.aborted).toBe(true);
    expect(message).toBe('Cancelled Test CRM. Nothing was done yet. “Do a” was stopped.');
    await running;
    expect(await bench.states(id)).toEqual({ a: 'failed', b: 'pending' });
    expect(await bench.step(id, 'a')).toMatchObject({
      error: { message: '"Do a" was stopped.', reason: 'The task was given up while it ran.' },
    });
    expect(await bench.jobs('step', id)).toEqual([]);
  });

  test('a step whose program died in it is ended too, and the cleaning up comes to an end', async () => {
    bench.tool('work');
    const { id } = await prepared([toolStep('a')]);
    await cancelTask(engine, ana, id);
    expect(await bench.states(id)).toEqual({ a: 'running' });
    bench.pass(60_000);
    await sweep(engine);
    await bench.runJobs(id);
    expect(await bench.states(id)).toEqual({ a: 'failed' });
    expect(await bench.jobs('discard', id)).toEqual([]);
    bench.pass(60_000);
    await sweep(engine);
    expect(await bench.jobs('step', id)).toEqual([]);
  });

  test('a tool that does not listen is not waited for, and may do no more of its parts', async () => {
    const leave = gate();
    const ended = gate();
    const entered = gate();
    const ran: string[] = [];
    bench.tool('work', async ({ substep, outside }) => {
      entered.open();
      await leave.passed;
      await substep('one', async () => void ran.push('one')).catch(() => {});
      await outside.send({ key: 'k', to: 'web:shop', text: 'Hello' }).catch(() => {});
      ended.open();
    });
    const { id, job } = await prepared([toolStep('a', { substeps: ['one'] })]);
    const running = runStep(engine, job, neverAborted);
    await entered.passed;
    await cancelTask(engine, ana, id);
    await running;
    leave.open();
    await ended.passed;
    expect(ran).toEqual([]);
    expect(await bench.db.raw`select from cards where task_id = ${id}`).toHaveLength(0);
  });

  test('what already happened is listed, in words and in the ledger', async () => {
    bench.tool('work');
    const entered = gate();
    bench.tool('slow', async () => {
      entered.open();
      return new Promise(() => {});
    });
    const id = await bench.propose([
      toolStep('a', { completedLabel: 'Database created' }),
      toolStep('b', { tool: 'slow' }),
    ]);
    await bench.accept(id);
    const running = bench.runJobs(id);
    await entered.passed;
    const { message } = await performVerb(engine, ana, id, 'cancel');
    await running;
    expect(message).toBe('Cancelled Test CRM. Done so far: Database created. “Do b” was stopped.');
    const cancel = (await bench.events(id)).find(({ event }) => event === 'cancel');
    expect(cancel?.data).toEqual({ done: ['Do a'] });
  });
});

describe('a pause while a tool runs', () => {
  test('lets it end, says what is in hand, and calls nothing more before the resume', async () => {
    const entered = gate();
    const leave = gate();
    let heard: ToolContext | undefined;
    bench.tool('work', async (context) => {
      heard = context;
      entered.open();
      await leave.passed;
      return { made: 1 };
    });
    const next = bench.tool('next');
    const id = await bench.propose([toolStep('a'), toolStep('b', { tool: 'next' })]);
    await bench.accept(id);
    const running = bench.runJobs(id, { pass: true });
    await entered.passed;
    const { message } = await performVerb(engine, ana, id, 'pause');
    expect(message).toBe(
      'Pausing Test CRM after the step in hand, “Do a”. Nothing was done yet. Say “continue” to go on.',
    );
    expect(heard?.signal.aborted).toBe(false);
    leave.open();
    await running;
    expect(await bench.step(id, 'a')).toMatchObject({ status: 'completed', result: { made: 1 } });
    expect(await bench.task(id)).toMatchObject({ status: 'paused' });
    expect(next).toHaveLength(0);
    await resumeTask(engine, ana, id);
    await bench.runJobs(id, { pass: true });
    expect(next).toHaveLength(1);
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
  });
});

describe('a step that never returns', () => {
  const never = () => new Promise(() => {});

  test('is given up when its time is over, and a person is asked', async () => {
    let heard: ToolContext | undefined;
    bench.tool(
      'work',
      (context) => {
        heard = context;
        return never();
      },
      { limitMs: 20 },
    );
    const { id, job } = await prepared([toolStep('a')]);
    await runStep(engine, job, neverAborted);
    expect(heard?.signal.aborted).toBe(true);
    expect(await bench.task(id)).toMatchObject({ status: 'blocked', blockedKind: 'error' });
    expect(await bench.step(id, 'a')).toMatchObject({
      status: 'failed',
      error: { kind: 'permanent', reason: expect.stringMatching(/^"Do a" took longer than /) },
    });
  });

  test('and must not happen twice asks whether it happened; both answers are honoured', async () => {
    for (const happened of [true, false]) {
      const calls = bench.tool('work', never, { idempotent: false, limitMs: 20 });
      const { id, job } = await prepared([toolStep('a')]);
      await runStep(engine, job, neverAborted);
      expect(await bench.step(id, 'a')).toMatchObject({ error: { kind: 'unknown' } });
      expect(await bench.calls(id)).toMatchObject([{ status: 'started' }]);
      const again = bench.tool('work', undefined, { idempotent: false });
      await performVerb(engine, ana, id, happened ? 'confirm' : 'retry');
      await bench.runJobs(id, { pass: true });
      expect([calls.length, again.length]).toEqual([1, happened ? 0 : 1]);
      expect(await bench.task(id)).toMatchObject({ status: 'completed' });
    }
  });

  test('cannot send anything once its time is over', async () => {
    const leave = gate();
    const ended = gate();
    bench.tool(
      'work',
      async ({ outside }) => {
        await leave.passed;
        await outside.send({ key: 'late', to: 'web:shop', text: 'Hello' }).catch(() => {});
        ended.open();
      },
      { limitMs: 20 },
    );
    const { id, job } = await prepared([toolStep('a')]);
    await runStep(engine, job, neverAborted);
    leave.open();
    await ended.passed;
    expect(await bench.db.raw`select from cards where task_id = ${id}`).toHaveLength(0);
  });
});

test('a stop of one task does not reach another', async () => {
  const entered = gate();
  const leave = gate();
  let heard: ToolContext | undefined;
  bench.tool('work', async (context) => {
    heard = context;
    entered.open();
    await leave.passed;
  });
  const one = await prepared([toolStep('a')]);
  const other = await bench.propose([toolStep('a')]);
  await acceptPlan(engine, ana, other, 1);
  const running = runStep(engine, one.job, neverAborted);
  await entered.passed;
  await cancelTask(engine, ana, other);
  expect(heard?.signal.aborted).toBe(false);
  leave.open();
  await running;
  expect(await bench.step(one.id, 'a')).toMatchObject({ status: 'completed' });
});
