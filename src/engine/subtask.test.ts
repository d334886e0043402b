import { describe, expect, test } from 'vitest';
import { ana, testEngine } from '../../test/support/engine.ts';
import {
  completeExecution,
  createSubtask,
  failExecution,
  startExecution,
} from '../db/execution.ts';
import type { TaskStatus } from '../db/task.ts';
import { fileTask } from './intake.ts';
import { cancelTask } from './steer.ts';
import { gather, gatherParts } from './subtask.ts';

const bench = await testEngine();
const { engine, read, task, jobs, drop } = bench;
const bob = { id: 'bob', type: 'user' } as const;

const part = (status: TaskStatus, title = 'Part') => ({ status, title, failureReason: 'No luck.' });

describe('what follows from the parts', () => {
  test.each<[TaskStatus, TaskStatus[], number, object]>([
    ['draft', ['draft', 'draft'], 0, { kind: 'none' }],
    ['draft', ['running', 'draft'], 0, { kind: 'start' }],
    ['queued', ['completed', 'draft'], 50, { kind: 'start' }],
    ['running', ['completed', 'running', 'draft'], 33, { kind: 'none' }],
    [
      'running',
      ['completed', 'cancelled'],
      99,
      { kind: 'complete', words: '1 of 1 subtasks completed' },
    ],
    [
      'running',
      ['completed', 'completed'],
      99,
      { kind: 'complete', words: '2 of 2 subtasks completed' },
    ],
    ['running', ['cancelled', 'cancelled'], 0, { kind: 'none' }],
    ['running', ['failed', 'running'], 0, { kind: 'none' }],
    ['running', ['failed', 'completed'], 50, { kind: 'block', words: '"Part" failed: No luck.' }],
    ['paused', ['completed', 'completed'], 99, { kind: 'none' }],
    ['cancelled', ['completed', 'completed'], 99, { kind: 'none' }],
    ['running', [], 0, { kind: 'none' }],
  ])('of a task that is %s with %j: %i %%', (status, parts, percent, next) => {
    expect(
      gatherParts(
        status,
        parts.map((each) => part(each)),
      ),
    ).toEqual({ percent, next });
  });
});

/** Runs the jobs that look at the parts of a task. */
async function gatherAll(taskId: string): Promise<number> {
  const waiting = await jobs('gather', taskId);
  for (const job of waiting) {
    await drop(job.id);
    await gather(engine, job.payload);
  }
  return waiting.length;
}

async function divided(titles: string[], parent?: string): Promise<[string, string[]]> {
  const about = { title: 'Plan', execution_type: 'semi_automated' } as const;
  const id = parent ?? (await fileTask(engine, ana, 'web', about));
  const made: string[] = [];
  for (const title of titles)
    made.push(await read((tx) => createSubtask(tx, id, { title, executionType: 'manual' })));
  await gatherAll(id);
  return [id, made];
}
const finish = (id: string) =>
  read(async (tx) => {
    await startExecution(tx, id, bob);
    await completeExecution(tx, id, { strategy: 'manual', output: 'Done.' });
  });

describe('a task of several parts', () => {
  test('begins with the first, shows the share that is done, and is done with the last', async () => {
    const [id, [first = '', second = '', third = '']] = await divided(['One', 'Two', 'Three']);
    expect(await task(id)).toMatchObject({ status: 'draft', progress: 0 });
    await read((tx) => startExecution(tx, first, bob));
    expect(await gatherAll(id)).toBe(1);
    expect(await task(id)).toMatchObject({ status: 'running', progress: 0 });
    await read((tx) => completeExecution(tx, first, { strategy: 'manual', output: '' }));
    await gatherAll(id);
    expect(await task(id)).toMatchObject({ status: 'running', progress: 33 });
    await Promise.all([finish(second), finish(third)]);
    await gatherAll(id);
    expect(await task(id)).toMatchObject({
      status: 'completed',
      progress: 100,
      result: { strategy: 'decompose', output: '3 of 3 subtasks completed' },
    });
  });

  test('says which part failed, and goes on when somebody takes it over', async () => {
    const [id, [first = '', second = '']] = await divided(['One', 'Two']);
    await finish(first);
    await read(async (tx) => {
      await startExecution(tx, second, bob);
      await failExecution(tx, second, 'Nobody came.', false);
    });
    await gatherAll(id);
    expect(await task(id)).toMatchObject({
      status: 'blocked',
      blockedKind: 'dependency',
      blockedReason: '"Two" failed: Nobody came.',
      progress: 50,
    });
    await finish(id);
    expect((await task(id)).status).toBe('completed');
  });

  test('does not need what was cancelled', async () => {
    const [id, [first = '', second = '']] = await divided(['One', 'Two']);
    await finish(first);
    await gatherAll(id);
    await cancelTask(engine, ana, second);
    expect(await gatherAll(id)).toBe(1);
    expect((await task(id)).status).toBe('completed');
  });

  test('passes on to the task that it is a part of itself', async () => {
    const [id, [inner = '']] = await divided(['Inner']);
    const [, [leaf = '']] = await divided(['Leaf'], inner);
    await finish(leaf);
    await gatherAll(inner);
    await gatherAll(id);
    expect([(await task(inner)).status, (await task(id)).status]).toEqual([
      'completed',
      'completed',
    ]);
  });

  test('takes the parts that are open with it when it is cancelled', async () => {
    const [id, [first = '', second = '', third = '']] = await divided(['One', 'Two', 'Three']);
    const [, [leaf = '']] = await divided(['Leaf'], third);
    await finish(first);
    await read((tx) => startExecution(tx, second, bob));
    await cancelTask(engine, ana, id);
    for (const each of [id, third]) await gatherAll(each);
    const statuses = await Promise.all([first, second, third, leaf].map((each) => task(each)));
    expect(statuses.map(({ status }) => status)).toEqual([
      'completed',
      'cancelled',
      'cancelled',
      'cancelled',
    ]);
  });

  test('is left alone where the engine itself carries it out', async () => {
    const id = await bench.propose([{ kind: 'human', key: 'a', name: 'A', instruction: 'Do A.' }]);
    const child = await fileTask(engine, ana, 'web', {
      title: 'Child',
      execution_type: 'manual',
      parent_task_id: id,
    });
    await finish(child);
    await gatherAll(id);
    expect(await task(id)).toMatchObject({ status: 'ready', progress: 0 });
  });
});
