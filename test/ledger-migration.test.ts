/** What happened before there was a ledger is in it after the migration, in the order in which it was written. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate as applyMigrations } from 'drizzle-orm/postgres-js/migrator';
import { runMigrations } from 'graphile-worker';
import postgres from 'postgres';
import { afterAll, expect, inject, test } from 'vitest';
import { connect, type Database } from '../src/db/client.ts';
import { migrate } from '../src/db/migrate.ts';
import { dropDatabase } from './support/drop-database.ts';
import { entriesOf, last, verdictsOn, writeEvents } from './support/ledger.ts';

const migrations = join(import.meta.dirname, '../drizzle');

/** A database as the program of the first migration left it. */
async function oldDatabase(): Promise<Database> {
  const url = new URL(inject('databaseUrl'));
  const name = `test_old_${process.pid}_${Date.now().toString(36)}`;
  url.pathname = '/postgres';
  const admin = postgres(url.href, { max: 1, onnotice: () => {} });
  await admin.unsafe(`create database ${name}`);
  url.pathname = `/${name}`;
  const db = connect(url.href, 2);
  const folder = await mkdtemp(join(tmpdir(), 'factotum-migrations-'));
  afterAll(async () => {
    await db.close();
    await dropDatabase(admin, name);
    await admin.end({ timeout: 2 });
    await rm(folder, { recursive: true, force: true });
  });
  await cp(migrations, folder, { recursive: true });
  const file = join(folder, 'meta', '_journal.json');
  const journal: { entries: unknown[] } = JSON.parse(await readFile(file, 'utf8'));
  await writeFile(file, JSON.stringify({ ...journal, entries: journal.entries.slice(0, 1) }));
  await applyMigrations(db.orm, { migrationsFolder: folder });
  await runMigrations({ connectionString: db.url });
  return db;
}

test('rows from before the ledger are chained, and those that follow go on from them', async () => {
  const db = await oldDatabase();
  const columns = await db.raw`
    select column_name::text as name from information_schema.columns where table_name = 'task_events'`;
  expect(columns.map(({ name }) => name)).not.toContain('hash');
  const data = { 'quoted "key"': '\u0001\n\t\\ 東京 👍', version: 1.5, list: [null, {}] };
  // Two workspaces by turns, at times that do not rise: the order is that in which they were written.
  for (let round = 0; round < 40; round += 1) {
    await db.raw`
      insert into task_events (workspace_id, task_id, step_id, event, from_status, to_status, actor, data, at)
      values (${round % 3 === 0 ? 'wsp_a' : 'wsp_b'}, ${`tsk_${round}`}, ${round % 2 ? 'stp_1' : null}, 'start',
        ${round % 4 ? 'pending' : null}, 'running', 'ana', ${db.raw.json({ ...data, round })},
        now() - make_interval(secs => ${(round * 7) % 40}))`;
  }
  const before = await db.raw`
    select id, workspace_id, task_id, step_id, event, from_status, to_status, actor, data, at
    from task_events order by id`;

  await migrate(db);

  const after = await db.raw`
    select id, workspace_id, task_id, step_id, event, from_status, to_status, actor, data, at
    from task_events order by id`;
  expect([...after]).toEqual([...before]);
  const verdicts = verdictsOn(await entriesOf(db));
  expect(verdicts).toMatchObject([
    { workspace: 'wsp_a', rows: 14, fault: undefined },
    { workspace: 'wsp_b', rows: 26, fault: undefined },
  ]);
  const written = await db.raw`
    select task_id from task_events where workspace_id = 'wsp_a' order by seq`;
  expect(written.map(({ task_id: task }) => task)).toEqual(
    before.filter((row) => row['workspace_id'] === 'wsp_a').map((row) => row['task_id']),
  );

  for (const workspaceId of ['wsp_a', 'wsp_new']) await writeEvents(db, workspaceId);
  expect(verdictsOn(await entriesOf(db))).toMatchObject([
    { workspace: 'wsp_a', rows: 14 + last, fault: undefined },
    { workspace: 'wsp_b', rows: 26, fault: undefined },
    { workspace: 'wsp_new', rows: last, fault: undefined },
  ]);
  // They are as well guarded as those that follow.
  await expect(db.raw`update task_events set actor = 'eve' where seq = 1`).rejects.toThrow();
  await db.raw`alter table task_events disable trigger user`;
  await db.raw`update task_events set actor = 'eve' where workspace_id = 'wsp_b' and seq = 2`;
  expect(verdictsOn(await entriesOf(db))[1]?.fault).toMatchObject({ seq: 2 });
});

test('a database without any events has an empty ledger after the migration', async () => {
  const db = await oldDatabase();
  await migrate(db);
  expect(await entriesOf(db)).toEqual([]);
  await writeEvents(db, 'wsp_a');
  expect(verdictsOn(await entriesOf(db))).toMatchObject([{ rows: last, fault: undefined }]);
});
