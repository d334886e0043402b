import { describe, expect, test } from 'vitest';
import { approvalStep, humanStep, planOf, toolStep } from '../../test/support/engine.ts';
import { childrenOf, Plan, walk } from './workflow/plan.ts';

const [a, b, c] = ['a', 'b', 'c'].map((key) => toolStep(key));
const parallel = (key: string, ...branches: unknown[][]) => ({
  kind: 'parallel',
  key,
  name: 'Both',
  branches,
});
const choice = (key: string, ref: string, then: unknown[], otherwise?: unknown[]) => ({
  kind: 'if',
  key,
  name: 'Choose',
  condition: { ref, op: 'exists' },
  do: then,
  ...(otherwise ? { otherwise } : {}),
});
/** What is wrong with a plan of these steps; empty when nothing is. */
const problems = (steps: unknown[], about: Record<string, unknown> = {}) => {
  const parsed = Plan.safeParse({ ...planOf([toolStep('ok')]), steps, ...about });
  return parsed.success ? [] : parsed.error.issues.map((issue) => issue.message);
};

describe('a plan', () => {
  test('of every kind of step is one, and what is left out has a plain value', () => {
    const steps = [a, approvalStep('p'), humanStep('h'), parallel('l', [b]), choice('i', 'a', [c])];
    const plan = planOf(steps);
    expect(plan.steps[0]).toMatchObject({
      priority: 'medium',
      detail: '',
      input: {},
      substeps: [],
    });
    expect(plan.steps[1]).toMatchObject({ from: [] });
    expect(plan.steps[4]).toMatchObject({ otherwise: [] });
  });

  test('survives being stored as JSON', () => {
    const plan = planOf([a, parallel('l', [b], [choice('i', 'a', [c])])]);
    expect(Plan.parse(JSON.parse(JSON.stringify(plan)))).toEqual(plan);
  });

  test('has no two steps of one key, wherever they stand', () => {
    expect(problems([a, a])).toEqual(['Two steps are called "a".']);
    expect(problems([a, parallel('l', [b], [a])])).toEqual(['Two steps are called "a".']);
    expect(problems([parallel('a', [a])])).toEqual(['Two steps are called "a".']);
  });

  test('depends on steps that it has, also deep inside', () => {
    expect(problems([a, choice('i', 'a.total', [b])])).toEqual([]);
    expect(problems([choice('i', 'nowhere.total', [b])])).toEqual([
      '"Choose" depends on "nowhere", which is no earlier step.',
    ]);
    expect(problems([parallel('l', [choice('i', 'nowhere', [b])])])).toHaveLength(1);
  });

  test('depends on earlier steps only: a condition on what comes later is refused', () => {
    expect(problems([choice('i', 'b.total', [a]), b])).toHaveLength(1);
    expect(problems([choice('i', 'a.total', [a])])).toHaveLength(1);
    expect(problems([choice('i', 'i', [a])])).toHaveLength(1);
  });

  test('names each part of a step once, since a part is known by its name', () => {
    expect(problems([toolStep('a', { substeps: ['Status rule', 'Status rule'] })])).toHaveLength(1);
  });

  test('of ten thousand steps is refused with a sentence, wherever they stand', () => {
    const many = Array.from({ length: 10_000 }, (_, index) => toolStep(`s${index}`));
    expect(problems(many)).toEqual([
      'The plan has more than 100 steps. Split it into several tasks.',
    ]);
    expect(problems([parallel('l', many)])).toEqual([
      expect.stringMatching(/^The plan has more than \d+ steps\. Split it into several tasks\.$/),
    ]);
  });

  test('nested ten thousand deep is refused with a sentence', () => {
    let deep: unknown = a;
    for (let depth = 0; depth < 10_000; depth += 1) deep = parallel(`l${depth}`, [deep]);
    expect(problems([deep])).toEqual(['The steps are nested more than 20 deep.']);
  });

  test('whose steps need one another in a circle is refused, naming who needs whom', () => {
    const needy = (key: string, ...needs: string[]) => toolStep(key, { needs });
    expect(problems([needy('a', 'c'), needy('b', 'a'), needy('c', 'b')])).toEqual([
      '"Do a" needs "c", which is no earlier step.',
    ]);
    expect(problems([needy('a', 'a')])).toEqual(['"Do a" needs "a", which is no earlier step.']);
    // Branches run side by side: neither can need the other.
    expect(problems([parallel('l', [needy('a', 'b')], [needy('b', 'a')])])).toHaveLength(2);
  });

  test('without steps or without checks is none', () => {
    expect(problems([])).not.toEqual([]);
    expect(problems([a], { checks: [] })).not.toEqual([]);
    expect(problems([parallel('l')])).not.toEqual([]);
    expect(problems([parallel('l', [])])).not.toEqual([]);
    expect(problems([a, choice('i', 'a', [])])).not.toEqual([]);
  });

  test.each(['A', '1a', '', 'a b', 'a.b', 'ä', 'a'.repeat(61)])('refuses the key "%s"', (key) => {
    expect(problems([{ ...toolStep('x'), key }])).not.toEqual([]);
  });

  test.each([
    ['an unknown kind', { ...toolStep('a'), kind: 'magic' }],
    ['an unknown priority', toolStep('a', { priority: 'urgent' })],
    ['no name', toolStep('a', { name: '' })],
    ['a timeout of nothing', approvalStep('a', { timeoutSeconds: 0 })],
    ['a timeout in parts of seconds', approvalStep('a', { timeoutSeconds: 1.5 })],
  ])('refuses a step with %s', (_, step) => {
    expect(problems([step])).not.toEqual([]);
  });

  test('keeps the words of a check of any kind', () => {
    const checks = [{ id: 'x', label: 'X', kind: 'anything', deep: { a: [1] } }];
    expect(planOf([a], { checks }).checks).toEqual(checks);
  });

  test.each([-0.1, 1.1, Number.NaN])('refuses a confidence of %d', (confidence) => {
    expect(problems([a], { confidence })).not.toEqual([]);
  });
});

test('a walk goes parents first, branches in order', () => {
  const plan = planOf([a, parallel('l', [b], [choice('i', 'a', [c], [toolStep('d')])])]);
  expect([...walk(plan.steps)].map((step) => step.key)).toEqual(['a', 'l', 'b', 'i', 'c', 'd']);
  expect(plan.steps.flatMap(childrenOf).map((step) => step.key)).toEqual(['b', 'i']);
});
