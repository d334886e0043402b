/** What is allowed ahead of time is used within its bounds and never beyond them (R12). */
import { beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ana, testEngine, toolStep } from '../../test/support/engine.ts';
import { systemTransaction } from '../db/client.ts';
import { listStandingApprovals, type StandingApproval } from '../db/standing-approval.ts';
import { ensureWorkspace } from '../db/workspace.ts';
import { acceptPlan } from './accept.ts';
import { changePolicy, changeWorkspace } from './setting.ts';
import {
  type Grant,
  grantStandingApproval,
  revokeStandingApproval,
  standingState,
} from './standing-approval.ts';

const bench = await testEngine();
const { engine, read } = bench;
const [bob, eve] = [
  { ...ana, id: 'bob' },
  { ...ana, id: 'eve' },
];
const day = 86_400_000;

const sent = bench.tool('mail', undefined, {
  effect: 'send',
  input: z.object({ to: z.array(z.string()) }),
  recipients: (input: unknown) => (input as { to: string[] }).to,
});
const wiped = bench.tool('wipe', undefined, { effect: 'delete' });
const mail = (key: string, ...to: string[]) => toolStep(key, { tool: 'mail', input: { to } });
const within = (ms: number) => new Date(engine.now().getTime() + ms);
const shop = (): Grant => ({
  tool: 'mail',
  recipients: ['web:shop', 'web:bank'],
  maxUses: 3,
  expiresAt: within(day),
});
const grant = (about: Partial<Grant> = {}, actor = bob) =>
  grantStandingApproval(engine, actor, { ...shop(), ...about });

beforeEach(async () => {
  sent.length = 0;
  await bench.db.raw`delete from standing_approvals`;
  await bench.db.raw`delete from policies`;
  await changeWorkspace(engine, ana, { approvers: ['bob'] });
});

async function started(steps: unknown[], mode: 'automatic' | 'supervised' = 'automatic') {
  const id = await bench.propose(steps);
  await acceptPlan(engine, ana, id, 1, mode);
  await bench.runJobs(id, { pass: true });
  return id;
}
const list = () => read(listStandingApprovals);
const statusOf = async (id: string) => (await bench.task(id)).status;
const usesOf = async (standing: StandingApproval) =>
  (await list()).find(({ id }) => id === standing.id)?.uses;

describe('a call within the bounds', () => {
  test('runs without a question, counts as a use, and says by whom it was allowed', async () => {
    const standing = await grant();
    const id = await started([mail('a', 'web:shop')]);
    expect(await statusOf(id)).toBe('completed');
    expect(sent).toHaveLength(1);
    expect(await usesOf(standing)).toBe(1);
    expect(await bench.approvals(id)).toMatchObject([
      {
        status: 'approved',
        decidedBy: 'bob',
        reason: 'Allowed ahead by a standing approval.',
        performedAt: expect.any(Date),
      },
    ]);
    const allow = (await bench.events(id)).find(({ event }) => event === 'allow');
    expect(allow).toMatchObject({ actor: 'bob', data: { standing: [standing.id] } });
  });

  test('of several recipients is within them when all of them are', async () => {
    await grant();
    expect(await statusOf(await started([mail('a', 'web:shop', 'web:bank')]))).toBe('completed');
    expect(await statusOf(await started([mail('a', 'web:shop', 'web:thief')]))).toBe(
      'approval_pending',
    );
  });

  test('several at once are allowed together, or asked about together', async () => {
    const standing = await grant();
    const many = [mail('a', 'web:shop'), mail('b', 'web:shop'), mail('c', 'web:bank')];
    const id = await started(many);
    expect(await statusOf(id)).toBe('completed');
    expect(await usesOf(standing)).toBe(3);
    const next = await grant({ maxUses: 2 });
    const other = await started(many);
    expect(await statusOf(other)).toBe('approval_pending');
    expect(await usesOf(next)).toBe(0);
  });
});

