import { describe, expect, test } from 'vitest';
import { type StepStatus, stepStatuses } from '../db/step.ts';
import { finalStatuses, phases, type TaskStatus, taskStatuses } from '../db/task.ts';
import { FactotumError } from '../errors.ts';
import {
  nextPhase,
  nextStepStatus,
  nextTaskStatus,
  type StepEventName,
  stepEvents,
  type TaskEventName,
  taskEvents,
} from './state.ts';

/** Written out a second time on purpose: a change of the table must be meant. */
const taskArrows = `
  draft            plan             planning
  draft            queue            queued
  draft            start            running
  draft            block            blocked
  draft            fail             failed
  draft            cancel           cancelled
  planning         plan             planning
  planning         ask              blocked
  planning         propose          ready
  planning         cancel           cancelled
  planning         fail             failed
  ready            plan             planning
  ready            accept           queued
  ready            cancel           cancelled
  queued           start            running
  queued           pause            paused
  queued           block            blocked
  queued           cancel           cancelled
  queued           fail             failed
  running          pause            paused
  running          request_approval approval_pending
  running          block            blocked
  running          complete         completed
  running          fail             failed
  running          cancel           cancelled
  running          plan             planning
  running          queue            queued
  running          rehearse         ready
  paused           resume           running
  paused           queue            queued
  paused           cancel           cancelled
  paused           complete         completed
  paused           fail             failed
  paused           plan             planning
  approval_pending unblock          running
  approval_pending pause            paused
  approval_pending block            blocked
  approval_pending cancel           cancelled
  approval_pending fail             failed
  approval_pending plan             planning
  blocked          plan             planning
  blocked          unblock          running
  blocked          pause            paused
  blocked          cancel           cancelled
  blocked          fail             failed`;

const stepArrows = `
  pending  start            running
  pending  skip             skipped
  pending  request_approval approval
  pending  complete         completed
  pending  fail             failed
  running  complete         completed
  running  fail             failed
  running  retry            pending
  running  skip             skipped
  running  pause            paused
  paused   resume           running
  paused   skip             skipped
  paused   fail             failed
  approval retry            pending
  approval approve          completed
  approval start            running
  approval skip             skipped
  approval reject           failed
  approval fail             failed
  failed   retry            pending
  failed   complete         completed
  failed   skip             skipped`;

const arrowsOf = (table: string) =>
  new Map(
    table
      .trim()
      .split('\n')
      .map((line): [string, string] => {
        const [from = '', event = '', to = ''] = line.trim().split(/\s+/);
        return [`${from} ${event}`, to];
      }),
  );
const pairs = <A, B>(some: readonly A[], others: readonly B[]) =>
  some.flatMap((one) => others.map((other): [A, B] => [one, other]));

/** What `work` returns, or the CONFLICT that it throws. */
function outcome(work: () => string): string | FactotumError {
  try {
    return work();
  } catch (error) {
    if (error instanceof FactotumError) return error;
    throw error;
  }
}

const isSentence = (text: string) => /^\S.*[.]$/.test(text) && !/undefined|null|_/.test(text);

describe('tasks', () => {
  const arrows = arrowsOf(taskArrows);

  test.each(pairs(taskStatuses, taskEvents))('%s and %s: as the table says', (status, event) => {
    const wanted = arrows.get(`${status} ${event}`);
    const got = outcome(() => nextTaskStatus(status, event, 'CRM'));
    if (wanted) expect(got).toBe(wanted);
    else
      expect(got).toMatchObject({ code: 'CONFLICT', message: expect.stringMatching(/^CRM is /) });
  });

  test('every refusal of something that a person can ask for is a sentence', () => {
    const asked: TaskEventName[] = ['plan', 'accept', 'pause', 'resume', 'unblock', 'cancel'];
    for (const [status, event] of pairs(taskStatuses, asked)) {
      const got = outcome(() => nextTaskStatus(status, event, 'CRM'));
      if (got instanceof FactotumError) expect(got.message).toSatisfy(isSentence);
    }
  });

  test('a final status has no way out', () => {
    for (const [status, event] of pairs(finalStatuses, taskEvents))
      expect(() => nextTaskStatus(status, event, 'CRM')).toThrow(FactotumError);
  });

  test('every status that is not final can be cancelled', () => {
    const open = taskStatuses.filter((status) => !finalStatuses.some((final) => final === status));
    for (const status of open) expect(nextTaskStatus(status, 'cancel', 'CRM')).toBe('cancelled');
  });

  test('every status can be reached from draft', () => {
    const reached = new Set<TaskStatus>(['draft']);
    for (const status of reached) {
      for (const event of taskEvents) {
        const next = outcome(() => nextTaskStatus(status, event, 'CRM'));
        if (typeof next === 'string') reached.add(next as TaskStatus);
      }
    }
    expect([...reached].sort()).toEqual([...taskStatuses].sort());
  });

  test('running is entered from a tracked draft, queued, a pause, an approval or a block only', () => {
    const before = taskStatuses.filter((status) =>
      taskEvents.some((event) => outcome(() => nextTaskStatus(status, event, 'CRM')) === 'running'),
    );
    expect(before).toEqual(['draft', 'queued', 'paused', 'approval_pending', 'blocked']);
  });
});

describe('steps', () => {
  const arrows = arrowsOf(stepArrows);

  test.each(pairs(stepStatuses, stepEvents))('%s and %s: as the table says', (status, event) => {
    const wanted = arrows.get(`${status} ${event}`);
    const got = outcome(() => nextStepStatus(status, event, 'Create database tables'));
    if (wanted) expect(got).toBe(wanted);
    else expect(got).toMatchObject({ code: 'CONFLICT' });
  });

  test('a refusal names the step and is a sentence', () => {
    for (const [status, event] of pairs<StepStatus, StepEventName>(stepStatuses, stepEvents)) {
      const got = outcome(() => nextStepStatus(status, event, 'Create tables'));
      if (got instanceof FactotumError) {
        expect(got.message).toContain('"Create tables"');
        expect(got.message).toSatisfy(isSentence);
      }
    }
  });

  test('completed and skipped have no way out, and a failed step is retried, skipped or found done', () => {
    const ways = (status: StepStatus) =>
      stepEvents.filter(
        (event) => typeof outcome(() => nextStepStatus(status, event, 'x')) === 'string',
      );
    expect(ways('completed')).toEqual([]);
    expect(ways('skipped')).toEqual([]);
    expect(ways('failed')).toEqual(['complete', 'retry', 'skip']);
  });
});

describe('phases', () => {
  const allowed = [
    'discover discover',
    'discover plan',
    'plan discover',
    'plan plan',
    'plan act',
    'act discover',
    'act plan',
    'act act',
    'act verify',
    'verify discover',
    'verify plan',
    'verify verify',
    'verify done',
    'done done',
  ];

  test.each(pairs(phases, phases))('%s to %s: in order, or back to revise', (from, to) => {
    const got = outcome(() => nextPhase(from, to));
    if (allowed.includes(`${from} ${to}`)) expect(got).toBe(to);
    else expect(got).toMatchObject({ code: 'CONFLICT', message: expect.stringContaining(from) });
  });
});
