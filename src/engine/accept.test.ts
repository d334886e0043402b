/** Accepting a plan: one run of exactly what was seen, also where many are accepted at the same moment. */
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { ana, gate, testEngine, toolStep } from '../../test/support/engine.ts';
import { lockTask } from '../db/task.ts';
import { acceptPlan } from './accept.ts';
import type { Actor } from './context.ts';

const bench = await testEngine();
const { engine, db } = bench;
const conflict = (message: RegExp) => ({
  code: 'CONFLICT',
  message: expect.stringMatching(message),
});

beforeEach(() => db.raw`delete from tasks`);

const proposed = (count: number) =>
  Promise.all(Array.from({ length: count }, () => bench.propose([toolStep('a'), toolStep('b')])));

/** What each has come to: nothing, or why it was refused. */
const outcomes = async (tries: Promise<void>[]) =>
  (await Promise.allSettled(tries)).map((one) =>
    one.status === 'fulfilled' ? undefined : one.reason.code,
  );
const statuses = (ids: string[]) =>
  Promise.all(ids.map(async (id) => (await bench.task(id)).status));

describe('accepting', () => {
  test('happens once', async () => {
    bench.tool('work');
    const id = await bench.propose([toolStep('a')]);
    const tries = Array.from({ length: 10 }, () => acceptPlan(engine, ana, id, 1));
    const outcomes = await Promise.allSettled(tries);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const [run] = await bench.db.raw`select count(*)::int as count from runs where task_id = ${id}`;
    expect(run).toEqual({ count: 1 });
  });

  test('an older version than the newest is refused, and so is one that never was', async () => {
    const id = await bench.propose([toolStep('a')]);
    await db.raw`update tasks set plan_version = 2 where id = ${id}`;
    for (const version of [1, 3, 0, Number.NaN])
      await expect(acceptPlan(engine, ana, id, version)).rejects.toMatchObject(
        conflict(/version 2/),
      );
    expect(await bench.task(id)).toMatchObject({ status: 'ready' });
  });
});

describe('many that are accepted at the same moment', () => {
  /** The first two begin alone; what comes meanwhile is together. */
  const all = (ids: string[], accept = (id: string) => acceptPlan(engine, ana, id, 1)) =>
    outcomes(ids.map(accept));

  test('share transactions, and each has the rows, events and jobs that it has alone', async () => {
    const ids = await proposed(10);
    expect(await all(ids)).toEqual(ids.map(() => undefined));
    const [together] = await db.raw`
      select count(distinct xmin::text)::int as transactions from task_events
      where event = 'accept' and task_id in ${db.raw(ids)}`;
    expect(together).toEqual({ transactions: 3 });
    const [alone, ...others] = await Promise.all(
      ids.map(async (id) => ({
        states: await bench.states(id),
        task: (await bench.task(id)).status,
        events: (await bench.events(id)).map(({ event, from, to, actor }) => [
          event,
          from,
          to,
          actor,
        ]),
        jobs: (await bench.jobs('check', id)).length + (await bench.jobs('deliver', id)).length,
      })),
    );
    expect(alone).toMatchObject({ states: { a: 'pending', b: 'pending' }, jobs: 2 });
    for (const other of others) expect(other).toEqual(alone);
    const [ledger] = await db.raw`
      select (select seq from ledger_heads where workspace_id = ${ana.workspaceId})::int
        - (select max(seq) from task_events where workspace_id = ${ana.workspaceId})::int as unchained`;
    expect(ledger).toEqual({ unchained: 0 });
  });

  test('are each what was asked for: another version, a rehearsal, a question first', async () => {
    const ids = await proposed(6);
    await db.raw`update tasks set plan_version = 2 where id = ${ids[2] ?? ''}`;
    const modes = new Map([
      [ids[3], 'dry_run'],
      [ids[4], 'supervised'],
    ] as const);
    const seen = await all(ids, (id) =>
      acceptPlan(engine, ana, id, 1, modes.get(id) ?? 'automatic'),
    );
    expect(seen).toEqual(ids.map((id) => (id === ids[2] ? 'CONFLICT' : undefined)));
    const rows = await db.raw`select task_id, mode from runs`;
    const ran = new Map(rows.map(({ task_id: id, mode }) => [id, mode]));
    expect(ids.map((id) => ran.get(id))).toEqual(
      ids.map((id) => (id === ids[2] ? undefined : (modes.get(id) ?? 'automatic'))),
    );
  });

  test('are accepted whoever of them is refused: a stranger, an unknown task, a second click', async () => {
    const ids = await proposed(8);
    const [first, stranger] = [ids[0] ?? '', ids[3] ?? ''];
    const eve: Actor = { workspaceId: ana.workspaceId, id: 'eve' };
    const other: Actor = { workspaceId: 'wsp_other', id: 'ana' };
    const seen = await outcomes([
      ...ids.map((id) => acceptPlan(engine, id === stranger ? eve : ana, id, 1)),
      acceptPlan(engine, ana, 'tsk_nobody', 1),
      acceptPlan(engine, ana, '\0', 1).catch(() => Promise.reject({ code: 'BROKEN' })),
      acceptPlan(engine, other, stranger, 1),
      acceptPlan(engine, ana, first, 1),
    ]);
    const accepted = ids.map((id) => (id === stranger ? 'FORBIDDEN' : undefined));
    expect(seen).toEqual([...accepted, 'NOT_FOUND', 'BROKEN', 'NOT_FOUND', 'CONFLICT']);
    expect(await statuses(ids)).toEqual(ids.map((id) => (id === stranger ? 'ready' : 'running')));
    const [runs] = await db.raw`select count(*)::int as count from runs`;
    expect(runs).toEqual({ count: 7 });
  });

  test('wait for nobody who holds one of them', async () => {
    const ids = await proposed(8);
    const held = ids[4] ?? '';
    const [begun, over] = [gate(), gate()];
    const holding = bench.read(async (tx) => {
      await lockTask(tx, held);
      begun.open();
      await over.passed;
      await tx.execute(sql`update tasks set plan_version = 2 where id = ${held}`);
    });
    await begun.passed;
    const late: string[] = [];
    const seen = all(ids, (id) => acceptPlan(engine, ana, id, 1).finally(() => late.push(id)));
    await expect.poll(() => late.length, { timeout: 5000 }).toBe(7);
    over.open();
    // What whoever held it has changed is known.
    expect(await seen).toEqual(ids.map((id) => (id === held ? 'CONFLICT' : undefined)));
    await holding;
  });
});
