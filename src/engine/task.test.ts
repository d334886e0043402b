import { describe, expect, test } from 'vitest';
import {
  ana,
  approvalStep,
  gate,
  humanStep,
  planOf,
  testEngine,
  toolStep,
} from '../../test/support/engine.ts';
import { type TaskStatus, taskStatuses } from '../db/task.ts';
import { FactotumError } from '../errors.ts';
import { acceptPlan } from './accept.ts';
import { advance } from './advance.ts';
import type { Actor } from './context.ts';
import { decideStep, finishHumanStep } from './decision.ts';
import { cancelTask, pauseTask, resumeTask, retryTask, skipFailedStep } from './steer.ts';
import { askQuestion, createTask, failTask, proposePlan, reopenPlanning } from './task.ts';
import { loadView } from './view.ts';

const bench = await testEngine();
const { engine, read } = bench;
const bob: Actor = { ...ana, id: 'bob' };
const stranger: Actor = { workspaceId: 'wsp_other', id: 'ana' };
const yes = { approve: true, reason: null };
const no = { approve: false, reason: 'Too expensive.' };

const permanent = () => Promise.reject(new FactotumError('INVALID', 'The name is taken.'));
const transient = () =>
  Promise.reject(Object.assign(new Error('Connection lost.'), { code: 'ECONNRESET' }));

/** Files, accepts and runs a task until nothing is due any more. */
async function started(steps: unknown[]): Promise<string> {
  const id = await bench.propose(steps);
  await bench.accept(id);
  await bench.runJobs(id, { pass: true });
  return id;
}
const view = async (id: string) => {
  const found = await read((tx) => loadView(tx, id, engine.now(), engine.tools));
  if (!found) throw new Error('There is no such task.');
  return found;
};
const approvalOf = async (id: string) => {
  const [approval] = (await bench.approvals(id)).filter((one) => one.status === 'open');
  if (!approval) throw new Error('No approval is open.');
  return approval.id;
};
const conflict = (message: RegExp) => ({
  code: 'CONFLICT',
  message: expect.stringMatching(message),
});

