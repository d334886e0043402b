/** What nobody's click and no job moves is found, and nothing else (F314, PAINS 2, 11). */
import { beforeEach, describe, expect, test } from 'vitest';
import {
  ana,
  approvalStep,
  humanStep,
  neverAborted,
  testEngine,
  toolStep,
} from '../../test/support/engine.ts';
import { decideStep } from './decision.ts';
import { cancelTask, pauseTask } from './steer.ts';
import { sweep } from './sweep.ts';
import { performVerb } from './verb.ts';
import { runChecks, runStep } from './work.ts';

const bench = await testEngine();
const { engine } = bench;
const yes = { approve: true, reason: null };

// Each test looks at its own tasks only.
beforeEach(() => bench.db.raw`delete from tasks`);

/** As if the last change of a task and its steps had been made now. */
async function touch(id: string): Promise<void> {
  await bench.db.raw`update tasks set updated_at = ${engine.now()} where id = ${id}`;
  await bench.db.raw`update task_steps set updated_at = ${engine.now()} where task_id = ${id}`;
}
/** Accepts a plan and runs what is due, but leaves the jobs of steps where they are. */
async function begun(steps: unknown[]): Promise<string> {
  const id = await bench.propose(steps);
  await bench.accept(id);
  const [check] = await bench.jobs('check', id);
  if (check) {
    await bench.drop(check.id);
    await runChecks(engine, check.payload);
  }
  await touch(id);
  return id;
}
async function lose(kind: 'step' | 'check' | 'advance', id: string): Promise<void> {
  for (const job of await bench.jobs(kind, id)) await bench.drop(job.id);
}
const run = (id: string) => bench.runJobs(id, { pass: true });

describe('a step whose job is lost', () => {
  test('is taken up again after half a minute, and done once', async () => {
    const calls = bench.tool('work');
    const id = await begun([toolStep('a')]);
    await lose('step', id);
    bench.pass(30_000);
    expect(await sweep(engine)).toBe(0);
    bench.pass(1);
    expect(await sweep(engine)).toBe(1);
    await run(id);
    expect(calls).toHaveLength(1);
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
  });

  test('in the middle of its work is taken up by somebody else; the survivor writes nothing', async () => {
    bench.tool('work', () => new Promise(() => {}));
    const id = await begun([toolStep('a')]);
    const [job] = await bench.jobs('step', id);
    if (!job) throw new Error('No step waits.');
    await bench.drop(job.id);
    void runStep(engine, job.payload, neverAborted);
    while ((await bench.calls(id)).length === 0) await new Promise(setImmediate);
    await touch(id);
    const calls = bench.tool('work');
    bench.pass(30_001);
    await sweep(engine);
    await run(id);
    expect(calls).toHaveLength(1);
    expect(await bench.step(id, 'a')).toMatchObject({ status: 'completed', claim: 2 });
  });

  test('is not taken up while its job waits or runs, however long that takes', async () => {
    bench.tool('work');
    const id = await begun([toolStep('a')]);
    bench.pass(3_600_000);
    expect(await sweep(engine)).toBe(0);
    expect(await bench.jobs('step', id)).toHaveLength(1);
  });

  test('that the queue has given up on is taken up again', async () => {
    const calls = bench.tool('work');
    const id = await begun([toolStep('a')]);
    await bench.db.raw`update graphile_worker._private_jobs set attempts = max_attempts`;
    bench.pass(30_001);
    expect(await sweep(engine)).toBe(1);
    await run(id);
    expect(calls).toHaveLength(1);
  });
});

describe('a task that stands still', () => {
  test('because the job of its checks is lost goes on, before the work and after it', async () => {
    bench.tool('work');
    const id = await bench.propose([toolStep('a')]);
    await bench.accept(id);
    for (const stage of ['before', 'after']) {
      const [check] = await bench.jobs('check', id);
      expect(check?.payload.stage).toBe(stage);
      await lose('check', id);
      await touch(id);
      expect(await sweep(engine)).toBe(0);
      bench.pass(30_001);
      await sweep(engine);
      expect(await bench.jobs('check', id)).toHaveLength(1);
      const [found] = await bench.jobs('check', id);
      expect(found?.payload).toEqual(check?.payload);
      await lose('advance', id);
      if (stage === 'before') {
        if (found) await runChecks(engine, found.payload);
        await lose('check', id);
        const [step] = await bench.jobs('step', id);
        if (step) await runStep(engine, step.payload, neverAborted);
        await lose('step', id);
      }
    }
    await run(id);
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
  });

  test('because its next try is never woken up goes on', async () => {
    let broken = true;
    const lost = () => Promise.reject(Object.assign(new Error(), { code: 'ECONNRESET' }));
    const calls = bench.tool('work', () => (broken ? lost() : Promise.resolve({})));
    const id = await begun([toolStep('a')]);
    await run(id);
    broken = false;
    await lose('advance', id);
    await touch(id);
    bench.pass(60_000);
    expect(await sweep(engine)).toBe(1);
    await run(id);
    expect(calls).toHaveLength(2);
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
  });

  test('behind a step of its older plan that a person has not done is not overlooked', async () => {
    bench.tool('work');
    const id = await begun([humanStep('h'), toolStep('a', { input: { size: 1 } })]);
    await performVerb(engine, ana, id, 'modify', { text: 'leave out Call h' });
    await performVerb(engine, ana, id, 'accept');
    await lose('check', id);
    await bench.db.raw`update runs set checks_before = 'done' where task_id = ${id}`;
    await touch(id);
    bench.pass(30_001);
    expect(await sweep(engine)).toBe(1);
    await run(id);
    expect(await bench.states(id)).toEqual({ a: 'completed' });
  });
});

