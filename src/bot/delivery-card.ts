/** What people get at the end: the delivery card (F94–F103, F105–F110). */
import { flatten, type StepView, type TaskView } from '../engine/view.ts';
import type { CardDraft } from './card.ts';
import { notices } from './notice.ts';
import { undoAction, undoneNote } from './undo-card.ts';
import { tookText } from './words.ts';

export function deliveryCard(view: TaskView): CardDraft {
  const { task, app, checks } = view;
  const plan = view.plans.at(-1)?.plan;
  // A workflow makes nothing of its own: what it did is what was wanted.
  const [noun, verb] = task.workflowId ? ['Workflow', 'Done'] : ['Application', 'Created'];
  const created = task.workflowId
    ? view.steps.flatMap(flatten).flatMap(doneLine)
    : (plan?.creates.map((made) => `${made.icon} ${made.text}`) ?? []);
  const url = app ? `/apps/${app.slug}` : undefined;
  const skipped = view.steps.flatMap(skippedIn).map((step) => `Skipped: ${step.name}`);
  const failing = checks.filter((check) => check.after && !check.after.passed);
  const unproven = failing.map((check) => `Not there: ${check.label}`);
  // A check that was green before the work says nothing about the work.
  const meaningless = checks
    .filter((check) => check.before?.passed)
    .map((check) => `Already true before the work: ${check.label}`);
  const open = [...skipped, ...unproven, ...meaningless];
  const note = undoneNote(view);
  return {
    kind: 'delivery',
    notice: notices.completed(task.shortName),
    title: '✅ TASK COMPLETE',
    text: [
      '✅ TASK COMPLETE',
      `${noun}: ${task.title}`,
      ...(url ? [`URL: ${url}`] : []),
      `${verb}:`,
      ...created,
    ].join('\n'),
    fields: [
      { label: noun, value: app?.name ?? task.title },
      ...(url ? [{ label: 'URL', value: url }] : []),
      ...(task.actualMs === null ? [] : [{ label: 'Took', value: tookText(task.actualMs) }]),
    ],
    sections: [
      { title: verb, items: created },
      { title: 'Approved', items: view.steps.flatMap(flatten).flatMap(approvedLine) },
      { title: 'Open items', items: open.length > 0 ? open : [] },
    ].filter((section) => section.items.length > 0),
    checks: checks.map((check) => ({
      label: check.label,
      ...(check.before ? { before: check.before.passed } : {}),
      ...(check.after ? { after: check.after.passed, evidence: check.after.evidence } : {}),
    })),
    actions: [
      ...(url
        ? [
            {
              verb: 'open_app' as const,
              label: 'Open App',
              style: 'link' as const,
              url,
              repeatable: true,
            },
          ]
        : []),
      { verb: 'details', label: 'View Details', style: 'secondary', repeatable: true },
      task.workflowId
        ? {
            ...{ verb: 'say', label: 'Run again', style: 'secondary' },
            subject: { text: `run ${task.title}` },
          }
        : { verb: 'another', label: 'Create Another', style: 'secondary', repeatable: true },
      ...undoAction(view),
    ],
    ...(note ? { note } : {}),
  };
}

/** The code is the one that the approval card showed: what was seen is what ran. */
const approvedLine = ({ name, allowed }: StepView): string[] =>
  allowed ? [`${name}: by ${allowed.by}, code ${allowed.code}`] : [];

const doneLine = ({ status, children, completedLabel }: StepView): string[] =>
  status === 'completed' && children.length === 0 ? [completedLabel] : [];

/** Steps that somebody left out; what a condition did not choose, or another branch made needless, is not missing. */
function skippedIn(step: StepView): StepView[] {
  if (step.status === 'skipped') return [step];
  if (step.isRace) return [];
  const inside = step.children.flatMap(skippedIn);
  return step.kind === 'if' ? inside.filter((child) => child.error !== null) : inside;
}
