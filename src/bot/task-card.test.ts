import { describe, expect, test } from 'vitest';
import { approvalStep, planOf, toolStep } from '../../test/support/engine.ts';
import { approvalOf, stepOf, viewOf } from '../../test/support/view.ts';
import type { TaskCheck } from '../db/check.ts';
import { type Task, taskStatuses } from '../db/task.ts';
import type { ApprovalView, TaskView } from '../engine/view.ts';
import { statusAnswer } from './answer.ts';
import { Card, type CardDraft } from './card.ts';
import { cardsOf } from './task-card.ts';

const now = new Date('2026-03-01T10:02:30Z');
const wanted = (view: TaskView) =>
  Object.fromEntries(cardsOf(view, now).map(({ key, draft }) => [key, draft]));
const labels = (draft: CardDraft | undefined) => draft?.actions?.map((action) => action.label);
const card = (view: TaskView, key: string): CardDraft => {
  const draft = wanted(view)[key];
  if (!draft) throw new Error(`There is no card ${key}, but ${Object.keys(wanted(view)).join()}`);
  return draft;
};
const items = (draft: CardDraft, title: string) =>
  draft.sections?.find((section) => section.title === title)?.items;

const checkOf = (label: string, before: boolean | null, after: boolean | null): TaskCheck => {
  const seen = (passed: boolean | null) =>
    passed === null ? null : { passed, evidence: `${label} was seen.`, at: '' };
  return {
    id: label,
    workspaceId: 'wsp_local',
    taskId: 'tsk_1',
    runId: 'run_1',
    key: label,
    position: 0,
    label,
    before: seen(before),
    after: seen(after),
  };
};

