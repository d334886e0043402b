/** Tasks that programs file over HTTP, with a plan and without one. */
import { describe, expect, test } from 'vitest';
import { localWorkspaceId } from '../../src/db/workspace.ts';
import { Task } from '../../src/engine/task-contract.ts';
import { testProgram } from '../support/program.ts';

const program = await testProgram();
const { get, post } = program;

const tell = {
  kind: 'tool',
  key: 'tell',
  name: 'Tell the shop',
  tool: 'send_message',
  input: { to: 'web:shop', text: 'We open at nine.' },
};
const planWith = (steps: unknown[]) => ({
  title: 'Tell',
  confidence: 0.9,
  risk: 'low',
  estimatedMs: 1000,
  steps,
  checks: [{ id: 'told', label: 'The message stands there' }],
});
const file = async (body: Record<string, unknown>) => {
  const answer = await post('/api/tasks', body);
  expect(answer).toMatchObject({ status: 201 });
  return String(answer.body['task_id']);
};
const refused = async (body: unknown) => {
  const { status, body: answer } = await post('/api/tasks', body);
  expect(status).toBe(400);
  return (answer['error'] as { message: string }).message;
};

describe('a task without a plan', () => {
  test('is tracked: a draft that nobody has begun', async () => {
    const id = await file({
      title: 'Order new office chairs',
      priority: 'high',
      due_at: '2026-01-20T09:00:00+01:00',
      execution_type: 'manual',
    });
    expect(await get(`/api/tasks/${id}`)).toMatchObject({
      title: 'Order new office chairs',
      status: 'draft',
      execution_status: 'pending',
      execution_type: 'manual',
      priority: 'high',
      conversation: id,
      execution_log: [{ event: 'created', actor: 'you', timestamp: expect.any(String) }],
    });
  });

  test('is one task however often it is filed under one id', async () => {
    const body = { title: 'Call the landlord', id: 'ticket-81' };
    const ids = await Promise.all([1, 2, 3].map(() => file(body)));
    expect(new Set([...ids, await file({ ...body, title: 'Again' })]).size).toBe(1);
    expect(await get(`/api/tasks/${ids[0]}`)).toMatchObject({ title: 'Call the landlord' });
    expect(await file({ title: 'Call the landlord', id: 'ticket-82' })).not.toBe(ids[0]);
  });
});

describe('a task with a plan', () => {
  test('shows the plan in its conversation and runs once it is accepted', async () => {
    await file({ title: 'Tell the shop', conversation: 'planned', plan: planWith([tell]) });
    const plan = await program.card('planned', 'plan');
    expect(plan.title).toBe('TASK: Tell the shop');
    expect(plan.steps.map((step) => step.name)).toEqual(['Tell the shop']);
    const [task] = (await get<{ tasks: object[] }>('/api/tasks')).tasks;
    expect(task).toMatchObject({ status: 'ready', execution_type: 'semi_automated' });
    expect(await program.press(plan, 'Accept')).toMatchObject({ outcome: 'done' });
  });

  test('is proposed once however often it is filed under one id', async () => {
    const body = { title: 'Once', id: 'once', conversation: 'once', plan: planWith([tell]) };
    const ids = await Promise.all([1, 2, 3].map(() => file(body)));
    expect(new Set(ids).size).toBe(1);
    const { plan } = await get<{ plan: { version: number } }>(`/api/tasks/${ids[0]}`);
    expect(plan.version).toBe(1);
  });
});