describe('a task', () => {
  test('runs from a proposed plan to done, and every state on the way is recorded', async () => {
    const calls = bench.tool('work');
    const id = await bench.propose([toolStep('a'), toolStep('b')]);
    expect(await bench.task(id)).toMatchObject({ status: 'ready', phase: 'plan', planVersion: 1 });
    expect(await bench.jobs('step', id)).toEqual([]);

    await bench.accept(id);
    expect(await bench.task(id)).toMatchObject({ status: 'running', phase: 'act' });
    expect(await bench.states(id)).toEqual({ a: 'pending', b: 'pending' });
    await bench.runJobs(id, { pass: true });

    expect(calls).toHaveLength(2);
    const task = await bench.task(id);
    expect(task).toMatchObject({ status: 'completed', phase: 'done', progress: 100 });
    expect(task.startedAt).not.toBeNull();
    expect(task.completedAt).not.toBeNull();
    expect(task.executionLog.map(({ event }) => event)).toEqual([
      'plan',
      'propose',
      'accept',
      'started',
      'completed',
    ]);
    const events = await bench.events(id);
    expect(events.map(({ event, from, to }) => `${event}: ${from} → ${to}`)).toEqual([
      'create: null → draft',
      'plan: draft → planning',
      'propose: planning → ready',
      'accept: ready → queued',
      'start: queued → running',
      'start: pending → running',
      'call: null → null',
      'complete: running → completed',
      'start: pending → running',
      'call: null → null',
      'complete: running → completed',
      'complete: running → completed',
    ]);
    expect(events.map(({ actor }) => actor).slice(0, 5)).toEqual([
      'ana',
      'ana',
      'factotum',
      'ana',
      'factotum',
    ]);
  });

  test('logs its start and its end in the words of the execution document', async () => {
    bench.tool('work');
    const { executionLog } = await bench.task(await started([toolStep('a')]));
    expect(executionLog).toContainEqual(
      expect.objectContaining({
        event: 'started',
        executor_id: expect.any(String),
        executor_type: 'agent',
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      }),
    );
    expect(executionLog).toContainEqual(
      expect.objectContaining({
        event: 'completed',
        result: { strategy: 'immediate', output: '', confidence: 0.92 },
      }),
    );
  });

  test('is not seen, and not changed, from another workspace', async () => {
    const id = await bench.propose([toolStep('a')]);
    const missing = { code: 'NOT_FOUND' };
    await expect(acceptPlan(engine, stranger, id, 1)).rejects.toMatchObject(missing);
    await expect(cancelTask(engine, stranger, id)).rejects.toMatchObject(missing);
    await expect(pauseTask(engine, stranger, id)).rejects.toMatchObject(missing);
    expect(await bench.task(id)).toMatchObject({ status: 'ready' });
  });

  test('that waits for an answer shows its question, and goes back to planning with it', async () => {
    const id = await read(async (tx) => {
      const request = { channel: 'web', conversation: 'q', title: 'An app', shortName: 'app' };
      const task = await createTask(tx, engine, ana, { ...request, description: 'Make an app' });
      const question = { kind: 'question' as const, text: 'What for?', suggestions: ['Bees'] };
      return (await askQuestion(tx, engine, task, question)).id;
    });
    const asked = await bench.task(id);
    expect(asked).toMatchObject({
      status: 'blocked',
      blockedKind: 'clarification',
      blockedReason: 'What for?',
      question: { text: 'What for?', suggestions: ['Bees'] },
      phase: 'discover',
    });
    await read((tx) => reopenPlanning(tx, engine, ana, asked));
    expect(await bench.task(id)).toMatchObject({
      status: 'planning',
      blockedKind: null,
      blockedReason: null,
    });
  });

  test('whose result is described at any length can be completed', async () => {
    bench.tool('work');
    const creates = Array.from({ length: 30 }, () => ({ icon: '📋', text: 'x'.repeat(100) }));
    const id = await bench.propose([toolStep('a')], { creates });
    await bench.accept(id);
    await bench.runJobs(id, { pass: true });
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
  });

  test('whose result is longer than a notification may be can be completed too', async () => {
    bench.tool('work');
    const creates = Array.from({ length: 100 }, () => ({ icon: '📋', text: 'x'.repeat(100) }));
    const id = await bench.propose([toolStep('a')], { creates });
    await bench.accept(id);
    await bench.runJobs(id, { pass: true });
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
  });

  test('that nobody can end is kept as failed, with the reason', async () => {
    const id = await bench.propose([toolStep('a')]);
    await bench.force(id, 'running');
    await read(async (tx) => failTask(tx, engine, await bench.task(id), 'Nobody can be asked.'));
    expect(await bench.task(id)).toMatchObject({
      status: 'failed',
      failureReason: 'Nobody can be asked.',
    });
  });
});

describe('proposing', () => {
  test('a plan that cannot be run is refused with sentences, and stores nothing', async () => {
    const many = Array.from({ length: 10_000 }, (_, index) => toolStep(`s${index}`));
    const circle = [toolStep('a', { needs: ['b'] }), toolStep('b', { needs: ['a'] })];
    for (const [steps, message] of [
      [many, 'The plan has more than 100 steps. Split it into several tasks.'],
      [circle, '"Do a" needs "b", which is no earlier step.'],
    ] as const) {
      const id = await bench.propose([toolStep('a')]);
      await read(async (tx) => {
        const task = await reopenPlanning(tx, engine, ana, await bench.task(id));
        const plan = { ...planOf([toolStep('a')]), steps } as never;
        await expect(proposePlan(tx, engine, task, plan, [])).rejects.toMatchObject({
          code: 'INVALID',
          message,
        });
      });
      expect(await bench.task(id)).toMatchObject({ status: 'planning', planVersion: 1 });
    }
  });
});

