/** The helper functions of the AE document, as SQL and as verbs: the same table as the engine's. */
import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { ana, humanStep, testEngine } from '../../test/support/engine.ts';
import { systemTransaction, transaction } from '../db/client.ts';
import {
  actAs,
  addLogEntry,
  blockExecution,
  completeExecution,
  createSubtask,
  failExecution,
  listExecutable,
  startExecution,
} from '../db/execution.ts';
import { findTask, type Task, type TaskStatus, taskStatuses } from '../db/task.ts';
import type { Tx } from '../db/tx.ts';
import { ensureWorkspace } from '../db/workspace.ts';
import { fileTask } from './intake.ts';
import { nextTaskStatus, type TaskEventName } from './state.ts';
import type { CreateTaskInput } from './task-contract.ts';

const bench = await testEngine();
const { db, engine, read, task, force, events, jobs } = bench;
const bob = { id: 'bob', type: 'user' } as const;
const file = (about: Partial<CreateTaskInput> = {}) =>
  fileTask(engine, ana, 'web', { title: 'Call the landlord', execution_type: 'manual', ...about });
const last = (found: Task) => found.executionLog.at(-1);

/** What the table of the engine says; undefined when it refuses. */
function arrow(status: TaskStatus, event: TaskEventName): TaskStatus | undefined {
  try {
    return nextTaskStatus(status, event, 'It');
  } catch {
    return undefined;
  }
}

describe('the table of the database', () => {
  const known = ['queue', 'start', 'block', 'unblock', 'resume', 'complete', 'fail'] as const;

  test.each(taskStatuses)('is that of the engine for a task that is %s', async (status) => {
    for (const event of known) {
      const [row] = await db.raw`select factotum_next_status(${status}, ${event}) as next`;
      expect([event, row?.['next'] ?? undefined]).toEqual([event, arrow(status, event)]);
    }
  });

  const verbs: [string, (status: TaskStatus) => TaskEventName, (tx: Tx, id: string) => unknown][] =
    [
      [
        'start',
        (status) => (status === 'blocked' ? 'unblock' : status === 'paused' ? 'resume' : 'start'),
        (tx, id) => startExecution(tx, id, bob),
      ],
      [
        'complete',
        () => 'complete',
        (tx, id) => completeExecution(tx, id, { strategy: 'm', output: '' }),
      ],
      ['fail', () => 'fail', (tx, id) => failExecution(tx, id, 'No.', false)],
      ['block', () => 'block', (tx, id) => blockExecution(tx, id, 'Wait.')],
    ];
  const pairs = verbs.flatMap(([verb, eventOf, run]) =>
    taskStatuses.map((status) => [verb, status, eventOf(status), run] as const),
  );

  test.each(pairs)('rules %s on a task that is %s', async (_, status, event, run) => {
    const id = await file();
    await force(id, status);
    // What is being planned or has been planned is the engine's.
    const isTracked = status !== 'planning' && status !== 'ready';
    const wanted = isTracked ? arrow(status, event) : undefined;
    const before = await task(id);
    const done = read(async (tx) => run(tx, id));
    if (wanted) await done;
    else await expect(done).rejects.toMatchObject({ code: 'CONFLICT' });
    const after = await task(id);
    expect(after.status).toBe(wanted ?? status);
    expect(after.version - before.version).toBe(wanted ? 1 : 0);
    expect(after.executionLog.length - before.executionLog.length).toBe(wanted ? 1 : 0);
    const ledger = (await events(id)).filter((each) => each.event === event);
    expect(ledger.map(({ from, to }) => [from, to])).toEqual(wanted ? [[status, wanted]] : []);
  });
});

describe('the execution log', () => {
  test('has the documented shapes, and the ledger who did it', async () => {
    const id = await file();
    await read(async (tx) => {
      await actAs(tx, 'ana');
      await startExecution(tx, id, { id: 'mailer', type: 'workflow' });
      await completeExecution(tx, id, { strategy: 'manual', output: 'Called.', confidence: 0.95 });
    });
    const [, started, completed] = (await task(id)).executionLog;
    const timestamp = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(started).toEqual({
      event: 'started',
      executor_id: 'mailer',
      executor_type: 'workflow',
      timestamp,
    });
    expect(completed).toEqual({
      event: 'completed',
      result: { strategy: 'manual', output: 'Called.', confidence: 0.95 },
      timestamp,
    });
    expect((await events(id)).map(({ event, actor }) => [event, actor])).toEqual([
      ['create', 'ana'],
      ['start', 'ana'],
      ['complete', 'ana'],
    ]);
    expect(await task(id)).toMatchObject({
      status: 'completed',
      progress: 100,
      phase: 'done',
      result: { output: 'Called.' },
      startedAt: expect.any(Date),
      completedAt: expect.any(Date),
      actualMs: expect.any(Number),
    });
  });

  test('takes any entry that names its event, of any task', async () => {
    const id = await bench.propose([humanStep('ben')]);
    await read((tx) => addLogEntry(tx, id, { event: 'noted', words: "It's fine; \\ 'quoted'" }));
    expect(last(await task(id))).toMatchObject({
      event: 'noted',
      words: "It's fine; \\ 'quoted'",
      timestamp: expect.any(String),
    });
    expect((await task(id)).status).toBe('ready');
  });

  test.each([
    ['no object', '[]'],
    ['no event', '{"words":"x"}'],
    ['an empty event', '{"event":""}'],
    ['too much', JSON.stringify({ event: 'noted', words: 'x'.repeat(66_000) })],
  ])('refuses an entry with %s', async (_, entry) => {
    const id = await file();
    const call = db.raw`select add_execution_log_entry(${id}, ${entry}::text::jsonb)`;
    await expect(call).rejects.toMatchObject({ code: 'FT400' });
    expect((await task(id)).executionLog).toHaveLength(1);
  });
});

