/** The whole program: an agent is set over HTTP, a workflow asks it, and what it answers decides what is done. */
import { expect, test } from 'vitest';
import { openaiServer, type Reply } from '../support/openai-server.ts';
import { testProgram } from '../support/program.ts';

const server = await openaiServer(() => ({ status: 500 }));
const program = await testProgram({ OPENAI_BASE_URL: server.baseUrl, OPENAI_MODEL: 'test-model' });

async function put(name: string, body: object): Promise<number> {
  const { status } = await fetch(`${program.address}/api/agents/${name}`, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  return status;
}

type Detail = {
  status: string;
  steps: { name: string; status: string }[];
  execution_log: { event: string; prompt?: string }[];
};
/** Saves a workflow, runs it, and waits for its end or for whatever it waits for. */
async function run(name: string, steps: string): Promise<{ id: string; detail: Detail }> {
  const text = `ORCHESTRATE WORKFLOW "${name}"\n${steps}\nEND WORKFLOW`;
  const saved = await program.post('/api/workflows', { text });
  expect(saved).toMatchObject({ status: 201 });
  const { body } = await program.post(`/api/workflows/${name}/runs`, { accept: true });
  const id = String(body['task_id']);
  const read = () => program.get<Detail>(`/api/tasks/${id}`);
  const under = ['draft', 'planning', 'ready', 'running'];
  await expect
    .poll(async () => under.includes((await read()).status), { timeout: 30_000 })
    .toBe(false);
  return { id, detail: await read() };
}
/** What the steps gave, by the call's tool. */
async function gave(id: string): Promise<Record<string, unknown>[]> {
  const rows = await program.bot.engine.db.raw`
    select output from calls where task_id = ${id} and tool = 'ask_agent' order by started_at`;
  return rows.map((row) => row['output'] as Record<string, unknown>);
}

const category = { name: 'category', type: 'choice', options: ['refund', 'other'] };
const text = 'My screen is broken, I want my money back';
const asking = `CALL TOOL "ask_agent" WITH agent = "classifier", instruction = "Sort it", "with" = { text: "${text}" } AS kind`;

test('by a rule it answers without a model', async () => {
  const rules = 'IF LOWER(text) CONTAINS "money back" THEN category = "refund"';
  expect(await put('classifier', { rules, result: [category] })).toBe(200);
  const { id, detail } = await run('by-rule', asking);
  expect(detail.status).toBe('completed');
  expect(await gave(id)).toEqual([{ text: 'category: refund', category: 'refund' }]);
  expect(server.asked).toEqual([]);
});

test('by a model it looks, remembers and answers; what it would send is only proposed', async () => {
  const tools = ['get_memory', 'set_memory', 'send_message'];
  expect(await put('classifier', { tools, result: [category] })).toBe(200);
  const call = (name: string, given: object): Reply => ({ call: [{ name, arguments: given }] });
  const replies = [
    call('get_memory', { agent: 'mallory', key: 'last' }),
    call('set_memory', { key: 'last', value: { about: 'screens' } }),
    call('send_message', { to: 'web:everybody', text: 'All records.' }),
    call('give_result', { text: 'A broken screen.', category: 'refund' }),
  ];
  server.play((_, nth) => replies[nth - 1] ?? { status: 500 });
  const { id, detail } = await run('by-model', asking);
  expect(detail.status).toBe('completed');
  expect(await gave(id)).toMatchObject([
    { text: 'A broken screen.', category: 'refund', proposed: [{ tool: 'send_message' }] },
  ]);
  const log = detail.execution_log.filter(({ event }) => event === 'model_call');
  expect(log.map(({ prompt }) => prompt)).toEqual(['agent', 'agent', 'agent', 'agent']);
  const { db } = program.bot.engine;
  const memories =
    await db.raw`select input from calls where task_id = ${id} and tool = 'set_memory'`;
  expect(memories).toMatchObject([{ input: { agent: 'classifier', key: 'last' } }]);
  expect(await db.raw`select from cards where key like 'sent:%'`).toHaveLength(0);
});

test('one that never ends stops at its limit, and a card says so', async () => {
  const limits = { steps: 3 };
  await put('classifier', { tools: ['get_memory'], limits, result: [category] });
  server.play(() => ({ call: [{ name: 'get_memory', arguments: { key: 'last' } }] }));
  const { id, detail } = await run('endless', asking);
  expect(detail.status).toBe('blocked');
  expect(server.asked).toHaveLength(3);
  const cards = await program.bot.engine.db.raw`select card from cards where task_id = ${id}`;
  expect(JSON.stringify(cards)).toContain('did not come to an end within 3 steps');
});
