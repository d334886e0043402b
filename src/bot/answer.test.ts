import { describe, expect, test } from 'vitest';
import { approvalOf, stepOf, taskOf, viewOf } from '../../test/support/view.ts';
import type { TaskEvent } from '../db/event.ts';
import { taskStatuses } from '../db/task.ts';
import { detailsAnswer, helpAnswer, listAnswer, statusAnswer } from './answer.ts';
import { notices } from './notice.ts';

describe('"How\'s my CRM task going?"', () => {
  test('is answered in the words of the Progress Tracking document', () => {
    expect(statusAnswer(viewOf()).text).toBe(
      [
        '📊 Your Cellphone Store CRM task is 65% complete.',
        'Currently: Generating application UI',
        '- ✓ Customer list view',
        '- ✓ Product list view',
        '- ⏳ Sales form (in progress)',
        '- ⏳ Repair board',
        'ETA: About 3 minutes remaining.',
      ].join('\n'),
    );
  });

  test.each([
    ['Create database tables', 'Creating database tables'],
    ['Add search and filters', 'Adding search and filters'],
    ['Configure repair workflow', 'Configuring repair workflow'],
    ['Build the dashboard', 'Building the dashboard'],
    ['Set up alerts', 'Setting up alerts'],
    ['Approval by ana@example.com', 'Approval by ana@example.com'],
    ['order-checker', 'order-checker'],
    ['Agree on a price', 'Agree on a price'],
  ])('"%s" is said as "%s"', (name, doing) => {
    const steps = [stepOf(1, name, { status: 'running' })];
    const answer = statusAnswer(viewOf({}, { steps, currentStep: 1 }));
    expect(answer.text).toContain(`Currently: ${doing}`);
  });

  test('says that it is paused and how to go on, and gives no time', () => {
    const { text } = statusAnswer(viewOf({ status: 'paused' }));
    expect(text).toContain('paused');
    expect(text).toContain('continue');
    expect(text).not.toContain('ETA');
  });

  test('says what it waits for', () => {
    const view = viewOf({ status: 'blocked', blockedReason: 'The name is taken.' });
    expect(statusAnswer(view).text).toContain('It needs you: The name is taken.');
  });

  test('says who is asked, until when, and that nobody decided', () => {
    const dueAt = new Date('2026-01-05T09:30:00Z');
    const approvals = [
      approvalOf({ approvers: ['ana', 'bob@example.com'], dueAt }),
      approvalOf({ approvers: [] }),
      approvalOf({ status: 'expired' }),
      approvalOf({ status: 'approved' }),
    ];
    expect(statusAnswer(viewOf({ status: 'approval_pending' }, { approvals })).text).toContain(
      [
        'It waits for ana or bob@example.com to decide until 2026-01-05 09:30 UTC.',
        'It waits for somebody who may steer it to decide.',
        'Nobody decided in time. Press Ask again on its card.',
        'Currently',
      ].join('\n'),
    );
  });

  test('gives no time while it waits for an event', () => {
    const steps = [stepOf(1, 'Wait for paid', { status: 'running', kind: 'wait_event' })];
    const { text } = statusAnswer(viewOf({}, { steps, currentStep: 1 }));
    expect(text).toContain('Currently: Waiting for paid');
    expect(text).not.toContain('ETA');
  });

  test('says where a finished app is', () => {
    const app = { id: 'app_1', slug: 'cellphone-crm', name: 'CRM', status: 'live' as const };
    expect(statusAnswer(viewOf({ status: 'completed' }, { app })).text).toBe(
      '📊 Your Cellphone Store CRM task is complete. Open it at /apps/cellphone-crm.',
    );
  });

  test.each(taskStatuses)('is answered in whole words when the task is %s', (status) => {
    for (const view of [viewOf({ status }), viewOf({ status }, { steps: [], currentStep: 0 })]) {
      const { text } = statusAnswer(view);
      expect(text).toContain('Cellphone Store CRM');
      expect(text).not.toMatch(/undefined|null|NaN|_/);
    }
  });

  test.each(['cancelled', 'failed'] as const)('does not say what a %s task is doing', (status) => {
    expect(statusAnswer(viewOf({ status })).text).not.toContain('Currently');
  });

  test('does not say "Currently" of the last step while the result is checked', () => {
    const steps = [stepOf(1, 'Create database tables', { status: 'completed' })];
    const view = viewOf({ phase: 'verify' }, { steps, currentStep: 1 });
    expect(statusAnswer(view).text).not.toContain('Currently: Creating');
  });
});

