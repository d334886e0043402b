/** Tasks whose turn comes at the same time share a transaction, and none of them is the worse for it. */
import { beforeEach, describe, expect, test } from 'vitest';
import {
  ana,
  approvalStep,
  gate,
  neverAborted,
  testEngine,
  toolStep,
} from '../../test/support/engine.ts';
import { systemTransaction } from '../db/client.ts';
import { lockTask } from '../db/task.ts';
import type { Tx } from '../db/tx.ts';
import { ensureWorkspace } from '../db/workspace.ts';
import { FactotumError } from '../errors.ts';
import { onSnapshotTogether } from './advance.ts';
import { pauseTask } from './steer.ts';
import { runChecks } from './work.ts';

const bench = await testEngine();
const { engine, db } = bench;
const brief = { unitMs: 1 };

beforeEach(() => db.raw`delete from tasks`);

const transactionOf = async (tx: Tx): Promise<string> => {
  const [row] = await tx.execute<{ id: string }>('select pg_current_xact_id()::text as id');
  return row?.id ?? '';
};

/** Accepted tasks whose first checks wait to be run. */
async function begin(count: number, steps: unknown[] = [toolStep('a'), toolStep('b')]) {
  return Promise.all(
    Array.from({ length: count }, async () => {
      const id = await bench.propose(steps);
      await bench.accept(id);
      const [job] = await bench.jobs('check', id);
      if (!job) throw new Error('No check is to be run.');
      return { id, work: () => runChecks(engine, job.payload, neverAborted, () => true) };
    }),
  );
}
const job = (taskId: string) => ({ workspaceId: ana.workspaceId, taskId });
/** Until this is opened, whatever comes waits: as many as go on at once are held by it. */
async function holdLine(tasks: { id: string }[]) {
  const over = gate();
  const held = tasks.slice(0, 2).map(({ id }) => {
    const begun = gate();
    const ended = onSnapshotTogether(engine, job(id), async () => {
      begun.open();
      await over.passed;
    });
    return { begun, ended };
  });
  await Promise.all(held.map(({ begun }) => begun.passed));
  return async () => {
    over.open();
    await Promise.all(held.map(({ ended }) => ended));
  };
}

describe('what comes while others are at work', () => {
  test('shares a transaction, each with what is known of its own task', async () => {
    const tasks = await begin(12);
    const release = await holdLine(tasks);
    const going = tasks.slice(2).map(({ id }) =>
      onSnapshotTogether(engine, job(id), async (tx, snapshot) => ({
        about: snapshot?.task.id,
        steps: snapshot?.steps.map(({ taskId }) => taskId),
        transaction: await transactionOf(tx),
      })),
    );
    await release();
    const seen = await Promise.all(going);
    expect(seen.map(({ about }) => about)).toEqual(tasks.slice(2).map(({ id }) => id));
    for (const { about, steps } of seen) expect(steps).toEqual([about, about]);
    const ids = seen.map((one) => one.transaction);
    expect(ids.map((one) => ids.indexOf(one))).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 8, 8]);
  });

  test('is one transaction after another where it is about the same task', async () => {
    const tasks = await begin(3);
    const release = await holdLine(tasks);
    const { id } = tasks[2] as { id: string };
    const going = [1, 2, 3].map(() =>
      onSnapshotTogether(engine, job(id), async (tx) => {
        await tx.execute(`update tasks set progress = progress + 1 where id = '${id}'`);
        return transactionOf(tx);
      }),
    );
    await release();
    expect(new Set(await Promise.all(going)).size).toBe(3);
    expect(await bench.task(id)).toMatchObject({ progress: 3 });
  });

  test('waits for nobody who holds one of the tasks: that one follows alone', async () => {
    const tasks = await begin(5);
    const release = await holdLine(tasks);
    const { id } = tasks[3] as { id: string };
    const [held, over] = [gate(), gate()];
    const holding = bench.read(async (tx) => {
      await lockTask(tx, id);
      held.open();
      await over.passed;
      await tx.execute(`update tasks set progress = 77 where id = '${id}'`);
    });
    await held.passed;
    const order: string[] = [];
    const going = tasks.slice(2).map((task) =>
      onSnapshotTogether(engine, job(task.id), async (_, snapshot) => {
        order.push(task.id);
        return snapshot?.task.progress;
      }).then((progress) => {
        // The others are done while it is held.
        if (order.length === 2) over.open();
        return progress;
      }),
    );
    await release();
    // What whoever held it has changed is known.
    expect(await Promise.all(going)).toEqual([0, 77, 0]);
    expect(order.at(-1)).toBe(id);
    await holding;
  });

  test('is told where there is no such task, or none of its workspace', async () => {
    const tasks = await begin(3);
    const other = { workspaceId: 'wsp_other', id: 'eve' };
    await systemTransaction(db, (tx) =>
      ensureWorkspace(tx, {
        ...{ id: other.workspaceId, kind: 'slack', name: 'Other', locale: 'en-US' },
        ...{ currency: 'USD', timezone: 'UTC' },
      }),
    );
    const release = await holdLine(tasks);
    const { id } = tasks[2] as { id: string };
    const knows = (workspaceId: string, taskId: string) =>
      onSnapshotTogether(engine, { workspaceId, taskId }, async (_, snapshot) => snapshot?.task.id);
    const going = [
      knows(ana.workspaceId, id),
      knows(ana.workspaceId, 'tsk_nobody'),
      knows(other.workspaceId, id),
    ];
    await release();
    expect(await Promise.all(going)).toEqual([id, undefined, undefined]);
  });

  test('is made alone where one of them fails, which fails by itself', async () => {
    const tasks = await begin(4);
    const release = await holdLine(tasks);
    const bad = tasks[2]?.id;
    const going = tasks.slice(2).map(({ id }) =>
      onSnapshotTogether(engine, job(id), async (tx) => {
        await tx.execute(`update tasks set progress = progress + 5 where id = '${id}'`);
        if (id === bad) throw new Error('It cannot be stored.');
      }),
    );
    const settled = Promise.allSettled(going);
    await release();
    expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    const progress = await Promise.all(
      tasks.map(async ({ id }) => (await bench.task(id)).progress),
    );
    expect(progress).toEqual([0, 0, 0, 5]);
  });

  test('is not made again where the database was in the way', async () => {
    const tasks = await begin(5);
    const release = await holdLine(tasks);
    let tries = 0;
    const going = tasks.slice(2).map(({ id }, index) =>
      onSnapshotTogether(engine, job(id), async (tx) => {
        tries += 1;
        await tx.execute(`update tasks set progress = 5 where id = '${id}'`);
        if (index === 1)
          throw new FactotumError('NOT_READY', 'It is not known whether it was saved.');
      }),
    );
    const settled = Promise.allSettled(going);
    await release();
    for (const one of await settled)
      expect(one).toMatchObject({ status: 'rejected', reason: { code: 'NOT_READY' } });
    expect(tries).toBe(3);
    for (const { id } of tasks) expect(await bench.task(id)).toMatchObject({ progress: 0 });
  });
});

