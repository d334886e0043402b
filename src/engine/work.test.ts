/** One job goes on from piece to piece, and nothing is lost or done twice when it dies on the way. */
import { beforeEach, describe, expect, test, vi } from 'vitest';
import {
  ana,
  approvalStep,
  gate,
  neverAborted,
  testEngine,
  toolStep,
} from '../../test/support/engine.ts';
import { pauseTask } from './steer.ts';
import { sweep } from './sweep.ts';
import { runChecks } from './work.ts';

const bench = await testEngine();
const { engine, db } = bench;
const always = () => true;

/** So many pieces and the one after them. */
function turns(count: number): () => boolean {
  let left = count;
  return () => {
    left -= 1;
    return left >= 0;
  };
}

// Each test looks at its own tasks only.
beforeEach(() => db.raw`delete from tasks`);

type Options = { signal?: AbortSignal; goOn?: () => boolean };

/** Accepts a plan and takes up the job of its first checks as a program does: it stays locked in the queue. */
async function begin(steps: unknown[]) {
  const id = await bench.propose(steps);
  await bench.accept(id);
  const [job] = await bench.jobs('check', id);
  if (!job) throw new Error('No check is to be run.');
  await lock(job.id);
  const work = ({ signal = neverAborted, goOn = always }: Options = {}) =>
    runChecks(engine, job.payload, signal, goOn);
  return { id, job, work };
}

const lock = (jobId: string) =>
  db.raw`update graphile_worker._private_jobs set locked_at = now(), locked_by = 'worker' where id = ${jobId}`;

const waiting = async (id: string) =>
  (await Promise.all([bench.jobs('step', id), bench.jobs('check', id)])).flat();

const three = [toolStep('a'), toolStep('b'), toolStep('c')];

describe('a job', () => {
  test('does the checks, the steps after them and the checks after those', async () => {
    const calls = bench.tool('work');
    const { id, job, work } = await begin(three);
    await work();
    expect(calls).toHaveLength(3);
    expect(await bench.states(id)).toEqual({ a: 'completed', b: 'completed', c: 'completed' });
    // The plan of a test has a check that fails.
    expect(await bench.task(id)).toMatchObject({ status: 'blocked', blockedKind: 'error' });
    expect(await waiting(id)).toMatchObject([{ id: job.id }]);
  });

  test('writes the same as one job for each piece, but claims each step once', async () => {
    bench.tool('work');
    const { id, work } = await begin(three);
    await work();
    const other = await bench.propose(three);
    await bench.accept(other);
    await bench.runJobs(other);
    const written = async (taskId: string) =>
      (await bench.events(taskId)).map(({ event, from, to }) => [event, from, to]);
    expect(await written(id)).toEqual(await written(other));
    expect((await bench.steps(id)).map(({ claim, attempt }) => [claim, attempt])).toEqual(
      (await bench.steps(other)).map(({ claim, attempt }) => [claim, attempt]),
    );
    expect((await bench.task(id)).progress).toBe((await bench.task(other)).progress);
  });

  test('leaves what follows to another job when its turn is over', async () => {
    const calls = bench.tool('work');
    const { id, job, work } = await begin(three);
    await work({ goOn: turns(2) });
    expect(calls).toHaveLength(2);
    const step = await bench.step(id, 'c');
    expect(await waiting(id)).toMatchObject([
      { kind: 'step', payload: { stepId: step.id } },
      { id: job.id },
    ]);
  });

  test('takes up no branch of several at once: each has a job', async () => {
    const calls = bench.tool('work');
    const { id, job, work } = await begin([
      {
        kind: 'parallel',
        key: 'p',
        name: 'Both',
        branches: [[toolStep('a')], [toolStep('b')]],
      },
    ]);
    await work();
    expect(calls).toHaveLength(0);
    expect(await waiting(id)).toMatchObject([{ kind: 'step' }, { kind: 'step' }, { id: job.id }]);
  });

  test('stops where a person is asked, and where one has paused', async () => {
    const calls = bench.tool('work');
    const asking = await begin([toolStep('a'), approvalStep('ok'), toolStep('b')]);
    await asking.work();
    expect(await bench.task(asking.id)).toMatchObject({ status: 'approval_pending' });
    expect(await bench.jobs('deliver', asking.id)).toHaveLength(1);
    expect(calls).toHaveLength(1);

    const { id, work } = await begin(three);
    bench.tool('work', () => pauseTask(engine, ana, id));
    await work();
    expect(await bench.states(id)).toEqual({ a: 'completed', b: 'pending', c: 'pending' });
    expect(await bench.task(id)).toMatchObject({ status: 'paused' });
  });
});

