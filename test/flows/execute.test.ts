/** `POST` and `GET /api/tasks/execute` in the three answers of the AE document, over real HTTP. */
import { describe, expect, test } from 'vitest';
import { systemTransaction, transaction } from '../../src/db/client.ts';
import { completeExecution, startExecution } from '../../src/db/execution.ts';
import { ensureWorkspace, localWorkspaceId } from '../../src/db/workspace.ts';
import { fileTask } from '../../src/engine/intake.ts';
import { ExecutionLogEntry, Task } from '../../src/engine/task-contract.ts';
import { testProgram } from '../support/program.ts';

const program = await testProgram();
const { get, post } = program;
const { engine } = program.bot;

const file = async (title: string, about: Record<string, unknown> = {}) => {
  const { status, body } = await post('/api/tasks', { title, ...about });
  expect(status).toBe(201);
  return String(body['task_id']);
};
const execute = (taskId: unknown) => post('/api/tasks/execute', { taskId });
const read = async (id: string) => Task.loose().parse(await get(`/api/tasks/${id}`));
const eventsOf = async (id: string) => (await read(id)).execution_log.map((entry) => entry.event);
const partsOf = async (id: string) =>
  (await get<{ tasks: Task[] }>(`/api/tasks?parent_task_id=${id}`)).tasks.reverse();

describe('immediate', () => {
  test('a task whose words describe an app is carried out, and the call waits for the end', async () => {
    const id = await file('Keep track of wine bottles with name, vintage and price');
    expect(await execute(id)).toEqual({
      status: 200,
      body: {
        success: true,
        strategy: 'immediate',
        result: expect.stringMatching(
          /^1 database table \(wine bottles\).*Open it at \/apps\/[\w-]+$/,
        ),
        message: 'Task executed successfully',
      },
    });
    const task = await read(id);
    expect(task).toMatchObject({
      status: 'completed',
      execution_status: 'completed',
      execution_type: 'fully_automated',
      actual_duration_minutes: expect.any(Number),
    });
    const log = task.execution_log;
    expect(log).toContainEqual(
      expect.objectContaining({ event: 'assessed', strategy: 'immediate' }),
    );
    expect(log).toContainEqual(
      expect.objectContaining({
        event: 'started',
        executor_id: 'factotum',
        executor_type: 'agent',
      }),
    );
    expect(log.at(-1)).toMatchObject({
      event: 'completed',
      result: { strategy: 'immediate', confidence: task.ai_confidence },
    });
    for (const entry of log) ExecutionLogEntry.parse(entry);
  });

  test('several calls at once carry it out once, and all are told the result', async () => {
    const id = await file('Keep track of vinyl records with artist and year');
    const answers = await Promise.all([1, 2, 3, 4].map(() => execute(id)));
    for (const { status, body } of answers)
      expect([status, body['message']]).toEqual([200, 'Task executed successfully']);
    const started = (await eventsOf(id)).filter((event) => event === 'started');
    expect(started).toHaveLength(1);
  });

  test('what stops for a person answers with the precise reason', async () => {
    const step = { kind: 'human', key: 'call', name: 'Call Ben', instruction: 'Please call Ben.' };
    const plan = {
      ...{ title: 'Call', confidence: 0.9, risk: 'low', estimatedMs: 1000, steps: [step] },
      checks: [{ id: 'called', label: 'Ben was called' }],
    };
    const id = await file('Call Ben', { plan });
    const answer = {
      status: 200,
      body: {
        success: false,
        strategy: 'blocked',
        reason: 'Please call Ben.',
        message: 'Task blocked - requires human action',
      },
    };
    expect(await execute(id)).toEqual(answer);
    expect(await execute(id)).toEqual(answer);
    expect(await read(id)).toMatchObject({ execution_status: 'blocked' });
  });
});

