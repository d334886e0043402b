/** The program is killed while it takes back what was delivered; the next start ends that, once. */
import postgres from 'postgres';
import { afterAll, expect, test } from 'vitest';
import { testDatabase } from '../support/database.ts';
import { ended, startProcess } from '../support/process.ts';
import { client } from '../support/program.ts';

const db = await testDatabase();
const locker = postgres(db.url, { max: 1, onnotice: () => {} });
afterAll(() => locker.end());

/** Whoever writes down that something is taken back waits for this lock. */
await db.raw.unsafe(`
  create function hold_up() returns trigger language plpgsql as $$
    begin perform pg_advisory_xact_lock(42); return new; end $$;
  create trigger hold_up before update on undos for each row
    when (new.items::text like '%reversed%') execute function hold_up()`);

const isHeldUp = async () => {
  const [row] = await db.raw`select count(*)::int as waiting from pg_locks where not granted`;
  return Number(row?.['waiting']) > 0;
};

test.each<[string, (schema: string) => string]>([
  ['while its tables are dropped', (schema) => `lock table ${schema}.customers in share mode`],
  ['when its tables are gone and it is still listed', () => 'select from apps for update'],
  ['when it is gone and that is not written down yet', () => 'select pg_advisory_xact_lock(42)'],
])(
  'a kill %s: the undo ends after the start, once',
  async (name, lockOf) => {
    const conversation = name.replaceAll(/\W/g, '-');
    const first = await startProcess({ DATABASE_URL: db.url });
    const before = client(first.address);
    await before.say(conversation, 'Create a CRM for my cellphone store');
    await before.press(await before.card(conversation, 'plan'), 'Accept');
    await before.press(await before.card(conversation, 'delivery'), 'Undo…');
    const asked = await before.card(conversation, 'undo');
    const [task] = await db.raw`
    select tasks.id, schema_name as schema from tasks join apps on apps.task_id = tasks.id
    where conversation = ${conversation}`;
    const id = String(task?.['id']);

    // Whatever the speed of the machine, it is killed at this very moment.
    const held = locker.begin(async (tx) => {
      await tx.unsafe(lockOf(String(task?.['schema'])));
      await before.press(asked, 'Undo it');
      await expect.poll(isHeldUp, { timeout: 20_000 }).toBe(true);
      first.child.kill('SIGKILL');
      await ended(first.child);
    });
    await held;
    const [midway] =
      await db.raw`select undos.status, undone_at from undos join tasks on tasks.id = task_id where task_id = ${id}`;
    expect(midway).toEqual({ status: 'running', undone_at: null });

    const second = await startProcess({ DATABASE_URL: db.url });
    const after = client(second.address);
    const done = await after.card(conversation, 'undo', (card) => /is undone/.test(card.title));
    expect(done.actions).toEqual([]);
    expect((await after.card(conversation, 'delivery')).note).toMatch(/^Undone on /);
    const events = await db.raw`
    select event, step_id is not null as of_step, count(*)::int as times from task_events
    where task_id = ${id} and event like 'undo%' group by event, step_id`;
    for (const row of events) expect(row).toMatchObject({ times: 1 });
    const [steps] = await db.raw`
    select count(*)::int as done from task_steps where task_id = ${id} and status = 'completed' and tool is not null`;
    const named = events.map((row) => String(row['event']));
    expect(named.filter((event) => event === 'undone')).toHaveLength(1);
    expect(named.filter((event) => event === 'undo_reversed')).toHaveLength(
      Number(steps?.['done']),
    );
    expect(await db.raw`select from apps where task_id = ${id}`).toHaveLength(0);
    expect(
      await db.raw`select from pg_namespace where nspname = ${String(task?.['schema'])}`,
    ).toHaveLength(0);
    second.child.kill('SIGTERM');
    await ended(second.child);
  },
  90_000,
);
