import { describe, expect, test } from 'vitest';
import { humanStep, planOf, toolStep } from '../../test/support/engine.ts';
import type { Run } from '../db/run.ts';
import type { Step } from '../db/step.ts';
import type { Task } from '../db/task.ts';
import type { Workspace } from '../db/workspace.ts';
import { type Command, decide, type Snapshot } from './decide.ts';
import { walk } from './workflow/plan.ts';
import { unfold } from './workflow/unfold.ts';

const now = new Date('2026-03-01T10:00:00Z');
const at = (ms: number) => new Date(now.getTime() + ms);
type Rows = Record<string, Partial<Step>>;

function snapshotOf(steps: unknown[], rows: Rows, about: Record<string, unknown> = {}): Snapshot {
  const planned = planOf(steps, about);
  // The rows that a test names beyond those of the plan are those of rounds.
  const named = Object.keys(rows).map((key) => ({ key, kind: rows[key]?.kind ?? '' }));
  const plan = unfold(planned, named);
  const all = [...walk(plan.steps)].map((step) => ({
    ...{ id: step.key, key: step.key, name: step.name, kind: step.kind, status: 'pending' },
    ...{ retryAt: null, result: null, error: null, ...rows[step.key] },
  })) as Step[];
  return {
    ...{ approvals: [], policies: [], tools: new Map(), calls: [], isEarlierBusy: false },
    workspace: { approvers: [], timezone: 'Europe/Berlin' } as unknown as Workspace,
    task: { status: 'running', blockedKind: null } as Task,
    run: { mode: 'automatic', rehearsedRunId: null, finishedAt: null, checksBefore: 'done' } as Run,
    ...{ plan, steps: all, checks: [] },
  };
}
const decided = (steps: unknown[], rows: Rows = {}, about = {}) =>
  decide(snapshotOf(steps, rows, about), now);
const told = (commands: Command[]) =>
  commands.map((command) => {
    if (command.kind === 'abandon') return `abandon ${command.steps.map(({ key }) => key)}`;
    return 'step' in command ? `${command.kind} ${command.step?.key}` : command.kind;
  });

const done = (result: unknown = null) => ({ status: 'completed', result }) as const;
const busy = { status: 'running' } as const;
const failed = { status: 'failed', error: { message: '', reason: '', kind: 'permanent' } } as const;

describe('a value', () => {
  const set = (key: string, as: string, value: string) => ({
    kind: 'set',
    key,
    name: key,
    as,
    value,
  });

  test('is computed from what earlier steps gave and what was known before', () => {
    const steps = [toolStep('a', { as: 'order' }), set('s', 'total', 'order.net * (1 + Tax)')];
    const rows = { a: done({ net: 100 }) };
    expect(decided(steps, rows, { variables: { tax: 0.5 } })).toMatchObject([
      { kind: 'pass_step', step: { key: 's' }, result: 150 },
    ]);
  });

  test('that cannot be computed fails its step with a sentence that names it', () => {
    expect(decided([set('s', 'x', '1 / 0')])).toMatchObject([
      { kind: 'fail_step', step: { key: 's' }, reason: '1 / 0 divides by zero.' },
    ]);
  });

  test('decides a condition, and one that is no answer fails it', () => {
    const when = (expression: string) => [
      toolStep('a', { as: 'x' }),
      { kind: 'if', key: 'i', name: 'i', condition: { expression }, do: [toolStep('b')] },
    ];
    expect(told(decided(when('x.n > 1'), { a: done({ n: 2 }) }))).toEqual([
      'open_container i',
      'start_step b',
    ]);
    expect(told(decided(when('x.n > 1'), { a: done({ n: 1 }) }))).toEqual([
      'open_container i',
      'skip_step b',
      'close_container i',
    ]);
    expect(told(decided(when('x.n'), { a: done({ n: 1 }) }))).toEqual(['fail_step i']);
  });

  test('stands in what a person reads', () => {
    const ask = { kind: 'approval', key: 'p', name: 'Pay?', from: ['boss'], say: '"Pay {x.n}?"' };
    const rows = { a: done({ n: 5 }) };
    const first = toolStep('a', { as: 'x' });
    expect(decided([first, ask], rows)).toMatchObject([
      { kind: 'ask', shown: { name: 'Pay 5?' }, ask: { effect: { lines: ['Pay 5?'] } } },
    ]);
    const call = humanStep('h', { say: '"Call {x.n}"' });
    expect(decided([first, call], rows)).toMatchObject([
      { kind: 'ask_human', plan: { instruction: 'Call 5' } },
    ]);
  });
});