describe('the plan card', () => {
  const ready = viewOf(
    { status: 'ready', phase: 'plan', startedAt: null },
    { steps: [], currentStep: 0, run: undefined },
  );
  const choices = ['Accept', 'Step by step', 'Dry run', 'Modify', 'Cancel'];

  test('shows name, confidence, risk and time, and the steps with tag and detail', () => {
    const plan = card(ready, 'plan:1');
    expect(plan.title).toBe('TASK: Cellphone Store CRM');
    expect(plan.fields).toEqual([
      { label: 'Confidence', value: '92%' },
      { label: 'Risk', value: 'Low' },
      { label: 'ETA', value: 'about 5 minutes' },
    ]);
    expect(plan.text).toContain('1. Create database tables [CRITICAL] → customers, products');
    expect(items(plan, 'Done when')).toEqual(['It is there']);
  });

  test.each([
    [0, 0, '4–6 min'],
    [9, 9, '4–6 min'],
    [40, 33, '4–6 min; 83 % of 40 tasks like this landed inside'],
  ])(
    'gives an interval, and after enough tasks (%i) how often it held',
    (measured, inside, eta) => {
      const [shown] = ready.plans;
      if (!shown) throw new Error('There is no plan.');
      const times = { lowMs: 4 * 60_000, midMs: 5 * 60_000, highMs: 6 * 60_000, checksMs: 0 };
      const plan = { ...shown.plan, estimate: { ...times, measured, inside } };
      const view = { ...ready, plans: [{ ...shown, plan }] };
      expect(card(view, 'plan:1').fields).toContainEqual({ label: 'ETA', value: eta });
    },
  );

  test('says how long it waits besides, as far as the plan says so', () => {
    const wait = (key: string, seconds: string) => ({ kind: 'wait', key, name: 'Wait', seconds });
    const parallel = (...branches: unknown[][]) => ({
      ...{ kind: 'parallel', key: 'both', name: 'Both', branches },
    });
    const eta = (...steps: unknown[]) => {
      const [shown] = ready.plans;
      if (!shown) throw new Error('There is no plan.');
      const plan = { ...shown.plan, steps: planOf([toolStep('a'), ...steps]).steps };
      const view = { ...ready, plans: [{ ...shown, plan }] };
      return card(view, 'plan:1').fields?.find(({ label }) => label === 'ETA')?.value;
    };
    expect(eta()).toBe('about 5 minutes');
    expect(eta(wait('w', '7200'))).toBe('about 5 minutes and waits of about 2 hours');
    expect(eta(wait('w', '600'), wait('v', '300.5'))).toMatch(/ and waits of about 15 minutes$/);
    expect(eta(parallel([wait('w', '600')], [wait('v', '1200')]))).toMatch(/of about 20 minutes$/);
    // Known when its turn comes.
    expect(eta(wait('w', '(delay) * 60'))).toBe('about 5 minutes');
    const until = { kind: 'wait', key: 'u', name: 'Wait', until: '"2030-01-01 09:00"' };
    expect(eta(until)).toBe('about 5 minutes');
  });

  test('has its choices while it waits, each bound to its version', () => {
    const plan = card(ready, 'plan:1');
    expect(labels(plan)).toEqual(choices);
    for (const action of plan.actions ?? []) expect(action.subject).toMatchObject({ version: 1 });
    expect(plan.note).toBeUndefined();
  });

  test('that was replaced can no longer be pressed and names its successor', () => {
    const [first] = ready.plans;
    if (!first) throw new Error('There is no plan.');
    const second = { ...first, version: 2, changes: ['Customers have notes.'] };
    const view = { ...ready, task: { ...ready.task, planVersion: 2 }, plans: [first, second] };
    expect(card(view, 'plan:1')).toMatchObject({ actions: [], note: 'Replaced by version 2.' });
    expect(labels(card(view, 'plan:2'))).toEqual(choices);
    expect(items(card(view, 'plan:2'), 'What changed in version 2')).toEqual([
      'Customers have notes.',
    ]);
    expect(card(view, 'plan:2').fields).toContainEqual({ label: 'Plan', value: 'version 2' });
  });

  test.each([
    ['planning', 'Being revised.'],
    ['running', 'Accepted.'],
    ['completed', 'Accepted.'],
  ] as const)('of a task that is %s is closed: %s', (status, note) => {
    expect(card(viewOf({ status }), 'plan:1')).toMatchObject({ actions: [], note });
  });

  test('that was cancelled before it began says that nothing was made', () => {
    const view = viewOf({ status: 'cancelled' }, { steps: [] });
    expect(card(view, 'plan:1').note).toBe('Cancelled. Nothing was made.');
  });
});

