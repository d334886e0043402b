/** What stands between a step and its start: the policy, who agrees, and that nothing has changed since. */
import { beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ana, neverAborted, testEngine, toolStep } from '../../test/support/engine.ts';
import type { Approval } from '../db/approval.ts';
import { acceptPlan } from './accept.ts';
import { advance } from './advance.ts';
import { decideStep } from './decision.ts';
import { changePolicy, changeWorkspace } from './setting.ts';
import { performVerb } from './verb.ts';
import { runStep } from './work.ts';
import { Plan, readPlan } from './workflow/plan.ts';

const bench = await testEngine();
const { engine } = bench;
const person = (id: string) => ({ ...ana, id });
type Decision = { approve: boolean; reason: string | null };
const yes: Decision = { approve: true, reason: null };
const no: Decision = { approve: false, reason: 'Too expensive.' };

const about = {
  effect: 'send',
  input: z.object({ to: z.string().default('web:shop'), text: z.string().default('Hello') }),
  recipients: (input: unknown) => [(input as { to: string }).to],
  preview: (input: unknown) => ({
    lines: [`To ${(input as { to: string }).to}: ${(input as { text: string }).text}`],
    impact: null,
  }),
} as const;
const mail = (key: string, input: Record<string, unknown> = {}, more = {}) =>
  toolStep(key, { tool: 'mail', input, ...more });

const rule = { decision: 'ask', approvers: [] as string[], needed: 1, selfApproval: true } as const;
type Rule = Parameters<typeof changePolicy>[3];
const setPolicy = (change: Partial<Rule>, tool = '*') =>
  changePolicy(engine, ana, { effect: 'send', tool }, { ...rule, ...change });

beforeEach(async () => {
  await bench.db.raw`delete from policies`;
  await changeWorkspace(engine, ana, { approvers: ['bob'], fallbackApprover: null });
});

/** Files, accepts and runs until nothing is due. */
async function started(steps: unknown[], mode: 'automatic' | 'supervised' = 'automatic') {
  const id = await bench.propose(steps);
  await acceptPlan(engine, ana, id, 1, mode);
  await bench.runJobs(id, { pass: true });
  return id;
}
async function open(id: string): Promise<Approval> {
  const [approval, ...others] = (await bench.approvals(id)).filter((one) => one.status === 'open');
  if (!approval || others.length > 0) throw new Error(`${others.length} more approvals are open.`);
  return approval;
}
const decide = async (id: string, who: string, decision = yes) =>
  decideStep(engine, person(who), id, (await open(id)).id, decision);
const run = (id: string) => bench.runJobs(id, { pass: true });

/** Changes what is stored of the accepted plan, as nobody may, and lets every program read it anew. */
async function tamper(id: string, change: (step: { input: Record<string, unknown> }) => void) {
  const [row] = await bench.db.raw`select id, plan from plans where task_id = ${id}`;
  const plan = row?.['plan'];
  change(plan.steps[0]);
  await bench.db.raw`update plans set plan = ${bench.db.raw.json(plan)} where id = ${row?.['id']}`;
  for (let other = 0; other < 200; other += 1) readPlan({ id: `other-${id}-${other}`, plan });
  expect(Plan.parse(plan).steps[0]).toMatchObject(plan.steps[0]);
}

describe('the policy', () => {
  test('lets what it allows run by itself, and asks about what goes out', async () => {
    const [free, sent] = [bench.tool('work'), bench.tool('mail', undefined, about)];
    const id = await started([toolStep('a'), mail('b')]);
    expect([free.length, sent.length]).toEqual([1, 0]);
    expect(await bench.task(id)).toMatchObject({ status: 'approval_pending' });
    expect(await open(id)).toMatchObject({
      cause: 'policy',
      approvers: ['ana', 'bob'],
      needed: 1,
      effect: { lines: ['To web:shop: Hello'], undo: 'Cannot be undone.' },
    });
    await decide(id, 'bob');
    await run(id);
    expect(sent).toHaveLength(1);
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
  });

  test('that denies a tool stops its step with a sentence, and calls nothing', async () => {
    const sent = bench.tool('mail', undefined, about);
    await setPolicy({ decision: 'deny' }, 'mail');
    const id = await started([mail('a')]);
    expect(sent).toHaveLength(0);
    expect(await bench.task(id)).toMatchObject({ status: 'blocked', blockedKind: 'error' });
    expect(await bench.step(id, 'a')).toMatchObject({
      error: {
        message: '"Do a" is not allowed here.',
        reason:
          "The workspace's policy does not allow mail. Change the policy, or leave this step out.",
      },
    });
  });

  test('that denies it after the approval, and even after the start, still wins', async () => {
    const sent = bench.tool('mail', undefined, about);
    const id = await started([mail('a')]);
    await decide(id, 'bob');
    const [job] = await bench.jobs('step', id);
    if (!job) throw new Error('No step waits.');
    await setPolicy({ decision: 'deny' });
    await run(id);
    expect(sent).toHaveLength(0);
    expect(await bench.step(id, 'a')).toMatchObject({ status: 'failed' });
  });

  test('asks about nothing where it says auto', async () => {
    const sent = bench.tool('mail', undefined, about);
    await setPolicy({ decision: 'auto' });
    await started([mail('a')]);
    expect(sent).toHaveLength(1);
  });
});

