import { describe, expect, test } from 'vitest';
import { stepOf, viewOf } from '../../test/support/view.ts';
import type { StepView } from '../engine/view.ts';
import { nextLook, silenceOf } from './silence.ts';

const news = new Date('2026-03-01T10:10:00Z');
const at = (seconds: number) => new Date(news.getTime() + 1000 * seconds);
const working = (about: Partial<StepView> = {}) =>
  stepOf(1, 'Generate application UI', { status: 'running', updatedAt: news, ...about });
const view = (...steps: StepView[]) => viewOf({}, { steps });

describe('a step that tells nothing', () => {
  test.each([
    [0, undefined],
    [59, undefined],
    [60, 'a minute'],
    [119, 'a minute'],
    [120, '2 minutes'],
    [400, '5 minutes'],
    [3_600, 'an hour'],
    [100_000, 'a day'],
  ])('is said after %i seconds to be silent for more than %s', (seconds, words) => {
    expect(silenceOf(view(working()), at(seconds))).toBe(
      words && `No news from “Generate application UI” for more than ${words}.`,
    );
  });

  test('is found inside branches, and the one that is silent for longest is named', () => {
    const loud = working({ name: 'Loud', updatedAt: at(600) });
    const side = stepOf(1, 'Side', {
      kind: 'parallel',
      status: 'running',
      updatedAt: at(-9_000),
      children: [loud, working({ name: 'Quiet' })],
    });
    expect(silenceOf(view(side), at(610))).toContain('“Quiet”');
  });

  test.each([
    ['waits for a person', view(working({ kind: 'human' }))],
    ['is done', view(working({ status: 'completed' }))],
    ['belongs to a paused task', viewOf({ status: 'paused' }, { steps: [working()] })],
    ['has not begun', view(working({ status: 'pending', updatedAt: null }))],
  ])('is no silence when it %s', (_, quiet) => {
    expect(silenceOf(quiet, at(9_000))).toBeUndefined();
    expect(nextLook(quiet, at(9_000))).toBeUndefined();
  });
});

describe('the next look', () => {
  const long = viewOf({ startedAt: at(-600) }, { steps: [working()] });

  test.each([
    [1, 60],
    [60, 120],
    [130, 300],
    [2_000, 3_600],
  ])('is due when there will be more to say: at %i seconds, after %i', (now, due) => {
    expect(nextLook(long, at(now))).toEqual(at(due));
  });

  test('is none in the first minute of a task, nor after a day', () => {
    const short = viewOf({ startedAt: at(-5) }, { steps: [working()] });
    expect(nextLook(short, at(1))).toBeUndefined();
    expect(nextLook(long, at(90_000))).toBeUndefined();
  });
});