describe('a call beyond the bounds is asked about:', () => {
  const asks = async (steps: unknown[]) => {
    const id = await started(steps);
    expect(await statusOf(id)).toBe('approval_pending');
    expect(sent).toHaveLength(0);
    for (const { uses } of await list()) expect(uses).toBe(0);
  };

  test('another tool', async () => {
    await grant({ tool: 'mail' });
    const id = await started([toolStep('a', { tool: 'wipe' })]);
    expect(await statusOf(id)).toBe('approval_pending');
    expect(wiped).toHaveLength(0);
  });

  test('another recipient', async () => {
    await grant();
    await asks([mail('a', 'web:thief')]);
  });

  test('nobody knows whom', async () => {
    await grant();
    await asks([mail('a')]);
    await asks([toolStep('a', { tool: 'mail', input: { to: 'not a list' } })]);
  });

  test('one too many', async () => {
    const standing = await grant({ maxUses: 1 });
    expect(await statusOf(await started([mail('a', 'web:shop')]))).toBe('completed');
    expect(await statusOf(await started([mail('a', 'web:shop')]))).toBe('approval_pending');
    expect(await usesOf(standing)).toBe(1);
  });

  test('too late', async () => {
    await grant({ expiresAt: within(1000) });
    bench.pass(1000);
    await asks([mail('a', 'web:shop')]);
  });

  test('revoked', async () => {
    const { id } = await grant();
    await revokeStandingApproval(engine, bob, id);
    await asks([mail('a', 'web:shop')]);
  });

  test('given by somebody who may not approve it any more', async () => {
    await grant();
    await changeWorkspace(engine, ana, { approvers: ['boss'] });
    await asks([mail('a', 'web:shop')]);
  });

  test('given by whoever asks, where the policy wants somebody else', async () => {
    await changeWorkspace(engine, ana, { approvers: ['ana', 'bob'] });
    await grant({}, ana);
    const rule = { decision: 'ask', approvers: [], needed: 1, selfApproval: false } as const;
    await changePolicy(engine, ana, { effect: 'send', tool: '*' }, { ...rule, approvers: [] });
    await asks([mail('a', 'web:shop')]);
  });

  test('several people have to agree', async () => {
    await changeWorkspace(engine, ana, { approvers: ['bob', 'boss'] });
    await grant();
    const rule = { decision: 'ask', needed: 2, selfApproval: true } as const;
    await changePolicy(engine, ana, { effect: 'send', tool: '*' }, { ...rule, approvers: [] });
    await asks([mail('a', 'web:shop')]);
  });

  test('a supervised run', async () => {
    await grant();
    const id = await started([mail('a', 'web:shop')], 'supervised');
    expect(await statusOf(id)).toBe('approval_pending');
  });
});

test('two tasks that race for the last use: one runs, the other asks', async () => {
  for (let round = 0; round < 5; round += 1) {
    const standing = await grant({ maxUses: 1 });
    const ids = await Promise.all([1, 2, 3].map(() => bench.propose([mail('a', 'web:shop')])));
    await Promise.all(
      ids.map(async (id) => {
        await bench.accept(id);
        await bench.runJobs(id, { pass: true });
      }),
    );
    const statuses = await Promise.all(ids.map(statusOf));
    expect(statuses.sort()).toEqual(['approval_pending', 'approval_pending', 'completed']);
    expect(await usesOf(standing)).toBe(1);
  }
  expect(sent).toHaveLength(5);
});

