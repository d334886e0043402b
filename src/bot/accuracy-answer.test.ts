import { expect, test } from 'vitest';
import type { Measured } from '../engine/estimate/calibration.ts';
import { accuracyAnswer } from './accuracy-answer.ts';

const measured = (actualMs: number, about: Partial<Measured> = {}): Measured => ({
  ...{ lowMs: 800, midMs: 1000, highMs: 1500, complexity: 'simple', actualMs },
  ...about,
});

test('"How accurate are your estimates?" before any task says that nothing was measured', () => {
  expect(accuracyAnswer([]).text).toContain('No task has been measured yet');
});

test('"How accurate are your estimates?" is answered per complexity, against the promise', () => {
  const answer = accuracyAnswer([
    measured(1_000),
    measured(1_250),
    measured(2_000),
    measured(1_600, { complexity: 'complex' }),
  ]);
  expect(answer.text.split('\n')).toEqual([
    'How good my estimates are',
    '- Simple (1–2 tables, promised ±20 %): 3 tasks, half of them off by less than 20 %, 67 % within the promise, 67 % inside their interval.',
    '- Medium (3–5 tables, promised ±30 %): none measured yet.',
    '- Complex (6 or more tables, promised ±50 %): 1 task, half of them off by less than 38 %, 100 % within the promise, 0 % inside their interval.',
    'All: 4 tasks, half of them off by less than 29 %, 75 % within the promise, 50 % inside their interval.',
  ]);
  expect(answer.note).toContain('80 %');
});