describe('the progress card', () => {
  test('says how long it waits besides, in the chat as well', () => {
    const view = { ...viewOf(), waitMs: 7_200_000 };
    expect(card(view, 'progress').progress?.eta).toBe(
      'ETA: 2–4 min and waits of about 2 hours remaining',
    );
    expect(statusAnswer(view).text).toContain(
      'ETA: About 3 minutes and waits of about 2 hours remaining.',
    );
  });

  test('shows title, bar, percent, step, parts and times as in the Progress Tracking document', () => {
    const progress = card(viewOf(), 'progress');
    expect(progress.text.split('\n')).toEqual([
      'Cellphone Store CRM',
      `${'█'.repeat(20)}${'░'.repeat(10)} 65%`,
      'Step 2 of 4: Generate application UI',
      '✓ Customer list view',
      '✓ Product list view',
      '◐ Sales form',
      '○ Repair board',
      'ETA: 2–4 min remaining',
    ]);
    expect(progress.progress).toMatchObject({ percent: 65 });
    expect(progress.fields).toContainEqual({ label: 'Started', value: '2 min ago' });
    expect(labels(progress)).toEqual(['Pause', 'Cancel']);
  });

  test('of a wait says until when, instead of how long work takes', () => {
    const until = new Date('2026-03-01T12:30:00Z');
    const waiting = stepOf(2, 'Wait 2 hours', { kind: 'wait', status: 'running', until });
    const view = viewOf(
      {},
      { steps: [stepOf(1, 'Say', { status: 'completed' }), waiting], currentStep: 2 },
    );
    const progress = card(view, 'progress');
    expect(progress.text).not.toContain('ETA');
    expect(progress.progress?.eta).toBeUndefined();
    expect(progress.steps?.[1]).toMatchObject({ note: 'Until 2026-03-01 12:30 UTC' });
    expect(statusAnswer(view).text).toContain(
      'Currently: Waiting 2 hours, until 2026-03-01 12:30 UTC',
    );
  });

  test('says once what a step is called and is about', () => {
    const call = stepOf(1, 'Call Ann', { detail: 'Call Ann' });
    const view = viewOf({}, { steps: [call] });
    expect(card(view, 'progress').steps?.[0]).toMatchObject({ name: 'Call Ann', detail: '' });
  });

  test('whose time is as good as certain gives it as one', () => {
    const eta = { lowMs: 170_000, midMs: 180_000, highMs: 190_000 };
    const { text } = card(viewOf({}, { eta }), 'progress');
    expect(text).toContain('ETA: about 3 minutes remaining');
  });

  test('of a paused task says so, that nothing is lost, and how to go on', () => {
    const progress = card(viewOf({ status: 'paused' }), 'progress');
    expect(progress.progress?.label).toBe('[PAUSED] Step 2 of 4: Generate application UI');
    expect(progress.note).toMatch(
      /^Progress saved \(Create database tables done\)\. Resume anytime/,
    );
    expect(labels(progress)).toEqual(['Resume', 'Cancel']);
    expect(progress.progress?.eta).toBeUndefined();
  });

  test.each([
    ['queued', ['Pause', 'Cancel']],
    ['approval_pending', ['Cancel']],
    ['completed', []],
    ['failed', []],
    ['cancelled', []],
  ] as const)('of a task that is %s has the buttons %j', (status, buttons) => {
    expect(labels(card(viewOf({ status }), 'progress'))).toEqual(buttons);
  });

  test('of a task that waits for a manual step can be cancelled', () => {
    const view = viewOf({ status: 'blocked', blockedKind: 'human_action' });
    expect(cardsOf(view, now).flatMap(({ draft }) => labels(draft) ?? [])).toContain('Cancel');
  });

  test('while the result is checked says so', () => {
    expect(card(viewOf({ phase: 'verify' }), 'progress').progress?.label).toBe(
      'Checking the result',
    );
  });
});

/** The card of the stop that the task is at. */
function stopped(view: TaskView): CardDraft {
  const key = Object.keys(wanted(view)).find((known) => known.startsWith('error:'));
  return card(view, key ?? 'error');
}

