import { expect, test } from 'vitest';
import { namedId, newId } from './id.ts';

test('ids are all different, of one form, and use every letter', () => {
  const ids = Array.from({ length: 5000 }, () => newId('task'));
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^tsk_[0-9a-hjkmnp-tv-z]{20}$/);
  expect(new Set(ids.flatMap((id) => [...id.slice(4)])).size).toBe(32);
});

test('the same names have the same id, others another', () => {
  expect(namedId('memory', 'a', 'bc')).toBe(namedId('memory', 'a', 'bc'));
  expect(namedId('memory', 'a', 'bc')).not.toBe(namedId('memory', 'ab', 'c'));
});
