/** Whatever a model puts into the fields of its answer, there is a sound app or a list of what is wrong. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AppSpec } from '../../../apps/spec.ts';
import { planApp } from '../../plan-app.ts';
import { installedTools } from '../../tools/index.ts';
import { composeApp } from './compose.ts';
import type { AppDraft } from './prompt/understand.ts';

const context = { now: new Date(), locale: 'en-US', currency: 'USD', timezone: 'UTC' };
const odd = fc.constantFrom(
  ...[
    '',
    ' ',
    '\0',
    '__proto__',
    'constructor',
    'id',
    'version',
    'created at',
    'name',
    'status',
    '客户',
  ],
  ...[
    'a'.repeat(500),
    "Robert'); drop table students; --",
    '<b>bold</b>',
    'https://evil.example',
    '🎉',
    '-1',
  ],
);
const word = fc.oneof(
  { weight: 3, arbitrary: fc.string({ maxLength: 30 }) },
  odd,
  fc.constantFrom('customer', 'order'),
);
const words = fc.array(word, { maxLength: 5 });
const said = fc.option(word);
const field: fc.Arbitrary<AppDraft['entities'][number]['fields'][number]> = fc.record({
  name: word,
  type: fc.constantFrom(
    'text',
    'longtext',
    'integer',
    'money',
    'boolean',
    'date',
    'email',
    'phone',
    'choice',
    'status',
    'relation',
  ),
  options: words,
  exits: words,
  to: fc.option(word),
  many: fc.boolean(),
  required: fc.boolean(),
  unique: fc.boolean(),
  search: fc.boolean(),
  said,
});
const draft: fc.Arbitrary<AppDraft> = fc.record({
  name: word,
  type: word,
  business: word,
  entities: fc.array(fc.record({ name: word, said, fields: fc.array(field, { maxLength: 8 }) }), {
    maxLength: 6,
  }),
  dashboard: words,
  alerts: fc.array(
    fc.record({
      entity: word,
      field: said,
      when: fc.constantFrom('new', 'eq', 'lt', 'lte', 'gt', 'gte'),
      value: said,
      said: word,
    }),
    { maxLength: 3 },
  ),
  guessed: words,
});

test('any answer gives a sound app or problems', () => {
  let apps = 0;
  fc.assert(
    fc.property(draft, word, (made, text) => {
      const read = composeApp(made, text, context);
      if ('problems' in read) {
        expect(read.problems.length).toBeGreaterThan(0);
        return;
      }
      apps += 1;
      const { found } = read;
      expect(AppSpec.safeParse(found.spec).error).toBeUndefined();
      expect(planApp(found.spec, found, installedTools, new Map()).steps.length).toBeGreaterThan(0);
      expect(found.confidence).toBeLessThanOrEqual(1);
      expect(JSON.stringify([found.guessed, found.understood])).not.toContain('://');
    }),
    { seed: 20_260_501, numRuns: 500 },
  );
  expect(apps).toBeGreaterThan(25);
});

test('beyond the measure of an app it is said what the measure is', () => {
  const entities = Array.from({ length: 81 }, (_, at) => ({
    name: `thing ${at}`,
    said: null,
    fields: [],
  }));
  const about = {
    name: 'Big',
    type: 'App',
    business: 'All',
    dashboard: [],
    alerts: [],
    guessed: [],
  };
  expect(composeApp({ ...about, entities }, '', context)).toEqual({
    problems: ['app.entities has 81 items; the most is 80.'],
  });
});