describe('brief work on several tasks', () => {
  const states = (ids: string[]) => Promise.all(ids.map((id) => bench.states(id)));
  /** All of them at once, while others are at work. */
  async function workOn(tasks: { id: string; work: () => Promise<void> }[]) {
    const release = await holdLine(await begin(2));
    const going = Promise.all(tasks.map(({ work }) => work()));
    await release();
    await going;
  }

  test('is written by one transaction as if each had its own', async () => {
    const calls = bench.tool('work', async () => ({}), brief);
    const tasks = await begin(5);
    await workOn(tasks);
    expect(calls).toHaveLength(10);
    const done = { a: 'completed', b: 'completed' };
    expect(await states(tasks.map(({ id }) => id))).toEqual(tasks.map(() => done));
    const [rows] = await db.raw`
      select count(distinct xmin::text)::int as transactions from task_events
      where event = 'complete' and task_id in ${db.raw(tasks.map(({ id }) => id))}`;
    expect(rows).toEqual({ transactions: 1 });
    const [alone] = (await begin(1)) as [(typeof tasks)[0]];
    await alone.work();
    const written = async (id: string) =>
      (await bench.events(id)).map(({ event, from, to, data }) => [
        event,
        from,
        to,
        Object.keys(data as object),
      ]);
    for (const { id } of tasks) expect(await written(id)).toEqual(await written(alone.id));
    const [ledger] = await db.raw`
      select (select seq from ledger_heads where workspace_id = ${ana.workspaceId})::int
        - (select max(seq) from task_events where workspace_id = ${ana.workspaceId})::int as unchained`;
    expect(ledger).toEqual({ unchained: 0 });
  });

  test('goes on where one of them cannot be stored: it fails by itself', async () => {
    const tasks = await begin(4);
    const bad = tasks[1]?.id;
    bench.tool('work', async ({ taskId }) => (taskId === bad ? { text: 'a\0b' } : {}), brief);
    await workOn(tasks);
    const done = { a: 'completed', b: 'completed' };
    const [first, failed, ...others] = await states(tasks.map(({ id }) => id));
    expect([first, ...others]).toEqual([done, done, done]);
    expect(failed).toEqual({ a: 'failed', b: 'pending' });
  });

  test('ends for each where a person is asked, has paused, or a call fails', async () => {
    const [asking] = await begin(1, [toolStep('a'), approvalStep('ok')]);
    const [paused, failing, usual] = await begin(3);
    if (!asking || !paused || !failing || !usual) throw new Error('There are no tasks.');
    const pausing: Promise<unknown>[] = [];
    bench.tool(
      'work',
      async ({ taskId }) => {
        // It has the task when the transaction ends.
        if (taskId === paused.id && pausing.length === 0)
          pausing.push(pauseTask(engine, ana, taskId));
        if (taskId === failing.id) throw new Error('The call failed.');
        return {};
      },
      brief,
    );
    await workOn([asking, paused, failing, usual]);
    await Promise.all(pausing);
    expect(await states([asking, failing, usual].map(({ id }) => id))).toEqual([
      { a: 'completed', ok: 'approval' },
      { a: 'failed', b: 'pending' },
      { a: 'completed', b: 'completed' },
    ]);
    expect(await bench.task(asking.id)).toMatchObject({ status: 'approval_pending' });
    expect(['paused', 'blocked']).toContain((await bench.task(paused.id)).status);
  });

  test('that lasts is written down as begun with what the others have done', async () => {
    const tasks = await begin(3);
    const slow = tasks[0]?.id;
    const over = gate();
    bench.tool(
      'work',
      async ({ taskId }) => {
        if (taskId === slow) await over.passed;
        return {};
      },
      brief,
    );
    const working = workOn(tasks);
    const others = tasks.slice(1).map(({ id }) => id);
    await expect
      .poll(() => states([slow ?? '', ...others]), { timeout: 5000 })
      .toEqual([
        { a: 'running', b: 'pending' },
        { a: 'completed', b: 'completed' },
        { a: 'completed', b: 'completed' },
      ]);
    over.open();
    await working;
    expect(await bench.states(slow ?? '')).toEqual({ a: 'completed', b: 'completed' });
  });
});