describe('what only waits is left alone:', () => {
  test.each<[string, () => Promise<string>]>([
    ['an open approval', async () => begun([approvalStep('p')])],
    ['a manual step', async () => begun([humanStep('h')])],
    ['a plan', () => bench.propose([toolStep('a')])],
    [
      'a paused task with an approval whose time is over',
      async () => {
        const id = await begun([approvalStep('p', { timeoutSeconds: 60 })]);
        await pauseTask(engine, ana, id);
        return id;
      },
    ],
    [
      'a paused task with something approved',
      async () => {
        bench.tool('mail', undefined, { effect: 'send' });
        const id = await begun([toolStep('a', { tool: 'mail' })]);
        await pauseTask(engine, ana, id);
        const [approval] = await bench.approvals(id);
        await decideStep(engine, ana, id, approval?.id ?? '', yes);
        return id;
      },
    ],
    [
      'a cancelled task with something approved and something open',
      async () => {
        bench.tool('mail', undefined, { effect: 'send' });
        const branches = [[toolStep('a', { tool: 'mail' })], [approvalStep('p')]];
        const id = await begun([{ kind: 'parallel', key: 'l', name: 'Both', branches }]);
        for (const approval of await bench.approvals(id))
          if (approval.cause === 'policy') await decideStep(engine, ana, id, approval.id, yes);
        await cancelTask(engine, ana, id);
        // The step in hand is ended, and there is nothing else to do.
        await run(id);
        return id;
      },
    ],
    [
      'a step that was approved and has failed',
      async () => {
        bench.tool('mail', () => Promise.reject(new Error('Full.')), { effect: 'send' });
        const id = await begun([toolStep('a', { tool: 'mail' })]);
        const [approval] = await bench.approvals(id);
        await decideStep(engine, ana, id, approval?.id ?? '', yes);
        await run(id);
        return id;
      },
    ],
    [
      'what was approved in a plan that has changed since',
      async () => {
        bench.tool('work');
        bench.tool('mail', undefined, { effect: 'send' });
        const branches = [[toolStep('a', { tool: 'mail' })], [approvalStep('p')]];
        const id = await begun([
          { kind: 'parallel', key: 'l', name: 'Both', branches },
          toolStep('b'),
        ]);
        for (const approval of await bench.approvals(id))
          if (approval.cause === 'policy')
            await bench.db
              .raw`update approvals set status = 'approved', decided_at = now() where id = ${approval.id}`;
        await performVerb(engine, ana, id, 'modify', { text: 'leave out Do b' });
        await performVerb(engine, ana, id, 'accept');
        await run(id);
        return id;
      },
    ],
  ])('%s', async (_, bring) => {
    const id = await bring();
    await touch(id);
    const before = await bench.events(id);
    bench.pass(3_600_000);
    expect(await sweep(engine)).toBe(0);
    for (const kind of ['advance', 'step', 'check'] as const)
      expect(await bench.jobs(kind, id)).toEqual([]);
    expect(await bench.events(id)).toEqual(before);
  });
});

test('many that only wait do not keep out one that is due', async () => {
  for (let count = 0; count < 110; count += 1) {
    const id = await begun([approvalStep('p', { timeoutSeconds: 60 })]);
    await pauseTask(engine, ana, id);
  }
  const id = await begun([approvalStep('p', { timeoutSeconds: 60 })]);
  bench.pass(30_000);
  expect(await sweep(engine)).toBe(1);
  await run(id);
  expect((await bench.events(id)).at(-1)).toMatchObject({ event: 'remind' });
}, 120_000);

test('jobs that will never run again are kept for a day, others as long as it takes', async () => {
  const id = await bench.propose([toolStep('a')]);
  const add = async (attempts: number, age: string, isAtWork = false) => {
    const [row] = await bench.db.raw`
      select id from graphile_worker.add_job('deliver', json_build_object('taskId', ${id}::text), max_attempts => 5)`;
    await bench.db.raw`
      update graphile_worker._private_jobs set attempts = ${attempts}, updated_at = now() - ${age}::interval,
        locked_at = case when ${isAtWork} then now() end where id = ${row?.['id']}`;
    return String(row?.['id']);
  };
  const dead = await add(5, '25 hours');
  const kept = [await add(5, '23 hours'), await add(4, '25 hours'), await add(5, '25 hours', true)];
  await sweep(engine);
  const left = (await bench.jobs('deliver', id)).map((job) => job.id);
  expect(left).toEqual(expect.arrayContaining(kept));
  expect(left).not.toContain(dead);
});
