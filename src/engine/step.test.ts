import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ana, gate, neverAborted, testEngine, toolStep } from '../../test/support/engine.ts';
import type { JobPayloads } from '../db/job.ts';
import { FactotumError } from '../errors.ts';
import { advance } from './advance.ts';
import { decideStep } from './decision.ts';
import { cancelTask, retryTask } from './steer.ts';
import type { ToolContext } from './tools/tool.ts';
import { runChecks, runStep } from './work.ts';

const bench = await testEngine();
const { engine } = bench;

/** Accepts a plan of these steps and takes the job of the first one out of the queue. */
async function prepared(steps: unknown[]): Promise<{ id: string; job: JobPayloads['step'] }> {
  const id = await bench.propose(steps);
  await bench.accept(id);
  const [check] = await bench.jobs('check', id);
  if (!check) throw new Error('No check is to be run.');
  await bench.drop(check.id);
  await runChecks(engine, check.payload);
  return { id, job: await taken(id) };
}

/** Takes the one step job of a task out of the queue. */
async function taken(id: string): Promise<JobPayloads['step']> {
  const [job, ...others] = await bench.jobs('step', id);
  if (!job || others.length > 0) throw new Error(`There are ${others.length} step jobs, not one.`);
  await bench.drop(job.id);
  return job.payload;
}

const run = (job: JobPayloads['step'], signal = neverAborted) => runStep(engine, job, signal);

/** A step whose program dies in the middle: the tool is reached and never comes back. */
async function interrupted(job: JobPayloads['step']): Promise<void> {
  const entered = gate();
  const former = engine.tools.get('work');
  bench.tool(
    'work',
    async () => {
      entered.open();
      return new Promise(() => {});
    },
    former ?? {},
  );
  void run(job);
  await entered.passed;
}

const permanent = () => Promise.reject(new FactotumError('INVALID', 'The name is taken.'));
const transient = () =>
  Promise.reject(Object.assign(new Error('Connection lost.'), { code: 'ECONNRESET' }));

