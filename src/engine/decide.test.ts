import { describe, expect, test } from 'vitest';
import { humanStep, planOf, toolStep } from '../../test/support/engine.ts';
import type { TaskCheck } from '../db/check.ts';
import type { Run } from '../db/run.ts';
import type { Step } from '../db/step.ts';
import { type Task, taskStatuses } from '../db/task.ts';
import type { Workspace } from '../db/workspace.ts';
import { type Command, decide } from './decide.ts';
import { walk } from './workflow/plan.ts';

const now = new Date('2026-03-01T10:00:00Z');
const later = (ms: number) => new Date(now.getTime() + ms);
const failure = (message: string) => ({
  message,
  reason: 'Because.',
  kind: 'permanent' as const,
});

type Known = {
  /** Rows that differ from "pending". */
  rows?: Record<string, Partial<Step>>;
  task?: Partial<Task>;
  run?: Partial<Run>;
  checks?: (boolean | null)[];
};

const nothingElse = {
  approvals: [],
  policies: [],
  workspace: { approvers: [], fallbackApprover: null } as unknown as Workspace,
  tools: new Map(),
  calls: [],
  isEarlierBusy: false,
};

/** Only what `decide` may look at is filled in. */
function decided(steps: unknown[], known: Known = {}): Command[] {
  const plan = planOf(steps);
  const rows = [...walk(plan.steps)].map((step) => ({
    id: step.key,
    key: step.key,
    name: step.name,
    kind: step.kind,
    status: 'pending',
    retryAt: null,
    result: null,
    error: null,
    ...known.rows?.[step.key],
  })) as Step[];
  const checks = (known.checks ?? [null]).map((passed, index) => ({
    label: `Check ${index + 1}`,
    after: passed === null ? null : { passed, evidence: `Seen ${index + 1}.`, at: '' },
  })) as TaskCheck[];
  const task = { status: 'running', blockedKind: null, ...known.task } as Task;
  const run = {
    mode: 'automatic',
    rehearsedRunId: null,
    finishedAt: null,
    checksBefore: 'done',
    checksAfter: 'waiting',
    ...known.run,
  } as Run;
  return decide({ ...nothingElse, task, plan, run, steps: rows, checks }, now);
}

/** "start_step a", "check after", … */
const told = (commands: Command[]) =>
  commands.map((command) => {
    if (command.kind === 'check') return `check ${command.stage}`;
    if ('step' in command && command.step) return `${command.kind} ${command.step.key}`;
    return command.kind;
  });

const done = { status: 'completed' } as const;
const busy = { status: 'running' } as const;
const lost = { status: 'failed', error: failure('Could not do it.') } as const;
const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((key) => toolStep(key));

describe('a sequence', () => {
  test('starts its first step, and the next when that is done', () => {
    expect(told(decided([a, b]))).toEqual(['start_step a']);
    expect(told(decided([a, b], { rows: { a: busy } }))).toEqual([]);
    expect(told(decided([a, b], { rows: { a: done } }))).toEqual(['start_step b']);
    expect(told(decided([a, b], { rows: { a: { status: 'skipped' } } }))).toEqual(['start_step b']);
  });

  test('stops at a failed step, whatever stands behind it', () => {
    expect(decided([a, b], { rows: { a: lost } })).toMatchObject([
      { kind: 'block', step: { key: 'a' }, reason: 'Could not do it.' },
    ]);
  });

  test('a step that waits for its next try is started at that time and not before', () => {
    expect(told(decided([a], { rows: { a: { retryAt: later(1) } } }))).toEqual([]);
    expect(told(decided([a], { rows: { a: { retryAt: now } } }))).toEqual(['start_step a']);
    expect(told(decided([a], { rows: { a: { retryAt: later(-1) } } }))).toEqual(['start_step a']);
  });

  test('asks people where the plan says so', () => {
    const approval = { kind: 'approval', key: 'p', name: 'Allow it', from: ['boss'] };
    expect(decided([approval, a])).toMatchObject([
      { kind: 'ask', step: { key: 'p' }, ask: { cause: 'plan', approvers: ['boss'] } },
    ]);
    expect(told(decided([approval, a], { rows: { p: { status: 'approval' } } }))).toEqual([]);
    expect(told(decided([humanStep('h'), a]))).toEqual(['ask_human h']);
    expect(told(decided([humanStep('h'), a], { rows: { h: busy } }))).toEqual([]);
  });

  test('a plan whose rows are missing is an error, not a success', () => {
    const plan = planOf([a]);
    const task = { status: 'running' } as Task;
    const snapshot = { ...nothingElse, task, plan, steps: [], checks: [] };
    const run = { checksBefore: 'done', checksAfter: 'waiting' } as Run;
    expect(() => decide({ ...snapshot, run }, now)).toThrow('no step "a"');
  });
});