describe('several who have to agree', () => {
  const three = { approvers: ['bob', 'eva', 'tom'], needed: 2 };

  test('start it when the last of them has; each counts once', async () => {
    const sent = bench.tool('mail', undefined, about);
    await setPolicy(three);
    const id = await started([mail('a')]);
    expect(await decide(id, 'bob')).toEqual({ owed: 1 });
    await run(id);
    expect(sent).toHaveLength(0);
    await expect(decide(id, 'bob')).rejects.toMatchObject({
      code: 'CONFLICT',
      message: 'You have decided this already; it waits for somebody else.',
    });
    await expect(decide(id, 'ana')).rejects.toMatchObject({
      code: 'FORBIDDEN',
      message: 'Only bob or eva or tom can decide this.',
    });
    expect(await decide(id, 'eva')).toEqual({ owed: 0 });
    await run(id);
    expect(sent).toHaveLength(1);
  });

  test('do not start it when one of them refuses', async () => {
    const sent = bench.tool('mail', undefined, about);
    await setPolicy(three);
    const id = await started([mail('a')]);
    await decide(id, 'bob');
    await decide(id, 'tom', no);
    await run(id);
    expect(sent).toHaveLength(0);
    expect(await bench.approvals(id)).toMatchObject([{ status: 'rejected', decidedBy: 'tom' }]);
    await expect(
      decideStep(engine, person('eva'), id, (await bench.approvals(id))[0]?.id ?? '', yes),
    ).rejects.toMatchObject({ code: 'CONFLICT', message: 'This was already rejected by tom.' });
  });

  test('at the same moment are counted one after the other: it runs once', async () => {
    const sent = bench.tool('mail', undefined, about);
    await setPolicy({ approvers: ['bob', 'eva', 'tom'], needed: 3 });
    const id = await started([mail('a')]);
    const { id: approval } = await open(id);
    const outcomes = await Promise.all(
      ['bob', 'eva', 'tom'].map((who) => decideStep(engine, person(who), id, approval, yes)),
    );
    expect(outcomes.map(({ owed }) => owed).sort()).toEqual([0, 1, 2]);
    await run(id);
    expect(sent).toHaveLength(1);
  });

  test('are never more than there are: a workspace that shrank is not stuck', async () => {
    const sent = bench.tool('mail', undefined, about);
    await changeWorkspace(engine, ana, { approvers: ['bob', 'eva'] });
    await setPolicy({ approvers: ['workspace', 'owner'], needed: 2, selfApproval: false });
    await changeWorkspace(engine, ana, { approvers: ['bob'] });
    const id = await started([mail('a')]);
    expect(await open(id)).toMatchObject({ needed: 1 });
    await decide(id, 'bob');
    await run(id);
    expect(sent).toHaveLength(1);
  });
});

