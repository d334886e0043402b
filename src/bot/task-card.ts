/** Which cards a task should have now: a pure function of its view. */
import { flatten, type TaskView } from '../engine/view.ts';
import type { CardDraft } from './card.ts';
import { deliveryCard } from './delivery-card.ts';
import { planCard } from './plan-card.ts';
import { progressCard } from './progress-card.ts';
import { approvalCard, errorCard, humanCard, questionCard } from './stop-card.ts';

/** `key` names the card among those of its task; the same key is the same message. */
export type WantedCard = { key: string; draft: CardDraft };

export function cardsOf(view: TaskView, now: Date): WantedCard[] {
  const { task } = view;
  const wanted: WantedCard[] = view.plans.map((shown) => ({
    key: `plan:${shown.version}`,
    draft: planCard(view, shown),
  }));
  if (task.question)
    wanted.push({ key: `question:${task.version}`, draft: questionCard(task.question, true) });
  if (view.steps.length > 0) wanted.push({ key: 'progress', draft: progressCard(view, now) });
  for (const approval of view.approvals) {
    wanted.push({ key: `approval:${approval.id}`, draft: approvalCard(view, approval) });
  }
  const isOver = ['completed', 'failed', 'cancelled', 'paused'].includes(task.status);
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
  if (task.status === 'completed') wanted.push({ key: 'delivery', draft: deliveryCard(view) });
  if (task.status === 'cancelled' && view.plans.length === 0) {
    wanted.push({
      key: 'cancelled',
      draft: { kind: 'text', title: '', text: 'Cancelled. Nothing was made.' },
    });
  }
  return wanted;
}