describe('the words of other documents', () => {
  test.each([
    ['draft', 'pending'],
    ['planning', 'pending'],
    ['ready', 'pending'],
    ['queued', 'queued'],
    ['running', 'in_progress'],
    ['paused', 'paused'],
    ['approval_pending', 'blocked'],
    ['blocked', 'blocked'],
    ['completed', 'completed'],
    ['failed', 'failed'],
    ['cancelled', 'cancelled'],
  ] satisfies [TaskStatus, string][])('status %s is execution_status %s', async (status, word) => {
    const id = await bench.propose([toolStep('a')]);
    await bench.force(id, status);
    const [row] = await bench.db.raw`select execution_status from tasks where id = ${id}`;
    expect(row).toEqual({ execution_status: word });
  });

  test('task_progress has exactly the columns of the Progress Tracking document', async () => {
    const rows = await bench.db.raw`
      select column_name as name from information_schema.columns
      where table_name = 'task_progress' order by ordinal_position`;
    expect(rows.map(({ name }) => name)).toEqual([
      'task_id',
      'step',
      'percent',
      'status',
      'updated_at',
    ]);
  });

  test('task_progress has no time while a step is pending, and one afterwards', async () => {
    const entered = gate();
    const leave = gate();
    bench.tool('work', async ({ substep }) => {
      await substep('one', async () => {});
      entered.open();
      await leave.passed;
    });
    const id = await bench.propose([
      toolStep('a', { substeps: ['one', 'two'] }),
      toolStep('b', { tool: 'other' }),
    ]);
    bench.tool('other');
    await bench.accept(id);
    const rows = async () => [
      ...(await bench.db
        .raw`select step, percent, status, updated_at is null as never from task_progress where task_id = ${id} order by step`),
    ];
    expect(await rows()).toEqual([
      { step: 1, percent: 0, status: 'pending', never: true },
      { step: 2, percent: 0, status: 'pending', never: true },
    ]);
    const running = bench.runJobs(id, { pass: true });
    await entered.passed;
    expect(await rows()).toEqual([
      { step: 1, percent: 50, status: 'running', never: false },
      { step: 2, percent: 0, status: 'pending', never: true },
    ]);
    leave.open();
    await running;
    expect(await rows()).toEqual([
      { step: 1, percent: 100, status: 'completed', never: false },
      { step: 2, percent: 100, status: 'completed', never: false },
    ]);
  });
});

describe('checks', () => {
  test('of a kind that nobody knows fail, before and after, and block the task', async () => {
    bench.tool('work');
    const id = await bench.propose([toolStep('a')]);
    await bench.accept(id);
    await bench.runJobs(id);
    expect(await bench.task(id)).toMatchObject({
      status: 'blocked',
      blockedKind: 'error',
      phase: 'verify',
      blockedReason: expect.stringContaining('1 of 1 checks'),
    });
    const failed = { passed: false, evidence: 'This check cannot be run here.' };
    expect(await bench.checks(id)).toMatchObject([{ before: failed, after: failed }]);
  });

  test('are run again by Retry, without repeating the steps', async () => {
    const calls = bench.tool('work');
    const id = await bench.propose([toolStep('a')]);
    await bench.accept(id);
    await bench.runJobs(id);
    await retryTask(engine, ana, id);
    await bench.runJobs(id, { pass: true });
    expect(await bench.task(id)).toMatchObject({ status: 'completed', retryCount: 1 });
    expect(calls).toHaveLength(1);
  });

  test('cannot be skipped', async () => {
    bench.tool('work');
    const id = await bench.propose([toolStep('a')]);
    await bench.accept(id);
    await bench.runJobs(id);
    await expect(skipFailedStep(engine, ana, id, true)).rejects.toMatchObject(
      conflict(/no failed step/),
    );
  });
});