describe('what cannot be filed is refused with what is wrong', () => {
  const title = 'Bad';
  test.each<[string, unknown, RegExp]>([
    ['no title', {}, /title: /],
    ['a title of blanks', { title: ' ' }, /title: must not be empty/],
    ['a list', [], /expected object/],
    ['an unknown field', { title, status: 'completed' }, /"status"/],
    ['a word that is none', { title, priority: 'urgent' }, /priority: .*"critical"/],
    ['a day that is none', { title, due_at: 'tomorrow' }, /due_at: /],
    ['too much certainty', { title, ai_confidence: 1.1 }, /ai_confidence: /],
    ['half a retry', { title, max_retries: 0.5 }, /max_retries: /],
    ['an unknown parent', { title, parent_task_id: 'tsk_none' }, /there is no task tsk_none/],
    ['no parent id', { title, parent_task_id: "'; drop table tasks" }, /parent_task_id: must be/],
    ['a null character', { title: 'a\0b' }, /^title: must have no null character\.$/],
    ['half of a character', { title, ai_context: '\ud83d' }, /^ai_context: has half/],
    [
      'a null character deep in a plan',
      { title, plan: planWith([{ ...tell, input: { to: 'web:shop', text: 'a\0b' } }]) },
      /^plan\.steps\.0\.input\.text: must have no null/,
    ],
    ['a plan of no steps', { title, plan: planWith([]) }, /plan\.steps: /],
    [
      'a plan of 10,000 steps',
      { title, plan: planWith(Array.from({ length: 10_000 }, (_, n) => step(n))) },
      /plan\.steps: .*100/,
    ],
    [
      'a plan of 10,000 steps side by side',
      {
        title,
        plan: planWith([
          {
            kind: 'parallel',
            key: 'all',
            name: 'All',
            branches: [Array.from({ length: 10_000 }, (_, n) => step(n))],
          },
        ]),
      },
      /The plan has more than 1000 steps/,
    ],
    [
      'a tool that is not installed',
      { title, plan: planWith([{ ...tell, tool: 'rob_bank' }]) },
      /"Tell the shop" uses the tool "rob_bank", which is not installed here\./,
    ],
    [
      'an input that the tool does not take',
      { title, plan: planWith([{ ...tell, input: { to: 'shop', text: 'Hi' } }]) },
      /"Tell the shop": the input to must be channel:conversation/,
    ],
    [
      'several problems',
      {
        title,
        plan: planWith([
          { ...tell, tool: 'a' },
          { ...tell, key: 'b', tool: 'b' },
        ]),
      },
      /tool "a".*tool "b"/,
    ],
    [
      'two steps of one key',
      { title, plan: planWith([tell, tell]) },
      /Two steps are called "tell"/,
    ],
    [
      'a cycle of conditions',
      { title, plan: planWith([choice('one', 'two'), choice('two', 'one')]) },
      /"one" depends on "two", which is no earlier step/,
    ],
    [
      'a step that depends on itself',
      { title, plan: planWith([choice('one', 'one')]) },
      /"one" depends on "one"/,
    ],
    [
      'a manual task with a plan',
      { title, execution_type: 'manual', plan: planWith([tell]) },
      /manual task is done by a person/,
    ],
  ])('%s', async (_, body, words) => {
    expect(await refused(body)).toMatch(words);
  });

  test('a plan that is nested without end', async () => {
    const [open, close] = ['{"branches":['.repeat(50_000), ']}'.repeat(50_000)];
    const response = await fetch(`${program.address}/api/tasks`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: `{"title":"Bad","plan":{"steps":[${open}${close}]}}`,
    });
    expect(response.status).toBe(400);
    expect(await response.text()).toMatch(/nested more than 40 deep/);
  });

  test('leaves no task behind', async () => {
    const { tasks } = await get<{ tasks: { title: string }[] }>('/api/tasks');
    expect(tasks.filter((task) => task.title === title)).toEqual([]);
  });

  test('a huge body is refused before it is read', async () => {
    const answer = await post('/api/tasks', { title, description: 'x'.repeat(2_000_000) });
    expect(answer).toMatchObject({ status: 413, body: { error: { code: 'LIMIT' } } });
  });
});

