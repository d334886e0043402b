/** The database goes away while a task runs and people write and click: they are told, and nothing is lost. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { testDatabase } from '../support/database.ts';
import { startLine } from '../support/line.ts';
import { ended, startProcess } from '../support/process.ts';
import { client } from '../support/program.ts';

const db = await testDatabase();
/** One connection for what the test looks at, since it ends all others. */
const eye = postgres(db.url, { max: 1, onnotice: () => {} });
afterAll(() => eye.end());

const things = ['lions', 'tigers', 'bears', 'wolves', 'foxes', 'otters', 'badgers', 'hares'];
const wish = `Create an app with ${things.map((name) => `${name}: name, age and weight`).join('\n- ')}`;
const notReady = {
  status: 503,
  body: { error: { code: 'NOT_READY', message: expect.stringMatching(/database .*(again|try)/) } },
};

/** How often each step was completed and each call made, and what is there of messages and apps. */
async function tally() {
  const times = (rows: Iterable<Record<string, unknown>>) => [
    ...new Set([...rows].map((row) => Number(row['times']))),
  ];
  const completed = await eye`
    select count(*)::int as times from task_events
    where event = 'complete' and step_id is not null group by step_id`;
  const calls = await eye`select count(*)::int as times from calls group by step_id`;
  const open = await eye`select id from calls where status <> 'completed'`;
  return { completed: times(completed), calls: times(calls), open: open.length };
}
const once = { completed: [1], calls: [1], open: 0 };

test('the line to the database is cut: people are told, and the work goes on when it is back', async () => {
  const line = await startLine(db.url);
  const program = await startProcess({ DATABASE_URL: line.url });
  const { say, card, press, post, get } = client(program.address);
  await say('cut', wish);
  await press(await card('cut', 'plan'), 'Accept');
  const progress = await card('cut', 'progress', (shown) =>
    shown.steps.some((step) => step.substeps.filter((part) => part.done).length > 1),
  );
  const socket = new WebSocket(`${program.address.replace('http', 'ws')}/ws/conversations/cut`);
  const told = new Promise<number>((resolve) => socket.once('close', resolve));
  await new Promise((resolve) => socket.once('open', resolve));
  await line.cut();

  const message = { conversation: 'other', text: 'Create a CRM for my bakery', id: 'said-once' };
  expect(await post('/api/messages', message)).toMatchObject(notReady);
  const pause = progress.actions.find((action) => action.label === 'Pause');
  expect(await post('/api/actions', { id: pause?.id })).toMatchObject(notReady);
  for (const path of ['/api/tasks', '/api/conversations/cut'])
    expect(await get(path)).toMatchObject(notReady.body);
  for (const path of ['/tasks', '/c/cut', '/readyz', '/apps/lions']) {
    const response = await fetch(program.address + path);
    expect([path, response.status]).toEqual([path, 503]);
    expect(await response.text()).toMatch(/The database does not answer just now\. Try again/);
  }
  expect((await fetch(`${program.address}/healthz`)).status).toBe(200);

  await line.mend();
  // Who asks at that moment may still hear of the attempt before.
  await expect
    .poll(async () => (await post('/api/messages', message)).status, { timeout: 20_000 })
    .toBe(202);
  const done = await card('cut', 'delivery');
  for (const check of done.checks) expect(check).toMatchObject({ before: false, after: true });
  await card('other', 'plan');
  // "Service restart": whoever listens connects again and reads what it has missed.
  expect(await told).toBe(1012);
  expect(await tally()).toEqual(once);
  const said = await eye`select text from messages where external_id = 'said-once'`;
  expect(said).toHaveLength(1);
  await expect
    .poll(async () => (await fetch(`${program.address}/readyz`)).status, { timeout: 20_000 })
    .toBe(200);
  program.child.kill('SIGTERM');
  await ended(program.child);
  expect(program.child.exitCode).toBe(0);
}, 120_000);

