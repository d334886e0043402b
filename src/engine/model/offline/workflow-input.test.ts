import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readAnswer, readInputs, toValue } from './workflow-input.ts';

const inputs = ['order_id', 'amount', 'reason'];

describe('inputs in words', () => {
  test.each([
    ['with order_id = 7 and amount = 120', { order_id: 7, amount: 120 }, ''],
    ['order_id: 7, amount: 120.', { order_id: 7, amount: 120 }, ''],
    ['for order 1234', { order_id: 1234 }, ''],
    ['for order #1234 with amount $1,200.50', { order_id: 1234, amount: 1200.5 }, ''],
    ['with the amount of 99', { amount: 99 }, 'the'],
    ['ORDER ID is 007', { order_id: '007' }, ''],
    [
      'with reason "amount = 5, wrong order 9" and order id 3',
      { reason: 'amount = 5, wrong order 9', order_id: 3 },
      '',
    ],
    ['reason = came too late, amount = 5', { reason: 'came too late', amount: 5 }, ''],
    ['reason came too late and amount 5', { reason: 'came too late', amount: 5 }, ''],
    ['amount 5 please', { amount: 5 }, ''],
    ['amount = 5 because it came late', { amount: 5 }, 'because it came late'],
    ['amount = 5 amount = 6', { amount: 5 }, ''],
    ['because the order is late', {}, 'because the order is late'],
    ['for customer 12', {}, 'for customer 12'],
    ['with amount', {}, 'amount'],
    ['', {}, ''],
  ])('“%s” gives what it names and nothing else', (words, values, rest) => {
    expect(readInputs(words, inputs)).toEqual({ values, unknown: [], rest });
  });

  test('that are none are named', () => {
    expect(readInputs('with oder_id = 7 and amount = 1', inputs)).toMatchObject({
      values: { amount: 1 },
      unknown: ['oder_id'],
    });
  });

  test('whose names begin alike are told apart', () => {
    expect(readInputs('order_amount = 5, order 7', ['order_amount', 'order_id'])).toMatchObject({
      values: { order_amount: 5, order_id: 7 },
    });
    expect(readInputs('for order 1234', ['order_amount'])).toEqual({
      values: {},
      unknown: [],
      rest: 'for order 1234',
    });
    expect(readInputs('order 7', ['order_id', 'order_number'])).toMatchObject({ values: {} });
  });

  test('of any text and any names never fail, and only name what there is', () => {
    const names = fc.array(fc.string({ minLength: 1, maxLength: 12 }), { maxLength: 4 });
    const words = fc.stringMatching(/^[a-z0-9 =:,"'“”#.$[\]{}_-]{0,80}$/);
    fc.assert(
      fc.property(words, names, (said, some) => {
        for (const read of [readInputs(said, some), readAnswer(said, some)])
          for (const key of Object.keys(read.values)) expect(some).toContain(key);
      }),
      { seed: 7, numRuns: 500 },
    );
  });
});

describe('an answer', () => {
  test.each([
    ['7', ['order_id'], { order_id: 7 }],
    ['It came too late.', ['reason'], { reason: 'It came too late' }],
    ['7, 1,200', ['order_id', 'amount'], { order_id: 7, amount: 1200 }],
    ['amount = 5', ['order_id', 'amount'], { amount: 5 }],
    ['7', ['order_id', 'amount'], {}],
  ])('“%s” to a question for %j gives %j', (words, missing, values) => {
    expect(readAnswer(words, missing).values).toEqual(values);
  });
});

test.each([
  ['12', 12],
  ['-3.5', -3.5],
  ['1,234,567', 1234567],
  ['1,23', '1,23'],
  ['007', '007'],
  ['12345678901234567890', '12345678901234567890'],
  ['2026-01-05', '2026-01-05'],
  ['yes', true],
  ['[1, "a"]', [1, 'a']],
  ['{"a":', '{"a":'],
])('%s is %j', (words, value) => {
  expect(toValue(words)).toEqual(value);
});
