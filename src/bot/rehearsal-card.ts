/** What a dry run showed: what would be there, what would be said, and how long it would take (F83). */
import { summaryOf } from '../apps/effect.ts';
import { flatten, type StepView, type TaskView } from '../engine/view.ts';
import type { ActionDraft, CardDraft } from './card.ts';
import { tookText } from './words.ts';

export function rehearsalCard(view: TaskView): CardDraft {
  const { task } = view;
  const steps = view.steps.flatMap(flatten);
  const failed = steps.find((step) => step.status === 'failed');
  const changes = steps.flatMap((step) => step.effect?.changes ?? []);
  const sent = steps.flatMap((step) => step.effect?.sent ?? []);
  const summary = summaryOf(changes);
  const title = `DRY RUN: ${task.title}`;
  const result = failed
    ? `Stops at “${failed.name}”: ${failed.error?.reason ?? 'it failed'}`
    : view.checks.some((check) => check.after && !check.after.passed)
      ? 'Every step works, but not every check passes'
      : 'Every step works and every check passes';
  const sections = [
    { title: `Would change: ${summary.total}`, items: summary.things },
    { title: 'Would send', items: sent.map(({ to, text }) => `to ${to}: ${text}`) },
    { title: 'Left to people', items: steps.filter(isPeoples).map((step) => step.name) },
    { title: 'Every single change', items: changes, quiet: true },
  ].filter((section) => section.items.length > 0);
  return {
    kind: 'dry_run',
    title,
    text: [
      title,
      result,
      `Would change: ${summary.total}`,
      ...sent.map(({ to, text }) => `Would send to ${to}: ${text}`),
    ].join('\n'),
    fields: [
      { label: 'Result', value: result },
      { label: 'Messages', value: String(sent.length) },
      { label: 'Took', value: tookText(workMs(steps)) },
    ],
    sections,
    checks: view.checks.map((check) => ({
      label: check.label,
      ...(check.before ? { before: check.before.passed } : {}),
      ...(check.after ? { after: check.after.passed, evidence: check.after.evidence } : {}),
    })),
    actions: actionsOf(view, failed !== undefined),
    note: 'Nothing was changed or sent. If the real run differs from this, it stops and asks.',
  };
}

const isPeoples = ({ kind, status }: StepView) =>
  (kind === 'human' || kind === 'approval') && status !== 'skipped';
const workMs = (steps: StepView[]) => steps.reduce((sum, step) => sum + (step.durationMs ?? 0), 0);

function actionsOf(view: TaskView, isBroken: boolean): ActionDraft[] {
  const version = view.run?.planVersion ?? 0;
  if (view.task.status !== 'ready' || view.task.planVersion !== version || isBroken) return [];
  return [{ verb: 'accept', label: 'Run it for real', style: 'primary', subject: { version } }];
}
