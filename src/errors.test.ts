/** What people are shown of an error. */
import { expect, test } from 'vitest';
import { z } from 'zod';
import { FactotumError, sentenceOf } from './errors.ts';

test('what the program says itself is shown as it is written, whatever lies beneath', () => {
  const error = new FactotumError('CONFLICT', 'It was decided.', { cause: new Error('beneath') });
  expect(sentenceOf(error)).toBe('It was decided.');
});

test('of a statement that failed, what the database says is shown, and neither text nor values', () => {
  const cause = new Error('duplicate key value violates unique constraint "once"');
  const failed = Object.assign(
    new Error('Failed query: insert …\nparams: what was said', { cause }),
    {
      ...{ query: 'insert …', params: ['what was said'] },
    },
  );
  expect(sentenceOf(failed)).toBe(cause.message);
});

test('anything else is shown by its message', () => {
  expect([new Error('no'), 'text', undefined].map(sentenceOf)).toEqual(['no', 'text', 'undefined']);
});

test('what does not fit a schema is named field by field', () => {
  const { error } = z.object({ to: z.string('must be a channel') }).safeParse({ to: 7 });
  expect(sentenceOf(error)).toBe('Not as expected: to: must be a channel.');
});
