import { expect, test } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import { appOf, buildApp, make } from './fixture.ts';
import { createRecord } from './record.ts';
import { removeUnused, useText } from './removal.ts';
import { tableExists } from './schema.ts';
import { AppSpec } from './spec.ts';

const db = await testDatabase();
const spec = () =>
  appOf({ entities: [make.entity('t', 'T', ['text'], [make.field('text', 'text')])] });
const used = (...counts: [records: number, changes: number][]) =>
  counts.map(([records, changes], index) => ({
    entity: AppSpec.shape.entities.element.parse(
      make.entity(`t${index}`, `T${index}`, ['text'], [make.field('text', 'text')]),
    ),
    records,
    changes,
  }));

test('an app that nobody has used is removed, and removing it again changes nothing', async () => {
  const app = await buildApp(db, spec());
  expect(await tableExists(db, app, 't')).toBe(true);
  for (let time = 0; time < 2; time += 1) {
    expect(await removeUnused(db, app, false)).toEqual([]);
    expect(await tableExists(db, app, 't')).toBe(false);
  }
});

test('an app in use is left alone, also where only its history tells, unless it is forced', async () => {
  const app = await buildApp(db, spec());
  await createRecord(db, app, 't', { text: 'one' });
  expect(await removeUnused(db, app, false)).toMatchObject([{ records: 1, changes: 1 }]);
  await db.raw.unsafe(`delete from "${app.schemaName}".t`);
  expect(await removeUnused(db, app, false)).toMatchObject([{ records: 0, changes: 1 }]);
  expect(await tableExists(db, app, 't')).toBe(true);
  expect(await removeUnused(db, app, true)).toEqual([]);
  expect(await tableExists(db, app, 't')).toBe(false);
});

test.each([
  [used([1, 1]), 'T0 has 1 record that was added since; keep it?'],
  [used([3, 4]), 'T0 has 3 records that were added since; keep them?'],
  [used([0, 2]), 'T0 has 2 changes in its history that were added since; keep them?'],
  [used([2, 2], [1, 1]), 'T0 has 2 records and T1 has 1 record that were added since; keep them?'],
  [
    used([1, 1], [1, 1], [1, 1], [1, 1], [1, 1], [1, 1]),
    'T0 has 1 record, T1 has 1 record, T2 has 1 record, T3 has 1 record, and 2 more tables have records that were added since; keep them?',
  ],
])('what is in use is counted in a sentence (%#)', (found, words) => {
  expect(useText(found)).toBe(words);
});
