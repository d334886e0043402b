/**
 * The disk of the database is full while a task runs and people write and click. PostgreSQL is made to answer
 * as it does then: whatever needs room fails with 53100, reading and deleting go on.
 */
import { expect, test } from 'vitest';
import { testDatabase } from '../support/database.ts';
import { ended, startProcess } from '../support/process.ts';
import { client } from '../support/program.ts';

const db = await testDatabase();
await db.raw.unsafe(`
  create table disk (is_full boolean not null);
  insert into disk values (false);
  create function need_room() returns trigger language plpgsql security definer set search_path = public as $$
    begin
      if (select is_full from disk) then
        raise exception 'could not extend file "base/5/1": No space left on device' using errcode = 'disk_full';
      end if;
      return null;
    end $$;
  do $$ declare name text; begin
    for name in select oid::regclass::text from pg_class
      where relkind = 'r' and relnamespace in ('public'::regnamespace, 'graphile_worker'::regnamespace)
        and oid <> 'disk'::regclass
    loop
      execute format('create trigger need_room before insert or update on %s for each statement execute function need_room()', name);
    end loop;
  end $$`);
const fill = (isFull: boolean) => db.raw`update disk set is_full = ${isFull}`;

const things = ['lions', 'tigers', 'bears', 'wolves', 'foxes', 'otters', 'badgers', 'hares'];
const wish = `Create an app with ${things.map((name) => `${name}: name, age and weight`).join('\n- ')}`;
const full = {
  status: 503,
  body: {
    error: {
      code: 'NOT_READY',
      message: expect.stringMatching(/^The disk of the database is full\. Free some space there/),
    },
  },
};

test('a full disk is said, nothing is lost, and the work goes on when there is room again', async () => {
  const program = await startProcess({ DATABASE_URL: db.url });
  const { say, card, press, post, get } = client(program.address);
  await say('full', wish);
  await press(await card('full', 'plan'), 'Accept');
  const progress = await card('full', 'progress', (shown) =>
    shown.steps.some((step) => step.substeps.filter((part) => part.done).length > 1),
  );
  await fill(true);

  const message = { conversation: 'other', text: 'Create a CRM for my bakery', id: 'said-once' };
  expect(await post('/api/messages', message)).toMatchObject(full);
  const pause = progress.actions.find((action) => action.label === 'Pause');
  expect(await post('/api/actions', { id: pause?.id })).toMatchObject(full);
  expect(await get('/api/tasks')).toMatchObject({ tasks: [{ status: 'running' }] });
  // Until the work itself has met it.
  await expect.poll(() => program.said(), { timeout: 20_000 }).toContain('No space left on device');
  expect(program.child.exitCode).toBeNull();

  await fill(false);
  expect((await post('/api/messages', message)).status).toBe(202);
  const done = await card('full', 'delivery');
  for (const check of done.checks) expect(check).toMatchObject({ before: false, after: true });
  await card('other', 'plan');
  const completed = await db.raw`
    select count(*)::int as times from task_events
    where event = 'complete' and step_id is not null group by step_id`;
  const calls = await db.raw`
    select count(*)::int as times, min(status) as status from calls group by step_id`;
  expect(completed.length).toBeGreaterThan(2);
  for (const row of completed) expect(row).toEqual({ times: 1 });
  for (const row of calls) expect(row).toEqual({ times: 1, status: 'completed' });
  expect(await db.raw`select from messages where external_id = 'said-once'`).toHaveLength(1);
  program.child.kill('SIGTERM');
  await ended(program.child);
  expect(program.child.exitCode).toBe(0);
}, 120_000);
