/** Tasks that programs file over HTTP, with a plan and without one. */
import { describe, expect, test } from 'vitest';
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
      /The plan has 10001 steps; up to 500/,
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