describe('a call', () => {
  test('is written down with its key and input before the tool is run', async () => {
    const seen: unknown[] = [];
    const { id, job } = await prepared([toolStep('a', { input: { to: 'ben' } })]);
    bench.tool('work', async () => {
      seen.push(...(await bench.calls(id)));
      return { sent: true };
    });
    await run(job);
    const key = expect.stringMatching(new RegExp(`^${id}:a:[0-9a-f]{16}$`));
    expect(seen).toMatchObject([
      { status: 'started', idempotencyKey: key, tool: 'work', input: { to: 'ben' }, output: null },
    ]);
    expect(await bench.calls(id)).toMatchObject([
      { status: 'completed', idempotencyKey: key, output: { sent: true } },
    ]);
    expect(await bench.step(id, 'a')).toMatchObject({
      result: { sent: true },
      status: 'completed',
    });
  });

  test('that is done is not made again: its output is used', async () => {
    const { id, job } = await prepared([toolStep('a'), toolStep('b', { tool: 'other' })]);
    await interrupted(job);
    await bench.db
      .raw`update calls set status = 'completed', output = '{"sent": 7}' where task_id = ${id}`;
    const calls = bench.tool('work');
    await run(job);
    expect(calls).toHaveLength(0);
    expect(await bench.step(id, 'a')).toMatchObject({ status: 'completed', result: { sent: 7 } });
    expect(await bench.step(id, 'b')).toMatchObject({ status: 'running' });
  });

  test('of a harmless tool that was interrupted is made again, with the same key and a new try', async () => {
    const { id, job } = await prepared([toolStep('a')]);
    await interrupted(job);
    const [first] = await bench.calls(id);
    const calls = bench.tool('work');
    await run(job);
    expect(calls).toHaveLength(1);
    expect(await bench.calls(id)).toMatchObject([
      { id: first?.id, idempotencyKey: first?.idempotencyKey, status: 'completed' },
    ]);
    expect(await bench.step(id, 'a')).toMatchObject({ status: 'completed', attempt: 1, claim: 2 });
  });

  test('that is interrupted twice is made a third time, not forgotten', async () => {
    bench.tool('work');
    const { id, job } = await prepared([toolStep('a')]);
    await interrupted(job);
    await interrupted(job);
    const calls = bench.tool('work');
    await run(job);
    expect(calls).toHaveLength(1);
    expect(await bench.step(id, 'a')).toMatchObject({ status: 'completed' });
  });

  test('that may have happened and must not happen twice is not repeated: a person is asked', async () => {
    bench.tool('work', undefined, { idempotent: false });
    const { id, job } = await prepared([toolStep('a')]);
    await interrupted(job);
    const calls = bench.tool('work', undefined, { idempotent: false });
    await run(job);
    expect(calls).toHaveLength(0);
    expect(await bench.step(id, 'a')).toMatchObject({
      status: 'failed',
      error: { reason: expect.stringContaining('not known whether it happened') },
    });
    expect(await bench.task(id)).toMatchObject({ status: 'blocked', blockedKind: 'error' });
  });

  test('is made again when the person says so', async () => {
    bench.tool('work', undefined, { idempotent: false });
    const { id, job } = await prepared([toolStep('a')]);
    await interrupted(job);
    const calls = bench.tool('work', undefined, { idempotent: false });
    await run(job);
    await retryTask(engine, ana, id);
    await run(await taken(id));
    expect(calls).toHaveLength(1);
    expect(await bench.step(id, 'a')).toMatchObject({ status: 'completed' });
  });

  test('that is interrupted after Retry is not repeated either where it must not happen twice', async () => {
    bench.tool('work', permanent, { idempotent: false });
    const { id, job } = await prepared([toolStep('a')]);
    await run(job);
    await retryTask(engine, ana, id);
    const second = await taken(id);
    await interrupted(second);
    const calls = bench.tool('work', undefined, { idempotent: false });
    await run(second);
    expect(calls).toHaveLength(0);
  });

  test('that is interrupted in its second try shuts out the survivor of that try', async () => {
    bench.tool('work', transient);
    const { id, job } = await prepared([toolStep('a')]);
    await run(job);
    bench.pass(60_000);
    await advance(engine, ana.workspaceId, id);
    const again = await taken(id);
    const leave = gate();
    const entered = gate();
    bench.tool('work', async () => {
      entered.open();
      await leave.passed;
      return { by: 'survivor' };
    });
    const survivor = run(again);
    await entered.passed;
    bench.tool('work', async () => {
      leave.open();
      await survivor;
      return { by: 'successor' };
    });
    await run(again);
    expect(await bench.step(id, 'a')).toMatchObject({ result: { by: 'successor' } });
  });

  test('of a tool whose outcome is unknown after a lost connection asks instead of repeating', async () => {
    const calls = bench.tool('work', transient, { idempotent: false });
    const { id, job } = await prepared([toolStep('a')]);
    await run(job);
    bench.pass(60_000);
    await bench.runJobs(id);
    expect(calls).toHaveLength(1);
    expect(await bench.task(id)).toMatchObject({ status: 'blocked', blockedKind: 'error' });
  });

  test('checks what goes in and what comes out', async () => {
    bench.tool('work', async () => ({ made: 'three' }), { output: z.number() });
    const { id, job } = await prepared([toolStep('a')]);
    await run(job);
    expect(await bench.step(id, 'a')).toMatchObject({ status: 'failed' });
  });
});

