/** The whole program with a language model behind it: from a message to a delivered app, and what happens without. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openaiServer } from '../support/openai-server.ts';
import { testProgram } from '../support/program.ts';

const example = (name: string): object =>
  (
    JSON.parse(
      readFileSync(join(import.meta.dirname, `../fixtures/openai/${name}.json`), 'utf8'),
    ) as { answer: object }
  ).answer;
const answers: Record<string, object> = {
  understand: example('understand-crm'),
  revise: example('revise'),
  assess: example('assess-immediate'),
};
const server = await openaiServer((asked) => ({
  say: answers[asked.response_format?.json_schema?.name ?? ''] ?? {},
}));
const settings = { OPENAI_BASE_URL: server.baseUrl, OPENAI_MODEL: 'test-model' };
const program = await testProgram(settings);
const { say, card, press, get, post } = program;
const wish = 'Create a CRM for my cellphone store';

test('a sentence becomes the model’s plan, is changed in words, accepted, built, checked and delivered', async () => {
  await say('crm', wish);
  const plan = await card('crm', 'plan');
  expect(plan.title).toBe('TASK: Cellphone Store CRM');
  expect(plan.fields).toContainEqual({ label: 'Confidence', value: '90%' });
  expect(plan.steps[0]?.detail).toBe('customers, products, sales, repairs');
  expect(plan.sections.find(({ title }) => title === 'Guessed, so check it')?.items).toContain(
    'Customers, products, sales and repairs were added by the language model.',
  );
  await say(
    'crm',
    'we don’t really do sales through this, and I’d love some room for remarks on each customer',
  );
  const second = await card('crm', 'plan', (shown) =>
    shown.fields.some(({ value }) => value === 'version 2'),
  );
  expect(second.steps[0]?.detail).toBe('customers, products, repairs');
  expect(await press(second, 'Accept')).toMatchObject({ outcome: 'done' });
  const done = await card('crm', 'delivery');
  expect(done.fields).toContainEqual({ label: 'URL', value: '/apps/cellphone-store-crm' });
  expect(done.checks.length).toBeGreaterThan(3);
  for (const check of done.checks) expect(check).toMatchObject({ before: false, after: true });
  const page = await fetch(`${program.address}/apps/cellphone-store-crm/customers/new`);
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('Remarks');
});

test('what the model took is in the history of the task and on its details', async () => {
  const { tasks } = await get<{ tasks: { task_id: string; title: string }[] }>('/api/tasks');
  const id = tasks.find(({ title }) => title === 'Cellphone Store CRM')?.task_id;
  const { execution_log: log } = await get<{ execution_log: { event: string }[] }>(
    `/api/tasks/${id}`,
  );
  expect(log.filter(({ event }) => event === 'model_call')).toMatchObject([
    { prompt: 'understand', model: 'test-model', tokens_in: 900, tokens_out: 300 },
    { prompt: 'revise', model: 'test-model', tokens_in: 900, tokens_out: 300 },
  ]);
  await press(await card('crm', 'delivery'), 'View Details');
  expect((await card('crm', 'details')).fields).toEqual([
    {
      label: 'Cost',
      value: '$0.07 for 2 calls of the language model (2,400 tokens)',
    },
  ]);
});

test('a task that a program files is assessed by the model, built and delivered', async () => {
  const filed = await post('/api/tasks', { title: wish });
  const id = String(filed.body['task_id']);
  expect(await get(`/api/tasks/${id}`)).toMatchObject({ execution_type: 'fully_automated' });
  const { status } = await post('/api/tasks/execute', { taskId: id });
  expect(status).toBeLessThan(300);
  await expect
    .poll(() => get(`/api/tasks/${id}`), { timeout: 30_000 })
    .toMatchObject({ status: 'completed', title: 'Cellphone Store CRM' });
});

test('while the provider is down the rules plan it, and the card says so', async () => {
  const down = await openaiServer(() => ({ status: 503 }));
  const other = await testProgram({ ...settings, OPENAI_BASE_URL: down.baseUrl });
  await other.say('down', wish);
  const plan = await other.card('down', 'plan');
  expect(plan.steps[0]?.detail).toBe('customers, products, sales, repairs');
  expect(plan.sections.find(({ title }) => title === 'Guessed, so check it')?.items[0]).toBe(
    'The language model could not be used: its server reports an error of its own (503). This was read by rules alone.',
  );
  await other.say('down', 'drop sales');
  const second = await other.card('down', 'plan', (shown) =>
    shown.fields.some(({ value }) => value === 'version 2'),
  );
  const told = [...(second.sections[0]?.items ?? [])];
  expect(told.at(-1)).toMatch(/^The language model could not be used/);
});

test('a message whose answer is not there when the program stops is answered at the next start', async () => {
  const silent = await openaiServer(() => ({ trickle: true }));
  const first = await testProgram({ ...settings, OPENAI_BASE_URL: silent.baseUrl });
  const { url } = first.bot.engine.db;
  await first.say('later', wish);
  await expect.poll(() => silent.asked.length).toBe(1);
  await first.stop();
  const second = await testProgram({ ...settings, DATABASE_URL: url });
  const plan = await second.card('later', 'plan');
  expect(plan.title).toBe('TASK: Cellphone Store CRM');
});
