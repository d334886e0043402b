/** Approvals outlive programs, count once, and are told apart from the work that they allow (PAINS 1, 2, 3, 5). */
import { describe, expect, test } from 'vitest';
import { ana, approvalStep, testEngine, toolStep } from '../../test/support/engine.ts';
import { connect, systemTransaction } from '../db/client.ts';
import { ensureWorkspace } from '../db/workspace.ts';
import { FactotumError } from '../errors.ts';
import { decideStep } from './decision.ts';
import { createStops } from './stop.ts';
import { sweep } from './sweep.ts';
import { loadView } from './view.ts';
import { runStep } from './work.ts';

const bench = await testEngine();
const { engine } = bench;
const person = (id: string, workspaceId = ana.workspaceId) => ({ workspaceId, id });
const yes = { approve: true, reason: null };
const no = { approve: false, reason: 'Too expensive.' };
const mail = toolStep('a', { tool: 'mail' });

async function waiting(steps: unknown[] = [mail]): Promise<{ id: string; approval: string }> {
  const id = await bench.propose(steps);
  await bench.accept(id);
  await bench.runJobs(id, { pass: true });
  const [approval] = await bench.approvals(id);
  if (approval?.status !== 'open') throw new Error('No approval waits.');
  return { id, approval: approval.id };
}

describe('1. an approval', () => {
  test('is a row before any card is to be posted, in the transaction that asks', async () => {
    bench.tool('mail', undefined, { effect: 'send' });
    const { id, approval } = await waiting();
    const cards = await bench.db.raw`select from cards where task_id = ${id}`;
    expect(cards).toHaveLength(0);
    expect(await bench.jobs('deliver', id)).not.toEqual([]);
    expect(await bench.approvals(id)).toMatchObject([{ id: approval, status: 'open' }]);
  });

  test('survives its program: another one on the same database takes the yes and runs it once', async () => {
    const calls = bench.tool('mail', undefined, { effect: 'send' });
    const { id, approval } = await waiting([approvalStep('p', { timeoutSeconds: 600 }), mail]);
    const { dueAt } = (await bench.approvals(id))[0] ?? {};
    const db = connect(bench.db.url, 2);
    const next = { ...engine, db, stops: createStops() };
    try {
      await decideStep(next, ana, id, approval, yes);
      // Its deadline is what it was: nothing begins anew with a program.
      expect((await bench.approvals(id))[0]).toMatchObject({ status: 'approved', dueAt });
      await decideStep(next, ana, id, (await bench.approvals(id))[1]?.id ?? '', yes);
      const [job] = await bench.jobs('step', id);
      if (!job) throw new Error('No step waits.');
      await bench.drop(job.id);
      await runStep(next, job.payload, new AbortController().signal);
      // The old program was not dead after all and has the same job.
      await runStep(engine, job.payload, new AbortController().signal);
    } finally {
      await db.close();
    }
    expect(calls).toHaveLength(1);
    expect(await bench.step(id, 'a')).toMatchObject({ status: 'completed' });
  });
});

describe('2. a decision', () => {
  test('is not the work: it is performed only when the step has ended', async () => {
    bench.tool('mail', undefined, { effect: 'send' });
    const { id, approval } = await waiting();
    await decideStep(engine, ana, id, approval, yes);
    const decidedAt = engine.now();
    expect(await bench.approvals(id)).toMatchObject([
      { status: 'approved', decidedBy: 'ana', decidedAt, performedAt: null },
    ]);
    bench.pass(5000);
    await bench.runJobs(id, { pass: true });
    expect(await bench.approvals(id)).toMatchObject([{ decidedAt, performedAt: engine.now() }]);
  });

  test('whose job is lost is found after half a minute, and the work is done once', async () => {
    const calls = bench.tool('mail', undefined, { effect: 'send' });
    const { id, approval } = await waiting();
    await decideStep(engine, ana, id, approval, yes);
    for (const job of await bench.jobs('step', id)) await bench.drop(job.id);
    await bench.db.raw`update task_steps set updated_at = ${engine.now()} where task_id = ${id}`;
    bench.pass(29_999);
    await sweep(engine);
    expect(await bench.jobs('step', id)).toEqual([]);
    bench.pass(2);
    await sweep(engine);
    await sweep(engine);
    await bench.runJobs(id, { pass: true });
    expect(calls).toHaveLength(1);
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
  });

  test('that was written down but never acted upon is found too', async () => {
    const calls = bench.tool('mail', undefined, { effect: 'send' });
    const { id, approval } = await waiting();
    await bench.db.raw`
      update approvals set status = 'approved', decided_by = 'ana', decided_at = ${engine.now()}
      where id = ${approval}`;
    await bench.db
      .raw`update tasks set status = 'running', updated_at = ${engine.now()} where id = ${id}`;
    bench.pass(29_999);
    await sweep(engine);
    await bench.runJobs(id, { pass: true });
    expect(calls).toHaveLength(0);
    bench.pass(2);
    await sweep(engine);
    await bench.runJobs(id, { pass: true });
    expect(calls).toHaveLength(1);
  });

  test('whose work fails is shown as needing somebody, with the reason', async () => {
    const failing = () => Promise.reject(new FactotumError('UPSTREAM', 'The mailbox is full.'));
    bench.tool('mail', failing, { effect: 'send' });
    const { id, approval } = await waiting();
    await decideStep(engine, ana, id, approval, yes);
    await bench.runJobs(id, { pass: true });
    expect(await bench.approvals(id)).toMatchObject([{ status: 'approved', performedAt: null }]);
    expect(await bench.task(id)).toMatchObject({ status: 'blocked', blockedKind: 'error' });
    const view = await bench.read((tx) => loadView(tx, id, engine.now(), engine.tools));
    expect(view?.steps).toMatchObject([
      { status: 'failed', error: { reason: 'The mailbox is full.' } },
    ]);
  });

  test('is never made by the program itself, however long nobody looks', async () => {
    const calls = bench.tool('mail', undefined, { effect: 'send' });
    const { id } = await waiting();
    bench.pass(45 * 86_400_000);
    await sweep(engine);
    await bench.runJobs(id, { pass: true });
    expect(calls).toHaveLength(0);
    expect(await bench.approvals(id)).toMatchObject([{ status: 'open', nextAt: null }]);
  });
});