describe('a job', () => {
  test('of a try that is over changes nothing', async () => {
    const calls = bench.tool('work');
    const { id, job } = await prepared([toolStep('a'), toolStep('b')]);
    await run(job);
    const [before, events] = [await bench.step(id, 'a'), (await bench.events(id)).length];
    await run(job);
    await run({ ...job, attempt: 0 });
    await run({ ...job, attempt: 9 });
    await run({ ...job, stepId: 'stp_none' });
    await run({ ...job, taskId: 'tsk_none' });
    await run({ ...job, workspaceId: 'wsp_other' });
    expect(calls).toHaveLength(1);
    expect(await bench.step(id, 'a')).toEqual(before);
    expect(await bench.events(id)).toHaveLength(events);
  });

  test('that survived its successor changes neither the step nor the trail', async () => {
    const leave = gate();
    const entered = gate();
    let survived: ToolContext | undefined;
    bench.tool('work', async (context) => {
      survived = context;
      entered.open();
      await leave.passed;
      return { by: 'survivor' };
    });
    const { id, job } = await prepared([toolStep('a', { substeps: ['one'] })]);
    const survivor = run(job);
    await entered.passed;
    bench.tool('work', async () => ({ by: 'successor' }));
    await run(job);
    const before = await bench.step(id, 'a');
    const events = await bench.events(id);
    expect(before).toMatchObject({ attempt: 1, claim: 2, result: { by: 'successor' } });

    const late: string[] = [];
    const part = survived?.substep('one', async () => void late.push('one'));
    await expect(part).rejects.toThrow();
    leave.open();
    await survivor;
    expect(late).toEqual([]);
    expect(await bench.step(id, 'a')).toEqual(before);
    expect(await bench.events(id)).toEqual(events);
  });

  test('that survived its successor does not change what its successor wrote of the call', async () => {
    const leave = gate();
    const entered = gate();
    bench.tool('work', async () => {
      entered.open();
      await leave.passed;
      return { by: 'survivor' };
    });
    const { id, job } = await prepared([toolStep('a')]);
    const survivor = run(job);
    await entered.passed;
    bench.tool('work', async () => ({ by: 'successor' }));
    await run(job);
    leave.open();
    await survivor;
    expect(await bench.calls(id)).toMatchObject([{ output: { by: 'successor' } }]);
  });

  test('whose survivor fails late does not fail the step', async () => {
    const leave = gate();
    const entered = gate();
    bench.tool('work', async () => {
      entered.open();
      await leave.passed;
      return permanent();
    });
    const { id, job } = await prepared([toolStep('a')]);
    const survivor = run(job);
    await entered.passed;
    bench.tool('work');
    await run(job);
    leave.open();
    await survivor;
    expect(await bench.step(id, 'a')).toMatchObject({ status: 'completed', error: null });
    expect(await bench.task(id)).toMatchObject({ status: 'running' });
  });

  test('is given back when the program stops, and its parts are not repeated afterwards', async () => {
    const ran: string[] = [];
    const stop = new AbortController();
    bench.tool('work', async ({ substep }) => {
      await substep('one', async () => {
        ran.push('one');
        stop.abort(new Error('The program is stopping.'));
      });
      await substep('two', async () => void ran.push('two'));
    });
    const { id, job } = await prepared([toolStep('a', { substeps: ['one', 'two'] })]);
    await expect(run(job, stop.signal)).rejects.toThrow('stopping');
    expect(await bench.step(id, 'a')).toMatchObject({ status: 'running', error: null });
    expect(ran).toEqual(['one']);
    await run(job);
    expect(ran).toEqual(['one', 'two']);
    expect(await bench.step(id, 'a')).toMatchObject({ status: 'completed' });
  });

  test('whose program is stopped twice is not lost', async () => {
    const stopped = async (job: JobPayloads['step']) => {
      const stop = new AbortController();
      bench.tool('work', async ({ substep }) => {
        stop.abort(new Error('The program is stopping.'));
        await substep('one', async () => {});
      });
      await run(job, stop.signal).catch(() => {});
    };
    bench.tool('work');
    const { id, job } = await prepared([toolStep('a', { substeps: ['one'] })]);
    await stopped(job);
    await stopped(job);
    bench.tool('work');
    await run(job);
    expect(await bench.step(id, 'a')).toMatchObject({ status: 'completed' });
  });

  test('of a tool that is not installed fails its step with the reason', async () => {
    const { id, job } = await prepared([toolStep('a', { tool: 'gone' })]);
    await run(job).catch(() => {});
    expect(await bench.step(id, 'a')).toMatchObject({ status: 'failed' });
  });

  test('of a cancelled task clears up after itself', async () => {
    const { id, job } = await prepared([toolStep('a', { substeps: ['one'] })]);
    bench.tool('work', async ({ substep }) => {
      await cancelTask(engine, ana, id);
      await substep('one', async () => {});
    });
    await run(job);
    const clearing = await bench.jobs('discard', id);
    expect(clearing).toHaveLength(2);
    expect(await bench.task(id)).toMatchObject({ status: 'cancelled' });
  });

  test('logs what the person is not shown: the error as it was thrown', async () => {
    bench.tool('work', permanent);
    const { job } = await prepared([toolStep('a')]);
    bench.logged.length = 0;
    await run(job);
    expect(bench.logged).toMatchObject([{ event: 'step.failed', error: { code: 'INVALID' } }]);
  });
});