describe('decompose', () => {
  test('a campaign becomes the four subtasks of the document, once', async () => {
    const id = await file('Plan Q4 marketing campaign');
    const answer = {
      status: 200,
      body: {
        success: true,
        strategy: 'decompose',
        subtasks: [
          { title: 'Research competitor campaigns', execution_type: 'manual' },
          { title: 'Create budget spreadsheet', execution_type: 'semi_automated' },
          { title: 'Draft campaign outline', execution_type: 'fully_automated' },
          { title: 'Design mockups', execution_type: 'manual' },
        ],
        message: 'Task decomposed into 4 subtasks',
      },
    };
    expect(await execute(id)).toEqual(answer);
    expect(await execute(id)).toEqual(answer);
    const parts = await partsOf(id);
    expect(parts.map(({ title, execution_type }) => ({ title, execution_type }))).toEqual(
      answer.body.subtasks,
    );
    expect(await read(id)).toMatchObject({
      execution_status: 'in_progress',
      execution_type: 'semi_automated',
    });
    expect(await eventsOf(id)).toEqual([
      'created',
      'assessed',
      ...Array.from({ length: 4 }, () => 'subtask_created'),
      'started',
    ]);
  });

  test('the three subtasks of the sample come from a list, and the message from their number', async () => {
    const description =
      'Q4 campaign:\n- Research competitors\n- Create budget spreadsheet\n- Draft campaign outline';
    const { body } = await execute(await file('Q4 campaign', { description }));
    expect(body).toEqual({
      success: true,
      strategy: 'decompose',
      subtasks: [
        { title: 'Research competitors', execution_type: 'manual' },
        { title: 'Create budget spreadsheet', execution_type: 'semi_automated' },
        { title: 'Draft campaign outline', execution_type: 'fully_automated' },
      ],
      message: 'Task decomposed into 3 subtasks',
    });
  });

  test('several calls at once divide it once', async () => {
    const id = await file('Plan Q3 marketing campaign');
    const answers = await Promise.all([1, 2, 3, 4].map(() => execute(id)));
    for (const { body } of answers) expect(body['message']).toBe('Task decomposed into 4 subtasks');
    expect(await partsOf(id)).toHaveLength(4);
  });

  test('the task is completed by its parts', async () => {
    const id = await file('Plan Q2 marketing campaign');
    await execute(id);
    const parts = await partsOf(id);
    // Those that are done here are done by themselves.
    for (const part of parts.filter(({ title }) => title.startsWith('Create')))
      await post(`/api/tasks/${part.task_id}/verbs/cancel`, {});
    for (const part of parts.filter(({ execution_type }) => execution_type === 'manual')) {
      await transaction(engine.db, { workspaceId: localWorkspaceId }, async (tx) => {
        await startExecution(tx, part.task_id, { id: 'you', type: 'user' });
        await completeExecution(tx, part.task_id, { strategy: 'manual', output: 'Done.' });
      });
    }
    await expect
      .poll(() => read(id), { timeout: 20_000 })
      .toMatchObject({
        status: 'completed',
        progress: 100,
        result: { strategy: 'decompose', output: '3 of 3 subtasks completed' },
      });
  });
});

describe('blocked', () => {
  test('an order is left to a person with the reason of the document', async () => {
    const id = await file('Order new office chairs');
    const answer = {
      status: 200,
      body: {
        success: false,
        strategy: 'blocked',
        reason: 'Requires access to procurement portal',
        message: 'Task blocked - requires human action',
      },
    };
    expect(await execute(id)).toEqual(answer);
    expect(await execute(id)).toEqual(answer);
    expect(await read(id)).toMatchObject({
      execution_type: 'manual',
      execution_status: 'blocked',
      blocked_kind: 'human_action',
      blocked_reason: 'Requires access to procurement portal',
    });
    expect(await eventsOf(id)).toEqual(['created', 'assessed', 'blocked']);
  });

  test('a payment is left to a person too', async () => {
    expect((await execute(await file('Pay the electricity bill'))).body).toMatchObject({
      strategy: 'blocked',
      reason: 'Requires access to payment system',
    });
  });

  test('a task that is marked manual is not executed', async () => {
    const id = await file('Create a CRM for my bakery', { execution_type: 'manual' });
    expect((await execute(id)).body).toMatchObject({
      strategy: 'blocked',
      reason: 'This task is manual: a person carries it out',
    });
  });

  test('other words are looked at anew', async () => {
    const id = await file('Order new office chairs');
    await execute(id);
    const changed = await fetch(`${program.address}/api/tasks/${id}`, {
      method: 'PATCH',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ title: 'Pay for the chairs', description: 'Pay for the chairs' }),
    });
    expect(changed.status).toBe(200);
    expect((await execute(id)).body).toMatchObject({ reason: 'Requires access to payment system' });
    expect(await read(id)).toMatchObject({ blocked_reason: 'Requires access to payment system' });
  });
});

