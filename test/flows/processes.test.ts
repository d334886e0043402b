/** Several programs on one database: the work of one that dies goes on in another, and nothing is done twice. */
import { expect, test } from 'vitest';
import { testDatabase } from '../support/database.ts';
import { ended, startProcess } from '../support/process.ts';
import { client } from '../support/program.ts';

const db = await testDatabase();
const startRole = (role: string) => startProcess({ DATABASE_URL: db.url }, ['--role', role]);

const things = ['lions', 'tigers', 'bears', 'wolves', 'foxes', 'otters', 'badgers', 'hares'];
const wish = `Create an app with ${things.map((name) => `${name}: name, age and weight`).join('\n- ')}`;

/** How often each step was completed and each call made, and what is left behind. */
async function tally() {
  const completed = await db.raw`
    select count(*)::int as times from task_events
    where event = 'complete' and step_id is not null group by step_id`;
  const calls = await db.raw`select count(*)::int as times from calls group by step_id`;
  const schemas = await db.raw`select nspname from pg_namespace where nspname like 'app\\_%'`;
  const broken = await db.raw`
    select task_id from task_events group by task_id having count(*) filter (where event = 'complete' and step_id is null) > 1`;
  return {
    completed: completed.map((row) => Number(row['times'])),
    calls: calls.map((row) => Number(row['times'])),
    schemas: schemas.length,
    broken: broken.length,
  };
}

test('a worker that is killed in the middle of a step is replaced by another', async () => {
  const bot = await startRole('bot');
  const first = await startRole('worker');
  expect(first.address).toBe('a worker on the shared database');
  // Ready to take over, and asleep, so that it is the first one that begins.
  const second = await startRole('worker');
  second.child.kill('SIGSTOP');
  const { say, card, press } = client(bot.address);
  await say('many', wish);
  await press(await card('many', 'plan'), 'Accept');
  await card('many', 'progress', (shown) =>
    shown.steps.some((step) => step.substeps.filter((part) => part.done).length > 1),
  );
  first.child.kill('SIGKILL');
  await ended(first.child);
  expect((await tally()).completed.length).toBeLessThan(things.length);
  second.child.kill('SIGCONT');
  const done = await card('many', 'delivery');
  for (const check of done.checks) expect(check).toMatchObject({ before: false, after: true });
  const { completed, calls, schemas, broken } = await tally();
  expect(new Set(completed)).toEqual(new Set([1]));
  expect(new Set(calls)).toEqual(new Set([1]));
  expect({ schemas, broken }).toEqual({ schemas: 1, broken: 0 });

  // A rolling restart: the talking program is replaced while work is going on.
  await say('rolling', 'Create a CRM for my cellphone store');
  await press(await card('rolling', 'plan'), 'Accept');
  bot.child.kill('SIGTERM');
  await ended(bot.child);
  const next = await startRole('all');
  const after = client(next.address);
  expect(await after.card('rolling', 'delivery')).toMatchObject({ title: '✅ TASK COMPLETE' });
  const { messages } = await after.get<{ messages: { card?: { kind: string } }[] }>(
    '/api/conversations/rolling',
  );
  expect(messages.filter((message) => message.card?.kind === 'delivery')).toHaveLength(1);
  for (const { child } of [second, next]) {
    child.kill('SIGTERM');
    await ended(child);
    expect(child.exitCode).toBe(0);
  }
  const left = await db.raw`select id from processes`;
  expect(left).toHaveLength(0);
}, 120_000);

test('a worker that is frozen in the middle of a step is replaced, and does no harm when it wakes', async () => {
  const bot = await startRole('bot');
  const frozen = await startRole('worker');
  const { say, card, press } = client(bot.address);
  await say('cold', wish.replaceAll('lions', 'seals'));
  await press(await card('cold', 'plan'), 'Accept');
  await card('cold', 'progress', (shown) =>
    shown.steps.some((step) => step.substeps.filter((part) => part.done).length > 1),
  );
  frozen.child.kill('SIGSTOP');
  const second = await startRole('worker');
  const done = await card('cold', 'delivery');
  for (const check of done.checks) expect(check).toMatchObject({ before: false, after: true });
  frozen.child.kill('SIGCONT');
  // It says that it lives, and works again.
  await expect
    .poll(async () => (await db.raw`select id from processes`).length, { timeout: 30_000 })
    .toBe(3);
  second.child.kill('SIGTERM');
  await ended(second.child);
  await say('warm', 'Create a CRM for my cellphone store');
  await press(await card('warm', 'plan'), 'Accept');
  await card('warm', 'delivery');
  const { completed, calls, broken } = await tally();
  expect(new Set(completed)).toEqual(new Set([1]));
  expect(new Set(calls)).toEqual(new Set([1]));
  expect(broken).toBe(0);
  for (const { child } of [bot, frozen]) {
    child.kill('SIGTERM');
    await ended(child);
    expect(child.exitCode).toBe(0);
  }
}, 180_000);