describe('a part', () => {
  test('is recorded when it is done, and raises the percent', async () => {
    const seen: unknown[] = [];
    const { id, job } = await prepared([toolStep('a', { substeps: ['one', 'two', 'three'] })]);
    bench.tool('work', async ({ substep }) => {
      for (const part of ['one', 'two', 'three'])
        await substep(part, async () => {
          const { substeps, progress } = await bench.step(id, 'a');
          seen.push([substeps.filter(({ done }) => done).length, progress]);
        });
    });
    await run(job);
    expect(seen).toEqual([
      [0, 0],
      [1, 33],
      [2, 67],
    ]);
  });

  test('that failed is not recorded as done', async () => {
    bench.tool('work', async ({ substep }) => {
      await substep('one', async () => {});
      await substep('two', permanent);
    });
    const { id, job } = await prepared([toolStep('a', { substeps: ['one', 'two'] })]);
    await run(job);
    expect((await bench.step(id, 'a')).substeps).toEqual([
      { name: 'one', done: true },
      { name: 'two', done: false },
    ]);
  });

  test('that the plan does not name is done all the same', async () => {
    const ran: string[] = [];
    bench.tool('work', ({ substep }) => substep('more', async () => void ran.push('more')));
    const { id, job } = await prepared([toolStep('a', { substeps: ['one'] })]);
    await run(job);
    expect(ran).toEqual(['more']);
    expect(await bench.step(id, 'a')).toMatchObject({ status: 'completed' });
  });
});

describe('a check', () => {
  test('that ran before the work keeps what it saw when its job is repeated later', async () => {
    const id = await bench.propose([toolStep('a')]);
    await bench.accept(id);
    const [job] = await bench.jobs('check', id);
    if (!job) throw new Error('No check is to be run.');
    await runChecks(engine, job.payload);
    const [seen] = await bench.checks(id);
    bench.pass(5_000);
    // The program died after the commit and before the queue heard of it.
    await runChecks(engine, job.payload);
    expect((await bench.checks(id))[0]?.before).toEqual(seen?.before);
  });

  test('of another run or workspace changes nothing', async () => {
    const id = await bench.propose([toolStep('a')]);
    await bench.accept(id);
    const run = await bench.run(id);
    const job = { ...ana, taskId: id, runId: run.id, stage: 'before' as const };
    await runChecks(engine, { ...job, runId: 'run_none' });
    await runChecks(engine, { ...job, workspaceId: 'wsp_other' });
    expect(await bench.checks(id)).toEqual([]);
    expect(await bench.run(id)).toEqual(run);
  });
});

test('an approval is bound to the plan and the step: the same step of another version has another digest', async () => {
  const step = { kind: 'approval', key: 'p', name: 'Allow it' };
  const digests: string[] = [];
  for (const detail of ['one', 'one', 'other']) {
    const id = await bench.propose([{ ...step, detail }]);
    await bench.accept(id);
    await bench.runJobs(id);
    const [approval] = await bench.approvals(id);
    digests.push(approval?.digest ?? '');
    await decideStep(engine, ana, id, approval?.id ?? '', { approve: true, reason: null });
  }
  expect(digests[0]).toBe(digests[1]);
  expect(digests[0]).not.toBe(digests[2]);
});
