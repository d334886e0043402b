import { describe, expect, test } from 'vitest';
import { taskOf } from '../../test/support/view.ts';
import type { Task } from '../db/task.ts';
import { findCounted, findReferred } from './reference.ts';

const crm = taskOf({ id: 'tsk_crm' });
const bees = taskOf({
  id: 'tsk_bees',
  title: 'Bee Hives',
  shortName: 'tracker',
  description: 'Keep track of hives',
});
const bakery = taskOf({ id: 'tsk_bakery', title: 'Bakery CRM' });
const over = (task: Task): Task => ({ ...task, status: 'completed' });

const found = (tasks: Task[], words?: string) => {
  const referred = findReferred(tasks, words);
  if (referred.kind === 'one') return referred.task.id;
  return referred.kind === 'many' ? referred.tasks.map((task) => task.id) : undefined;
};

describe('words', () => {
  test.each([
    ['CRM', 'tsk_crm'],
    ['crm', 'tsk_crm'],
    ['Cellphone Store CRM', 'tsk_crm'],
    ['cellphone-store CRM!', 'tsk_crm'],
    ['cellphone store', 'tsk_crm'],
    ['tracker', 'tsk_bees'],
    ['hives', 'tsk_bees'],
    ['tsk_bees', 'tsk_bees'],
    ['keep hives', 'tsk_bees'],
    ['celphone stroe', 'tsk_crm'],
    ['invoices', undefined],
  ])('"%s" mean %s', (words, id) => {
    expect(found([crm, bees], words)).toBe(id);
  });

  test('that fit several are asked about', () => {
    expect(found([crm, bakery], 'CRM')).toEqual(['tsk_crm', 'tsk_bakery']);
  });

  test('that name one exactly mean it, though they are part of another', () => {
    expect(found([crm, bakery], 'Bakery CRM')).toBe('tsk_bakery');
  });

  test('mean what is still open before what is over', () => {
    expect(found([over(crm), bakery], 'CRM')).toBe('tsk_bakery');
    expect(found([crm, over(bakery)], 'CRM')).toBe('tsk_crm');
  });

  test('mean the newest where all are over', () => {
    expect(found([over(crm), over(bakery)], 'CRM')).toBe('tsk_crm');
  });

  test('mean a task whose short name they hold as a word, not within a word', () => {
    const app = taskOf({
      id: 'tsk_app',
      title: 'Shop',
      shortName: 'app',
      description: 'Make an app',
    });
    const apples = taskOf({
      id: 'tsk_apples',
      title: 'Orchard',
      shortName: 'orchard',
      description: 'apple orders',
    });
    expect(found([app, apples], 'apple orders')).toBe('tsk_apples');
  });

  test('do not mean a task whose short name has no letters', () => {
    expect(found([taskOf({ shortName: '🐝', title: '🐝' })], 'invoices')).toBeUndefined();
  });
});

describe('without words', () => {
  test('it is the only open one', () => {
    expect(found([crm])).toBe('tsk_crm');
    expect(found([over(bees), crm])).toBe('tsk_crm');
    expect(found([crm], '  ')).toBe('tsk_crm');
  });

  test('it is the newest where all are over', () => {
    expect(found([over(bees), over(crm)])).toBe('tsk_bees');
  });

  test('it is asked about where several are open', () => {
    expect(found([crm, bees, over(bakery)])).toEqual(['tsk_crm', 'tsk_bees']);
  });

  test('it is nothing where there is nothing', () => {
    expect(found([])).toBeUndefined();
  });
});

describe('a number', () => {
  test.each([
    ['1', 'tsk_crm'],
    ['second', 'tsk_bees'],
    ['last', 'tsk_bakery'],
  ])('"%s" means the place in the list', (words, id) => {
    expect(findCounted([crm, bees, bakery], words)).toMatchObject({ kind: 'one', task: { id } });
  });

  test.each(['7', '0', 'CRM', undefined])('%s means none of three', (words) => {
    expect(findCounted([crm, bees, bakery], words)).toBeUndefined();
  });
});