describe('a failed execution', () => {
  test('goes back to the queue while a retry is left, then fails for good', async () => {
    const id = await file({ max_retries: 2 });
    const fail = () =>
      read(async (tx) => {
        await startExecution(tx, id, bob);
        return failExecution(tx, id, 'Nobody answered.', true);
      });
    expect([await fail(), await fail()]).toEqual([true, true]);
    expect(await task(id)).toMatchObject({ status: 'queued', retryCount: 2, failureReason: null });
    expect(last(await task(id))).toMatchObject({
      event: 'retried',
      error: 'Nobody answered.',
      retry_count: 2,
      max_retries: 2,
    });
    expect(await fail()).toBe(false);
    expect(await task(id)).toMatchObject({
      status: 'failed',
      retryCount: 2,
      failureReason: 'Nobody answered.',
      failedAt: expect.any(Date),
    });
    expect(last(await task(id))).toMatchObject({ event: 'failed', error: 'Nobody answered.' });
    await expect(fail()).rejects.toThrow('"Call the landlord" is failed, so it cannot be started.');
  });

  test('is not retried when nobody wants it', async () => {
    const id = await file();
    await read((tx) => startExecution(tx, id, bob));
    expect(await read((tx) => failExecution(tx, id, 'Wrong number.', false))).toBe(false);
    expect(await task(id)).toMatchObject({ status: 'failed', retryCount: 0 });
  });

  test('that was not under way has no try to repeat', async () => {
    const id = await file();
    const fail = read((tx) => failExecution(tx, id, 'x', true));
    await expect(fail).rejects.toThrow('is draft, so there is no try to repeat');
  });
});

describe('a blocked execution', () => {
  test('waits with its reason until somebody takes it over', async () => {
    const id = await file();
    await read((tx) => blockExecution(tx, id, ' Requires access to payment system '));
    expect(await task(id)).toMatchObject({
      status: 'blocked',
      executionStatus: 'blocked',
      blockedKind: 'human_action',
      blockedReason: 'Requires access to payment system',
      blockedAt: expect.any(Date),
    });
    await read((tx) => startExecution(tx, id, bob));
    expect(await task(id)).toMatchObject({
      status: 'running',
      blockedKind: null,
      blockedReason: null,
    });
  });

  test('needs a reason', async () => {
    const id = await file();
    await expect(read((tx) => blockExecution(tx, id, ' '))).rejects.toMatchObject({
      code: 'INVALID',
    });
  });
});

describe('what the engine carries out', () => {
  test('is refused by every function that moves, with a sentence', async () => {
    const id = await bench.propose([humanStep('ben')]);
    const words = /Factotum itself carries out "Test CRM"/;
    const refuse = async () => {
      for (const move of [
        (tx: Tx) => startExecution(tx, id, bob),
        (tx: Tx) => completeExecution(tx, id, { strategy: 'x', output: '' }),
        (tx: Tx) => failExecution(tx, id, 'x', true),
        (tx: Tx) => blockExecution(tx, id, 'x'),
        (tx: Tx) => createSubtask(tx, id, { title: 'Part', executionType: 'manual' }),
      ])
        await expect(read<unknown>(move)).rejects.toThrow(words);
    };
    await refuse();
    await bench.accept(id);
    await refuse();
    expect((await task(id)).version).toBeGreaterThan(1);
  });
});

describe('whoever calls', () => {
  const stranger = { workspaceId: 'wsp_other' };

  test('sees and moves tasks of the own workspace only', async () => {
    await systemTransaction(db, (tx) =>
      ensureWorkspace(tx, { id: 'wsp_other', kind: 'local', name: 'Other' }),
    );
    const id = await file({ execution_type: 'fully_automated' });
    const theirs = <T>(work: (tx: Tx) => Promise<T>) => transaction(db, stranger, work);
    for (const move of [
      (tx: Tx) => startExecution(tx, id, bob),
      (tx: Tx) => addLogEntry(tx, id, { event: 'noted' }),
      (tx: Tx) => createSubtask(tx, id, { title: 'Part', executionType: 'manual' }),
    ])
      await expect(theirs<unknown>(move)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await theirs((tx) => listExecutable(tx, ana.workspaceId))).toEqual([]);
    expect((await task(id)).status).toBe('draft');
  });

  test('is refused an executor of no kind', async () => {
    const id = await file();
    for (const [executor, type] of [
      ['bob', 'robot'],
      ['', 'user'],
      ['bob', null],
    ]) {
      const call = db.raw`select start_task_execution(${id}, ${executor ?? null}, ${type ?? null})`;
      await expect(call).rejects.toMatchObject({ code: 'FT400' });
    }
  });

  test('loses to another call at the same time, and nothing is done twice', async () => {
    const id = await file();
    const results = await Promise.allSettled(
      Array.from({ length: 8 }, () => read((tx) => startExecution(tx, id, bob))),
    );
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    expect((await task(id)).executionLog.map((entry) => entry.event)).toEqual([
      'created',
      'started',
    ]);
  });
});

