/** A card of every kind as the program makes them: from a real conversation, and from views of moments that pass. */
import type { PostedCard } from '../../src/bot/bot.ts';
import { Card, type CardDraft } from '../../src/bot/card.ts';
import { cardsOf } from '../../src/bot/task-card.ts';
import type { Artifact } from '../../src/db/artifact.ts';
import type { ApprovalView, TaskView } from '../../src/engine/view.ts';
import { approvalStep, humanStep, planOf } from './engine.ts';
import type { Program } from './program.ts';
import { approvalOf, stepOf, viewOf } from './view.ts';

const now = new Date('2026-03-01T10:02:30Z');
export const people = { U024BE7LH: 'ana', U0G9QF9C6: 'bob' };

export const postedOf = (draft: CardDraft | Card, id = 'crd_1', version = 7): PostedCard => ({
  id,
  version,
  card: Card.parse({
    ...draft,
    actions: (draft.actions ?? []).map((action, index) => ({ id: `act_${index}`, ...action })),
  }),
});

/** The newest card that the builders want for a view. */
function wanted(view: TaskView, kind: Card['kind']): PostedCard {
  const found = cardsOf(view, now).findLast(({ draft }) => draft.kind === kind);
  if (!found) throw new Error(`There is no ${kind} card.`);
  return postedOf(found.draft);
}

/** The approval of the documents, asked of two people of Slack. */
const askedOf = (about: Partial<ApprovalView>): ApprovalView =>
  approvalOf({
    approvers: Object.keys(people),
    needed: 2,
    effect: {
      lines: [
        'This will create 4 new tables:',
        'customers (6 columns)',
        'products (7 columns)',
        'sales (5 columns)',
        'repairs (8 columns)',
      ],
      impact: 'Database storage increase ~1MB',
      undo: 'Removes the app and its tables.',
    },
    dueAt: new Date('2026-03-01T18:00:00Z'),
    ...about,
  });

const approvalView = (about: Partial<ApprovalView>): TaskView =>
  viewOf(
    { status: 'approval_pending', blockedKind: 'approval' },
    {
      approvals: [askedOf(about)],
      plans: [{ version: 1, changes: [], lasting: {}, plan: planOf([approvalStep('tables')]) }],
      steps: [
        stepOf(1, 'Create database tables', { status: 'approval', priority: 'critical' }),
        stepOf(2, 'Generate application UI', { priority: 'high' }),
      ],
      currentStep: 1,
    },
  );

const failed = (priority: 'critical' | 'high'): TaskView =>
  viewOf(
    { status: 'blocked', blockedKind: 'error', blockedAt: now },
    {
      steps: [
        stepOf(1, 'Create database tables', { status: 'completed', percent: 100 }),
        stepOf(2, 'Generate application UI', { status: 'completed', percent: 100 }),
        stepOf(3, 'Add search and filters', {
          status: 'failed',
          priority,
          error: {
            kind: 'failed',
            message: "Could not create full-text index on 'customers' table",
            reason: "Column 'notes' exceeds maximum indexable length",
          } as never,
        }),
        stepOf(4, 'Configure repair workflow'),
      ],
      currentStep: 3,
    },
  );

/** Sixty steps, words without a break, a script from right to left, and marks that mean something to Slack. */
function longPlan(): CardDraft {
  const names = [
    'Import the *old* <!channel> list & clean it',
    'إنشاء جداول العملاء',
    'x'.repeat(140),
  ];
  return {
    kind: 'plan',
    title: 'TASK: Sixty steps',
    text: 'TASK: Sixty steps',
    fields: [{ label: 'Risk', value: 'High' }],
    steps: Array.from({ length: 60 }, (_, index) => ({
      order: index + 1,
      name: names[index % names.length] ?? '',
      priority: index === 0 ? 'critical' : 'medium',
      detail: 'customers, products, مبيعات, repairs',
      status: 'pending',
      percent: 0,
      substeps: [],
    })),
    sections: [{ title: 'Will create', items: ['📋 4 database tables', '📱 5 views'] }],
    actions: [{ verb: 'accept', label: 'Accept', style: 'primary' }],
  };
}

