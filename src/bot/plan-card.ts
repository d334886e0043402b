/** The plan card (F51–F63) and its closed forms. */
import { envelopeText } from '../engine/budget/envelope.ts';
import { waitAhead } from '../engine/progress.ts';
import type { PlanView, StepView, TaskView } from '../engine/view.ts';
import type { Plan, PlanStep } from '../engine/workflow/plan.ts';
import type { ActionDraft, CardDraft, CardStep } from './card.ts';
import { lastingOf } from './undo-card.ts';
import { durationText, intervalText, minuteText, waitsText } from './words.ts';

const riskWord = { low: 'Low', medium: 'Medium', high: 'High' } as const;

export function planCard(view: TaskView, shown: PlanView): CardDraft {
  const { plan, version, changes } = shown;
  const isOpen = view.task.status === 'ready' && version === view.task.planVersion;
  const fields = [
    { label: 'Confidence', value: `${Math.round(plan.confidence * 100)}%` },
    { label: 'Risk', value: riskWord[plan.risk] },
    { label: 'ETA', value: etaText(plan) },
    ...mostField(view, shown),
  ];
  const steps = plan.steps.map((step, index) => planStep(step, index, shown.lasting));
  const lines = steps.flatMap(({ order, name, priority, detail, note }) => [
    `${order}. ${name} [${priority.toUpperCase()}] → ${detail}`,
    ...(note ? [`   ${note}`] : []),
  ]);
  return {
    kind: 'plan',
    title: `TASK: ${plan.title}`,
    text: [
      `TASK: ${plan.title}`,
      fields.map((field) => `${field.label}: ${field.value}`).join(' · '),
      ...lines,
      ...changes.map((change) => `• ${change}`),
    ].join('\n'),
    fields: version > 1 ? [...fields, { label: 'Plan', value: `version ${version}` }] : fields,
    steps,
    sections: [
      ...(changes.length > 0
        ? [{ title: `What changed in version ${version}`, items: changes }]
        : []),
      { title: 'Will create', items: plan.creates.map((made) => `${made.icon} ${made.text}`) },
      { title: 'Understood', items: plan.understood },
      { title: 'Guessed, so check it', items: plan.guessed },
      { title: 'Done when', items: plan.checks.map((check) => check.label) },
      { title: 'Risks', items: plan.risks },
    ].filter((section) => section.items.length > 0),
    actions: isOpen ? openActions(view, version) : [],
    ...(isOpen ? {} : { note: closedNote(view, version) }),
  };
}

/** What accepting it allows to be spent; nothing where it asks no language model and sends nothing. */
function mostField({ run }: TaskView, { plan, version }: PlanView): CardDraft['fields'] & object {
  const most = plan.most && envelopeText(plan.most);
  if (!most) return [];
  // The first run's plan stands for itself; a later one adds to what was spent until then.
  const isMore = run !== undefined && run.mode !== 'dry_run' && run.planVersion < version;
  return [{ label: 'At most', value: isMore ? `${most}, besides what was spent so far` : most }];
}

/** So many measured tasks make their share worth saying. */
const worthSaying = 10;

/** "2–4 min and waits of about 2 hours; 82 % of 40 tasks like this landed inside". The share is about the work alone. */
function etaText({ estimate, estimatedMs, steps }: Plan): string {
  const waits = waitsText(waitAhead(steps, []));
  if (!estimate) return `${durationText(estimatedMs)}${waits}`;
  const time = `${intervalText(estimate.lowMs, estimate.highMs)}${waits}`;
  const { measured, inside } = estimate;
  if (measured < worthSaying) return time;
  const share = Math.round((100 * inside) / measured);
  return `${time}; ${share} % of ${measured} tasks like this landed inside`;
}

function openActions(view: TaskView, version: number): ActionDraft[] {
  const { run } = view;
  const isUnderWay = run !== undefined && run.mode !== 'dry_run' && !run.finishedAt;
  return [
    { verb: 'accept', label: 'Accept', style: 'primary', subject: { version } },
    {
      verb: 'accept',
      label: 'Step by step',
      style: 'secondary',
      subject: { version, mode: 'supervised' },
    },
    { verb: 'accept', label: 'Dry run', style: 'secondary', subject: { version, mode: 'dry_run' } },
    ...(isUnderWay
      ? [{ verb: 'resume' as const, label: 'Keep the old plan', style: 'secondary' as const }]
      : []),
    {
      verb: 'modify',
      label: 'Modify',
      style: 'secondary',
      subject: { version },
      repeatable: true,
      input: {
        label: 'What is to be different?',
        placeholder: 'add a notes field to customers, drop sales, no dashboard …',
      },
    },
    { verb: 'cancel', label: 'Cancel', style: 'danger', subject: { version } },
  ];
}

function closedNote(view: TaskView, version: number): string {
  if (version < view.task.planVersion) return `Replaced by version ${view.task.planVersion}.`;
  if (view.task.status === 'cancelled' && view.steps.length === 0)
    return 'Cancelled. Nothing was made.';
  if (view.task.status === 'planning') return 'Being revised.';
  if (view.run?.mode === 'dry_run' && !view.run.finishedAt) return 'Being rehearsed.';
  return 'Accepted.';
}

function planStep(step: PlanStep, index: number, known: PlanView['lasting']): CardStep {
  const lasting = lastingOf(step, known);
  return {
    order: index + 1,
    name: step.name,
    priority: step.priority,
    detail: step.detail,
    status: 'pending',
    percent: 0,
    substeps: [],
    ...(lasting.length > 0 ? { note: lasting.join(' ') } : {}),
  };
}

/** Steps of a run as cards show them; of a running step, the first part not done is the one at work. */
export function runSteps(steps: StepView[]): CardStep[] {
  return steps.map((step) => {
    const at = step.status === 'running' ? step.substeps.findIndex((part) => !part.done) : -1;
    return {
      order: step.order,
      name: step.name,
      priority: step.priority,
      detail: step.detail === step.name ? '' : step.detail,
      status: step.status,
      percent: step.percent,
      substeps: step.substeps.map((part, index) => ({ ...part, running: index === at })),
      ...noteOf(step),
    };
  });
}

/** Until when it waits, why it stopped, or on whose word it ran: the same code as on the approval card. */
function noteOf(step: StepView): { note?: string } {
  if (step.until) return { note: `Until ${minuteText(step.until)}` };
  if (step.error && step.status !== 'completed') return { note: step.error.reason };
  if (step.allowed && step.kind === 'tool' && step.status !== 'pending')
    return { note: `Approved by ${step.allowed.by} · ${step.allowed.code}` };
  return {};
}
