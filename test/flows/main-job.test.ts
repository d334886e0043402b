/** The main job over the public contract: a sentence becomes a plan, and the plan a working app. */
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { testProgram } from '../support/program.ts';

const program = await testProgram();
const { say, card, press, get, post } = program;
const crm = 'Create a CRM for my cellphone store';
const bulleted = `${crm} with:
- Customer list with name, phone, email
- Product inventory with brand, model, price, stock
- Sales tracking linked to customers and products
- Repair status board: received, diagnosing, repairing, ready, delivered
- Search by customer name or phone number`;

type Progress = {
  task_id: string;
  title: string;
  status: string;
  progress: number;
  current_step: number;
  total_steps: number;
  started_at: string;
  eta_seconds: number | null;
  steps: {
    order: number;
    name: string;
    status: string;
    progress: number;
    duration_ms?: number;
    substeps: { name: string; done: boolean }[];
  }[];
};
const schemas = async () =>
  (
    await program.bot.engine.db.raw`select nspname from pg_namespace where nspname like 'app\\_%'`
  ).map((row) => String(row['nspname']));

describe('the canonical sentence', () => {
  let accepted: { id: string } | undefined;

  test('becomes the plan of the Task Workflow document', async () => {
    await say('canonical', crm);
    const plan = await card('canonical', 'plan');
    expect(plan.title).toBe('TASK: Cellphone Store CRM');
    expect(plan.fields).toContainEqual({ label: 'Confidence', value: '92%' });
    expect(plan.fields).toContainEqual({ label: 'Risk', value: 'Low' });
    expect(plan.fields.map((field) => field.label)).toContain('ETA');
    expect(plan.steps.map((step) => [step.name, step.priority, step.detail])).toEqual([
      ['Create database tables', 'critical', 'customers, products, sales, repairs'],
      ['Generate application UI', 'high', 'List views, forms, navigation'],
      ['Add search and filters', 'medium', 'Name search, status filters'],
      ['Configure repair workflow', 'medium', 'Status transitions, notifications'],
    ]);
    expect(plan.actions.map((action) => action.label)).toEqual([
      'Accept',
      'Step by step',
      'Dry run',
      'Modify',
      'Cancel',
    ]);
  });

  test('is delivered with the completion card of the document, and every check ran red first', async () => {
    const plan = await card('canonical', 'plan');
    accepted = plan.actions.find((action) => action.label === 'Accept');
    expect(await press(plan, 'Accept')).toMatchObject({ outcome: 'done' });
    const done = await card('canonical', 'delivery');
    expect(done.title).toBe('✅ TASK COMPLETE');
    expect(done.fields).toContainEqual({ label: 'Application', value: 'Cellphone Store CRM' });
    expect(done.fields).toContainEqual({ label: 'URL', value: '/apps/cellphone-crm' });
    expect(done.sections.find((section) => section.title === 'Created')?.items).toEqual([
      '📋 4 database tables (customers, products, sales, repairs)',
      '📱 5 views (lists + forms)',
      '🔍 Search by name, phone, status',
      '📊 Repair status workflow',
    ]);
    expect(done.actions.map((action) => action.label)).toEqual([
      'Open App',
      'View Details',
      'Create Another',
      'Undo…',
    ]);
    expect(done.checks.length).toBeGreaterThan(3);
    for (const check of done.checks) expect(check).toMatchObject({ before: false, after: true });
  });

  test('makes tables of 6, 7, 5 and 8 columns, and leaves no sample data behind', async () => {
    const { sql } = await import('drizzle-orm');
    const { systemTransaction } = await import('../../src/db/client.ts');
    const [app] = await systemTransaction(program.bot.engine.db, (tx) =>
      tx.execute<{ spec: { entities: { key: string; fields: unknown[] }[] }; schema_name: string }>(
        sql`select spec, schema_name from apps where slug = 'cellphone-crm'`,
      ),
    );
    const sizes = Object.fromEntries(
      app?.spec.entities.map((entity) => [entity.key, entity.fields.length]) ?? [],
    );
    expect(sizes).toEqual({ customers: 6, products: 7, sales: 5, repairs: 8 });
    for (const table of Object.keys(sizes)) {
      const [row] = await program.bot.engine.db.raw.unsafe(
        `select count(*)::int as count from ${app?.schema_name}.${table}`,
      );
      expect(row?.['count']).toBe(0);
    }
  });

  test('reports its progress in the words of the Progress Tracking document', async () => {
    const { tasks } = await get<{ tasks: { task_id: string; title: string }[] }>('/api/tasks');
    const id = tasks.find((task) => task.title === 'Cellphone Store CRM')?.task_id;
    const progress = await get<Progress>(`/api/tasks/${id}/progress`);
    expect(Object.keys(progress)).toEqual([
      'task_id',
      'title',
      'status',
      'progress',
      'current_step',
      'total_steps',
      'started_at',
      'eta_seconds',
      'steps',
    ]);
    expect(progress).toMatchObject({
      title: 'Cellphone Store CRM',
      status: 'completed',
      progress: 100,
      total_steps: 4,
    });
    expect(progress.started_at).toMatch(/Z$/);
    for (const step of progress.steps) {
      expect(step).toMatchObject({
        status: 'completed',
        progress: 100,
        duration_ms: expect.any(Number),
      });
      expect(step.substeps.every((part) => part.done)).toBe(true);
    }
    expect(progress.steps[1]?.substeps.map((part) => part.name)).toContain('Repair board');
  });

  test('answers a question about it, a repeated accept and a request for details', async () => {
    const plan = await card('canonical', 'plan');
    expect(plan.actions).toEqual([]);
    expect(accepted?.id).toBeTruthy();
    expect(await post('/api/actions', { id: accepted?.id })).toMatchObject({
      body: { outcome: 'stale' },
    });
    await say('canonical', "How's my CRM task going?");
    const texts = async () => {
      const { messages } = await get<{ messages: { text: string }[] }>(
        '/api/conversations/canonical',
      );
      return messages.map((message) => message.text);
    };
    await expect
      .poll(texts)
      .toContain('📊 Your Cellphone Store CRM task is complete. Open it at /apps/cellphone-crm.');
    const done = await card('canonical', 'delivery');
    await press(done, 'View Details');
    const details = await card('canonical', 'details');
    expect(details.steps).toHaveLength(4);
  });
});

