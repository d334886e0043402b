/** Changing a plan while it runs, and at a step that failed (F62, F72, F116). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ana,
  approvalStep,
  gate,
  humanStep,
  testEngine,
  toolStep,
} from '../../test/support/engine.ts';
import { FactotumError } from '../errors.ts';
import { acceptPlan } from './accept.ts';
import { performVerb, type TaskVerb, type VerbInput } from './verb.ts';
import { loadView } from './view.ts';

const bench = await testEngine();
const { engine } = bench;
const permanent = () => Promise.reject(new FactotumError('INVALID', 'The name is taken.'));

const perform = (id: string, verb: TaskVerb, input: VerbInput = {}) =>
  performVerb(engine, ana, id, verb, input);
const modify = (id: string, text: string) => perform(id, 'modify', { text });
const run = (id: string) => bench.runJobs(id, { pass: true });

/** A tool that notes the values that it was called with. */
function noting(name: string): unknown[] {
  const seen: unknown[] = [];
  bench.tool(name);
  const tool = engine.tools.get(name);
  if (tool)
    (engine.tools as Map<string, unknown>).set(name, {
      ...tool,
      run: async (_: unknown, input: unknown) => {
        seen.push(input);
        return {};
      },
    });
  return seen;
}

/** a and b are done and a person is waited for before c. */
async function halfWay(steps?: unknown[]): Promise<string> {
  const id = await bench.propose(
    steps ?? [
      toolStep('a', { input: { size: 1 } }),
      toolStep('b', { input: { colour: 'red' }, tool: 'paint' }),
      approvalStep('p'),
      toolStep('c', { input: { name: 'x' }, tool: 'last' }),
    ],
  );
  await bench.accept(id);
  await run(id);
  expect(await bench.task(id)).toMatchObject({ status: 'approval_pending' });
  return id;
}

