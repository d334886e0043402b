/** Which events a wait wants, and under which key it is found. */
import { describe, expect, test } from 'vitest';
import type { Value } from '../workflow/function.ts';
import { filterOf, matches } from './filter.ts';
import { anyKey, keyOf, keysOf } from './key.ts';

const variables = new Map<string, Value>([
  ['order_id', 7],
  ['name', 'Ana'],
  ['nothing', null],
  ['order', { id: 7 }],
]);
const filter = (where: string) => filterOf(where, variables);

describe('a condition on an event', () => {
  test.each<[string, Record<string, unknown>, boolean]>([
    ['event.id = order_id', { id: 7 }, true],
    ['event.id = order_id', { id: '7' }, false],
    ['event.id = order_id', {}, false],
    ['event.order.id = order.id and event.total > 100', { order: { id: 7 }, total: 101 }, true],
    ['event.order.id = order.id and event.total > 100', { order: { id: 7 }, total: 100 }, false],
    ['event.total > 100', { total: 'many' }, false],
    ['event.total * 2 > 100', { total: 'many' }, false],
    ['event.total', { total: 'many' }, false],
    ['"{event.name}" starts with "An"', { name: 'Ana' }, true],
    ['event.tags contains "vip" or event.name in ["Ana", "Ben"]', { name: 'Ben' }, true],
    ['EVENT.id is null', {}, true],
    ['event.constructor is null and event.__proto__ is null', {}, true],
  ])('%s of %j is %s', (where, payload, expected) => {
    expect(matches(filter(where), payload)).toBe(expected);
  });

  test('keeps the values that it reads, and no others', () => {
    expect(filter('event.id = order_id and event.who = name')?.variables).toEqual({
      order_id: 7,
      name: 'Ana',
    });
    expect(filterOf(undefined, variables)).toBeNull();
    expect(matches(null, {})).toBe(true);
  });
});

describe('the key of a wait', () => {
  test.each<[string, Record<string, unknown>]>([
    ['event.id = order_id', { id: 7 }],
    ['order_id = event.id', { id: 7 }],
    ['event.total > 1 and event.who = name', { total: 2, who: 'Ana' }],
    ['event.id = order_id + 1', { id: 8 }],
    ['event.done = true', { done: true }],
    ['event.id = 0', { id: 0 }],
    [`event.text = "${'x'.repeat(500)}"`, { text: 'x'.repeat(500) }],
  ])('%s is among those of an event that fits', (where, payload) => {
    const wanted = filter(where);
    expect(matches(wanted, payload)).toBe(true);
    expect(keyOf(wanted)).not.toBe(anyKey);
    expect(keysOf(payload)).toContain(keyOf(wanted));
  });

  test.each([
    ['event.id <> order_id'],
    ['event.id = order_id or event.who = name'],
    ['not event.id = order_id'],
    ['event.id = nothing'],
    ['event.id = event.other'],
    ['event.order = order'],
    ['event.order.id = order_id'],
    ['order_id = 7'],
    ['event.id = order_id * name'],
  ])('%s is that of any event', (where) => {
    expect(keyOf(filter(where))).toBe(anyKey);
  });
});
