/** Reminders, escalation and the end of the time, on a clock that the test holds (PAINS 9). */
import { beforeEach, describe, expect, test } from 'vitest';
import { ana, approvalStep, testEngine, toolStep } from '../../test/support/engine.ts';
import type { Approval } from '../db/approval.ts';
import { dueOf, timesFrom } from './approval-clock.ts';
import { decideStep } from './decision.ts';
import { changeWorkspace } from './setting.ts';
import { pauseTask, resumeTask } from './steer.ts';
import { sweep } from './sweep.ts';
import { performVerb } from './verb.ts';

const bench = await testEngine();
const { engine } = bench;
const person = (id: string) => ({ ...ana, id });
const yes = { approve: true, reason: null };
const second = 1000;

beforeEach(() => changeWorkspace(engine, ana, { fallbackApprover: null }));

/** A task that waits for an approval with 1,800 seconds and what else the step says. */
async function waiting(about: Record<string, unknown>): Promise<string> {
  bench.tool('work');
  const id = await bench.propose([
    approvalStep('p', { from: ['bob'], timeoutSeconds: 1800, ...about }),
    toolStep('a'),
  ]);
  await bench.accept(id);
  await bench.runJobs(id, { pass: true });
  return id;
}

/** Lets time pass, looks for what is due as every worker does, and runs it. */
async function pass(id: string, seconds: number): Promise<void> {
  bench.pass(seconds * second);
  await sweep(engine);
  await bench.runJobs(id, { pass: true });
}
const last = async (id: string): Promise<Approval> => {
  const approval = (await bench.approvals(id)).at(-1);
  if (!approval) throw new Error('There is no approval.');
  return approval;
};
/** The clock's own events of a task, as "event to whom". */
const told = async (id: string) =>
  (await bench.events(id))
    .filter(({ event }) => ['remind', 'escalate', 'expire', 'reject'].includes(event))
    .map(({ event, data }) => {
      const to = (data as { to?: string }).to;
      return to ? `${event} ${to}` : event;
    });

describe('9. an approval with a time limit', () => {
  test('reminds at half time, once, and asks the next person at the end, and the next', async () => {
    const id = await waiting({ escalateTo: ['eva', 'tom'] });
    await pass(id, 899);
    expect(await told(id)).toEqual([]);
    await pass(id, 1);
    await pass(id, 60);
    expect(await told(id)).toEqual(['remind']);
    expect(await last(id)).toMatchObject({ approvers: ['bob'], status: 'open' });
    await pass(id, 839);
    expect(await told(id)).toEqual(['remind']);
    await pass(id, 1);
    expect(await told(id)).toEqual(['remind', 'escalate eva']);
    expect(await last(id)).toMatchObject({ approvers: ['bob', 'eva'], remindedAt: null });
    await pass(id, 900);
    await pass(id, 900);
    expect(await told(id)).toEqual(['remind', 'escalate eva', 'remind', 'escalate tom']);
    // Whoever was asked first may still answer.
    await decideStep(engine, person('bob'), id, (await last(id)).id, yes);
    await bench.runJobs(id, { pass: true });
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
    await pass(id, 10_000);
    expect(await told(id)).toHaveLength(4);
  });

  test('goes to the fallback approver where nobody is named, then is visibly expired', async () => {
    await changeWorkspace(engine, ana, { fallbackApprover: 'boss' });
    const id = await waiting({});
    await pass(id, 1800);
    expect(await last(id)).toMatchObject({ status: 'open', approvers: ['bob', 'boss'] });
    await pass(id, 1800);
    expect(await last(id)).toMatchObject({ status: 'expired', decidedBy: null, decidedAt: null });
    expect(await told(id)).toEqual(['escalate boss', 'expire']);
    expect(await bench.task(id)).toMatchObject({ status: 'approval_pending' });
    await expect(
      decideStep(engine, person('bob'), id, (await last(id)).id, yes),
    ).rejects.toMatchObject({
      code: 'CONFLICT',
      message: 'Nobody decided this in time. Press Ask again on its card.',
    });
  });

  test('that expired is asked again with its whole time, and then counts', async () => {
    const id = await waiting({});
    await pass(id, 1800);
    expect(await last(id)).toMatchObject({ status: 'expired' });
    const { message } = await performVerb(engine, ana, id, 'ask_again');
    expect(message).toBe('Asked again.');
    expect((await bench.approvals(id)).map(({ status }) => status)).toEqual(['superseded', 'open']);
    const dueAt = new Date(engine.now().getTime() + 1800 * second);
    expect(await last(id)).toMatchObject({ approvers: ['bob'], dueAt });
    await expect(performVerb(engine, ana, id, 'ask_again')).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    await decideStep(engine, person('bob'), id, (await last(id)).id, yes);
    await bench.runJobs(id, { pass: true });
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
  });

  test('with ON TIMEOUT reject is refused in nobody’s name, and nothing runs', async () => {
    const calls = bench.tool('work');
    const id = await waiting({ onTimeout: 'reject', escalateTo: ['eva'] });
    await pass(id, 1800);
    expect(await last(id)).toMatchObject({
      status: 'rejected',
      decidedBy: null,
      reason: 'Nobody decided in time.',
    });
    expect(await bench.step(id, 'p')).toMatchObject({
      status: 'failed',
      error: { message: '"Allow p" was not approved.', reason: 'Nobody decided in time.' },
    });
    expect(await bench.task(id)).toMatchObject({ status: 'blocked', blockedKind: 'error' });
    expect(calls).toHaveLength(0);
  });

  test('is refused only once the time is over: a yes in the last moment counts', async () => {
    const id = await waiting({ onTimeout: 'reject' });
    await pass(id, 1799);
    await decideStep(engine, person('bob'), id, (await last(id)).id, yes);
    await pass(id, 1);
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
  });

  test('does not run on while the task is paused; what is due comes with the resume', async () => {
    const id = await waiting({ escalateTo: ['eva'] });
    await pauseTask(engine, ana, id);
    await pass(id, 5000);
    expect(await told(id)).toEqual([]);
    expect(await bench.jobs('advance', id)).toEqual([]);
    await resumeTask(engine, ana, id);
    expect(await told(id)).toEqual(['escalate eva']);
  });
});