describe('a plan', () => {
  test('is changed in words, version by version, and the buttons of the old card are dead', async () => {
    await say('modify', crm);
    const first = await card('modify', 'plan');
    expect(
      await press(first, 'Modify', { text: 'add a notes field to products and drop sales' }),
    ).toMatchObject({ outcome: 'done' });
    const second = await card('modify', 'plan', (shown) =>
      shown.fields.some((field) => field.value === 'version 2'),
    );
    expect(second.steps[0]?.detail).toBe('customers, products, repairs');
    expect(second.sections[0]?.title).toBe('What changed in version 2');
    expect(second.sections[0]?.items.length).toBeGreaterThan(1);
    const stale = await press(first, 'Accept');
    expect(stale).toMatchObject({
      outcome: 'stale',
      message: expect.stringContaining('version 2'),
    });
    await say('modify', 'rename products to phones');
    const third = await card('modify', 'plan', (shown) =>
      shown.fields.some((field) => field.value === 'version 3'),
    );
    expect(third.steps[0]?.detail).toBe('customers, phones, repairs');
    expect(await press(third, 'Cancel')).toMatchObject({ outcome: 'done' });
    const closed = await card(
      'modify',
      'plan',
      (shown) => shown.note?.startsWith('Cancelled') === true,
    );
    expect(closed.actions).toEqual([]);
  });

  test('is honoured line by line when the description has bullets', async () => {
    await say('bullets', bulleted);
    await card('bullets', 'plan');
    const { tasks } = await get<{ tasks: { task_id: string; conversation?: string }[] }>(
      '/api/tasks',
    );
    const detail = await get<{
      plan: {
        subject: {
          entities: {
            key: string;
            fields: {
              key: string;
              type: string;
              to?: string;
              search: boolean;
              options?: { key: string }[];
            }[];
          }[];
        };
      };
    }>(`/api/tasks/${tasks[0]?.task_id}`);
    const entity = (key: string) =>
      detail.plan.subject.entities.find((candidate) => candidate.key === key);
    expect(entity('customers')?.fields.map((field) => field.key)).toEqual([
      'name',
      'phone',
      'email',
    ]);
    expect(entity('products')?.fields.map((field) => field.key)).toEqual([
      'brand',
      'model',
      'price',
      'stock',
    ]);
    expect(
      entity('sales')
        ?.fields.filter((field) => field.type === 'relation')
        .map((field) => field.to)
        .sort(),
    ).toEqual(['customers', 'products']);
    const status = entity('repairs')?.fields.find((field) => field.type === 'status');
    expect(status?.options?.map((option) => option.key)).toEqual([
      'received',
      'diagnosing',
      'repairing',
      'ready',
      'delivered',
    ]);
    expect(
      entity('customers')
        ?.fields.filter((field) => field.search)
        .map((field) => field.key),
    ).toEqual(expect.arrayContaining(['name', 'phone']));
  });
});