describe('the error card', () => {
  const broken = (priority: 'critical' | 'high', task: Partial<Task> = {}) =>
    viewOf(
      { status: 'blocked', blockedKind: 'error', ...task },
      {
        steps: [
          stepOf(1, 'Create database tables', { status: 'completed' }),
          stepOf(2, 'Generate application UI', { status: 'completed' }),
          stepOf(3, 'Add search and filters', {
            status: 'failed',
            priority,
            error: {
              message: "Could not create full-text index on 'customers' table",
              reason: "Column 'notes' exceeds maximum indexable length",
              kind: 'permanent',
            },
          }),
        ],
        currentStep: 3,
      },
    );

  test('names step, error and reason as in the Task Workflow document', () => {
    expect(stopped(broken('high'))).toMatchObject({
      title: '[ERROR] Step 3: Add search and filters',
      fields: [
        { label: 'Error', value: "Could not create full-text index on 'customers' table" },
        { label: 'Reason', value: "Column 'notes' exceeds maximum indexable length" },
      ],
      notice: '❌ Task failed at Step 3',
    });
  });

  test('offers Retry, Skip and Cancel', () => {
    expect(labels(stopped(broken('high')))).toEqual(
      expect.arrayContaining(['Retry', 'Skip', 'Cancel']),
    );
  });

  test('offers no Skip on a critical step and says why', () => {
    const error = stopped(broken('critical'));
    expect(labels(error)).not.toContain('Skip');
    expect(error.note).toContain('cannot be skipped');
  });

  const needing = (priority: 'critical' | 'high' | 'low') => {
    const of = { id: 'stp_9', name: 'Fill the tables', kind: 'tool' as const, priority };
    const step = stepOf(1, 'Find the files', { status: 'failed', priority: 'low', leaning: [of] });
    return stopped(viewOf({ status: 'blocked', blockedKind: 'error' }, { steps: [step] }));
  };

  test('offers no Skip on a step that something critical needs and says what', () => {
    expect(labels(needing('critical'))).not.toContain('Skip');
    expect(needing('critical').note).toBe(
      '"Find the files" cannot be skipped: without "Fill the tables", which needs it, there is no result.',
    );
  });

  test('asks before Skip where something of high priority needs the step', () => {
    const skip = needing('high').actions?.find(({ label }) => label === 'Skip');
    expect(skip).toMatchObject({
      repeatable: true,
      subject: {
        ask: expect.stringMatching(/^"Fill the tables", which needs "Find the files", is/),
      },
    });
  });

  test('names what is left out with the step', () => {
    expect(labels(needing('low'))).toContain('Skip');
    expect(needing('low').note).toBe('Skip also leaves out what needs it: “Fill the tables”.');
  });

  test('offers no Skip where one of several failed steps is critical', () => {
    const steps = [
      stepOf(1, 'One', { status: 'failed', priority: 'low' }),
      stepOf(2, 'Two', { status: 'failed', priority: 'critical' }),
    ];
    const error = stopped(viewOf({ status: 'blocked', blockedKind: 'error' }, { steps }));
    expect(labels(error)).not.toContain('Skip');
    expect(error.note).toContain('"Two" cannot be skipped');
  });

  test('offers no Skip on an approval that was refused', () => {
    const step = stepOf(1, 'Allow it', { kind: 'approval', status: 'failed' });
    const view = viewOf({ status: 'blocked', blockedKind: 'error' }, { steps: [step] });
    expect(labels(stopped(view))).not.toContain('Skip');
  });

  test('of checks that failed lists them with what was seen, and offers no Skip', () => {
    const checks = [checkOf('One', false, true), checkOf('Two', false, false)];
    const steps = [stepOf(1, 'Create database tables', { status: 'completed' })];
    const view = viewOf(
      { status: 'blocked', blockedKind: 'error', phase: 'verify' },
      { checks, steps },
    );
    const error = stopped(view);
    expect(error.title).toBe('[ERROR] The result did not pass its checks');
    expect(error.checks).toEqual([{ label: 'Two', after: false, evidence: 'Two was seen.' }]);
    expect(labels(error)).toEqual(['Retry', 'Modify', 'Cancel']);
  });

  test('is a new card after each Retry, and gone when the task goes on', () => {
    const keys = (task: Partial<Task>) =>
      Object.keys(wanted(broken('high', task))).filter((key) => key.startsWith('error:'));
    expect(keys({ blockedAt: new Date(1) })).not.toEqual(keys({ blockedAt: new Date(2) }));
    expect(keys({ status: 'running' })).toEqual([]);
  });

  test('of another step is another card, also after a Skip', () => {
    const other = viewOf(
      { status: 'blocked', blockedKind: 'error' },
      { steps: [stepOf(4, 'Configure', { id: 'stp_other', status: 'failed' })] },
    );
    const keys = (view: TaskView) => Object.keys(wanted(view)).filter((key) => /^error/.test(key));
    expect(keys(other)).not.toEqual(keys(broken('high')));
  });

  test('finds the step that failed inside a branch', () => {
    const inside = stepOf(2, 'Send the mail', { status: 'failed' });
    const steps = [stepOf(1, 'Both', { kind: 'parallel', status: 'running', children: [inside] })];
    const view = viewOf({ status: 'blocked', blockedKind: 'error' }, { steps });
    expect(stopped(view).title).toContain('Send the mail');
  });
});

