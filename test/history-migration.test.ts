/** Apps that were there before their histories named people name them from then on, and keep what they had. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listChanges } from '../src/apps/history.ts';
import { updateRecord } from '../src/apps/record.ts';
import { testDatabase } from './support/database.ts';
import { addRecord, createStore } from './support/store.ts';

const folder = join(import.meta.dirname, '../drizzle');

test('the history of an app that was there before goes on with names', async () => {
  const db = await testDatabase();
  const app = await createStore(db);
  const changes = db.raw(`${app.schemaName}._changes`);
  await db.raw`alter table ${changes} drop column person, drop column person_name`;
  const id = await addRecord(db, app, 'customers', { name: 'Cara', phone: '+1 512 555 0100' });
  // What the migration does to apps, and may do again.
  const parts = (await readFile(join(folder, '0006_sessions.sql'), 'utf8')).split(
    '--> statement-breakpoint',
  );
  await db.raw.unsafe(parts.find((part) => part.includes('_changes')) ?? '');

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