describe('descriptions', () => {
  test.each([
    ['CRM for cellphone store with customer tracking and repair status', /customers.*repairs/],
    ['Sales dashboard showing daily revenue and top products', /sales/],
    ['Inventory system with stock alerts when below 10 units', /products/],
    [
      'Keep track of bee hives: each hive has a location, queen age and last inspection date, and belongs to an apiary',
      /hives.*apiaries/,
    ],
  ])('"%s" becomes an app that passes its checks', async (text, tables) => {
    const conversation = `good-${text.replace(/\W+/g, '-').slice(0, 40)}`;
    await say(conversation, text);
    const plan = await card(conversation, 'plan');
    expect(plan.steps[0]?.detail).toMatch(tables);
    await press(plan, 'Accept');
    const done = await card(conversation, 'delivery');
    for (const check of done.checks) expect(check).toMatchObject({ before: false, after: true });
    const url = done.fields.find((field) => field.label === 'URL')?.value ?? '';
    expect((await fetch(program.address + url)).status).toBe(200);
  });

  test.each(['Make an app', 'Dashboard', 'Track stuff'])(
    '"%s" is too vague: a question comes, never a plan',
    async (text) => {
      const conversation = `vague-${text.replace(/\W+/g, '-')}`;
      await say(conversation, text);
      const question = await card(conversation, 'question');
      expect(
        question.actions.filter((action) => action.style === 'secondary').length,
      ).toBeGreaterThanOrEqual(3);
      const { messages } = await get<{ messages: { card?: { kind: string } }[] }>(
        `/api/conversations/${conversation}`,
      );
      expect(messages.some((message) => message.card?.kind === 'plan')).toBe(false);
      // A suggestion is an answer: pressing it leads to a plan.
      const suggestion = question.actions.find((action) => action.style === 'secondary');
      await press(question, suggestion?.label ?? '');
      await card(conversation, 'plan');
    },
  );
});

