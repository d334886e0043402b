/** What is kept of an earlier run: pure, over plans (F72). */
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { approvalStep, humanStep, planOf, toolStep } from '../../test/support/engine.ts';
import { keptSteps } from './continue.ts';
import { defineTool, type Tool } from './tools/tool.ts';
import { walk } from './workflow/plan.ts';
import { unfold } from './workflow/unfold.ts';

const about = {
  description: 'Does something.',
  effect: 'write',
  idempotent: true,
  unitMs: 1,
  output: z.unknown(),
  run: async () => ({}),
} as const;
const tools = new Map<string, Tool>([
  ['work', defineTool({ ...about, name: 'work', input: z.unknown() })],
  [
    'tables',
    defineTool({
      ...about,
      name: 'tables',
      input: z.object({}).loose(),
      basis: (_, subject) => (subject as { tables: string[] }).tables,
    }),
  ],
]);

/** Keys of the steps of `after` that are kept when these steps of `before` were completed. */
function kept(
  before: unknown[],
  after: unknown[],
  options: { done?: string[]; subjects?: [unknown, unknown] } = {},
): string[] {
  const [was, now] = options.subjects ?? [null, null];
  const plan = planOf(before, { subject: was });
  const steps = [...walk(plan.steps)].map(({ key }) => ({
    ...{ id: `stp_${key}`, key },
    status: (options.done ?? [key]).includes(key) ? ('completed' as const) : ('pending' as const),
  }));
  const found = keptSteps({ plan, steps }, planOf(after, { subject: now }), tools);
  for (const [key, id] of found) expect(id).toBe(`stp_${key}`);
  return [...found.keys()];
}
const [a, b, c] = [toolStep('a'), toolStep('b'), toolStep('c')];

describe('a finished step is kept', () => {
  test('when it is the same, wherever it stands now and whatever it is called', () => {
    expect(kept([a, b, c], [c, a])).toEqual(['c', 'a']);
    const renamed = { ...a, name: 'Do it well', detail: 'New', priority: 'low', expectedMs: 5 };
    expect(kept([a], [renamed])).toEqual(['a']);
    const inside = { kind: 'parallel', key: 'p', name: 'Both', branches: [[a], [b]] };
    expect(kept([a, b], [inside])).toEqual(['a', 'b']);
  });

  test('only when it was completed', () => {
    expect(kept([a, b], [a, b], { done: ['b'] })).toEqual(['b']);
  });

  test('not when its input, its tool or its kind is another', () => {
    expect(
      kept([toolStep('a', { input: { n: 1 } })], [toolStep('a', { input: { n: 2 } })]),
    ).toEqual([]);
    expect(
      kept([a], [toolStep('a', { tool: 'tables' })], {
        subjects: [{ tables: [] }, { tables: [] }],
      }),
    ).toEqual([]);
    expect(kept([a], [humanStep('a')])).toEqual([]);
    expect(kept([humanStep('h')], [humanStep('h', { instruction: 'Write instead.' })])).toEqual([]);
    expect(kept([humanStep('h')], [humanStep('h')])).toEqual(['h']);
  });

  test('not when something that it needs is done again', () => {
    const needy = (key: string, need: string) => toolStep(key, { needs: [need] });
    const chain = [toolStep('a', { input: { n: 1 } }), needy('b', 'a'), needy('c', 'b')];
    expect(kept(chain, chain)).toEqual(['a', 'b', 'c']);
    expect(kept(chain, [toolStep('a', { input: { n: 2 } }), ...chain.slice(1)])).toEqual([]);
    // Newly needed and kept is fine; newly needed and new is not.
    expect(kept([a, b], [a, needy('b', 'a')])).toEqual(['a', 'b']);
    expect(kept([b], [a, needy('b', 'a')])).toEqual([]);
  });

  test('as long as its tool’s part of the subject is the same', () => {
    const steps = [toolStep('t', { tool: 'tables' }), a];
    const was = { tables: ['customers'], views: ['list'] };
    expect(kept(steps, steps, { subjects: [was, { ...was, views: ['board'] }] })).toEqual(['t']);
    expect(kept(steps, steps, { subjects: [was, { ...was, tables: ['sales'] }] })).toEqual([]);
    // A subject that the tool cannot read depends on all of it.
    expect(kept(steps, steps, { subjects: [was, null] })).toEqual([]);
  });

  test('when its tool is no longer installed, as long as nothing about it changed', () => {
    const gone = [toolStep('g', { tool: 'gone' })];
    expect(kept(gone, gone)).toEqual(['g']);
    expect(kept(gone, gone, { subjects: [1, 2] })).toEqual([]);
  });

  test('when it was an approval that asks for the same of the same people', () => {
    const yes = approvalStep('p', { from: ['bob'] });
    expect(kept([yes], [yes])).toEqual(['p']);
    expect(kept([yes], [approvalStep('p', { from: ['eve'] })])).toEqual([]);
    expect(kept([yes], [approvalStep('p', { from: ['bob'], needed: 2 })])).toEqual([]);
  });
});

test('groups are never kept: what is inside of them is', () => {
  const both = { kind: 'parallel', key: 'p', name: 'Both', branches: [[a], [b]] };
  expect(kept([both], [both])).toEqual(['a', 'b']);
});

describe('a step that reads what others gave is kept', () => {
  const first = toolStep('a', { as: 'x' });
  const reader = toolStep('b', { bind: { n: 'x.n' } });

  test('when all that it reads is kept too', () => {
    expect(kept([first, reader], [first, reader])).toEqual(['a', 'b']);
    const other = { ...first, input: { id: 2 } };
    expect(kept([first, reader], [other, reader])).toEqual([]);
    expect(kept([first, b], [other, b])).toEqual(['b']);
  });

  test('not when something else, or nothing, sets it now, or it reads something else', () => {
    expect(kept([first, reader], [toolStep('a', { as: 'y' }), reader])).toEqual(['a']);
    expect(kept([first, reader], [reader])).toEqual([]);
    expect(kept([first, reader], [first, toolStep('b', { bind: { n: 'x.m' } })])).toEqual(['a']);
  });

  test('in the rounds whose item is the same', () => {
    const each = {
      ...{ kind: 'each', key: 'e', name: 'e', item: 'n', list: 'list' },
      do: [toolStep('r', { bind: { n: 'n' } })],
    };
    const rounds = (items: number[]) =>
      items.map((result, at) => ({ key: `e#${at + 1}`, kind: 'round', result }));
    const rows = rounds([1, 2]);
    const plan = unfold(planOf([each]), rows);
    const steps = [...walk(plan.steps)].map(({ key }) => ({
      ...{ id: `stp_${key}`, key, status: 'completed' as const },
      result: rows.find((row) => row.key === key)?.result,
    }));
    const now = rounds([1, 7]);
    const items = new Map(now.map(({ key, result }) => [key, result]));
    const after = unfold(planOf([each]), now);
    expect([...keptSteps({ plan, steps }, after, tools, items).keys()]).toEqual(['r#1']);
  });
});