describe('the approval card', () => {
  const view = (task: Partial<Task>, approval: Partial<ApprovalView> = {}) =>
    viewOf(
      { status: 'approval_pending', blockedKind: 'approval', ...task },
      {
        approvals: [approvalOf(approval)],
        plans: [
          {
            version: 1,
            changes: [],
            lasting: {},
            plan: planOf([approvalStep('p'), toolStep('a')]),
          },
        ],
        steps: [stepOf(1, 'Create database tables', { status: 'approval', kind: 'approval' })],
        currentStep: 1,
      },
    );

  test('names the step, its effect and who decides, with Approve and Reject', () => {
    expect(card(view({}), 'approval:apr_1')).toMatchObject({
      title: '⚠️ APPROVAL REQUIRED',
      fields: [
        { label: 'Step', value: 'Create database tables' },
        { label: 'Effect', value: 'Detail 1' },
        { label: 'Who decides', value: 'boss' },
        { label: 'Code', value: '1A2B-3C4D' },
      ],
      notice: '⚠️ Approval required for Step 1',
    });
    expect(labels(card(view({}), 'approval:apr_1'))).toEqual(
      expect.arrayContaining(['Approve', 'Reject']),
    );
  });

  test.each([
    ['approved', null, 'Approved by boss.'],
    ['rejected', 'Too expensive.', 'Rejected by boss. “Too expensive.”'],
  ] as const)('that was %s says by whom and cannot be pressed', (status, reason, note) => {
    const decided = card(
      view({ status: 'running' }, { status, decidedBy: 'boss', reason }),
      'approval:apr_1',
    );
    expect(decided).toMatchObject({ actions: [], note });
  });

  test('of a cancelled task is no longer needed', () => {
    expect(card(view({ status: 'cancelled' }), 'approval:apr_1')).toMatchObject({
      actions: [],
      note: 'No longer needed.',
    });
  });

  test('can be pressed while the same task waits for a manual step too', () => {
    const waiting = card(
      view({ status: 'blocked', blockedKind: 'human_action' }),
      'approval:apr_1',
    );
    expect(labels(waiting)).toContain('Approve');
  });

  test('that ran out of time does not say that somebody refused', () => {
    const expired = card(view({ status: 'running' }, { status: 'expired' }), 'approval:apr_1');
    expect(expired.note).not.toContain('Rejected');
  });
});

describe('the card of a manual step', () => {
  const human = stepOf(1, 'Call the customer', {
    id: 'stp_h',
    kind: 'human',
    detail: 'Please call.',
    status: 'running',
  });

  test('says what is to be done and can be ticked off', () => {
    const task = {
      status: 'blocked',
      blockedKind: 'human_action',
      blockedReason: 'Please call.',
    } as const;
    const draft = card(viewOf(task, { steps: [human] }), 'human:stp_h');
    expect(draft.title).toBe('Your turn: Call the customer');
    expect(draft.text).toContain('Please call.');
    expect(draft.actions).toMatchObject([
      { verb: 'finish_step', subject: { step: 'stp_h' } },
      { verb: 'cancel' },
    ]);
  });

  test('is there while the same task waits for an approval too', () => {
    const view = viewOf(
      { status: 'approval_pending', blockedKind: 'approval' },
      { steps: [human] },
    );
    expect(Object.keys(wanted(view))).toContain('human:stp_h');
  });

  test('of two manual steps at once shows the words of its own', () => {
    const task = {
      status: 'blocked',
      blockedKind: 'human_action',
      blockedReason: 'Please call Ben.',
    } as const;
    const other = stepOf(2, 'Write to Carla', {
      id: 'stp_i',
      kind: 'human',
      status: 'running',
      detail: '',
    });
    expect(card(viewOf(task, { steps: [human, other] }), 'human:stp_i').text).not.toContain('Ben');
  });
});