describe('3. a decision by', () => {
  const refuses = async (actor: typeof ana, code: string, message?: string) => {
    const calls = bench.tool('mail', undefined, { effect: 'send' });
    const { id, approval } = await waiting();
    const before = [await bench.approvals(id), await bench.task(id), await bench.events(id)];
    for (const decision of [yes, no])
      await expect(decideStep(engine, actor, id, approval, decision)).rejects.toMatchObject({
        code,
        ...(message ? { message } : {}),
      });
    expect([await bench.approvals(id), await bench.task(id), await bench.events(id)]).toEqual(
      before,
    );
    expect(
      await bench.db.raw`select from approval_decisions where approval_id = ${approval}`,
    ).toHaveLength(0);
    expect(calls).toHaveLength(0);
  };

  test('another person is refused, and names who may', () =>
    refuses(person('eve'), 'FORBIDDEN', 'Only ana or bob can decide this.'));
  test('somebody of the same name in another workspace finds nothing', async () => {
    await systemTransaction(bench.db, (tx) =>
      ensureWorkspace(tx, { id: 'wsp_team', kind: 'slack', name: 'Team', approvers: ['bob'] }),
    );
    await refuses(person('bob', 'wsp_team'), 'NOT_FOUND');
  });
  test('the bot itself is refused', () => refuses(person('factotum'), 'FORBIDDEN'));
  test('nobody is refused', () => refuses(person(''), 'FORBIDDEN'));
  test('a name that only looks like an approver’s is refused', () =>
    refuses(person('Bob'), 'FORBIDDEN'));
});

describe('5. fifty decisions at once', () => {
  test('count as one, and the work is done once', async () => {
    const calls = bench.tool('mail', undefined, { effect: 'send' });
    const { id, approval } = await waiting();
    const tries = Array.from({ length: 50 }, (_, index) =>
      decideStep(engine, person(index % 2 ? 'ana' : 'bob'), id, approval, yes),
    );
    const outcomes = await Promise.allSettled(tries);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected')
        expect(outcome.reason).toMatchObject({
          code: 'CONFLICT',
          message: expect.stringMatching(/^This was already approved by (ana|bob)\.$/),
        });
    }
    await bench.runJobs(id, { pass: true });
    expect(calls).toHaveLength(1);
    const starts = (await bench.events(id)).filter(
      ({ event, stepId }) => event === 'start' && stepId !== null,
    );
    expect(starts).toHaveLength(1);
  });

  test('some for and some against, are what the first of them was', async () => {
    for (let round = 0; round < 3; round += 1) {
      const calls = bench.tool('mail', undefined, { effect: 'send' });
      const { id, approval } = await waiting();
      const tries = Array.from({ length: 20 }, (_, index) =>
        decideStep(engine, person(index % 3 ? 'ana' : 'bob'), id, approval, index % 2 ? yes : no),
      );
      const outcomes = await Promise.allSettled(tries);
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      await bench.runJobs(id, { pass: true });
      const [decided] = await bench.approvals(id);
      expect(calls).toHaveLength(decided?.status === 'approved' ? 1 : 0);
    }
  });
});