describe('giving one', () => {
  test.each<[string, () => Partial<Grant>, RegExp]>([
    ['a tool that is not here', () => ({ tool: 'fly' }), /^There is no tool “fly” here\.$/],
    ['nobody, for a tool that sends', () => ({ recipients: [] }), /^Name the recipients/],
    ['no use at all', () => ({ maxUses: 0 }), /1 to 1000 times/],
    ['half a use', () => ({ maxUses: 1.5 }), /1 to 1000 times/],
    ['more uses than anybody counts', () => ({ maxUses: 1001 }), /1 to 1000 times/],
    ['a time that is over', () => ({ expiresAt: engine.now() }), /in the future/],
    ['more than a year', () => ({ expiresAt: within(366 * day + 1) }), /at most 366 days/],
    ['no date', () => ({ expiresAt: new Date(Number.NaN) }), /in the future/],
    [
      'more people than anybody knows',
      () => ({ recipients: Array.from({ length: 101 }, (_, index) => `web:${index}`) }),
      /up to 100 recipients/,
    ],
  ])('for %s is refused with a sentence', async (_, about, message) => {
    await expect(grant(about())).rejects.toMatchObject({
      code: 'INVALID',
      message: expect.stringMatching(message),
    });
    expect(await list()).toEqual([]);
  });

  test('at its widest, and without recipients for a tool that reaches nobody, is possible', async () => {
    const widest = { maxUses: 1000, expiresAt: within(366 * day) };
    await grant(widest);
    await grant({ ...widest, tool: 'wipe', recipients: [] });
    const id = await started([toolStep('a', { tool: 'wipe' })]);
    expect(await statusOf(id)).toBe('completed');
  });

  test('is for those who may approve the tool: the named ones, else the workspace’s', async () => {
    await expect(grant({}, eve)).rejects.toMatchObject({
      code: 'FORBIDDEN',
      message: 'Only bob can allow mail ahead of time.',
    });
    await expect(grant({}, ana)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const rule = { decision: 'ask', needed: 1, selfApproval: true } as const;
    const place = { effect: 'send', tool: 'mail' } as const;
    await changePolicy(engine, ana, place, { ...rule, approvers: ['eve'] });
    await grant({}, eve);
    await expect(grant({}, bob)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  test('is for the local person where nobody is named, and for nobody in a shared workspace', async () => {
    await changeWorkspace(engine, ana, { approvers: [] });
    await grant({}, ana);
    const team = { workspaceId: 'wsp_team', id: 'ana' };
    await systemTransaction(bench.db, (tx) =>
      ensureWorkspace(tx, { id: team.workspaceId, kind: 'slack', name: 'Team' }),
    );
    await expect(grant({}, team)).rejects.toMatchObject({
      code: 'FORBIDDEN',
      message: 'Only an approver can allow mail ahead of time.',
    });
  });

  test('is refused where the policy does not allow the tool at all', async () => {
    const rule = { decision: 'deny', approvers: [], needed: 1, selfApproval: true } as const;
    await changePolicy(engine, ana, { effect: 'send', tool: '*' }, { ...rule, approvers: [] });
    await expect(grant()).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  test('and taking it back are rows of the ledger', async () => {
    const { id } = await grant();
    await revokeStandingApproval(engine, bob, id);
    const rows = await bench.db.raw`
      select event, actor, data->>'standing' as standing from task_events
      where data->>'standing' = ${id} order by seq`;
    expect([...rows]).toEqual([
      { event: 'grant', actor: 'bob', standing: id },
      { event: 'revoke', actor: 'bob', standing: id },
    ]);
  });
});

describe('taking one back', () => {
  test('is for whoever gave it and whoever could, once; the list keeps it', async () => {
    const { id } = await grant();
    await expect(revokeStandingApproval(engine, eve, id)).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    await changeWorkspace(engine, ana, { approvers: ['boss'] });
    const revoked = await revokeStandingApproval(engine, { ...ana, id: 'boss' }, id);
    expect(revoked).toMatchObject({ revokedBy: 'boss', revokedAt: engine.now() });
    await expect(revokeStandingApproval(engine, bob, id)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: 'This standing approval was revoked already by boss.',
    });
    expect(await list()).toMatchObject([{ id, revokedBy: 'boss' }]);
  });

  test('of another workspace, or of none, finds nothing', async () => {
    const { id } = await grant();
    for (const [actor, which] of [
      [{ ...bob, workspaceId: 'wsp_team' }, id],
      [bob, 'sta_none'],
    ] as const)
      await expect(revokeStandingApproval(engine, actor, which)).rejects.toMatchObject({
        code: 'NOT_FOUND',
      });
    expect(standingState((await list())[0] ?? (await grant()), engine.now())).toBe('usable');
  });

  test('at the same moment as its last use: either it was used, or the call is asked about', async () => {
    for (let round = 0; round < 10; round += 1) {
      const standing = await grant({ maxUses: 1 });
      const id = await bench.propose([mail('a', 'web:shop')]);
      await bench.accept(id);
      await Promise.all([
        revokeStandingApproval(engine, bob, standing.id),
        bench.runJobs(id, { pass: true }),
      ]);
      const wasUsed = (await usesOf(standing)) === 1;
      expect(await statusOf(id)).toBe(wasUsed ? 'completed' : 'approval_pending');
    }
  });
});
