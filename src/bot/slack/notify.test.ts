/** Who is told what about a task, where they are alone (F199–F203, F207). */
import { beforeEach, describe, expect, test } from 'vitest';
import { approvalStep, toolStep } from '../../../test/support/engine.ts';
import { ana, bob, slackBench } from '../../../test/support/slack.ts';
import type { Person } from '../../db/person.ts';
import { decideStep } from '../../engine/decision.ts';
import { FactotumError } from '../../errors.ts';

const bench = await slackBench();
const { bot, server } = bench;
bench.tool('work');
let isBroken = false;
bench.tool('fragile', async () => {
  if (isBroken) throw new FactotumError('INVALID', 'The disk is full.');
  return {};
});

/** What a person got in their direct conversation since the last look. */
const seen = new Map<string, number>();
function heard(user: string): string[] {
  const all = bench.texts(`D${user.slice(1)}`);
  const news = all.slice(seen.get(user) ?? 0);
  seen.set(user, all.length);
  return news;
}
const choose = (id: string, about: Partial<Person>) => bench.know({ id, ...about });
/** Runs one job after another, and delivers after each, as programs that keep up would. */
async function run(taskId: string): Promise<void> {
  for (let step = 0; step < 3; step += 1) {
    await bench.runJobs(taskId, { pass: true });
    await bench.wait(5);
  }
}
const plain = { quietFrom: null, quietTo: null, timezone: 'UTC' } as const;

beforeEach(async () => {
  isBroken = false;
  await choose(ana.id, { notify: 'all', ...plain });
  await choose(bob.id, { notify: 'all', ...plain });
  for (const { id } of [ana, bob]) heard(id);
});

describe('whoever asked', () => {
  test('is told of the start, of each step and of the end, and each rings', async () => {
    const ids = [approvalStep('first', { from: [ana.id] }), toolStep('second')];
    const id = await bench.file(ids);
    await bench.accept(id);
    await bench.runJobs(id);
    await bench.wait(6);
    // What is to be decided comes first.
    expect(heard(ana.id)).toEqual([
      expect.stringContaining('<@U0ANA> ⚠️ APPROVAL REQUIRED'),
      '<@U0ANA> Your CRM task has started',
    ]);
    const [approval] = await bench.approvals(id);
    await decideStep(bot.engine, ana, id, approval?.id ?? '', { approve: true, reason: null });
    await bench.wait(3);
    expect(heard(ana.id)).toEqual(['<@U0ANA> Step 1 complete: Allow first (Test CRM)']);
    await run(id);
    expect(heard(ana.id).at(-1)).toBe('<@U0ANA> ✅ Your CRM is ready!');
  });

  test('is told where it has failed', async () => {
    isBroken = true;
    const id = await bench.file([toolStep('a', { tool: 'fragile', priority: 'critical' })]);
    await bench.accept(id);
    await run(id);
    expect(await bench.task(id)).toMatchObject({ status: 'blocked', blockedKind: 'error' });
    expect(heard(ana.id).at(-1)).toBe('<@U0ANA> ❌ Task failed at Step 1 of Test CRM');
  });

  test('hears of approvals and results only, or of nothing, as they chose', async () => {
    await choose(ana.id, { notify: 'approvals' });
    const one = await bench.file([approvalStep('go', { from: [bob.id, ana.id] })]);
    await bench.accept(one);
    await bench.runJobs(one);
    await bench.wait(6);
    expect(heard(ana.id)).toEqual([expect.stringContaining('⚠️ APPROVAL REQUIRED')]);
    const [approval] = await bench.approvals(one);
    await decideStep(bot.engine, bob, one, approval?.id ?? '', { approve: true, reason: null });
    await run(one);
    expect(heard(ana.id)).toEqual(['<@U0ANA> ✅ Your CRM is ready!']);

    await choose(ana.id, { notify: 'none' });
    await choose(bob.id, { notify: 'none' });
    heard(bob.id);
    const other = await bench.file([approvalStep('go', { from: [bob.id, ana.id] })]);
    await bench.accept(other);
    await bench.runJobs(other);
    await bench.wait(6);
    expect([...heard(ana.id), ...heard(bob.id)]).toEqual([]);
    // The task's own thread has its card all the same.
    const { conversation } = await bench.task(other);
    expect(bench.texts(conversation.split(':')[0] ?? '').join()).toContain('APPROVAL REQUIRED');
  });

  test('where the task is talked about with them alone, is not told twice', async () => {
    const id = await bench.file([toolStep('a')], 'D0ANA:1690000000.000777');
    await bench.accept(id);
    await run(id);
    const told = heard(ana.id).filter((text) => text.includes('<@U0ANA>'));
    expect(told).toHaveLength(2);
    expect(told[1]).toContain('TASK COMPLETE');
    const inThread = server.messages.filter((one) => one.thread_ts === '1690000000.000777');
    expect(inThread.map(({ text }) => text).join('\n')).not.toContain('is ready!');
  });
});

describe('in quiet hours', () => {
  test('nobody is told; at their end the newest is, once, and what is still to be decided', async () => {
    const now = bench.engine.now();
    const minute = now.getUTCHours() * 60 + now.getUTCMinutes();
    const quiet = { quietFrom: minute, quietTo: (minute + 10) % 1440, timezone: 'UTC' };
    for (const { id } of [ana, bob]) await choose(id, quiet);
    const done = await bench.file([toolStep('a'), toolStep('b')]);
    await bench.accept(done);
    const waits = await bench.file([approvalStep('go', { from: [bob.id] })]);
    await bench.accept(waits);
    await bench.runJobs(waits);
    await run(done);
    await bench.wait(60);
    expect([...heard(ana.id), ...heard(bob.id)]).toEqual([]);
    await bench.wait(9 * 60);
    expect(heard(ana.id).filter((text) => text.includes('ready'))).toHaveLength(1);
    expect(heard(bob.id)).toEqual([expect.stringContaining('⚠️ APPROVAL REQUIRED')]);
    await bench.wait(60);
    expect([...heard(ana.id), ...heard(bob.id)]).toEqual([]);
  });

  test('what was decided meanwhile is not asked any more', async () => {
    const now = bench.engine.now();
    const minute = now.getUTCHours() * 60 + now.getUTCMinutes();
    await choose(bob.id, { quietFrom: minute, quietTo: (minute + 5) % 1440, timezone: 'UTC' });
    const id = await bench.file([approvalStep('go', { from: [ana.id, bob.id] })]);
    await bench.accept(id);
    await bench.runJobs(id);
    await bench.wait(5);
    const [approval] = await bench.approvals(id);
    await decideStep(bot.engine, ana, id, approval?.id ?? '', { approve: true, reason: null });
    await bench.wait(6 * 60);
    expect(heard(bob.id)).toEqual([]);
  });
});