test('every move brings the cards up to date and tells listeners', async () => {
  const id = await file();
  for (const job of await jobs('deliver', id)) await bench.drop(job.id);
  await read((tx) => startExecution(tx, id, bob));
  expect(await jobs('deliver', id)).toHaveLength(1);
});

describe('a subtask', () => {
  test('belongs to the same person and conversation, and both logs know it', async () => {
    const parent = await file({ title: 'Plan', priority: 'high', conversation: 'shop' });
    const part = { title: ' Draft outline ', executionType: 'fully_automated' } as const;
    const id = await read((tx) => createSubtask(tx, parent, part));
    expect(await task(id)).toMatchObject({
      title: 'Draft outline',
      description: 'Draft outline',
      status: 'draft',
      parentTaskId: parent,
      conversation: 'shop',
      requestedBy: 'ana',
      priority: 'high',
      executionType: 'fully_automated',
    });
    expect(last(await task(parent))).toMatchObject({
      event: 'subtask_created',
      subtask_id: id,
      title: 'Draft outline',
      execution_type: 'fully_automated',
    });
    const dueAt = new Date('2026-02-01T00:00:00Z');
    const other = { ...part, description: 'Two pages.', priority: 'low', dueAt } as const;
    const second = await read((tx) => createSubtask(tx, parent, other));
    expect(await task(second)).toMatchObject({ description: 'Two pages.', priority: 'low', dueAt });
  });

  test.each([
    ['no title', "create_subtask($1, ' ')"],
    ['a long title', "create_subtask($1, repeat('x', 201))"],
    ['no type', 'create_subtask($1, $$Part$$, execution_type => null)'],
    ['another type', "create_subtask($1, 'Part', execution_type => 'robot')"],
    ['another priority', "create_subtask($1, 'Part', priority => 'urgent')"],
    ['somebody of no kind', "create_subtask($1, 'Part', assigned_to_type => 'robot')"],
  ])('is refused with %s', async (_, call) => {
    const parent = await file();
    const made = db.raw.unsafe(`select ${call}`, [parent]);
    await expect(made).rejects.toMatchObject({ code: 'FT400' });
  });

  test('is not added to what is over, nor without end', async () => {
    const part = { title: 'Part', executionType: 'manual' } as const;
    const over = await file();
    await force(over, 'cancelled');
    await expect(read((tx) => createSubtask(tx, over, part))).rejects.toThrow(
      'is already cancelled, so it gets no more parts',
    );
    let above = await file();
    const deep = read(async (tx) => {
      for (let depth = 0; depth < 12; depth += 1) above = await createSubtask(tx, above, part);
    });
    await expect(deep).rejects.toThrow('cannot be divided further');
  });
});

test('what can be executed comes by priority, due date and age, without what is manual or over', async () => {
  await systemTransaction(db, (tx) => tx.execute(sql`update tasks set status = 'cancelled'`));
  const file1 = (title: string, about: Partial<CreateTaskInput>) =>
    file({ title, execution_type: 'fully_automated', ...about });
  await file1('medium', {});
  await file1('low', { priority: 'low', due_at: '2026-01-01T00:00:00Z' });
  await file1('late', { priority: 'high', due_at: '2026-03-01T00:00:00Z' });
  await file1('soon', { priority: 'high', due_at: '2026-02-01T00:00:00Z' });
  await file1('some day', { priority: 'high', assigned_to_type: 'agent' });
  await file1('medium too', { execution_type: 'semi_automated' });
  await file1('by hand', { priority: 'critical', execution_type: 'manual' });
  const begun = await file1('begun', { priority: 'critical' });
  await read((tx) => startExecution(tx, begun, bob));
  const titles = async (type?: 'manual' | 'semi_automated' | 'fully_automated') =>
    (await read((tx) => listExecutable(tx, ana.workspaceId, type))).map((each) => each.title);
  expect(await titles()).toEqual(['soon', 'late', 'some day', 'medium', 'medium too', 'low']);
  expect(await titles('semi_automated')).toEqual(['medium too']);
  expect(await titles('manual')).toEqual(['by hand']);
  const one = await read((tx) => listExecutable(tx, ana.workspaceId, null, 1));
  expect(one.map((each) => each.title)).toEqual(['soon']);
  expect(await read((tx) => findTask(tx, one[0]?.id ?? ''))).toMatchObject({ title: 'soon' });
});
