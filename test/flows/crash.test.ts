/** The program is killed in the middle of the work; the next start finishes it with nothing done twice. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, expect, test } from 'vitest';
import { client } from '../support/program.ts';

const home = await mkdtemp(join(tmpdir(), 'factotum-crash-'));
const root = join(import.meta.dirname, '../..');
const running = new Set<ChildProcess>();

afterAll(async () => {
  for (const child of running) child.kill('SIGTERM');
  await Promise.all(
    [...running].map((child) => new Promise((resolve) => child.once('exit', resolve))),
  );
  await rm(home, { recursive: true, force: true });
});

/** Starts the program as a person would and waits for its address. */
async function startProgram(): Promise<{ child: ChildProcess; address: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
    cwd: root,
    env: { PATH: process.env['PATH'], FACTOTUM_HOME: home, PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return new Promise((resolve, reject) => {
    let said = '';
    const read = (chunk: Buffer) => {
      said += chunk;
      const address = /Factotum is ready: (\S+)/.exec(said)?.[1];
      if (address) resolve({ child, address });
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => reject(new Error(`The program ended with ${code}:\n${said}`)));
  });
}

const ended = (child: ChildProcess) => new Promise((resolve) => child.once('exit', resolve));

test('a kill in the middle of execution costs nothing: the next start finishes, and nothing is done twice', async () => {
  const things = [
    'lions',
    'tigers',
    'bears',
    'wolves',
    'foxes',
    'otters',
    'badgers',
    'hares',
    'lynxes',
    'eagles',
  ];
  const first = await startProgram();
  const before = client(first.address);
  await before.say(
    'crash',
    `Create an app with ${things.map((name) => `${name}: name, age and weight`).join('\n- ')}`,
  );
  await before.press(await before.card('crash', 'plan'), 'Accept');
  await before.card('crash', 'progress', (card) =>
    card.steps.some((step) => step.substeps.filter((part) => part.done).length > 2),
  );
  first.child.kill('SIGKILL');
  await ended(first.child);

  const second = await startProgram();
  const after = client(second.address);
  const done = await after.card('crash', 'delivery');
  for (const check of done.checks) expect(check).toMatchObject({ before: false, after: true });

  const postmaster = (await readFile(join(home, 'postgres/postmaster.pid'), 'utf8')).split('\n');
  const password = (await readFile(join(home, 'postgres.password'), 'utf8')).trim();
  const sql = postgres(`postgres://factotum:${password}@127.0.0.1:${postmaster[3]}/factotum`, {
    max: 1,
  });
  const completed =
    await sql`select step_id, count(*)::int as times from task_events where event = 'complete' and step_id is not null group by step_id`;
  const calls =
    await sql`select step_id, count(*)::int as times, min(status) as status from calls group by step_id`;
  const apps = await sql`select slug from apps`;
  const schemas = await sql`select nspname from pg_namespace where nspname like 'app\\_%'`;
  await sql.end();
  expect(completed.length).toBeGreaterThan(2);
  for (const row of completed) expect(row).toMatchObject({ times: 1 });
  for (const row of calls) expect(row).toMatchObject({ times: 1, status: 'completed' });
  expect(apps).toHaveLength(1);
  expect(schemas).toHaveLength(1);
  const { messages } = await after.get<{ messages: { card?: { kind: string } }[] }>(
    '/api/conversations/crash',
  );
  expect(messages.filter((message) => message.card?.kind === 'delivery')).toHaveLength(1);

  second.child.kill('SIGTERM');
  await ended(second.child);
}, 90_000);