describe('cards', () => {
  test('are left alone while short pieces follow one another, and brought up to date at the end', async () => {
    const seen: number[] = [];
    const { id, work } = await begin(three);
    for (const job of await bench.jobs('deliver', id)) await bench.drop(job.id);
    bench.tool('work', async () => seen.push((await bench.jobs('deliver', id)).length));
    // Short is what ends before a time that never comes.
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    await work().finally(() => vi.useRealTimers());
    expect(seen).toEqual([0, 0, 0]);
    expect(await bench.jobs('deliver', id)).toHaveLength(1);
  });

  test('show a piece that lasts while it lasts', async () => {
    const { id, work } = await begin(three);
    for (const job of await bench.jobs('deliver', id)) await bench.drop(job.id);
    bench.tool('work', async () => {
      while ((await bench.jobs('deliver', id)).length === 0) await new Promise(setImmediate);
    });
    await work();
    expect(await bench.states(id)).toMatchObject({ a: 'completed', c: 'completed' });
  });
});

describe('a job that dies on the way', () => {
  /** Stops the program while step b runs, as SIGKILL would leave it: the job stays, b is written as running. */
  async function killedInB() {
    const entered = gate();
    const { id, job, work } = await begin(three);
    bench.tool('work', async ({ idempotencyKey }) => {
      if (!idempotencyKey.includes(':b:')) return {};
      entered.open();
      return new Promise(() => {});
    });
    void work();
    await entered.passed;
    return { id, job, work };
  }

  test('goes on where its task stands when it is repeated', async () => {
    const { id, job, work } = await killedInB();
    const calls = bench.tool('work');
    await work();
    const b = await bench.step(id, 'b');
    expect(await waiting(id)).toMatchObject([
      { kind: 'step', payload: { stepId: b.id, attempt: 1 } },
      { id: job.id },
    ]);
    await bench.drop(job.id);
    await bench.runJobs(id, { pass: true });
    expect(calls.map(({ idempotencyKey }) => idempotencyKey.split(':')[1])).toEqual(['b', 'c']);
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
  });

  test('in the checks goes on with the checks', async () => {
    bench.tool('work');
    const { id, job, work } = await begin([toolStep('a')]);
    await work({ goOn: turns(1) });
    const [own] = (await waiting(id)).filter((other) => other.id !== job.id);
    if (own?.kind !== 'check') throw new Error('The last checks have not begun.');
    // They were begun in the same job, and it has died.
    await bench.drop(own.id);
    await work();
    expect(await waiting(id)).toMatchObject([
      { id: job.id },
      { kind: 'check', payload: { stage: 'after' } },
    ]);
  });

  test('takes nothing from another that works on the same task', async () => {
    const { id, job, work } = await killedInB();
    // A second job of a piece that is long done, as a sweep may have made it.
    await db.raw`
      insert into graphile_worker._private_jobs (task_id, payload, locked_at, locked_by)
      select task_id, payload, now(), 'other' from graphile_worker._private_jobs where id = ${job.id}`;
    const calls = bench.tool('work');
    await work();
    expect(calls).toHaveLength(0);
    expect((await waiting(id)).map(({ kind }) => kind)).toEqual(['check', 'check']);
  });

  test('is not taken for lost while it lives, however long its piece lasts', async () => {
    const { id, job } = await killedInB();
    bench.pass(600_000);
    expect(await sweep(engine)).toBe(0);
    // Its program is dead: the queue has its job again, and nobody works on it.
    await bench.drop(job.id);
    expect(await sweep(engine)).toBe(1);
    const b = await bench.step(id, 'b');
    expect(await bench.jobs('step', id)).toMatchObject([{ payload: { stepId: b.id } }]);
  });
});