describe('a plan that is changed while it runs', () => {
  test('keeps what is finished and not touched, and does again what is', async () => {
    const [work, paint, last] = [noting('work'), noting('paint'), noting('last')];
    const id = await halfWay();
    const { message } = await modify(id, 'set colour to blue');
    expect(message).toBe('Changed: Do b: colour is now “blue”. Accept the new plan to go on.');
    expect(await bench.task(id)).toMatchObject({ status: 'ready', phase: 'plan', planVersion: 2 });
    expect(await bench.approvals(id)).toMatchObject([{ status: 'superseded' }]);
    const [row] = await bench.db
      .raw`select changes from plans where task_id = ${id} and version = 2`;
    expect(row?.['changes']).toEqual([
      'Do b: colour is now “blue”.',
      'Finished and kept: Do a',
      'Finished, but to be done again: Do b',
    ]);

    await perform(id, 'accept', { version: 2 });
    await run(id);
    await perform(id, 'approve');
    await run(id);
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
    expect(work).toEqual([{ size: 1 }]);
    expect(paint).toEqual([{ colour: 'red' }, { colour: 'blue' }]);
    expect(last).toEqual([{ name: 'x' }]);
    expect(await bench.step(id, 'a')).toMatchObject({ keptFrom: expect.stringMatching(/^stp_/) });
    expect(await bench.step(id, 'b')).toMatchObject({ keptFrom: null });
  });

  test('does again what needs a changed step, though its own words are the same', async () => {
    const [work, paint] = [noting('work'), noting('paint')];
    const id = await halfWay([
      toolStep('a', { input: { size: 1 } }),
      toolStep('b', { input: { colour: 'red' }, tool: 'paint', needs: ['a'] }),
      approvalStep('p'),
    ]);
    await modify(id, 'set size to 2');
    await perform(id, 'accept');
    await run(id);
    await perform(id, 'approve');
    await run(id);
    expect(work).toEqual([{ size: 1 }, { size: 2 }]);
    expect(paint).toEqual([{ colour: 'red' }, { colour: 'red' }]);
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
  });

  test('and changed back afterwards does the work again: something else stands there now', async () => {
    const work = noting('work');
    const id = await halfWay([toolStep('a', { input: { size: 1 } }), approvalStep('p')]);
    for (const size of [2, 1]) {
      await modify(id, `set size to ${size}`);
      await perform(id, 'accept');
      await run(id);
    }
    expect(work).toEqual([{ size: 1 }, { size: 2 }, { size: 1 }]);
  });

  test('goes on with the old plan by Resume: nothing is done twice', async () => {
    const [work, paint, last] = [noting('work'), noting('paint'), noting('last')];
    const id = await halfWay();
    await modify(id, 'set size to 2');
    const { message } = await perform(id, 'resume');
    expect(message).toBe('Going on with Test CRM as it was planned before.');
    await run(id);
    await perform(id, 'approve');
    await run(id);
    expect(await bench.task(id)).toMatchObject({ status: 'completed', planVersion: 3 });
    expect([work, paint, last].map((calls) => calls.length)).toEqual([1, 1, 1]);
  });

  test('asks what was meant where it is not understood, and goes on meanwhile', async () => {
    noting('work');
    const id = await halfWay();
    const before = await bench.task(id);
    const { question } = await modify(id, 'xyzzy');
    expect(question?.text).toMatch(/^I did not understand what is to be different\./);
    expect(await bench.task(id)).toEqual(before);
    expect(await bench.approvals(id)).toMatchObject([{ status: 'open' }]);
  });

  test('with a manual step that is ticked off meanwhile counts it as done', async () => {
    noting('work');
    const id = await bench.propose([humanStep('h'), toolStep('a', { input: { size: 1 } })]);
    await bench.accept(id);
    await run(id);
    await modify(id, 'set size to 2');
    await perform(id, 'finish_step', { step: (await bench.step(id, 'h')).id });
    await perform(id, 'accept');
    await run(id);
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
  });

  test('is accepted once, and only in its newest version', async () => {
    noting('work');
    const id = await halfWay();
    await modify(id, 'set size to 2');
    await expect(perform(id, 'accept', { version: 1 })).rejects.toMatchObject({
      code: 'CONFLICT',
      message: 'This plan was replaced by version 2. Look at the newer card.',
    });
    const tries = Array.from({ length: 8 }, () => acceptPlan(engine, ana, id, 2));
    const outcomes = await Promise.allSettled(tries);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});

describe('a step in hand', () => {
  /** A plan of which a is at work, until `leave` is opened. */
  async function busy() {
    const [entered, leave] = [gate(), gate()];
    const calls = bench.tool('work', async () => {
      entered.open();
      await leave.passed;
      return { made: calls.length };
    });
    const next = noting('last');
    const id = await bench.propose([
      toolStep('a'),
      toolStep('c', { input: { name: 'x' }, tool: 'last' }),
    ]);
    await bench.accept(id);
    const running = run(id);
    await entered.passed;
    return { id, calls, next, running, leave };
  }

  test('is waited for after the change, and kept', async () => {
    const { id, calls, next, running, leave } = await busy();
    await modify(id, 'set name to y');
    expect(await bench.task(id)).toMatchObject({ status: 'ready' });
    await perform(id, 'accept');
    expect(await bench.task(id)).toMatchObject({ status: 'queued' });
    expect(await bench.states(id)).toEqual({ a: 'pending', c: 'pending' });
    leave.open();
    await running;
    await run(id);
    expect(await bench.step(id, 'a')).toMatchObject({ status: 'completed', result: { made: 1 } });
    expect(calls).toHaveLength(1);
    expect(next).toEqual([{ name: 'y' }]);
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
  });

  test('is waited for and kept also when the new plan was paused before it began', async () => {
    const { id, calls, next, running, leave } = await busy();
    await modify(id, 'set name to y');
    await perform(id, 'accept');
    await perform(id, 'pause');
    await perform(id, 'resume');
    expect(await bench.states(id)).toEqual({ a: 'pending', c: 'pending' });
    leave.open();
    await running;
    await run(id);
    expect(await bench.step(id, 'a')).toMatchObject({ keptFrom: expect.any(String) });
    expect(calls).toHaveLength(1);
    expect(next).toEqual([{ name: 'y' }]);
  });

  test('that fails after the change is done by the new plan', async () => {
    const [entered, leave] = [gate(), gate()];
    bench.tool('work', async () => {
      entered.open();
      await leave.passed;
      return permanent();
    });
    const id = await bench.propose([toolStep('a'), toolStep('b', { tool: 'last' })]);
    noting('last');
    await bench.accept(id);
    const running = run(id);
    await entered.passed;
    await modify(id, 'leave out Do b');
    await perform(id, 'accept');
    leave.open();
    const again = bench.tool('work');
    await running;
    await run(id);
    expect(again).toHaveLength(1);
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
  });
});

describe('a step that failed', () => {
  async function failed(): Promise<string> {
    bench.tool('broken', permanent);
    noting('work');
    const id = await bench.propose([
      toolStep('first'),
      toolStep('a', { tool: 'broken', input: { name: 'ben', size: 1 } }),
      toolStep('b', { input: { name: 'sue' } }),
    ]);
    await bench.accept(id);
    await run(id);
    expect(await bench.task(id)).toMatchObject({ status: 'blocked', blockedKind: 'error' });
    return id;
  }

  test('goes on with another input: the field is that of the step that failed', async () => {
    const id = await failed();
    const seen = noting('broken');
    await modify(id, 'set name to eva');
    await perform(id, 'accept');
    await run(id);
    expect(seen).toEqual([{ name: 'eva', size: 1 }]);
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
    expect(await bench.step(id, 'first')).toMatchObject({ keptFrom: expect.any(String) });
  });

  test('goes on with another tool', async () => {
    const id = await failed();
    const other = noting('other');
    expect((await modify(id, 'use other instead')).message).toContain('other instead of broken');
    await perform(id, 'accept');
    await run(id);
    expect(other).toEqual([{ name: 'ben', size: 1 }]);
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
  });

  test('is left out, and the rest goes on', async () => {
    const id = await failed();
    await modify(id, 'leave out Do a');
    await perform(id, 'accept');
    await run(id);
    expect(await bench.states(id)).toEqual({ first: 'completed', b: 'completed' });
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
  });

  test('is not given a tool that is not here, nor input that the tool refuses', async () => {
    const id = await failed();
    const { question } = await modify(id, 'use teleport');
    expect(question?.text).toMatch(/^There is no tool “teleport” here\. Installed are: /);
    expect(await bench.task(id)).toMatchObject({ status: 'blocked', planVersion: 1 });
  });

  test('of which nobody knows whether it happened is asked about in the new plan too', async () => {
    const lost = () => Promise.reject(Object.assign(new Error(), { code: 'ECONNRESET' }));
    const calls = bench.tool('once', lost, { idempotent: false });
    noting('work');
    const id = await bench.propose([
      toolStep('a', { tool: 'once' }),
      toolStep('b', { input: { name: 'x' } }),
    ]);
    await bench.accept(id);
    await run(id);
    await modify(id, 'set name to y');
    await perform(id, 'accept');
    await run(id);
    expect(calls).toHaveLength(1);
    expect(await bench.step(id, 'a')).toMatchObject({
      status: 'failed',
      error: { kind: 'unknown', reason: expect.stringMatching(/not known whether it happened/) },
    });
    await perform(id, 'confirm');
    await run(id);
    expect(calls).toHaveLength(1);
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
  });
});

describe('a dry run', () => {
  test('of a changed plan leaves what is finished alone; the old plan can still be gone on with', async () => {
    const [work, paint, last] = [noting('work'), noting('paint'), noting('last')];
    const id = await halfWay();
    const { progress, startedAt } = await bench.task(id);
    await modify(id, 'set colour to blue');
    await perform(id, 'accept', { mode: 'dry_run' });
    await run(id);
    expect(await bench.task(id)).toMatchObject({ status: 'ready', startedAt, progress });
    const rehearsed = [work.length, paint.length, last.length];
    const { message } = await perform(id, 'resume');
    expect(message).toBe('Going on with Test CRM as it was planned before.');
    await run(id);
    await perform(id, 'approve');
    await run(id);
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
    const [a = 0, b = 0, c = 0] = rehearsed;
    expect([work.length, paint.length, last.length]).toEqual([a, b, c + 1]);
  });

  test('whose plan is changed in the middle is over, and what it made goes', async () => {
    const [entered, leave] = [gate(), gate()];
    bench.tool('work', async () => {
      entered.open();
      await leave.passed;
    });
    noting('last');
    const id = await bench.propose([toolStep('a'), toolStep('b', { tool: 'last' })]);
    await acceptPlan(engine, ana, id, 1, 'dry_run');
    const running = run(id);
    await entered.passed;
    const rehearsal = await bench.run(id);
    await modify(id, 'leave out Do b');
    expect(await bench.run(id)).toMatchObject({
      id: rehearsal.id,
      finishedAt: expect.any(Date),
    });
    expect(await bench.jobs('discard', id)).toHaveLength(1);
    leave.open();
    await running;
    await perform(id, 'accept');
    await run(id);
    expect(await bench.run(id)).toMatchObject({ rehearsedRunId: null, continuesRunId: null });
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
  });
});

describe('an approval by somebody named', () => {
  const carl = { workspaceId: ana.workspaceId, id: 'carl' };
  const newest = async (id: string) =>
    (await bench.read((tx) => loadView(tx, id, engine.now(), engine.tools)))?.plans.at(-1);
  // A local workspace is looked after by whoever is at it.
  const setKind = (kind: string) => bench.db.raw`update workspaces set kind = ${kind}`;
  beforeAll(() => setKind('slack'));
  afterAll(() => setKind('local'));
  const waiting = (from = ['carl']) =>
    halfWay([toolStep('a'), approvalStep('p', { from, name: `Approval by ${from.join(', ')}` })]);

  test('is left out or given to others by none but them and the approvers of the workspace', async () => {
    const id = await waiting();
    for (const words of ['leave out Approval by carl', 'ask me instead', 'let dora approve it'])
      await expect(modify(id, words)).rejects.toMatchObject({
        code: 'FORBIDDEN',
        message: expect.stringContaining('only by carl or an approver of the workspace'),
      });
    expect(await bench.task(id)).toMatchObject({ status: 'approval_pending', planVersion: 1 });
    await performVerb(engine, { ...carl, id: 'bob' }, id, 'modify', { text: 'ask dora instead' });
    expect(await newest(id)).toMatchObject({
      plan: { steps: [{}, { name: 'Approval by dora', from: ['dora'] }] },
      changes: expect.arrayContaining(['Approval by carl: asked of dora instead.']),
    });
  });

  test('by who asked for the task is left out by them', async () => {
    const id = await waiting(['owner']);
    await modify(id, 'leave out Approval by owner');
    expect((await newest(id))?.plan.steps).toHaveLength(1);
  });

  test('of several says in whose place', async () => {
    const id = await waiting(['bob', 'carl']);
    const bob = { ...carl, id: 'bob' };
    const say = (text: string) => performVerb(engine, bob, id, 'modify', { text });
    expect((await say('ask dora instead')).message).toContain('In whose place?');
    expect((await say('ask carl instead of bob')).message).toContain('carl is asked already');
    await say('ask dora instead of carl');
    expect((await newest(id))?.plan.steps[1]).toMatchObject({
      ...{ name: 'Approval by bob, dora', from: ['bob', 'dora'] },
    });
  });

  test('that nobody is named for is changed by whoever may steer the task', async () => {
    const id = await halfWay([toolStep('a'), approvalStep('p')]);
    await modify(id, 'ask carl instead');
    expect((await newest(id))?.plan.steps[1]).toMatchObject({ from: ['carl'] });
  });
});