describe('a task', () => {
  test.each(taskStatuses)('that is %s does what its status allows', (status) => {
    const active: Record<string, string[]> = {
      queued: ['start'],
      running: ['start_step a'],
      approval_pending: ['start_step a'],
    };
    expect(told(decided([a], { task: { status } }))).toEqual(active[status] ?? []);
  });

  test('that is blocked goes on in other branches only while a person does a step by hand', () => {
    for (const blockedKind of [
      'approval',
      'clarification',
      'dependency',
      'error',
      'budget',
    ] as const)
      expect(decided([a], { task: { status: 'blocked', blockedKind } })).toEqual([]);
    const task = { status: 'blocked', blockedKind: 'human_action' } as const;
    expect(told(decided([a], { task }))).toEqual(['start_step a']);
  });
});

describe('branches in parallel', () => {
  const both = { kind: 'parallel', key: 'p', name: 'Both', branches: [[a, b], [c]] };

  test('start together, in the same round', () => {
    expect(told(decided([both, d]))).toEqual(['open_container p', 'start_step a', 'start_step c']);
  });

  test('go on each at its own pace, and what follows waits for all', () => {
    const rows = { p: busy, a: done, c: busy };
    expect(told(decided([both, d], { rows }))).toEqual(['start_step b']);
    expect(told(decided([both, d], { rows: { ...rows, b: done } }))).toEqual([]);
    expect(told(decided([both, d], { rows: { ...rows, b: done, c: done } }))).toEqual([
      'close_container p',
    ]);
    expect(told(decided([both, d], { rows: { p: done, a: done, b: done, c: done } }))).toEqual([
      'start_step d',
    ]);
  });

  test('a failure waits until the other branches have ended, then blocks with its reason', () => {
    const rows = { p: busy, a: lost, c: busy };
    expect(told(decided([both, d], { rows }))).toEqual([]);
    expect(decided([both, d], { rows: { ...rows, c: done } })).toMatchObject([
      { kind: 'block', step: { key: 'a' }, reason: 'Could not do it.' },
    ]);
  });

  test('a failure in one branch does not stop the steps still to come in another', () => {
    const rows = { p: busy, a: done, c: lost };
    expect(told(decided([both], { rows }))).toEqual(['start_step b']);
  });
});