describe('bad input', () => {
  test('an empty message is refused with a sentence', async () => {
    const { status, body } = await post('/api/messages', { conversation: 'bad', text: '  \n ' });
    expect(status).toBe(400);
    expect(body).toMatchObject({
      error: { code: 'INVALID', message: expect.stringContaining('empty') },
    });
  });

  test('the same id twice is one message', async () => {
    const first = await post('/api/messages', { conversation: 'twice', text: 'help', id: 'm1' });
    const second = await post('/api/messages', {
      conversation: 'twice',
      text: 'something else',
      id: 'm1',
    });
    expect(second.body).toEqual(first.body);
    const { messages } = await get<{ messages: { author: string }[] }>('/api/conversations/twice');
    expect(messages.filter((message) => message.author === 'you')).toHaveLength(1);
  });

  test.each([
    [
      '100 kB',
      `Create a CRM for my shop. ${'It is a very nice shop with many shelves. '.repeat(2400)}`,
    ],
    ['emoji and right-to-left text', 'Create an app with hives 🍯: name, موقع, age 🐝'],
    [
      'SQL and HTML in names',
      `Create an app to track "robert'); drop table students;--" and <script>alert(1)</script> with name, price`,
    ],
    [
      'reserved words',
      'Create an app with users, orders, groups, tables and selects. Each order has a number, a user and a total. Each select has an order and a table.',
    ],
    [
      'two entities of one name',
      'Create an app with customers: name, phone\n- customers with email and city\n- orders with customer and total',
    ],
    [
      'circular relations',
      'Track employees and departments: each employee has a name and belongs to a department; each department has a name, a manager and belongs to an employee',
    ],
    [
      '60 entities',
      `Create an app with ${Array.from({ length: 60 }, (_, index) => `gadget${String.fromCharCode(97 + (index % 26))}${String.fromCharCode(97 + Math.floor(index / 26))}s`).join(', ')}`,
    ],
  ])('%s become a correct app', async (name, text) => {
    const conversation = `odd-${name.replace(/\W+/g, '-')}`;
    await say(conversation, text);
    const answer = await card(conversation, 'plan');
    await press(answer, 'Accept');
    const done = await card(conversation, 'delivery');
    for (const check of done.checks) expect(check).toMatchObject({ before: false, after: true });
    const url = done.fields.find((field) => field.label === 'URL')?.value ?? '';
    const page = await fetch(program.address + url);
    expect(page.status).toBe(200);
    expect(await page.text()).not.toContain('<script>alert');
  });

  test.each([
    ['words of another language', 'Crie um CRM para minha loja de bicicletas'],
    ['emoji alone', '🐝🍯🐝'],
    [
      'more things than an app may have',
      `Create an app with ${Array.from({ length: 90 }, (_, index) => `gadget${String.fromCharCode(97 + (index % 26))}${String.fromCharCode(97 + Math.floor(index / 26))}s`).join(', ')}`,
    ],
  ])('%s get a question that says what is needed, and no plan', async (name, text) => {
    const conversation = `ask-${name.replace(/\W+/g, '-')}`;
    await say(conversation, text);
    const question = await card(conversation, 'question');
    expect(question.text.length).toBeGreaterThan(40);
    const { messages } = await get<{ messages: { card?: { kind: string } }[] }>(
      `/api/conversations/${conversation}`,
    );
    expect(messages.some((message) => message.card?.kind === 'plan')).toBe(false);
  });
});

test('a task cancelled while it runs leaves no schema behind', async () => {
  const before = await schemas();
  await say(
    'cancel',
    `Create an app with ${['lions', 'tigers', 'bears', 'wolves', 'foxes', 'otters', 'badgers', 'hares'].join(', ')}`,
  );
  const plan = await card('cancel', 'plan');
  await press(plan, 'Accept');
  const running = await card('cancel', 'progress', (shown) =>
    shown.actions.some((action) => action.label === 'Cancel'),
  );
  expect(await press(running, 'Cancel')).toMatchObject({ outcome: 'done' });
  await expect.poll(schemas, { timeout: 10_000 }).toEqual(before);
});

test('the WebSocket of a task tells of progress, finished steps and the result', async () => {
  await say('socket', 'Keep track of wine bottles with name, vintage and price');
  const plan = await card('socket', 'plan');
  const updates: { type: string }[] = [];
  const socket = new WebSocket(`${program.address.replace('http', 'ws')}/ws/tasks`);
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  socket.on('message', (data) => updates.push(JSON.parse(String(data))));
  await press(plan, 'Accept');
  await card('socket', 'delivery');
  await expect
    .poll(() => updates.map((update) => update.type))
    .toEqual(expect.arrayContaining(['progress', 'step_complete', 'task_complete']));
  expect(updates.find((update) => update.type === 'progress')).toMatchObject({
    percent: expect.any(Number),
  });
  expect(updates.find((update) => update.type === 'step_complete')).toMatchObject({ step: 1 });
  expect(updates.find((update) => update.type === 'task_complete')).toMatchObject({
    result: expect.any(Object),
  });
  socket.close();
});

test('another site can neither post nor open a WebSocket, and a foreign name is not answered', async () => {
  const foreign = await fetch(`${program.address}/api/messages`, {
    method: 'POST',
    headers: { Origin: 'http://evil.example', 'Content-Type': 'application/json' },
    body: '{}',
  });
  expect(foreign.status).toBe(403);
  const socket = new WebSocket(`${program.address.replace('http', 'ws')}/ws/tasks`, {
    origin: 'http://evil.example',
  });
  const refused = await new Promise<string>((resolve) =>
    socket.once('error', (error) => resolve(error.message)).once('open', () => resolve('open')),
  );
  expect(refused).toContain('403');
});

test('it says whether it lives and whether it can work', async () => {
  expect(await get('/healthz')).toEqual({ status: 'alive' });
  expect(await get('/readyz')).toEqual({ status: 'ready' });
});