describe('a failed step', () => {
  test('that will not mend by itself is not tried again, and blocks with its reason', async () => {
    const calls = bench.tool('work', permanent);
    const id = await started([toolStep('a'), toolStep('b')]);
    expect(calls).toHaveLength(1);
    expect(await bench.step(id, 'a')).toMatchObject({
      status: 'failed',
      error: {
        message: 'Could not finish "Do a".',
        reason: 'The name is taken.',
        kind: 'permanent',
      },
    });
    expect(await bench.task(id)).toMatchObject({ status: 'blocked', blockedKind: 'error' });
    expect(await bench.states(id)).toEqual({ a: 'failed', b: 'pending' });
  });

  test('is tried again by Retry with all its parts, and goes on', async () => {
    const ran: string[] = [];
    let broken = true;
    bench.tool('work', async ({ substep }) => {
      await substep('one', async () => void ran.push('one'));
      if (broken) await permanent();
      await substep('two', async () => void ran.push('two'));
    });
    const id = await started([toolStep('a', { substeps: ['one', 'two'] }), toolStep('b')]);
    broken = false;
    await retryTask(engine, bob, id);
    await bench.runJobs(id, { pass: true });
    expect(ran.slice(0, 3)).toEqual(['one', 'one', 'two']);
    expect(await bench.task(id)).toMatchObject({ status: 'completed', retryCount: 1 });
    expect(await bench.step(id, 'a')).toMatchObject({ status: 'completed', error: null });
  });

  test('cannot be tried again where none has failed', async () => {
    const id = await bench.propose([humanStep('a')]);
    await expect(retryTask(engine, ana, id)).rejects.toMatchObject(conflict(/no failed step/));
    await bench.accept(id);
    await bench.runJobs(id);
    await expect(retryTask(engine, ana, id)).rejects.toMatchObject(conflict(/no failed step/));
  });

  test('is skipped where it is not critical, and the run goes on', async () => {
    bench.tool('broken', permanent);
    bench.tool('work');
    for (const priority of ['high', 'medium', 'low']) {
      const id = await started([toolStep('a', { tool: 'broken', priority }), toolStep('b')]);
      await skipFailedStep(engine, ana, id, true);
      await bench.runJobs(id, { pass: true });
      expect(await bench.states(id)).toEqual({ a: 'skipped', b: 'completed' });
      expect(await bench.task(id)).toMatchObject({ status: 'completed' });
    }
  });

  test('is not skipped where it is critical: nothing changes', async () => {
    bench.tool('broken', permanent);
    const id = await started([toolStep('a', { tool: 'broken', priority: 'critical' })]);
    await expect(skipFailedStep(engine, ana, id, true)).rejects.toMatchObject(
      conflict(/cannot be skipped/),
    );
    expect(await bench.states(id)).toEqual({ a: 'failed' });
    expect(await bench.task(id)).toMatchObject({ status: 'blocked' });
  });

  test('is not skipped where nothing failed', async () => {
    const id = await bench.propose([toolStep('a')]);
    await expect(skipFailedStep(engine, ana, id, true)).rejects.toMatchObject(
      conflict(/no failed step/),
    );
  });

  test('in a branch lets the other branch end, then asks; a retry repeats only what failed', async () => {
    let broken = true;
    const failing = bench.tool('broken', () => (broken ? permanent() : Promise.resolve({})));
    const fine = bench.tool('work');
    const both = {
      kind: 'parallel',
      key: 'p',
      name: 'Both',
      branches: [[toolStep('a', { tool: 'broken' })], [toolStep('b'), toolStep('c')]],
    };
    const id = await started([both, toolStep('d')]);
    expect(await bench.states(id)).toEqual({
      p: 'running',
      a: 'failed',
      b: 'completed',
      c: 'completed',
      d: 'pending',
    });
    broken = false;
    await retryTask(engine, ana, id);
    await bench.runJobs(id, { pass: true });
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
    expect([failing.length, fine.length]).toEqual([2, 3]);
  });
});