describe('a condition', () => {
  const choice = (op: string, value?: unknown, ref = 'a.order_amount') => ({
    kind: 'if',
    key: 'i',
    name: 'Large order?',
    condition: { ref, op, ...(value === undefined ? {} : { value }) },
    do: [b],
    otherwise: [c],
  });
  const taken = (step: unknown, result: unknown) => {
    const rows = { a: { ...done, result }, i: busy };
    return told(decided([a, step], { rows })).find((command) => command.startsWith('start_step'));
  };

  test.each([
    [99, 'start_step c'],
    [100, 'start_step c'],
    [101, 'start_step b'],
  ])('order_amount > 100 with %i: %s', (amount, wanted) => {
    expect(taken(choice('gt', 100), { order_amount: amount })).toBe(wanted);
  });

  test.each([
    ['lt', [true, false, false]],
    ['lte', [true, true, false]],
    ['gte', [false, true, true]],
    ['eq', [false, true, false]],
    ['ne', [true, false, true]],
  ])('%s compares 99, 100 and 101 with 100', (op, wanted) => {
    const got = [99, 100, 101].map((amount) => taken(choice(op, 100), { order_amount: amount }));
    expect(got.map((command) => command === 'start_step b')).toEqual(wanted);
  });

  test('what is not there is null: no order holds, and exists says no', () => {
    for (const result of [null, {}, { order_amount: null }, 'text', 7, []]) {
      for (const op of ['lt', 'lte', 'gt', 'gte', 'exists'])
        expect(taken(choice(op, 100), result)).toBe('start_step c');
      expect(taken(choice('eq', null), result)).toBe('start_step b');
    }
    expect(taken(choice('exists'), { order_amount: 0 })).toBe('start_step b');
    expect(taken(choice('exists'), { order_amount: false })).toBe('start_step b');
  });

  test('values of different types are in no order', () => {
    for (const op of ['lt', 'lte', 'gt', 'gte'])
      expect(taken(choice(op, 100), { order_amount: '250' })).toBe('start_step c');
  });

  test('a path does not reach what every object inherits', () => {
    expect(taken(choice('exists', undefined, 'a.constructor'), {})).toBe('start_step c');
    expect(taken(choice('exists', undefined, 'a.__proto__'), {})).toBe('start_step c');
    expect(taken(choice('exists', undefined, 'a.toString.length'), {})).toBe('start_step c');
  });

  test('skips the branch that was not taken', () => {
    const rows = { a: { ...done, result: { order_amount: 500 } } };
    expect(told(decided([a, choice('gt', 100)], { rows }))).toEqual([
      'open_container i',
      'skip_step c',
      'start_step b',
    ]);
  });

  test('skips the steps nested in the branch that was not taken', () => {
    const nested = { kind: 'parallel', key: 'p', name: 'Both', branches: [[c], [d]] };
    const step = { ...choice('gt', 100), otherwise: [nested] };
    const rows = { a: { ...done, result: { order_amount: 500 } } };
    const commands = told(decided([a, step], { rows }));
    expect(commands).toContain('skip_step p');
    expect(commands).toContain('skip_step c');
    expect(commands).toContain('skip_step d');
  });

  test('without an other branch it is over when it does not hold', () => {
    const step = { ...choice('gt', 100), otherwise: undefined };
    const rows = { a: { ...done, result: { order_amount: 1 } }, i: busy };
    expect(decided([a, step], { rows })).toMatchObject([
      { kind: 'skip_step', step: { key: 'b' } },
      { kind: 'close_container', step: { key: 'i' }, result: { branch: 'otherwise' } },
    ]);
  });

  test('a failure inside it blocks the task with the step that failed, not the condition', () => {
    const rows = { a: { ...done, result: { order_amount: 500 } }, i: busy, b: lost };
    expect(
      decided([a, choice('gt', 100)], { rows: { ...rows, c: { status: 'skipped' } } }),
    ).toMatchObject([{ kind: 'block', step: { key: 'b' } }]);
  });
});

describe('checks', () => {
  test('run before the first step, and nothing starts while they run', () => {
    expect(told(decided([a], { run: { checksBefore: 'waiting' } }))).toEqual(['check before']);
    expect(told(decided([a], { run: { checksBefore: 'running' } }))).toEqual([]);
  });

  test('run after the last step, once', () => {
    const rows = { a: done };
    expect(told(decided([a], { rows }))).toEqual(['check after']);
    expect(told(decided([a], { rows, run: { checksAfter: 'running' } }))).toEqual([]);
  });

  test('all passed: the task is complete; skipped steps count as settled', () => {
    const run = { checksAfter: 'done' } as const;
    expect(told(decided([a], { rows: { a: done }, run, checks: [true, true] }))).toEqual([
      'complete',
    ]);
    const rows = { a: done, b: { status: 'skipped' } } as const;
    expect(told(decided([a, b], { rows, run, checks: [true] }))).toEqual(['complete']);
  });

  test('one that failed, or was never run, blocks with what was seen', () => {
    const run = { checksAfter: 'done' } as const;
    const blocked = decided([a], { rows: { a: done }, run, checks: [true, false, null] });
    expect(blocked).toMatchObject([{ kind: 'block', step: undefined }]);
    expect(blocked).toMatchObject([{ reason: expect.stringContaining('2 of 3') }]);
    expect(blocked).toMatchObject([{ reason: expect.stringContaining('Seen 2.') }]);
    expect(blocked).toMatchObject([{ reason: expect.stringContaining('it was not run') }]);
  });

  test('an empty set is never green', () => {
    const run = { checksAfter: 'done' } as const;
    expect(decided([a], { rows: { a: done }, run, checks: [] })).toMatchObject([{ kind: 'block' }]);
  });
});
