/** The clock of the machine jumps, forwards and backwards, while tasks are under way. */
import { expect, test } from 'vitest';
import { deliverTask } from '../../src/bot/deliver.ts';
import { decideStep } from '../../src/engine/decision.ts';
import { sweep } from '../../src/engine/sweep.ts';
import { startUndo } from '../../src/engine/undo.ts';
import { undoMs } from '../../src/engine/undo-offer.ts';
import { testBot } from '../support/bot.ts';
import { ana, approvalStep, gate, toolStep } from '../support/engine.ts';

const bench = await testBot();
const { bot, engine } = bench;
const hour = 3_600_000;

async function begun(steps: unknown[]): Promise<string> {
  const id = await bench.propose(steps);
  await bench.accept(id);
  await bench.runJobs(id, { pass: true });
  return id;
}
const eventsOf = async (id: string, name: string) =>
  (await bench.events(id)).filter(({ event }) => event === name);

test('a percent that was shown never falls, and no duration is negative', async () => {
  const entered = gate();
  const leave = gate();
  bench.tool('slow', async () => {
    entered.open();
    await leave.passed;
  });
  const id = await bench.propose([
    toolStep('a', { tool: 'slow' }),
    toolStep('b', { tool: 'slow' }),
  ]);
  const chat = bench.talk((await bench.task(id)).conversation);
  await bench.accept(id);
  const running = bench.runJobs(id, { pass: true });
  await entered.passed;
  const { expectedMs } = await bench.step(id, 'a');
  let shown = 0;
  for (const jump of [0, expectedMs / 2, -hour, expectedMs / 4, 30 * hour, -31 * hour, 0]) {
    bench.pass(jump);
    await deliverTask(bot, { ...ana, taskId: id });
    const { progress } = chat.last('progress');
    expect(progress?.percent).toBeGreaterThanOrEqual(shown);
    shown = progress?.percent ?? 0;
  }
  // The clock alone has finished nothing.
  expect(shown).toBeGreaterThan(0);
  expect(shown).toBeLessThan(100);
  leave.open();
  await running;
  const task = await bench.task(id);
  expect(task).toMatchObject({ status: 'completed', progress: 100, actualMs: 0 });
  for (const step of await bench.steps(id)) expect(step.durationMs).toBe(0);
});

test('a try again that was reckoned by a clock set back since is made at once', async () => {
  let times = 0;
  bench.tool('shaky', async () => {
    times += 1;
    if (times === 1) throw Object.assign(new Error('Lost.'), { code: 'ECONNRESET' });
  });
  const id = await begun([toolStep('a', { tool: 'shaky' })]);
  expect(await bench.states(id)).toEqual({ a: 'pending' });
  bench.pass(-hour);
  // As the queue sees its jobs after the clock of the server went back with ours.
  await bench.db.raw`
    update graphile_worker._private_jobs
    set created_at = now() + interval '1 hour', run_at = now() + interval '1 hour'
    where payload->>'taskId' = ${id}`;
  await sweep(engine);
  const [wake] = await bench.jobs('advance', id);
  expect(wake?.runAt.getTime()).toBeLessThanOrEqual(Date.now());
  await bench.runJobs(id, { pass: true });
  expect(times).toBe(2);
  expect(await bench.task(id)).toMatchObject({ status: 'completed' });
});

test('what is planned for a later day stays planned for then', async () => {
  const [before] = await bench.db.raw`
    select * from graphile_worker.add_job('deliver', '{"taskId":"tsk_later"}', run_at => now() + interval '7 days')`;
  await sweep(engine);
  const [after] = await bench.jobs('deliver', 'tsk_later');
  expect(after?.runAt).toEqual(before?.['run_at']);
});

test('an approval is reminded of once, ends once, and stays ended when the clock goes back', async () => {
  const id = await begun([approvalStep('p', { timeoutSeconds: 3600 })]);
  bench.pass(-2 * hour);
  await sweep(engine);
  await bench.runJobs(id);
  expect(await eventsOf(id, 'remind')).toHaveLength(0);
  for (const jump of [2.6 * hour, -hour, hour, 100 * hour, -200 * hour, 200 * hour]) {
    bench.pass(jump);
    await sweep(engine);
    await bench.runJobs(id);
  }
  expect(await eventsOf(id, 'remind')).toHaveLength(1);
  expect(await eventsOf(id, 'expire')).toHaveLength(1);
  const [approval] = await bench.approvals(id);
  expect(approval).toMatchObject({ status: 'expired' });
  // Nothing was approved by time alone, and a late yes says what to do.
  const late = decideStep(engine, ana, id, approval?.id ?? '', { approve: true, reason: null });
  await expect(late).rejects.toThrow(/\.$/);
});

test('a jump past the seven days ends the undo, and a jump back gives it again', async () => {
  bench.tool('work', undefined, {
    undo: { can: true, what: 'Goes.', run: async () => ({ outcome: 'reversed', note: 'Gone.' }) },
  });
  const id = await begun([toolStep('a')]);
  const undo = () => startUndo(engine, ana, id, { force: false });
  bench.pass(undoMs);
  await expect(undo()).rejects.toThrow('more than 7 days ago');
  // Also before the moment at which it was delivered.
  bench.pass(-undoMs - hour);
  await undo();
  await bench.runJobs(id);
  expect(await bench.task(id)).toMatchObject({ undoneAt: engine.now() });
});
