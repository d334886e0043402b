/** Which cards a task should have now: a pure function of its view. */
import { isTextPlan } from '../engine/plan-draft.ts';
import { flatten, type TaskView } from '../engine/view.ts';
import { approvalCard, reminderCard } from './approval-card.ts';
import { budgetCard } from './budget-card.ts';
import type { CardDraft } from './card.ts';
import { deliveryCard } from './delivery-card.ts';
import { draftCard } from './draft-card.ts';
import { planCard } from './plan-card.ts';
import { progressCard } from './progress-card.ts';
import { rehearsalCard } from './rehearsal-card.ts';
import { errorCard, failedCard, humanCard, questionCard } from './stop-card.ts';
import { dueCard, dueOf, isTracked, type Readers, shownTo, trackedCard } from './tracked-card.ts';
import { undoCard } from './undo-card.ts';

/** `key` names the card among those of its task; the same key is the same message. */
export type WantedCard = {
  key: string;
  draft: CardDraft;
  /** Who gets a copy where the bot may speak to them alone, besides the task's conversation. */
  people?: string[];
};

export function cardsOf(view: TaskView, now: Date, readers?: Readers): WantedCard[] {
  const { task } = view;
  if (isTracked(view)) return trackedCards(view, now, readers);
  // A text is shown as the text; its plan only where somebody has to decide about it.
  const isText = view.plans.length > 0 && view.plans.every(({ plan }) => isTextPlan(plan));
  const isAsked = task.status === 'ready' || view.plans.length > 1;
  const wanted: WantedCard[] = (isText && !isAsked ? [] : view.plans).map((shown) => ({
    key: `plan:${shown.version}`,
    draft: planCard(view, shown),
  }));
  if (task.question)
    wanted.push({ key: `question:${task.version}`, draft: questionCard(task.question, true) });
  if (!isText || view.run?.mode !== 'automatic') wanted.push(...runCards(view, now));
  wanted.push(...approvalCards(view, now));
  const isOver = ['completed', 'failed', 'cancelled', 'paused', 'ready'].includes(task.status);
  const all = view.steps.flatMap(flatten);
  const owed = all.filter((step) => step.kind === 'human' && step.status === 'running');
  for (const step of isOver ? [] : owed) {
    wanted.push({ key: `human:${step.id}`, draft: humanCard(step) });
  }
  if (task.status === 'blocked' && task.blockedKind === 'error') {
    // Each stop is a message of its own: an earlier one stays to be read as it was.
    const failed = all.find((step) => step.status === 'failed');
    const key = `error:${failed?.id ?? 'checks'}:${task.blockedAt?.getTime() ?? 0}`;
    wanted.push({ key, draft: errorCard(view) });
  }
  if (task.status === 'blocked' && task.blockedKind === 'budget')
    wanted.push({ key: `budget:${task.blockedAt?.getTime() ?? 0}`, draft: budgetCard(view) });
  if (view.artifacts.length > 0) wanted.push({ key: 'draft', draft: draftCard(view) });
  const isTold = isText && (view.artifacts.length > 0 || task.undoneAt !== null);
  if (task.status === 'completed' && !isTold)
    wanted.push({ key: 'delivery', draft: deliveryCard(view) });
  // The word about an earlier undo stays to be read as it was.
  const undo = view.undo?.newest;
  if (undo) wanted.push({ key: `undo:${undo.id}`, draft: undoCard(view, undo) });
  // Ended before there was anything to do: nothing else says so.
  if (task.status === 'failed' && view.plans.length === 0)
    wanted.push({ key: 'failed', draft: failedCard(view) });
  if (task.status === 'cancelled' && view.plans.length === 0) {
    wanted.push({
      key: 'cancelled',
      draft: { kind: 'text', title: '', text: 'Cancelled. Nothing was made.' },
    });
  }
  return wanted;
}

function trackedCards(view: TaskView, now: Date, readers?: Readers): WantedCard[] {
  const due = dueOf(view);
  const people = shownTo(view, readers);
  const isDue = due !== undefined && due <= now;
  return [
    { key: 'task', draft: trackedCard(view, readers), ...(people.length > 0 ? { people } : {}) },
    ...(isDue ? [{ key: `due:${due.getTime()}`, draft: dueCard(view) }] : []),
  ];
}

/** One message for the real work, and one for each rehearsal: it turns from progress into result. */
function runCards(view: TaskView, now: Date): WantedCard[] {
  const { run } = view;
  if (view.steps.length === 0 || !run) return [];
  if (run.mode !== 'dry_run') return [{ key: 'progress', draft: progressCard(view, now) }];
  const draft = run.finishedAt ? rehearsalCard(view) : progressCard(view, now);
  return [{ key: `rehearsal:${run.id}`, draft }];
}

function approvalCards(view: TaskView, now: Date): WantedCard[] {
  return view.approvals.flatMap((approval): WantedCard[] => {
    const people = approval.approvers;
    const card = {
      key: `approval:${approval.id}`,
      draft: approvalCard(view, approval, now),
      people,
    };
    if (approval.status !== 'open' || !approval.remindedAt) return [card];
    const key = `reminder:${approval.id}:${approval.remindedAt.getTime()}`;
    return [card, { key, draft: reminderCard(view, approval), people }];
  });
}