describe('a wait', () => {
  const wait = (about: object) => [{ kind: 'wait', key: 'w', name: 'w', ...about }, toolStep('a')];

  test('begins with the time of its end, and ends then', () => {
    expect(decided(wait({ seconds: '60 * 2' }))).toMatchObject([
      { kind: 'start_wait', until: at(120_000) },
    ]);
    expect(decided(wait({ seconds: '5' }), { w: { ...busy, retryAt: at(1) } })).toEqual([]);
    const ended = decided(wait({ seconds: '5' }), { w: { ...busy, retryAt: now } });
    expect(told(ended)).toEqual(['pass_step w']);
  });

  test('until a time reads it by the clocks of the workspace', () => {
    expect(decided(wait({ until: '"2026-03-02 09:00"' }))).toMatchObject([
      { kind: 'start_wait', until: new Date('2026-03-02T08:00:00Z') },
    ]);
    expect(told(decided(wait({ until: '"2026-03-01T09:00Z"' })))).toEqual(['pass_step w']);
  });

  test.each(['-1', '"soon"', '1000000000', 'NULL'])('of %s seconds fails', (seconds) => {
    expect(told(decided(wait({ seconds })))).toEqual(['fail_step w']);
  });
  test.each(['"tomorrow"', '"2026-02-30"', '"2999-01-01"', '5'])('until %s fails', (until) => {
    expect(told(decided(wait({ until })))).toEqual(['fail_step w']);
  });
});

describe('a list', () => {
  const each = (about: object = {}) => ({
    ...{ kind: 'each', key: 'e', name: 'e', item: 'n', list: 'list' },
    do: [{ kind: 'set', key: 's', name: 's', as: 'sum', value: 'COALESCE(sum, 0) + n' }],
    ...about,
  });
  const given = (list: unknown) => ({ variables: { list } });
  const round = (result: unknown, status = 'pending') =>
    ({ kind: 'round', status, result }) as Partial<Step>;

  test('is opened with its items, and nothing is done for none', () => {
    expect(decided([each()], {}, given([1, 2]))).toMatchObject([
      { kind: 'open_each', items: [1, 2] },
    ]);
    expect(told(decided([each()], {}, given([])))).toEqual(['pass_step e']);
    expect(told(decided([each()], {}, given(null)))).toEqual(['pass_step e']);
  });

  test('that is none, or is too long, fails', () => {
    expect(told(decided([each()], {}, given('text')))).toEqual(['fail_step e']);
    expect(decided([each({ most: 2 })], {}, given([1, 2, 3]))).toMatchObject([
      { reason: 'list has 3 items; at most 2 are gone through.' },
    ]);
    const long = Array.from({ length: 1001 }, () => 0);
    expect(told(decided([each()], {}, given(long)))).toEqual(['fail_step e']);
  });

  test('is gone through in order, each round with its item and what the ones before have set', () => {
    const rows = { e: busy, 'e#1': round(5, 'completed'), 's#1': done(5), 'e#2': round(7) };
    expect(decided([each()], rows, given([5, 7]))).toMatchObject([
      { kind: 'open_container', step: { key: 'e#2' } },
      { kind: 'pass_step', step: { key: 's#2' }, result: 12 },
    ]);
    const all = { ...rows, 'e#2': round(7, 'completed'), 's#2': done(12) };
    const after = { kind: 'set', key: 'z', name: 'z', as: 'z', value: '[sum, n]' };
    expect(told(decided([each(), after], all, given([5, 7])))).toEqual(['close_container e']);
    // What goes through the list is no variable behind it.
    expect(decided([each(), after], { ...all, e: done() }, given([5, 7]))).toMatchObject([
      { kind: 'pass_step', result: [12, null] },
    ]);
  });

  test('inside of a list has rounds of its own', () => {
    const inner = { kind: 'set', key: 's', name: 's', as: 'x', value: '[n, m]' };
    const outer = each({ do: [each({ key: 'f', item: 'm', list: 'n', do: [inner] })] });
    const rows = {
      ...{ e: busy, 'e#1': round([1], 'completed'), 'f#1': done(), 's#1#1': done(1) },
      ...{ 'f#1#1': round(1, 'completed'), 'e#2': round([8, 9], 'running'), 'f#2': busy },
      ...{ 'f#2#1': round(8, 'completed'), 's#2#1': done(1), 'f#2#2': round(9, 'running') },
    };
    expect(decided([outer], rows)).toMatchObject([
      { kind: 'pass_step', step: { key: 's#2#2' }, result: [[8, 9], 9] },
    ]);
  });
});