describe('a transient error', () => {
  test('is tried three times more with growing waits, then a person is asked', async () => {
    const calls = bench.tool('work', transient);
    const id = await started([toolStep('a')]);
    for (const [retry, ceiling] of [1000, 2000, 4000].entries()) {
      const { status, retryAt, attempt } = await bench.step(id, 'a');
      expect([status, attempt]).toEqual(['pending', retry + 1]);
      const wait = Number(retryAt) - engine.now().getTime();
      expect(wait).toBeGreaterThanOrEqual(ceiling / 2);
      expect(wait).toBeLessThanOrEqual(ceiling);
      // Asked too early, the step still waits.
      bench.pass(wait - 1);
      await advance(engine, ana.workspaceId, id);
      expect(await bench.step(id, 'a')).toMatchObject({ status: 'pending', attempt: retry + 1 });
      bench.pass(1);
      await bench.runJobs(id, { pass: true });
    }
    expect(calls).toHaveLength(4);
    expect(await bench.step(id, 'a')).toMatchObject({ status: 'failed', attempt: 4 });
    expect(await bench.task(id)).toMatchObject({ status: 'blocked', blockedKind: 'error' });
  });

  test('is tried again also when the wake-up came a moment too early', async () => {
    const calls = bench.tool('work', transient);
    const id = await started([toolStep('a')]);
    // Another machine's clock is ahead: the job runs before this one says that it is time.
    for (const { id: job } of await bench.jobs('advance', id)) await bench.drop(job);
    await advance(engine, ana.workspaceId, id);
    bench.pass(60_000);
    await bench.runJobs(id);
    expect(calls).toHaveLength(2);
  });

  test('that passes is not heard of', async () => {
    let failures = 2;
    bench.tool('work', () => (failures-- > 0 ? transient() : Promise.resolve({ made: 3 })));
    const id = await started([toolStep('a')]);
    bench.pass(60_000);
    await bench.runJobs(id, { pass: true });
    bench.pass(60_000);
    await bench.runJobs(id, { pass: true });
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
    expect(await bench.step(id, 'a')).toMatchObject({
      attempt: 3,
      result: { made: 3 },
      error: null,
    });
  });

  test('keeps the parts that are done', async () => {
    const ran: string[] = [];
    let broken = true;
    bench.tool('work', async ({ substep }) => {
      await substep('one', async () => void ran.push('one'));
      if (broken) await transient();
      await substep('two', async () => void ran.push('two'));
    });
    const id = await started([toolStep('a', { substeps: ['one', 'two'] })]);
    broken = false;
    bench.pass(60_000);
    await bench.runJobs(id, { pass: true });
    expect(ran).toEqual(['one', 'two']);
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
  });

  test('allows as many tries as the task says', async () => {
    const calls = bench.tool('work', transient);
    const id = await bench.propose([toolStep('a')]);
    await bench.db.raw`update tasks set max_retries = 0 where id = ${id}`;
    await bench.accept(id);
    await bench.runJobs(id);
    expect(calls).toHaveLength(1);
    expect(await bench.task(id)).toMatchObject({ status: 'blocked', blockedKind: 'error' });
  });

  test('after Retry is tried three times more again: the person gave it a new start', async () => {
    const calls = bench.tool('work', transient);
    const id = await started([toolStep('a')]);
    const wait = async () => {
      for (let turn = 0; turn < 4; turn += 1) {
        bench.pass(60_000);
        await bench.runJobs(id);
      }
    };
    await wait();
    expect(calls).toHaveLength(4);
    await retryTask(engine, ana, id);
    await wait();
    expect(calls).toHaveLength(8);
  });

  test('is counted in retry_count', async () => {
    bench.tool('work', transient);
    const id = await started([toolStep('a')]);
    expect(await bench.task(id)).toMatchObject({ retryCount: 1 });
  });
});

describe('percent', () => {
  test('never falls while parts and steps get done', async () => {
    const seen: number[] = [];
    const id = await bench.propose([
      toolStep('a', { substeps: ['one', 'two'] }),
      toolStep('b', { substeps: ['one', 'two'] }),
    ]);
    bench.tool('work', async ({ substep }) => {
      for (const part of ['one', 'two']) {
        await substep(part, async () => void seen.push((await view(id)).percent));
        bench.pass(300);
        seen.push((await view(id)).percent);
      }
    });
    await bench.accept(id);
    await bench.runJobs(id, { pass: true });
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(Math.max(...seen)).toBeLessThan(100);
    expect(seen.length).toBe(8);
    expect((await view(id)).percent).toBe(100);
  });

  test('does not fall when a step fails and is tried again', async () => {
    let shown = 0;
    // A tool without history: how long it takes is then what it says of itself, about a second.
    const id = await bench.propose([toolStep('a', { tool: 'fickle' })]);
    bench.tool('fickle', async () => {
      bench.pass(800);
      shown = (await view(id)).percent;
      return transient();
    });
    await bench.accept(id);
    await bench.runJobs(id);
    expect(shown).toBeGreaterThan(50);
    expect((await view(id)).percent).toBeGreaterThanOrEqual(shown);
  });
});