describe('whoever asked for it', () => {
  test('cannot approve it where the policy wants somebody else, but can refuse it', async () => {
    const sent = bench.tool('mail', undefined, about);
    await setPolicy({ selfApproval: false });
    const id = await started([mail('a')]);
    await expect(decide(id, 'ana')).rejects.toMatchObject({
      code: 'FORBIDDEN',
      message: 'You asked for this, and the policy wants somebody else to approve it: bob.',
    });
    await decide(id, 'ana', no);
    expect(await bench.approvals(id)).toMatchObject([{ status: 'rejected', decidedBy: 'ana' }]);
    expect(sent).toHaveLength(0);
  });

  test('is not left alone with it where nobody else is there: the fallback approver is asked', async () => {
    bench.tool('mail', undefined, about);
    await setPolicy({ selfApproval: false });
    await changeWorkspace(engine, ana, { approvers: [], fallbackApprover: 'boss' });
    const id = await started([mail('a')]);
    expect(await open(id)).toMatchObject({ approvers: ['ana', 'boss'] });
    await decide(id, 'boss');
    await run(id);
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
  });

  test('steers the task, and so decides where the named group is empty; others do not', async () => {
    bench.tool('mail', undefined, about);
    await setPolicy({ approvers: ['workspace'] });
    await changeWorkspace(engine, ana, { approvers: [] });
    const id = await started([mail('a')]);
    expect(await open(id)).toMatchObject({ approvers: [], needed: 1 });
    await expect(decide(id, 'eve')).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(await decide(id, 'ana')).toEqual({ owed: 0 });
  });
});

describe('like calls', () => {
  test('of a plan of twenty are one approval, and one yes runs them all', async () => {
    const sent = bench.tool('mail', undefined, about);
    const steps = Array.from({ length: 20 }, (_, index) =>
      mail(`m${index}`, { to: `web:c${index}` }),
    );
    const id = await started(steps);
    const approval = await open(id);
    expect(approval.stepIds).toHaveLength(20);
    expect(approval.effect?.lines).toHaveLength(20);
    await decide(id, 'bob');
    await run(id);
    expect(sent).toHaveLength(20);
    expect(await bench.approvals(id)).toMatchObject([{ status: 'approved' }]);
    expect((await bench.approvals(id))[0]?.performedAt).not.toBeNull();
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
  });

  test('are asked about one by one in a supervised run', async () => {
    const sent = bench.tool('mail', undefined, about);
    const id = await started([mail('a'), mail('b'), mail('c')], 'supervised');
    for (const done of [0, 1, 2]) {
      expect(sent).toHaveLength(done);
      expect((await open(id)).stepIds).toHaveLength(1);
      await decide(id, 'bob');
      await run(id);
    }
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
  });

  test('of other tools are asked about by themselves', async () => {
    bench.tool('mail', undefined, about);
    bench.tool('fax', undefined, about);
    const id = await started([mail('a'), toolStep('f', { tool: 'fax' }), mail('b')]);
    expect((await open(id)).stepIds).toHaveLength(2);
    await decide(id, 'bob');
    await run(id);
    expect((await open(id)).stepIds).toHaveLength(1);
  });

  test('are asked about together in parallel branches too', async () => {
    const sent = bench.tool('mail', undefined, about);
    const branches = [[mail('a')], [mail('b')], [mail('c')]];
    const id = await started([{ kind: 'parallel', key: 'p', name: 'All', branches }]);
    expect((await open(id)).stepIds).toHaveLength(3);
    await decide(id, 'ana');
    await run(id);
    expect(sent).toHaveLength(3);
    expect(await bench.approvals(id)).toHaveLength(1);
  });

  test('of which some were left out after the yes leave nothing owed', async () => {
    const sent = bench.tool('mail', async () => ({ ok: true }), about);
    const choice = {
      kind: 'if',
      key: 'i',
      name: 'Which',
      condition: { ref: 'a.ok', op: 'eq', value: true },
      do: [mail('b')],
      otherwise: [mail('c')],
    };
    const id = await started([mail('a'), choice]);
    await decide(id, 'ana');
    await run(id);
    expect(sent).toHaveLength(2);
    expect((await bench.approvals(id))[0]).toMatchObject({ performedAt: expect.any(Date) });
  });

  test('that were refused are asked about again one by one after Retry', async () => {
    const sent = bench.tool('mail', undefined, about);
    const id = await started([mail('a'), mail('b')]);
    await decide(id, 'bob', no);
    await performVerb(engine, ana, id, 'retry');
    expect((await open(id)).stepIds).toHaveLength(1);
    await decide(id, 'bob');
    await run(id);
    expect((await open(id)).stepIds).toHaveLength(1);
    await decide(id, 'bob');
    await run(id);
    expect(sent).toHaveLength(2);
  });
});