describe('what cannot be executed', () => {
  test.each<[string, unknown, number, RegExp]>([
    ['an unknown task', { taskId: 'tsk_none' }, 404, /There is no task tsk_none/],
    ['an address', { taskId: "'; drop table tasks; --" }, 404, /There is no task/],
    ['a null character', { taskId: 'tsk_\0' }, 400, /null character/],
    ['a number', { taskId: 7 }, 400, /taskId: /],
    ['nothing', {}, 400, /taskId: /],
    ['another field', { taskId: 'tsk_none', mode: 'fast' }, 400, /"mode"/],
    ['a list', [], 400, /expected object/],
  ])('%s is refused', async (_, body, status, words) => {
    const answer = await post('/api/tasks/execute', body);
    expect(answer.status).toBe(status);
    expect((answer.body['error'] as { message: string }).message).toMatch(words);
  });

  test('a task that is over is said to be', async () => {
    const id = await file('Water the plants');
    await transaction(engine.db, { workspaceId: localWorkspaceId }, async (tx) => {
      await startExecution(tx, id, { id: 'you', type: 'user' });
    });
    expect(await execute(id)).toMatchObject({
      status: 409,
      body: { error: { message: '"Water the plants" is already in progress.' } },
    });
    await transaction(engine.db, { workspaceId: localWorkspaceId }, (tx) =>
      completeExecution(tx, id, { strategy: 'manual', output: 'Watered.' }),
    );
    expect(await execute(id)).toMatchObject({
      status: 409,
      body: { error: { message: '"Water the plants" is already completed.' } },
    });
  });

  test('a task of another workspace is not there', async () => {
    await systemTransaction(engine.db, (tx) =>
      ensureWorkspace(tx, { id: 'wsp_other', kind: 'local', name: 'Other' }),
    );
    const theirs = { workspaceId: 'wsp_other', id: 'eve' };
    const id = await fileTask(engine, theirs, 'web', { title: 'Plan a party' });
    expect((await execute(id)).status).toBe(404);
    for (const path of [id, `${id}/progress`])
      expect((await fetch(`${program.address}/api/tasks/${path}`)).status).toBe(404);
  });
});

describe('what can be executed', () => {
  const titles = async (query = '') =>
    (await get<{ tasks: Task[] }>(`/api/tasks/execute${query}`)).tasks.map((task) => task.title);

  test('is listed by priority, due date and age', async () => {
    await file('Plan party A', { priority: 'low' });
    await file('Plan party B', { priority: 'critical', due_at: '2026-03-01T00:00:00Z' });
    await file('Plan party C', { priority: 'critical', due_at: '2026-02-01T00:00:00Z' });
    await file('Order cake', { priority: 'critical' });
    const listed = await titles();
    const parties = listed.filter((title) => title.startsWith('Plan party'));
    expect(parties).toEqual(['Plan party C', 'Plan party B', 'Plan party A']);
    expect(listed).not.toContain('Order cake');
    expect(await titles('?execution_type=manual')).toContain('Order cake');
    expect(await titles(`?org_id=${localWorkspaceId}&limit=1`)).toEqual(['Plan party C']);
    for (const task of (await get<{ tasks: unknown[] }>('/api/tasks/execute')).tasks)
      expect(['pending', 'queued']).toContain(Task.parse(task).execution_status);
  });

  test.each([
    ['?org_id=wsp_other', 404],
    ['?execution_type=robot', 400],
    ['?limit=0', 400],
    ['?limit=many', 400],
    ['?sort=title', 400],
  ])('is not listed for %s', async (query, status) => {
    expect((await fetch(`${program.address}/api/tasks/execute${query}`)).status).toBe(status);
  });
});