describe('tasks are read', () => {
  const list = (query: string) =>
    get<{ tasks: Task[]; next_cursor: string | null }>(`/api/tasks?${query}`);

  test('with all fields of the AE document', async () => {
    const given = {
      title: 'All fields',
      description: 'Everything.',
      short_name: 'All',
      execution_type: 'semi_automated',
      priority: 'low',
      due_at: '2026-05-01T10:00:00.000Z',
      assigned_to_type: 'workflow',
      assigned_to_id: 'wf-7',
      workflow_id: 'wf-7',
      agent_id: 'agent-1',
      automation_rules: [
        { condition: { ref: 'priority', op: 'eq', value: 'low' }, action: 'execute' },
      ],
      ai_confidence: 0.875,
      ai_context: 'From a message.',
      max_retries: 5,
      estimated_duration_minutes: 12.5,
      parent_task_id: await file({ title: 'Above' }),
    };
    const id = await file(given);
    const task = Task.loose().parse(await get(`/api/tasks/${id}`));
    expect(task).toMatchObject({
      ...given,
      // Whoever works on it for somebody else takes it from the queue.
      status: 'queued',
      execution_status: 'queued',
      retry_count: 0,
      started_at: null,
      blocked_at: null,
      failed_at: null,
      blocked_reason: null,
      failure_reason: null,
      actual_duration_minutes: null,
    });
    const [listed] = (await list(`parent_task_id=${given.parent_task_id}`)).tasks;
    expect(Task.strict().parse(listed)).toEqual(Task.parse(task));
  });

  test('by what they are', async () => {
    const titles = async (query: string) => (await list(query)).tasks.map((task) => task.title);
    const mine = { conversation: 'chosen' };
    await file({ ...mine, title: 'One', priority: 'critical', execution_type: 'manual' });
    await file({ ...mine, title: 'Two', priority: 'critical', execution_type: 'semi_automated' });
    await file({ ...mine, title: 'Three', priority: 'critical', assigned_to_type: 'agent' });
    expect(await titles('priority=critical')).toEqual(['Three', 'Two', 'One']);
    expect(await titles('priority=critical&execution_type=semi_automated')).toEqual(['Two']);
    expect(await titles('priority=critical&status=queued')).toEqual(['Three']);
    expect(await titles('priority=critical&execution_status=pending')).toEqual(['Two', 'One']);
    expect(await titles('priority=critical&status=draft,queued')).toHaveLength(3);
    expect(await titles('priority=critical&status=completed')).toEqual([]);
    const above = await list('parent_task_id=none&limit=500');
    expect(above.tasks.every((task) => task.parent_task_id === null)).toBe(true);
  });

  test('page by page, each once, also while others are filed', async () => {
    const parent = await file({ title: 'Pages' });
    const filed: string[] = [];
    for (let n = 0; n < 7; n += 1)
      filed.unshift(await file({ title: `Page ${n}`, parent_task_id: parent }));
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page = await list(
        `parent_task_id=${parent}&limit=3${cursor ? `&cursor=${cursor}` : ''}`,
      );
      seen.push(...page.tasks.map((task) => task.task_id));
      cursor = page.next_cursor;
      await file({ title: 'Meanwhile', parent_task_id: parent });
    }
    expect(seen).toEqual(filed);
  });

  test.each([
    'status=done',
    'status=',
    'status=draft&status=ready',
    'priority=urgent',
    'execution_type=robot',
    'parent_task_id=x',
    'limit=501',
    'limit=1.5',
    'cursor=tsk_none',
    'cursor=%00',
    'colour=red',
  ])('not by %s', async (query) => {
    const response = await fetch(`${program.address}/api/tasks?${query}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 'INVALID' } });
  });
});

describe('tasks are changed', () => {
  const change = async (id: string, body: unknown) => {
    const response = await fetch(`${program.address}/api/tasks/${id}`, {
      method: 'PATCH',
      headers: { 'Content-Type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  test('in the fields that are named and no other', async () => {
    const id = await file({ title: 'Chairs', priority: 'low', ai_context: 'From a message.' });
    const wanted = {
      title: 'Order chairs',
      priority: 'high',
      due_at: '2026-05-01T10:00:00.000Z',
      assigned_to_type: 'user',
      assigned_to_id: 'ben',
      estimated_duration_minutes: 30,
      version: 1,
    };
    const { status, body } = await change(id, wanted);
    expect(status).toBe(200);
    expect(body).toMatchObject({ ...wanted, version: 2, ai_context: 'From a message.' });
    expect((body['execution_log'] as unknown[]).at(-1)).toMatchObject({
      event: 'updated',
      actor: 'you',
      fields: expect.arrayContaining(['title', 'priority', 'due_at']),
    });
    const cleared = { due_at: null, assigned_to_type: null, estimated_duration_minutes: null };
    expect((await change(id, cleared)).body).toMatchObject({ ...cleared, title: 'Order chairs' });
  });

  test('not over the change of somebody else', async () => {
    const id = await file({ title: 'Contested' });
    const answers = await Promise.all(
      ['high', 'low', 'critical'].map((priority) => change(id, { priority, version: 1 })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    const late = await change(id, { priority: 'low', version: 1 });
    expect(late.body).toEqual({
      error: {
        code: 'CONFLICT',
        message: '"Contested" was changed since version 1: it is at version 2 now. Read it again.',
      },
    });
  });

  test('not when they are over', async () => {
    const id = await file({ title: 'Over' });
    await program.bot.engine.db.raw`update tasks set status = 'cancelled' where id = ${id}`;
    expect(await change(id, { priority: 'low' })).toMatchObject({
      status: 409,
      body: { error: { message: '"Over" is already cancelled.' } },
    });
  });

  test('not to manual when there is a plan', async () => {
    const id = await file({ title: 'Planned', plan: planWith([tell]) });
    expect((await change(id, { execution_type: 'manual' })).status).toBe(409);
  });

  test.each<[string, unknown, number, RegExp]>([
    ['the status', { status: 'completed' }, 400, /"status" cannot be set here/],
    ['several', { status: 'x', progress: 100 }, 400, /"status", "progress" cannot be set here/],
    ['the plan', { plan: planWith([tell]) }, 400, /"plan" cannot be set here/],
    ['the parent', { parent_task_id: 'tsk_none' }, 400, /"parent_task_id" cannot/],
    ['nothing', {}, 400, /must name at least one field/],
    ['nothing but a version', { version: 1 }, 400, /must name at least one field/],
    ['an empty title', { title: '' }, 400, /title: must not be empty/],
    ['no title', { title: null }, 400, /title: /],
    ['a version of words', { title: 'x', version: '1' }, 400, /version: /],
    ['a null character', { ai_context: 'a\0' }, 400, /null character/],
    ['no JSON', '{', 400, /could not be read/],
  ])('not in %s', async (_, body, status, words) => {
    const id = await file({ title: 'Unchanged' });
    const answer = await change(id, body);
    expect(answer.status).toBe(status);
    expect((answer.body['error'] as { message: string }).message).toMatch(words);
    expect(await get(`/api/tasks/${id}`)).toMatchObject({ title: 'Unchanged', version: 1 });
  });

  test('not when they are unknown or of another workspace', async () => {
    expect((await change('tsk_none', { title: 'x' })).status).toBe(404);
    expect((await change('%00', { title: 'x' })).status).toBe(404);
    const id = await file({ title: 'Theirs' });
    const { raw } = program.bot.engine.db;
    await raw`update tasks set workspace_id = 'wsp_other' where id = ${id}`;
    expect((await change(id, { title: 'Mine' })).status).toBe(404);
    expect((await fetch(`${program.address}/api/tasks/${id}`)).status).toBe(404);
    await raw`update tasks set workspace_id = ${localWorkspaceId} where id = ${id}`;
    expect(await get(`/api/tasks/${id}`)).toMatchObject({ title: 'Theirs' });
  });
});

function step(n: number) {
  return { kind: 'human', key: `s${n}`, name: `Step ${n}`, instruction: 'Do it.' };
}
function choice(key: string, ref: string) {
  return {
    kind: 'if',
    key,
    name: key,
    condition: { ref, op: 'exists' },
    do: [{ ...step(1), key: `${key}-do` }],
  };
}