test('every connection is ended, again and again: the work goes on, and nothing is done twice', async () => {
  const program = await startProcess({ DATABASE_URL: db.url });
  const { say, card, press, get } = client(program.address);
  await say('ended', wish.replaceAll('lions', 'mice'));
  await press(await card('ended', 'plan'), 'Accept');
  for (const parts of [1, 3]) {
    await expect
      .poll(
        async () => {
          const [row] = await eye`
          select count(*)::int as done from task_steps, jsonb_array_elements(substeps) as part
          where (part->>'done')::boolean and task_id = (select id from tasks where conversation = 'ended')`;
          return Number(row?.['done']);
        },
        { timeout: 20_000, interval: 5 },
      )
      .toBeGreaterThanOrEqual(parts);
    await eye`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`;
  }
  // An answer may still come from a connection that was ended.
  await expect.poll(() => get('/api/tasks'), { timeout: 20_000 }).toHaveProperty('tasks');
  const done = await card('ended', 'delivery');
  for (const check of done.checks) expect(check).toMatchObject({ before: false, after: true });
  expect(await tally()).toEqual(once);
  const { messages } = await get<{ messages: { card?: { kind: string } }[] }>(
    '/api/conversations/ended',
  );
  expect(messages.filter((message) => message.card?.kind === 'delivery')).toHaveLength(1);
  program.child.kill('SIGTERM');
  await ended(program.child);
  expect(program.child.exitCode).toBe(0);
}, 120_000);

test('the line to the database swallows everything: people are told, and the work goes on when it is back', async () => {
  const line = await startLine(db.url);
  const program = await startProcess({ DATABASE_URL: line.url, DATABASE_TIMEOUT_SECONDS: '5' });
  const { say, card, press, post } = client(program.address);
  await say('dark', wish.replaceAll('lions', 'owls'));
  await press(await card('dark', 'plan'), 'Accept');
  await card('dark', 'progress', (shown) =>
    shown.steps.some((step) => step.substeps.filter((part) => part.done).length > 1),
  );
  line.swallow();
  const message = { conversation: 'later', text: 'Create a CRM for my florist', id: 'said-dark' };
  const began = Date.now();
  expect(await post('/api/messages', message)).toMatchObject(notReady);
  expect(Date.now() - began).toBeLessThan(15_000);
  expect((await fetch(`${program.address}/healthz`)).status).toBe(200);
  // Long enough for each of its lines to be found dead.
  await new Promise((resolve) => setTimeout(resolve, 12_000));
  line.clear();
  await expect
    .poll(async () => (await post('/api/messages', message)).status, { timeout: 30_000 })
    .toBe(202);
  await card('dark', 'delivery');
  await card('later', 'plan');
  expect(await tally()).toEqual(once);
  const said = await eye`select text from messages where external_id = 'said-dark'`;
  expect(said).toHaveLength(1);
  // What is announced is heard again, on a line of its own.
  const socket = new WebSocket(`${program.address.replace('http', 'ws')}/ws/conversations/later`);
  const heard: string[] = [];
  socket.on('message', (text) => heard.push(String(text)));
  await new Promise((resolve) => socket.once('open', resolve));
  const before = heard.length;
  await say('later', 'Create a CRM for my butcher');
  await expect.poll(() => heard.length, { timeout: 20_000 }).toBeGreaterThan(before);
  socket.close();
  program.child.kill('SIGTERM');
  await ended(program.child);
  expect(program.child.exitCode).toBe(0);
}, 180_000);

test('the built-in database is killed under the program: it is started again, and the work goes on', async () => {
  const home = await mkdtemp(join(tmpdir(), 'factotum-outage-'));
  const program = await startProcess({ FACTOTUM_HOME: home });
  const { say, card, press, post } = client(program.address);
  await say('killed', wish.replaceAll('lions', 'moles'));
  await press(await card('killed', 'plan'), 'Accept');
  await card('killed', 'progress', (shown) =>
    shown.steps.some((step) => step.substeps.filter((part) => part.done).length > 1),
  );
  const [pid] = (await readFile(join(home, 'postgres/postmaster.pid'), 'utf8')).split('\n');
  process.kill(Number(pid), 'SIGKILL');
  const message = { conversation: 'after', text: 'Create a CRM for my tailor', id: 'said-after' };
  await expect
    .poll(async () => (await post('/api/messages', message)).status, { timeout: 60_000 })
    .toBe(202);
  const done = await card('killed', 'delivery');
  for (const check of done.checks) expect(check).toMatchObject({ before: false, after: true });
  await card('after', 'plan');
  expect(program.said()).toContain('The built-in database has ended');
  expect(program.said()).toContain('The built-in database answers again.');
  program.child.kill('SIGTERM');
  await ended(program.child);
  expect(program.child.exitCode).toBe(0);
  await rm(home, { recursive: true, force: true });
}, 180_000);
