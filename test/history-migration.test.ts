/** Apps that were there before their histories named people name them from then on, and keep what they had. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listChanges } from '../src/apps/history.ts';
import { updateRecord } from '../src/apps/record.ts';
import { migrate } from '../src/db/migrate.ts';
import { testDatabase } from './support/database.ts';
import { addRecord, createStore } from './support/store.ts';

const folder = join(import.meta.dirname, '../drizzle');

test('the history of an app that was there before goes on with names', async () => {
  const db = await testDatabase();
  const app = await createStore(db);
  const changes = db.raw(`${app.schemaName}._changes`);
  await db.raw`alter table ${changes} drop column person, drop column person_name`;
  const id = await addRecord(db, app, 'customers', { name: 'Cara', phone: '+1 512 555 0100' });
  await db.raw.unsafe(await readFile(join(folder, '0006_sessions.down.sql'), 'utf8'));

  await migrate(db);

  const person = { id: 'U0ANA', name: 'Ana' };
  await updateRecord(db, { ...app, person }, 'customers', id, 1, { city: 'Austin' });
  await updateRecord(db, app, 'customers', id, 2, { city: 'Dallas' });
  const said = await listChanges(db, app, 'customers', id, 10);
  expect(said.map(({ action, by }) => [action, by])).toEqual([
    ['changed', null],
    ['changed', 'Ana'],
    ['created', null],
  ]);
});