test('the five notices read as in the Progress Tracking document', () => {
  expect([
    notices.started('CRM'),
    notices.stepCompleted(1, 'Database created'),
    notices.approvalNeeded(3),
    notices.completed('CRM'),
    notices.failed(2),
  ]).toEqual([
    'Your CRM task has started',
    'Step 1 complete: Database created',
    '⚠️ Approval required for Step 3',
    '✅ Your CRM is ready!',
    '❌ Task failed at Step 2',
  ]);
});

describe('the list of tasks', () => {
  test('says how to begin where there is none', () => {
    expect(listAnswer([]).text).toContain('Create a CRM for my cellphone store');
  });

  test('names each with its state', () => {
    const answer = listAnswer([
      taskOf(),
      taskOf({ title: 'Bees', status: 'approval_pending' }),
      taskOf({ title: 'Boats', status: 'blocked', blockedReason: 'Which boats?' }),
      taskOf({ title: 'Books', status: 'ready' }),
      taskOf({ title: 'Water the plants', status: 'draft' }),
    ]);
    expect(answer.sections).toEqual([
      {
        title: '',
        items: [
          '1. Cellphone Store CRM: running, 65%',
          '2. Bees: approval pending',
          '3. Boats: waiting: Which boats?',
          '4. Books: waiting for your go-ahead',
          '5. Water the plants: to do',
        ],
      },
    ]);
  });

  test('shows twenty and counts the rest', () => {
    const answer = listAnswer(Array.from({ length: 23 }, () => taskOf()));
    expect(answer.sections?.[0]?.items).toHaveLength(20);
    expect(answer.note).toBe('and 3 more');
  });
});

describe('the details', () => {
  const at = new Date('2026-03-01T10:00:00Z');
  const event = (about: Partial<TaskEvent>): TaskEvent => ({
    id: 1,
    seq: 1,
    hash: '',
    workspaceId: 'wsp_local',
    taskId: 'tsk_1',
    stepId: null,
    event: 'start',
    from: 'pending',
    to: 'running',
    actor: 'factotum',
    data: {},
    at,
    ...about,
  });

  test('tell when what happened, in the zone of the workspace', () => {
    const events = [
      event({ data: { step: 'Create database tables' } }),
      event({ event: 'pause', to: 'paused', actor: 'ana' }),
    ];
    expect(detailsAnswer(viewOf(), events, 'Asia/Tokyo').sections?.[0]?.items).toEqual([
      '19:00:00 start “Create database tables” → running (factotum)',
      '19:00:00 pause → paused (ana)',
    ]);
  });

  test('tell how long each step took', () => {
    const answer = detailsAnswer(viewOf(), [], 'UTC');
    expect(answer.steps?.map((step) => step.note)).toEqual([
      '15.0 s',
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('show the newest sixty entries and say so', () => {
    const answer = detailsAnswer(
      viewOf(),
      Array.from({ length: 61 }, () => event({})),
      'UTC',
    );
    expect(answer.sections?.[0]?.items).toHaveLength(60);
    expect(answer.note).toContain('60 of 61');
  });

  test('show what each check saw before and after', () => {
    const seen = (passed: boolean) => ({ passed, evidence: 'Seen.', at: '' });
    const check = { id: 'chk_1', workspaceId: 'w', taskId: 't', runId: 'r', key: 'k', position: 0 };
    const checks = [{ ...check, label: 'It is there', before: seen(false), after: seen(true) }];
    expect(detailsAnswer(viewOf({}, { checks }), [], 'UTC').checks).toEqual([
      { label: 'It is there', before: false, after: true, evidence: 'Seen.' },
    ]);
  });
});

test('help names what can be said', () => {
  for (const word of ['accept', 'pause', 'continue', 'cancel', 'show logs', 'list my tasks'])
    expect(helpAnswer().text).toContain(word);
});