describe('branches', () => {
  const parallel = (about: object) => ({
    ...{ kind: 'parallel', key: 'p', name: 'p' },
    branches: [[toolStep('a')], [toolStep('b')], [toolStep('c')]],
    ...about,
  });

  test('run as many at a time as may', () => {
    expect(told(decided([parallel({ limit: 2 })]))).toEqual([
      'open_container p',
      'start_step a',
      'start_step b',
    ]);
    const rows = { p: busy, a: busy, b: done() };
    expect(told(decided([parallel({ limit: 2 })], rows))).toEqual(['start_step c']);
    expect(decided([parallel({ limit: 1 })], { p: busy, b: busy })).toEqual([]);
  });

  test('of any: the first that succeeds is enough, and the others are left', () => {
    const any = parallel({ until: 'any' });
    expect(told(decided([any], { p: busy, a: failed, b: busy, c: busy }))).toEqual([]);
    expect(told(decided([any], { p: busy, a: failed, b: done(), c: busy }))).toEqual([
      'abandon a,c',
    ]);
    const skipped = { status: 'skipped' } as const;
    const settled = { p: { ...busy, result: { branch: 1 } }, a: skipped, b: done(), c: skipped };
    expect(told(decided([any], settled))).toEqual(['close_container p']);
    expect(told(decided([any], { p: busy, a: failed, b: failed, c: failed }))).toEqual(['block a']);
  });

  test('of any that have all ended say which was first', () => {
    const rows = { p: busy, a: done(), b: done(), c: done() };
    expect(decided([parallel({ until: 'any' })], rows)).toMatchObject([
      { kind: 'close_container', result: { branch: 0 } },
    ]);
  });

  test('of the first: it counts however it ends', () => {
    const first = parallel({ until: 'first' });
    expect(told(decided([first], { p: busy, a: busy, b: failed, c: busy }))).toEqual([
      'abandon a,c',
    ]);
    const skipped = { status: 'skipped' } as const;
    expect(
      told(
        decided([first], {
          p: { ...busy, result: { branch: 1 } },
          a: skipped,
          b: failed,
          c: skipped,
        }),
      ),
    ).toEqual(['block b']);
    expect(told(decided([first], { p: busy, a: failed, b: done(), c: busy }))).toEqual([
      'abandon a,c',
    ]);
  });

  test('do not see what the others set, and what follows sees all of it', () => {
    const set = (key: string, value: string) => ({ kind: 'set', key, name: key, as: key, value });
    const both = parallel({ branches: [[set('x', '1')], [set('y', '[x]')]] });
    expect(decided([both], { p: busy, x: done(1) })).toMatchObject([{ result: [null] }]);
    const rows = { p: done(), x: done(1), y: done([2]) };
    expect(decided([both, set('z', '[x, y]')], rows)).toMatchObject([{ result: [1, [2]] }]);
  });
});

describe('a workflow inside of another', () => {
  const inner = (about: object = {}) => ({
    ...{ kind: 'workflow', key: 'w', name: 'w', workflow: 'refund', as: 'refund' },
    ...{ with: { id: 'order' }, variables: { limit: 3 } },
    do: [{ kind: 'set', key: 'w1-s', name: 's', as: 'sum', value: '[id, limit, other]' }],
    ...about,
  });
  const given = { variables: { order: 7, other: 9 } };

  test('sees its inputs only, and gives what its variables are at its end', () => {
    expect(decided([inner()], {}, given)).toMatchObject([
      { kind: 'open_container' },
      { kind: 'pass_step', result: [7, 3, null] },
    ]);
    expect(decided([inner()], { w: busy, 'w1-s': done([1]) }, given)).toMatchObject([
      { kind: 'close_container', result: { id: 7, limit: 3, sum: [1] } },
    ]);
  });

  test('does not begin where an input cannot be computed', () => {
    expect(told(decided([inner({ with: { id: '1 / 0' } })]))).toEqual(['fail_step w']);
  });

  test('that was left out is left out with all that is in it', () => {
    expect(told(decided([inner()], { w: { status: 'skipped' } }))).toEqual(['skip_step w1-s']);
  });
});

describe('what would grow without end', () => {
  const grow = (as: string, value: string) => [{ kind: 'set', key: 's', name: 's', as, value }];
  const text = 'x'.repeat(90_000);

  test.each([
    ['a list of lists', 'x', '[x, x, x]', { x: [text, text] }, /larger than 200,000 characters/],
    ['a list in a list', 'x', '[x]', { x: nested(100) }, /nested more than 100 deep/],
    ['a text', 'x', 'x & x', { x: text }, /longer than 100,000 characters/],
    ['what is replaced', 'x', 'REPLACE(x, "x", x)', { x: text }, /longer than 100,000 characters/],
    [
      'what is joined',
      'x',
      'JOIN(SPLIT(x, "x"), x)',
      { x: text },
      /longer than 100,000 characters/,
    ],
  ])('%s stops its step', (_, as, value, variables, reason) => {
    const [command] = decided(grow(as, value), {}, { variables });
    expect(command).toMatchObject({ kind: 'fail_step', reason: expect.stringMatching(reason) });
  });
});

function nested(depth: number): unknown {
  return depth === 0 ? 1 : [nested(depth - 1)];
}
