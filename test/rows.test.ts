/** Writes that are put off: seen by whoever reads, refused where a row has moved, bound to the workspace. */
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { connect, transaction } from '../src/db/client.ts';
import { finishEstimate, insertEstimate } from '../src/db/estimate.ts';
import { appendEvents } from '../src/db/event.ts';
import { inParts } from '../src/db/part.ts';
import { findRunById, finishRun, insertRun, moveStage } from '../src/db/run.ts';
import { withTask } from '../src/db/snapshot.ts';
import { changeStep, findStep, insertSteps, listSteps } from '../src/db/step.ts';
import { appendLog, changeTask, findTask, insertTask } from '../src/db/task.ts';
import type { Tx } from '../src/db/tx.ts';
import { testDatabase } from './support/database.ts';

const db = await testDatabase();
const scope = { workspaceId: 'wsp_a' };
const within = <T>(work: (tx: Tx) => Promise<T>) => transaction(db, scope, work);

let made = 0;
/** A task with a run of so many steps, written in the transaction. */
async function begun(tx: Tx, steps = 1) {
  made += 1;
  const number = made;
  const task = await insertTask(tx, {
    ...{ ...scope, id: `tsk_${number}`, channel: 'web', conversation: 'c1', requestedBy: 'ana' },
    ...{ title: 'Rows', shortName: 'rows', description: 'Rows.' },
  });
  const about = { ...scope, taskId: task.id };
  const alone = { mode: 'automatic', rehearsedRunId: null, continuesRunId: null } as const;
  const run = insertRun(tx, { ...about, ...alone, planVersion: 1 });
  const rows = Array.from({ length: steps }, (_, index) => ({
    ...{ ...about, runId: run.id, id: `stp_${number}_${index}`, key: `s${index}`, name: 'Step' },
    ...{ stepOrder: index + 1, completedLabel: 'Done', kind: 'tool', expectedMs: 1 },
    priority: 'medium' as const,
  }));
  return { task, run, steps: insertSteps(tx, rows) };
}

test('what was put off is seen by the next read of the transaction, as it was said to be', async () => {
  await within(async (tx) => {
    const { task, run, steps } = await begun(tx, 3);
    expect((await listSteps(tx, run.id)).map(stable)).toEqual(steps.map(stable));
    const changed = changeTask(tx, task, { status: 'running', actualMs: 90_000 }, [
      { event: 'start', timestamp: '2026-01-01T00:00:00.000Z' },
    ]);
    expect(stable(await findTask(tx, task.id))).toEqual(stable(changed));
    expect(changed).toMatchObject({ executionStatus: 'in_progress', actualDurationMinutes: 1.5 });
    const moved = moveStage(tx, run, 'checksBefore', 'running');
    finishRun(tx, run.id, new Date());
    expect(await findRunById(tx, run.id)).toMatchObject({ checksBefore: moved.checksBefore });
  });
});

/** Without the times, which the database has to the microsecond. */
const stable = (row: object | undefined) => ({ ...row, updatedAt: null, createdAt: null });

test('several changes of a row are one, and lines of the log keep their order', async () => {
  const { task, steps } = await within((tx) => begun(tx));
  await within(async (tx) => {
    appendLog(tx, task.id, { event: 'first' });
    const second = changeTask(tx, task, { progress: 10 }, [{ event: 'second', timestamp: '' }]);
    changeTask(tx, second, { progress: 20 });
    appendLog(tx, task.id, { event: 'third' });
    for (const step of steps)
      changeStep(tx, changeStep(tx, step, { claim: 1 }), { status: 'running' });
  });
  const [now, step] = await within((tx) =>
    Promise.all([findTask(tx, task.id), findStep(tx, String(steps[0]?.id))]),
  );
  expect(now).toMatchObject({ progress: 20, version: task.version + 2 });
  expect(now?.executionLog.map(({ event }) => event)).toEqual(['first', 'second', 'third']);
  expect(step).toMatchObject({ claim: 1, status: 'running' });
});

test('a second change that knows the row as it was before the first is refused at once', async () => {
  const { task } = await within((tx) => begun(tx));
  const twice = within(async (tx) => {
    changeTask(tx, task, { progress: 10 });
    changeTask(tx, task, { progress: 20 });
  });
  await expect(twice).rejects.toThrow('written twice');
});