/** A text in its second version. */
export function draftView(about: Partial<Artifact> = {}): TaskView {
  const made: Artifact = {
    ...{ id: 'art_1', workspaceId: 'wsp_local', taskId: 'tsk_1', version: 1, kind: 'agenda' },
    ...{
      title: 'Agenda: budget',
      recipient: 'the team',
      subject: null,
      unverified: [],
      changes: [],
    },
    text: 'Agenda: Meeting\n\nDate: Monday, 9 March 2026\nTime: [time?]\n\n1. Budget\n2. Next steps',
    ...{ madeBy: 'factotum', createdAt: now },
  };
  const next: Artifact = {
    ...{ ...made, id: 'art_2', version: 2, madeBy: 'U024BE7LH', changes: ['It says “10:00”.'] },
    text: made.text.replace('[time?]', '10:00'),
    unverified: ['Monday'],
    ...about,
  };
  return viewOf(
    { status: 'completed', title: 'Agenda: budget', shortName: 'agenda' },
    { artifacts: [made, next], plans: [] },
  );
}

/** Moments that a real run passes too quickly to catch. */
export function passingCards(): Record<string, PostedCard> {
  const progress = (task: Parameters<typeof viewOf>[0], about: Partial<TaskView> = {}) =>
    wanted(viewOf(task, about), 'progress');
  return {
    progress: progress({}),
    'progress-paused': progress({ status: 'paused' }),
    'progress-cancelled': progress({ status: 'cancelled' }),
    approval: wanted(approvalView({}), 'approval'),
    'approval-agreed': wanted(
      approvalView({
        decisions: [
          { approvalId: 'apr_1', actor: 'U0G9QF9C6', approve: true, reason: null } as never,
        ],
      }),
      'approval',
    ),
    'approval-decided': wanted(
      approvalView({
        status: 'rejected',
        decidedBy: 'U0G9QF9C6',
        reason: 'Not before *Monday* <!channel>',
        decidedAt: now,
      }),
      'approval',
    ),
    error: wanted(failed('high'), 'error'),
    'error-critical': wanted(failed('critical'), 'error'),
    'plan-long': postedOf(longPlan()),
    human: wanted(
      viewOf(
        {},
        {
          steps: [
            stepOf(1, 'Call the supplier', {
              status: 'running',
              kind: 'human',
              detail: 'Ask whether the display panels of the Gen 6 arrive before Friday.',
            }),
          ],
          plans: [{ version: 1, changes: [], lasting: {}, plan: planOf([humanStep('supplier')]) }],
        },
      ),
      'human',
    ),
    'delivery-draft': wanted(draftView(), 'delivery'),
    'status-tracked': wanted(
      viewOf(
        {
          status: 'queued',
          priority: 'high',
          title: 'Renew the shop licence',
          description: 'Renew the shop licence at the town hall before it ends.',
          dueAt: new Date('2026-03-20T12:00:00Z'),
          executionType: 'semi_automated',
          executionLog: [{ event: 'created' } as never],
        },
        { plans: [], steps: [] },
      ),
      'status',
    ),
  };
}

/** One conversation from the wish to the undo, over the program's own API. */
export async function conversationCards(program: Program): Promise<Record<string, PostedCard>> {
  const { say, card, press } = program;
  const shown: Record<string, PostedCard> = {};
  const keep = (name: string, found: Card) => {
    shown[name] = postedOf(found);
    return found;
  };
  const crm = 'slack-crm';
  await say(crm, 'Create a CRM for my cellphone store');
  const plan = keep('plan', await card(crm, 'plan'));
  await press(plan, 'Dry run');
  keep('dry_run', await card(crm, 'dry_run'));
  await say(crm, 'add a notes field to customers');
  keep('question', await card(crm, 'question'));
  await say(crm, 'add a birthday field to customers');
  const changed = await card(crm, 'plan', (one) =>
    one.fields.some(({ value }) => value === 'version 2'),
  );
  keep('plan-changed', changed);
  await press(changed, 'Step by step');
  const asked = await card(crm, 'approval', (one) => one.actions.length > 0);
  keep('approval-supervised', asked);
  await press(asked, 'Approve all that follow');
  const delivered = keep('delivery', await card(crm, 'delivery'));
  keep('progress-done', await card(crm, 'progress'));
  await press(delivered, 'View Details');
  keep('details', await card(crm, 'details'));
  await press(delivered, 'Undo…');
  keep('undo', await card(crm, 'undo', (one) => one.actions.length > 0));
  await say(crm, 'help');
  keep('text', await card(crm, 'text'));
  await say(crm, 'list my tasks');
  keep('list', await card(crm, 'list'));
  return shown;
}
