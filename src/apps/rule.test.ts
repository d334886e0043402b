import fc from 'fast-check';
import { expect, test } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import { tableOf } from './column.ts';
import { specFilterSql } from './filter.ts';
import { appOf, buildApp, make } from './fixture.ts';
import { listRecords } from './query.ts';
import { createRecord } from './record.ts';
import { holds } from './rule.ts';
import { asApp, createParams, run } from './session.ts';
import { entityOf, type Filter } from './spec.ts';

const db = await testDatabase();

test('a filter answers the same for a row at hand as in the database', async () => {
  const types = ['text', 'integer', 'money', 'boolean', 'date', 'datetime', 'time'];
  const app = await buildApp(
    db,
    appOf({
      timezone: 'America/New_York',
      entities: [
        make.entity(
          't',
          'T',
          ['text'],
          [
            ...types.map((type) => make.field(type, type)),
            make.field('choice', 'choice', {
              options: [
                { key: 'a', label: 'A' },
                { key: 'b', label: 'B' },
              ],
            }),
            make.field('one', 'relation', { to: 't' }),
            make.field('some', 'relation', { to: 't', many: true }),
          ],
        ),
      ],
    }),
  );
  const entity = entityOf(app.spec, 't');
  const inputs = [
    {},
    {
      text: 'a',
      integer: '5',
      money: '5.00',
      boolean: 'yes',
      date: '2026-11-20',
      datetime: '2026-11-20T23:30',
      time: '09:30',
      choice: 'a',
      one: '1',
      some: ['1'],
    },
    {
      text: 'b',
      integer: '-5',
      money: '4.99',
      date: '2026-11-19',
      datetime: '2026-11-21T00:00',
      time: '10:00',
      choice: 'b',
      one: '2',
      some: ['2'],
    },
    {
      text: 'B',
      integer: '10',
      money: '1000',
      date: '2026-11-27',
      datetime: '2026-11-19T12:00',
      time: '23:59',
      choice: 'b',
      some: ['1'],
    },
  ];
  for (const input of inputs)
    expect(await createRecord(db, app, 't', input)).toMatchObject({ kind: 'saved' });
  const { rows } = await listRecords(db, app, 't', {});
  const now = new Date('2026-11-21T02:00:00Z');
  const value = fc.constantFrom<Filter['value']>(
    '',
    'a',
    'b',
    'B',
    5,
    '5',
    '4.99',
    -5,
    10,
    true,
    false,
    'today',
    'today-1',
    'today+7',
    '2026-11-20',
    '09:30',
    '9:30',
    '1',
    '2',
    'nonsense',
    ['a', 'b'],
    ['1', '2'],
    ['5', '10'],
    [],
  );
  const filter = fc.record({
    field: fc.constantFrom(...entity.fields.map((field) => field.key)),
    op: fc.constantFrom<Filter['op']>('eq', 'ne', 'lt', 'lte', 'gt', 'gte', 'in'),
    value,
  });
  await fc.assert(
    fc.asyncProperty(filter, async (each) => {
      const type = entity.fields.find((field) => field.key === each.field)?.type;
      // Words and links are compared for being the same only: which is greater means nothing.
      fc.pre(
        ['eq', 'ne', 'in'].includes(each.op) ||
          !['text', 'choice', 'relation', 'boolean'].includes(type ?? ''),
      );
      const params = createParams();
      const where = specFilterSql(app, entity, each, 'r', params, now);
      const found = await asApp(db, app, (sql) =>
        run(
          sql,
          `select id::text from ${tableOf(app, entity)} r where ${where} order by id`,
          params,
        ),
      );
      const held = rows.filter((row) => holds(app, entity, [each], row, now)).map((row) => row.id);
      expect(held.sort()).toEqual(found.map((line) => line['id']));
    }),
    { numRuns: 400 },
  );
});