describe('the question card', () => {
  test('has the answers as buttons, and Cancel', () => {
    const question = { text: 'What is it for?', suggestions: ['Bees', 'Boats'] };
    const view = viewOf(
      { status: 'blocked', blockedKind: 'clarification', question, version: 3 },
      { steps: [], plans: [] },
    );
    const draft = card(view, 'question:3');
    expect(draft.text).toContain('What is it for?');
    expect(labels(draft)).toEqual(['Bees', 'Boats', 'Cancel']);
    expect(draft.actions?.[0]).toMatchObject({ verb: 'say', subject: { text: 'Bees' } });
  });
});

describe('the delivery card', () => {
  const app = {
    id: 'app_1',
    slug: 'cellphone-crm',
    name: 'Cellphone Store CRM',
    status: 'live' as const,
  };
  const done = (about: Partial<TaskView> = {}) =>
    viewOf(
      { status: 'completed', phase: 'done', actualMs: 2400 },
      { app, checks: [checkOf('One', false, true)], percent: 100, ...about },
    );

  test('has title, application, address and what was created as in the Task Workflow document', () => {
    const draft = card(done({ steps: [] }), 'delivery');
    expect(draft.title).toBe('✅ TASK COMPLETE');
    expect(draft.fields).toEqual([
      { label: 'Application', value: 'Cellphone Store CRM' },
      { label: 'URL', value: '/apps/cellphone-crm' },
      { label: 'Took', value: '2.4 s' },
    ]);
    expect(items(draft, 'Created')).toEqual([
      '📋 4 database tables (customers, products, sales, repairs)',
    ]);
    expect(draft.notice).toBe('✅ Your CRM is ready!');
  });

  test('has Open App, View Details and Create Another, and each may be pressed again', () => {
    const { actions } = card(done(), 'delivery');
    expect(actions?.map(({ label, repeatable }) => [label, repeatable])).toEqual([
      ['Open App', true],
      ['View Details', true],
      ['Create Another', true],
    ]);
    expect(actions?.[0]?.url).toBe('/apps/cellphone-crm');
  });

  test('lists each check with what it saw before and after', () => {
    expect(card(done(), 'delivery').checks).toEqual([
      { label: 'One', before: false, after: true, evidence: 'One was seen.' },
    ]);
  });

  test('surfaces what is open: skipped steps, and checks that were green before', () => {
    const steps = [
      stepOf(1, 'Create database tables'),
      stepOf(2, 'Add search', { status: 'skipped' }),
    ];
    const checks = [checkOf('One', true, true)];
    expect(items(card(done({ steps, checks }), 'delivery'), 'Open items')).toEqual([
      'Skipped: Add search',
      'Already true before the work: One',
    ]);
  });

  test('surfaces a step that was skipped inside a branch', () => {
    const inside = stepOf(1, 'Send the mail', { status: 'skipped' });
    const steps = [
      stepOf(1, 'Both', { kind: 'parallel', status: 'completed', children: [inside] }),
    ];
    expect(items(card(done({ steps }), 'delivery'), 'Open items')).toContain(
      'Skipped: Send the mail',
    );
  });
});

test('every card of every status is one that can be posted, and speaks in whole words', () => {
  for (const status of taskStatuses) {
    for (const blockedKind of [
      null,
      'error',
      'human_action',
      'approval',
      'clarification',
    ] as const) {
      for (const { draft } of cardsOf(viewOf({ status, blockedKind }), now)) {
        const posted = Card.parse({ ...draft, actions: [] });
        expect(posted.text).not.toMatch(/undefined|null|NaN|\[object/);
        expect(posted.text.trim()).not.toBe('');
      }
    }
  }
});

test('a task has one progress card and one plan card for each version, whatever its status', () => {
  for (const status of taskStatuses) {
    const keys = cardsOf(viewOf({ status }), now).map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.filter((key) => key === 'progress' || key === 'plan:1')).toHaveLength(2);
  }
});