describe('what was approved', () => {
  test('and has changed before its start goes back to be approved; nothing ran', async () => {
    const sent = bench.tool('mail', undefined, about);
    const id = await started([mail('a')]);
    const first = await open(id);
    // The decision is written down, and before anything is started the plan is not what it was.
    await bench.db
      .raw`update approvals set status = 'approved', decided_by = 'bob', decided_at = now() where id = ${first.id}`;
    await tamper(id, (step) => {
      step.input = { to: 'web:thief' };
    });
    await advance(engine, ana.workspaceId, id);
    await run(id);
    expect(sent).toHaveLength(0);
    const again = await open(id);
    expect(again.digest).not.toBe(first.digest);
    expect(again.effect?.lines).toEqual(['To web:thief: Hello']);
    expect(await bench.task(id)).toMatchObject({ status: 'approval_pending' });
  });

  test('and has changed between its start and its call goes back too', async () => {
    const sent = bench.tool('mail', undefined, about);
    const id = await started([mail('a')]);
    const first = await open(id);
    await decide(id, 'bob');
    const [job] = await bench.jobs('step', id);
    if (!job) throw new Error('No step waits.');
    await bench.drop(job.id);
    await tamper(id, (step) => {
      step.input = { to: 'web:shop', text: 'Something else' };
    });
    await runStep(engine, job.payload, neverAborted);
    expect(sent).toHaveLength(0);
    expect(await bench.calls(id)).toEqual([]);
    expect((await open(id)).digest).not.toBe(first.digest);
    expect(await bench.step(id, 'a')).toMatchObject({ status: 'approval' });
    // What is approved now is what runs.
    await decide(id, 'bob');
    await run(id);
    expect(sent).toHaveLength(1);
  });

  test('in one version of the plan is not approved in the next', async () => {
    const sent = bench.tool('mail', undefined, about);
    const id = await started([mail('a'), mail('b', { to: 'web:b' })]);
    const first = await open(id);
    await performVerb(engine, ana, id, 'modify', { text: 'leave out Do b' });
    await expect(decideStep(engine, person('bob'), id, first.id, yes)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: 'The plan has changed since this was asked. Look at the newest card.',
    });
    await performVerb(engine, ana, id, 'accept');
    await run(id);
    expect(sent).toHaveLength(0);
    expect((await open(id)).id).not.toBe(first.id);
  });
});

describe('a supervised run', () => {
  test('asks before each step, also what is allowed, and goes on step by step', async () => {
    const calls = bench.tool('work');
    const id = await started([toolStep('a'), toolStep('b')], 'supervised');
    expect(calls).toHaveLength(0);
    expect(await open(id)).toMatchObject({ cause: 'supervised', approvers: ['ana', 'bob'] });
    await decide(id, 'ana');
    await run(id);
    expect(calls).toHaveLength(1);
    await decide(id, 'ana');
    await run(id);
    expect(await bench.task(id)).toMatchObject({ status: 'completed' });
  });

  test('that may go on by itself from here still asks what the policy asks', async () => {
    const [calls, sent] = [bench.tool('work'), bench.tool('mail', undefined, about)];
    const id = await started([toolStep('a'), toolStep('b'), mail('c')], 'supervised');
    await performVerb(engine, ana, id, 'approve', { rest: true });
    await run(id);
    expect([calls.length, sent.length]).toEqual([2, 0]);
    expect(await open(id)).toMatchObject({ cause: 'policy' });
  });

  test('does not take the owner’s yes for the one that the policy has come to want', async () => {
    const calls = bench.tool('work');
    const id = await started([toolStep('a')], 'supervised');
    const place = { effect: 'write', tool: 'work' } as const;
    await changePolicy(engine, ana, place, { ...rule, approvers: ['boss'] });
    await decide(id, 'ana');
    await run(id);
    expect(calls).toHaveLength(0);
    expect(await open(id)).toMatchObject({ cause: 'policy', approvers: ['boss'] });
  });

  test('whose step is refused stops there', async () => {
    const calls = bench.tool('work');
    const id = await started([toolStep('a'), toolStep('b')], 'supervised');
    await decide(id, 'ana', no);
    await run(id);
    expect(calls).toHaveLength(0);
    expect(await bench.states(id)).toEqual({ a: 'failed', b: 'pending' });
    expect(await bench.task(id)).toMatchObject({ status: 'blocked', blockedKind: 'error' });
  });
});
