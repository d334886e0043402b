import fc from 'fast-check';
import { expect, it } from 'vitest';
import { AppSpec } from '../../../apps/spec.ts';
import { readIntent } from './intent.ts';
import { reviseSpec } from './revise.ts';
import { understandText } from './understand.ts';

const context = {
  now: new Date('2026-01-05T09:00:00Z'),
  locale: 'en-US',
  currency: 'USD',
  timezone: 'UTC',
};
const words = fc.constantFrom(
  ...'each every customer customers order orders has have with a the and , : ( ) ; . - * # → status from to can be or name email price belongs to linked many one when below 10 alert search by dashboard create app for my store user_id created_at select drop table \n \n- 日本 😀 مرحبا version id _x constructor __proto__'.split(
    ' ',
  ),
);
const sentence = fc.array(words, { maxLength: 40 }).map((list) => list.join(' '));
const text = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 300 }), sentence);

it('any text gives a sound app or a question', () => {
  fc.assert(
    fc.property(text, (input) => {
      const answer = understandText(input, context);
      if (answer.kind === 'app') {
        expect(AppSpec.safeParse(answer.spec).success).toBe(true);
        expect(answer.confidence).toBeGreaterThan(0);
        expect(answer.confidence).toBeLessThanOrEqual(1);
      } else expect(answer.suggestions.length).toBeGreaterThan(0);
    }),
    { numRuns: 400 },
  );
});

it('any change gives a sound app or a question', () => {
  const app = understandText('Create a CRM for my cellphone store', context);
  if (app.kind !== 'app') throw new Error('no app');
  const verb = fc.constantFrom(
    'add',
    'drop',
    'rename',
    'make',
    'link',
    'alert when',
    'search by',
    'no',
    '',
  );
  const object = fc.constantFrom(
    'customers',
    'price',
    'sales',
    'repairs',
    'status',
    'products',
    'board',
    'to',
    'required',
    'notes',
    'with name, email',
    'and',
    'in euros',
    'customer',
    'below 5',
    'dashboard',
    'total',
  );
  const change = fc
    .array(fc.tuple(verb, fc.array(object, { maxLength: 5 })), { minLength: 1, maxLength: 3 })
    .map((parts) => parts.map(([v, o]) => [v, ...o].join(' ')).join(' and '));
  fc.assert(
    fc.property(fc.oneof(change, text), (input) => {
      const answer = reviseSpec(app.spec, input, context);
      if (answer.kind === 'revision') expect(AppSpec.safeParse(answer.spec).success).toBe(true);
    }),
    { numRuns: 400 },
  );
});

it('any message has an intent', () => {
  fc.assert(
    fc.property(text, (input) => {
      expect(readIntent(input).text).toBe(input);
    }),
    { numRuns: 300 },
  );
});