describe('an approval', () => {
  const steps = [approvalStep('p', { from: ['bob', 'boss'] }), toolStep('a')];

  test('stops the run until one of those who are asked decides', async () => {
    const calls = bench.tool('work');
    const id = await started(steps);
    expect(await bench.task(id)).toMatchObject({
      status: 'approval_pending',
      blockedKind: 'approval',
    });
    expect(await bench.approvals(id)).toMatchObject([
      {
        status: 'open',
        approvers: ['bob', 'boss'],
        digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    ]);
    expect(calls).toHaveLength(0);
    await decideStep(engine, bob, id, await approvalOf(id), yes);
    await bench.runJobs(id, { pass: true });
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
    expect(await bench.approvals(id)).toMatchObject([{ status: 'approved', decidedBy: 'bob' }]);
    expect(await bench.step(id, 'p')).toMatchObject({ result: { approved: true, by: 'bob' } });
  });

  test('of somebody who is not asked is refused and changes nothing', async () => {
    const id = await started(steps);
    const approval = await approvalOf(id);
    await expect(decideStep(engine, ana, id, approval, yes)).rejects.toMatchObject({
      code: 'FORBIDDEN',
      message: 'Only bob or boss can decide this.',
    });
    await expect(
      decideStep(engine, { ...stranger, id: 'bob' }, id, approval, yes),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await bench.approvals(id)).toMatchObject([{ status: 'open', decidedBy: null }]);
    expect(await bench.task(id)).toMatchObject({ status: 'approval_pending' });
  });

  test('of fifty decisions at once exactly one counts', async () => {
    bench.tool('work');
    const id = await started(steps);
    const approval = await approvalOf(id);
    const tries = Array.from({ length: 50 }, (_, index) =>
      decideStep(
        engine,
        { ...ana, id: index % 2 ? 'bob' : 'boss' },
        id,
        approval,
        index % 3 ? yes : no,
      ),
    );
    const outcomes = await Promise.allSettled(tries);
    const lost = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    expect(lost).toHaveLength(49);
    for (const error of lost)
      expect(error).toMatchObject(conflict(/already (approved|rejected) by (bob|boss)/));
    const decisions = (await bench.events(id)).filter(({ event }) =>
      ['approve', 'reject'].includes(event),
    );
    expect(decisions).toHaveLength(1);
  });

  test('that is refused fails its step with who and why, and blocks', async () => {
    const calls = bench.tool('work');
    const id = await started(steps);
    await decideStep(engine, bob, id, await approvalOf(id), no);
    await bench.runJobs(id);
    expect(await bench.step(id, 'p')).toMatchObject({
      status: 'failed',
      error: { message: 'bob rejected "Allow p".', reason: 'Too expensive.' },
    });
    expect(await bench.task(id)).toMatchObject({ status: 'blocked', blockedKind: 'error' });
    expect(calls).toHaveLength(0);
  });

  test('that was refused is asked for again by Retry', async () => {
    const id = await started(steps);
    const first = await approvalOf(id);
    await decideStep(engine, bob, id, first, no);
    await retryTask(engine, ana, id);
    await bench.runJobs(id);
    expect(await approvalOf(id)).not.toBe(first);
    expect(await bench.task(id)).toMatchObject({ status: 'approval_pending' });
  });

  test('that was refused cannot be got around by Skip', async () => {
    const calls = bench.tool('work');
    const id = await started(steps);
    await decideStep(engine, bob, id, await approvalOf(id), no);
    await skipFailedStep(engine, ana, id, true).catch(() => {});
    await bench.runJobs(id, { pass: true });
    expect(calls).toHaveLength(0);
  });

  test('with nobody named may be given by whoever steers the task', async () => {
    bench.tool('work');
    const id = await started([approvalStep('p'), toolStep('a')]);
    await decideStep(engine, ana, id, await approvalOf(id), yes);
    await bench.runJobs(id, { pass: true });
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
  });

  test('that does not exist, or of another task, is not found', async () => {
    const [one, other] = [await started(steps), await started(steps)];
    await expect(decideStep(engine, bob, one, 'apr_none', yes)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(decideStep(engine, bob, one, await approvalOf(other), yes)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  test('given while the task is paused is kept, and the run goes on only when it is resumed', async () => {
    const calls = bench.tool('work');
    const id = await started(steps);
    await pauseTask(engine, ana, id);
    await decideStep(engine, bob, id, await approvalOf(id), yes);
    await bench.runJobs(id, { pass: true });
    expect(await bench.task(id)).toMatchObject({ status: 'paused' });
    expect(calls).toHaveLength(0);
    await resumeTask(engine, ana, id);
    await bench.runJobs(id, { pass: true });
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
  });

  test('of a cancelled task is not recorded as given', async () => {
    const id = await started(steps);
    const approval = await approvalOf(id);
    await cancelTask(engine, ana, id);
    await expect(decideStep(engine, bob, id, approval, yes)).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });

  test('in one branch does not hold up the other', async () => {
    const calls = bench.tool('work');
    const both = {
      kind: 'parallel',
      key: 'l',
      name: 'Both',
      branches: [[approvalStep('p')], [toolStep('a'), toolStep('b')]],
    };
    const id = await started([both]);
    expect(calls).toHaveLength(2);
    expect(await bench.task(id)).toMatchObject({ status: 'approval_pending' });
    await decideStep(engine, ana, id, await approvalOf(id), yes);
    await bench.runJobs(id, { pass: true });
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
  });

  test('and a manual step at once leave the task waiting for what is still owed', async () => {
    const both = {
      kind: 'parallel',
      key: 'l',
      name: 'Both',
      branches: [[approvalStep('p')], [humanStep('h')]],
    };
    const id = await started([both]);
    await decideStep(engine, ana, id, await approvalOf(id), yes);
    expect(await bench.states(id)).toMatchObject({ p: 'completed', h: 'running' });
    expect(await bench.task(id)).toMatchObject({ status: 'blocked', blockedKind: 'human_action' });
  });
});

describe('a manual step', () => {
  test('waits for a person with what is to be done, and goes on when it is ticked off', async () => {
    bench.tool('work');
    const id = await started([humanStep('h'), toolStep('a')]);
    expect(await bench.task(id)).toMatchObject({
      status: 'blocked',
      blockedKind: 'human_action',
      blockedReason: 'Please call h.',
    });
    const { id: stepId } = await bench.step(id, 'h');
    await finishHumanStep(engine, bob, id, stepId);
    await bench.runJobs(id, { pass: true });
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
    expect(await bench.step(id, 'h')).toMatchObject({ result: { by: 'bob' }, progress: 100 });
  });

  test('is ticked off once', async () => {
    bench.tool('work');
    const id = await started([humanStep('h'), humanStep('i')]);
    const { id: stepId } = await bench.step(id, 'h');
    const tries = Array.from({ length: 8 }, () => finishHumanStep(engine, ana, id, stepId));
    const outcomes = await Promise.allSettled(tries);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await bench.states(id)).toEqual({ h: 'completed', i: 'running' });
  });

  test('is the only kind that a person can tick off', async () => {
    const id = await started([approvalStep('p'), toolStep('a')]);
    for (const key of ['p', 'a']) {
      const step = await bench.step(id, key);
      await expect(finishHumanStep(engine, ana, id, step.id)).rejects.toMatchObject(
        conflict(/not by hand/),
      );
    }
    await expect(finishHumanStep(engine, ana, id, 'stp_none')).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  test('that comes later in the plan cannot be ticked off before its turn', async () => {
    const id = await started([humanStep('h'), humanStep('i')]);
    const later = await bench.step(id, 'i');
    await expect(finishHumanStep(engine, ana, id, later.id)).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });

  test('of two at once: the task waits until both are done', async () => {
    bench.tool('work');
    const branches = [[humanStep('h')], [humanStep('i')]];
    const id = await started([{ kind: 'parallel', key: 'l', name: 'Both', branches }]);
    await finishHumanStep(engine, ana, id, (await bench.step(id, 'h')).id);
    expect(await bench.task(id)).toMatchObject({ status: 'blocked', blockedKind: 'human_action' });
    await finishHumanStep(engine, ana, id, (await bench.step(id, 'i')).id);
    await bench.runJobs(id, { pass: true });
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
  });

  test('is still asked for after a pause', async () => {
    const id = await started([humanStep('h')]);
    await pauseTask(engine, ana, id);
    await resumeTask(engine, ana, id);
    expect(await bench.task(id)).toMatchObject({ status: 'blocked', blockedKind: 'human_action' });
  });
});

describe('a pause', () => {
  test('lets the step in hand end, and a resume goes on with the next', async () => {
    const ran: string[] = [];
    const id = await bench.propose([
      toolStep('a', { substeps: ['one', 'two'] }),
      toolStep('b', { tool: 'next' }),
    ]);
    bench.tool('next', async () => void ran.push('b'));
    bench.tool('work', async ({ substep }) => {
      await substep('one', async () => void (await pauseTask(engine, ana, id)));
      await substep('two', async () => void ran.push('two'));
    });
    await bench.accept(id);
    await bench.runJobs(id);
    expect(await bench.task(id)).toMatchObject({ status: 'paused', phase: 'act' });
    expect(await bench.states(id)).toEqual({ a: 'completed', b: 'pending' });
    expect(await bench.jobs('step', id)).toEqual([]);

    await resumeTask(engine, ana, id);
    await bench.runJobs(id, { pass: true });
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
    expect(ran).toEqual(['two', 'b']);
  });

  test('during the checks is kept too', async () => {
    const calls = bench.tool('work');
    const id = await bench.propose([toolStep('a')]);
    await bench.accept(id);
    await pauseTask(engine, ana, id);
    await bench.runJobs(id, { pass: true });
    expect(calls).toHaveLength(0);
    await resumeTask(engine, ana, id);
    await bench.runJobs(id, { pass: true });
    expect(calls).toHaveLength(1);
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
  });

  test('keeps a failure for later: after the resume the person is asked', async () => {
    const id = await bench.propose([toolStep('a')]);
    bench.tool('work', async () => {
      await pauseTask(engine, ana, id);
      return permanent();
    });
    await bench.accept(id);
    await bench.runJobs(id);
    expect(await bench.task(id)).toMatchObject({ status: 'paused' });
    await resumeTask(engine, ana, id);
    expect(await bench.task(id)).toMatchObject({ status: 'blocked', blockedKind: 'error' });
  });

  test('outlasts the time of the next try', async () => {
    const calls = bench.tool('work', transient);
    const id = await started([toolStep('a')]);
    await pauseTask(engine, ana, id);
    bench.pass(60_000);
    await bench.runJobs(id);
    expect(calls).toHaveLength(1);
    await resumeTask(engine, ana, id);
    await bench.runJobs(id);
    expect(calls).toHaveLength(2);
  });

  test('twice, or a resume of what is not paused, is refused with a sentence', async () => {
    const id = await started([humanStep('h')]);
    await expect(resumeTask(engine, ana, id)).rejects.toMatchObject(conflict(/cannot be resumed/));
    await pauseTask(engine, ana, id);
    await expect(pauseTask(engine, ana, id)).rejects.toMatchObject(
      conflict(/^CRM is paused, so it cannot be paused\.$/),
    );
  });

  test('of a task that waits for an answer does not end as running without a plan', async () => {
    const id = await read(async (tx) => {
      const request = { channel: 'web', conversation: 'p', title: 'An app', shortName: 'app' };
      const task = await createTask(tx, engine, ana, { ...request, description: 'Make an app' });
      const question = { kind: 'question' as const, text: 'What for?', suggestions: [] };
      return (await askQuestion(tx, engine, task, question)).id;
    });
    await pauseTask(engine, ana, id).catch(() => {});
    await resumeTask(engine, ana, id).catch(() => {});
    expect(await bench.task(id)).toMatchObject({ status: 'blocked', blockedKind: 'clarification' });
  });
});

describe('cancelling', () => {
  const final = ['completed', 'failed', 'cancelled'];

  test.each(taskStatuses.filter((status) => !final.includes(status)))(
    'a task that is %s stops it for good and clears up',
    async (status) => {
      const id = await bench.propose([toolStep('a')]);
      await bench.force(id, status, status === 'blocked' ? 'error' : null);
      await cancelTask(engine, bob, id);
      const task = await bench.task(id);
      expect(task).toMatchObject({ status: 'cancelled', blockedKind: null, question: null });
      expect(task.cancelledAt).not.toBeNull();
      expect((await bench.events(id)).at(-1)).toMatchObject({ event: 'cancel', actor: 'bob' });
      const clearing = await bench.jobs('discard', id);
      expect(clearing).toHaveLength(1);
    },
  );

  test.each(final)('a task that is %s is refused with a sentence', async (status) => {
    const id = await bench.propose([toolStep('a')]);
    await bench.force(id, status);
    const before = await bench.task(id);
    await expect(cancelTask(engine, ana, id)).rejects.toMatchObject(
      conflict(/^CRM is .+, so it cannot be cancelled\.$/),
    );
    expect(await bench.task(id)).toEqual(before);
  });

  test('stops a step at its next part', async () => {
    const ran: string[] = [];
    const id = await bench.propose([toolStep('a', { substeps: ['one', 'two'] })]);
    bench.tool('work', async ({ substep }) => {
      await substep('one', async () => void (await cancelTask(engine, ana, id)));
      await substep('two', async () => void ran.push('two'));
    });
    await bench.accept(id);
    await bench.runJobs(id);
    expect(ran).toEqual([]);
    expect(await bench.task(id)).toMatchObject({ status: 'cancelled' });
    expect(await bench.jobs('step', id)).toEqual([]);
  });
});