describe('an approval without a time limit', () => {
  test('waits for 45 days and longer without a job, a reminder or an answer of its own', async () => {
    const id = await waiting({ timeoutSeconds: undefined });
    for (let day = 0; day < 45; day += 15) await pass(id, 15 * 86_400);
    expect(await last(id)).toMatchObject({ status: 'open', nextAt: null, approvers: ['bob'] });
    expect(await told(id)).toEqual([]);
    for (const kind of ['advance', 'step', 'check'] as const)
      expect(await bench.jobs(kind, id)).toEqual([]);
    await decideStep(engine, person('bob'), id, (await last(id)).id, yes);
    await bench.runJobs(id, { pass: true });
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
  });
});

describe('a clock that jumps', () => {
  test('forward past everything takes one step at a time and asks everybody in turn', async () => {
    const id = await waiting({ escalateTo: ['eva', 'tom'] });
    await pass(id, 365 * 86_400);
    expect(await told(id)).toEqual(['escalate eva']);
    // Whoever is asked now has their whole time from now.
    expect(await last(id)).toMatchObject({ askedAt: engine.now() });
    await pass(id, 1799);
    expect(await told(id)).toEqual(['escalate eva', 'remind']);
  });

  test('back does nothing twice, and what is due comes when it is due', async () => {
    const id = await waiting({ escalateTo: ['eva'] });
    await pass(id, 900);
    expect(await told(id)).toEqual(['remind']);
    await pass(id, -3600);
    await pass(id, 3600);
    expect(await told(id)).toEqual(['remind']);
    await pass(id, 900);
    expect(await told(id)).toEqual(['remind', 'escalate eva']);
  });
});

test('sweeps of many programs at once tell everybody once', async () => {
  const id = await waiting({ escalateTo: ['eva'] });
  bench.pass(900 * second);
  await Promise.all(Array.from({ length: 8 }, () => sweep(engine)));
  await bench.runJobs(id, { pass: true });
  expect(await told(id)).toEqual(['remind']);
});

describe('what is due', () => {
  const workspace = { workingHours: null, timezone: 'UTC', fallbackApprover: null };
  const asked = new Date('2026-01-15T09:00:00Z');
  const at = (seconds: number) => new Date(asked.getTime() + seconds * second);

  test('is at half time and at the end, and without a limit never', async () => {
    expect(timesFrom(asked, 1800, workspace)).toEqual({
      askedAt: asked,
      remindedAt: null,
      dueAt: at(1800),
      nextAt: at(900),
    });
    expect(timesFrom(asked, null, workspace)).toMatchObject({ dueAt: null, nextAt: null });
  });

  test('waits for working hours: asked on a Friday afternoon, it is due on Monday', () => {
    const hours = { days: [1, 2, 3, 4, 5], from: 9 * 60, to: 17 * 60 };
    const friday = new Date('2026-01-16T16:50:00Z');
    expect(timesFrom(friday, 1800, { ...workspace, workingHours: hours })).toMatchObject({
      nextAt: new Date('2026-01-19T09:05:00Z'),
      dueAt: new Date('2026-01-19T09:20:00Z'),
    });
  });

  test('is nothing for what is decided, and nobody is asked who is asked already', async () => {
    const id = await waiting({});
    const open = { ...(await last(id)), ...timesFrom(asked, 1800, workspace) };
    expect(dueOf(open, at(899), workspace)).toBeUndefined();
    expect(dueOf(open, at(900), workspace)).toEqual({ kind: 'remind' });
    expect(dueOf({ ...open, status: 'approved' }, at(9999), workspace)).toBeUndefined();
    const chain = { ...open, approvers: ['bob'], escalateTo: ['bob'] };
    expect(dueOf(chain, at(1800), workspace)).toEqual({ kind: 'expire' });
    expect(dueOf(chain, at(1800), { ...workspace, fallbackApprover: 'bob' })).toEqual({
      kind: 'expire',
    });
  });
});