test('a row that has moved on fails the transaction with all that it would have written', async () => {
  const { task, run } = await within((tx) => begun(tx));
  await within(async (tx) => changeTask(tx, task, { progress: 10 }));
  const late = within(async (tx) => {
    finishRun(tx, run.id, new Date());
    changeTask(tx, task, { progress: 20 });
    appendEvents(tx, [{ ...scope, taskId: task.id, event: 'late', actor: 'ana' }]);
  });
  await expect(late).rejects.toMatchObject({ code: '40001' });
  const lateWithRead = within(async (tx) => {
    changeTask(tx, task, { progress: 20 });
    return findTask(tx, task.id);
  });
  await expect(lateWithRead).rejects.toMatchObject({ code: '40001' });
  const [now, same] = await within((tx) =>
    Promise.all([findTask(tx, task.id), findRunById(tx, run.id)]),
  );
  expect(now).toMatchObject({ progress: 10 });
  expect(same?.finishedAt).toBeNull();
  expect(await db.raw`select from task_events where event = 'late'`).toHaveLength(0);
});

test('a row of another workspace can be neither put nor changed nor locked', async () => {
  const { task } = await within((tx) => begun(tx));
  const other = { workspaceId: 'wsp_b' };
  const put = transaction(db, other, async (tx) => {
    const alone = { mode: 'automatic', rehearsedRunId: null, continuesRunId: null } as const;
    insertRun(tx, { ...scope, taskId: task.id, ...alone, planVersion: 2 });
  });
  await expect(put).rejects.toMatchObject({ code: '42501' });
  const change = transaction(db, other, async (tx) => changeTask(tx, task, { progress: 10 }));
  await expect(change).rejects.toMatchObject({ code: '40001' });
  const opening = withTask(task.id);
  await transaction(
    db,
    scope,
    async (_tx, rows) => {
      expect(rows).toHaveLength(1);
      // Not waited for, and not seen.
      await transaction(db, other, async (_other, seen) => expect(seen).toEqual([]), opening);
    },
    opening,
  );
});

test('rows are looked up by key also where it was planned when tables were small', async () => {
  const places = ['tasks', 'runs', 'task_steps', 'estimates'];
  const several = await within((tx) => Promise.all(Array.from({ length: 120 }, () => begun(tx))));
  await within(async (tx) => {
    for (const { run } of several)
      insertEstimate(tx, { ...scope, ...interval, taskId: run.taskId, runId: run.id });
  });
  // Nothing is finished, as far as the server knows.
  for (const place of places) await db.raw.unsafe(`analyze ${place}`);
  // Both also count what its connection did before, and has not told of yet.
  const count = (tx: Tx) =>
    tx.execute<{ place: string; read: number; changed: number }>(sql`
      select relname as place, (seq_tup_read + idx_tup_fetch)::int as read, n_tup_upd::int as changed
      from pg_stat_xact_user_tables where relname in ${places} order by relname`);
  const [before, after] = await within(async (tx) => {
    const first = await count(tx);
    await inParts(
      tx,
      several.slice(0, 8).map(({ task, run, steps }) => async (part) => {
        changeTask(part, task, { progress: 10 });
        for (const step of steps) changeStep(part, step, { status: 'running' });
        finishRun(part, run.id, new Date());
        finishEstimate(part, run.id);
      }),
    );
    return [first, await count(tx)];
  });
  for (const [index, { place, read, changed }] of after.entries()) {
    expect({ place, changed: changed - (before[index]?.changed ?? 0) }).toEqual({
      place,
      changed: 8,
    });
    expect(read - (before[index]?.read ?? 0)).toBeLessThan(100);
  }
});
const interval = { complexity: 'simple', lowMs: 1, midMs: 2, highMs: 3 } as const;

test('many writes are several statements', async () => {
  const { run, steps } = await within((tx) => begun(tx, 100));
  await within(async (tx) => {
    for (const step of steps) changeStep(tx, step, { status: 'skipped' });
    appendEvents(tx, [{ ...scope, taskId: run.taskId, event: 'skip', actor: 'ana' }]);
  });
  const now = await within((tx) => listSteps(tx, run.id));
  expect(now.filter(({ status }) => status === 'skipped')).toHaveLength(100);
});

test('a server that is not there is said so each time, and long messages arrive', async () => {
  const nowhere = connect('postgres://nobody@127.0.0.1:9/nothing', 1);
  for (let time = 0; time < 3; time += 1)
    await expect(nowhere.raw`select 1`).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  await nowhere.close();
  const long = 'x'.repeat(3_000_000);
  const [row] = await db.raw`select length(${long}::text) as length`;
  expect(row).toEqual({ length: long.length });
});
