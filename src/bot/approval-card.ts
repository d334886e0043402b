/** The approval card (F136–F142): exactly what will happen, who decides, and the code of what was shown. */
import { codeOf } from '../engine/digest.ts';
import { isTextPlan } from '../engine/plan-draft.ts';
import { type ApprovalView, flatten, type StepView, type TaskView } from '../engine/view.ts';
import type { ActionDraft, CardDraft } from './card.ts';
import { notices } from './notice.ts';
import { agoText, minuteText } from './words.ts';

const openStatuses = ['approval_pending', 'running', 'blocked'];
/** What was approved and has not begun after this many milliseconds needs somebody's attention (PAINS 2). */
const patienceMs = 30_000;

export function approvalCard(view: TaskView, approval: ApprovalView, now: Date): CardDraft {
  const steps = view.steps.flatMap(flatten).filter((step) => approval.stepIds.includes(step.id));
  const step = steps[0];
  const name = steps.length > 0 ? steps.map((one) => one.name).join(', ') : 'A step';
  const isOpen = approval.status === 'open' && openStatuses.includes(view.task.status);
  const [lead, ...details] = approval.effect?.lines ?? [];
  return {
    kind: 'approval',
    ...(isOpen ? { notice: notices.approvalNeeded(step?.order ?? 1) } : {}),
    title: '⚠️ APPROVAL REQUIRED',
    text: [
      '⚠️ APPROVAL REQUIRED',
      `Step: ${name}`,
      ...(approval.effect?.lines ?? [step?.detail ?? '']),
    ]
      .join('\n')
      .trim(),
    fields: fieldsOf(approval, name, step),
    sections: details.length > 0 ? [{ title: lead ?? '', items: details }] : [],
    actions: isOpen ? openActions(view, approval) : closedActions(view, approval),
    ...noteOf(view, approval, steps, isOpen, now),
  };
}

function fieldsOf(approval: ApprovalView, name: string, step: StepView | undefined) {
  const { effect, approvers, needed, decisions, dueAt, digest } = approval;
  const agreed = decisions.filter((decision) => decision.approve).map((decision) => decision.actor);
  const [only, ...others] = effect?.lines ?? [];
  const said = effect ? (others.length === 0 ? only : undefined) : step?.detail;
  return [
    { label: 'Step', value: name },
    ...(said ? [{ label: 'Effect', value: said }] : []),
    ...(effect?.impact ? [{ label: 'Impact', value: effect.impact }] : []),
    ...(effect?.undo ? [{ label: 'Undo', value: effect.undo }] : []),
    {
      label: 'Who decides',
      value:
        (approvers.length > 0 ? approvers.join(', ') : 'Whoever may steer this task') +
        (needed > 1 ? ` (${needed} have to agree)` : ''),
    },
    ...(agreed.length > 0 && needed > 1
      ? [{ label: 'Agreed so far', value: `${agreed.join(', ')} (${agreed.length} of ${needed})` }]
      : []),
    ...(approval.status === 'open' && dueAt ? [{ label: 'Until', value: minuteText(dueAt) }] : []),
    { label: 'Code', value: codeOf(digest) },
  ];
}

function openActions(view: TaskView, approval: ApprovalView): ActionDraft[] {
  const subject = { approval: approval.id };
  // Several people press the same button; each of them counts once.
  const repeatable = approval.needed > 1;
  const plan = view.plans.at(-1)?.plan;
  return [
    { verb: 'approve', label: 'Approve', style: 'primary', subject, repeatable },
    ...(approval.cause === 'supervised'
      ? [
          {
            verb: 'approve' as const,
            label: 'Approve all that follow',
            style: 'secondary' as const,
            subject: { ...subject, rest: true },
          },
        ]
      : []),
    // A text that is to be sent is changed where it stands, which takes this question back.
    ...(plan && isTextPlan(plan)
      ? []
      : [
          {
            verb: 'modify' as const,
            label: 'Modify',
            style: 'secondary' as const,
            subject,
            repeatable: true,
            input: { label: 'What is to be different?', placeholder: modifyHint(view) },
          },
        ]),
    {
      verb: 'reject',
      label: 'Reject',
      style: 'danger',
      subject,
      input: { label: 'Why not? (optional)', placeholder: 'A reason helps whoever asked.' },
    },
  ];
}

/** What can be said of the plan at hand. */
export const modifyHint = (view: TaskView): string =>
  view.app || view.plans.at(-1)?.plan.subject
    ? 'add a notes field to customers, drop sales, no dashboard …'
    : 'set text to …, send it to web:sales, leave out the last step …';

function closedActions(view: TaskView, approval: ApprovalView): ActionDraft[] {
  if (approval.status !== 'expired' || !openStatuses.includes(view.task.status)) return [];
  const subject = { approval: approval.id };
  return [{ verb: 'ask_again', label: 'Ask again', style: 'primary', subject }];
}

function noteOf(
  view: TaskView,
  approval: ApprovalView,
  steps: StepView[],
  isOpen: boolean,
  now: Date,
): { note?: string } {
  const { status, remindedAt, askedAt } = approval;
  const by = approval.decidedBy ? ` by ${approval.decidedBy}` : '';
  const reason = approval.reason ? ` “${approval.reason}”` : '';
  if (isOpen)
    return remindedAt && askedAt ? { note: `Asked ${agoText(askedAt, now)}; reminded.` } : {};
  if (status === 'open' || status === 'superseded') return { note: 'No longer needed.' };
  if (status === 'expired') return { note: 'Nobody decided in time.' };
  if (status === 'rejected') return { note: `Rejected${by}.${reason}` };
  return { note: `Approved${by}${outcomeOf(view, approval, steps, now)}${reason}` };
}

/** Approved is one thing, done another (PAINS 2). */
function outcomeOf(view: TaskView, approval: ApprovalView, steps: StepView[], now: Date): string {
  if (approval.cause === 'plan') return '.';
  if (approval.performedAt) return ' and done.';
  if (steps.some((step) => step.status === 'failed')) return ', but it failed. See the error card.';
  if (view.task.status === 'cancelled') return '; the task was cancelled before it was done.';
  const since = approval.decidedAt ? now.getTime() - approval.decidedAt.getTime() : 0;
  const isWaiting = steps.every((step) => step.status === 'approval' || step.status === 'pending');
  if (isWaiting && since > patienceMs && view.task.status === 'running')
    return ', but it has not begun yet. It is being looked into.';
  if (isWaiting && view.task.status === 'paused') return '. The task is paused.';
  return isWaiting ? '. It is starting.' : '. It is under way.';
}

/** Rings once more at half time; the card itself stays where it stands. */
export function reminderCard(view: TaskView, approval: ApprovalView): CardDraft {
  const step = view.steps.flatMap(flatten).find((one) => approval.stepIds.includes(one.id));
  const until = approval.dueAt
    ? ` There is time until ${approval.dueAt.toISOString().slice(0, 16).replace('T', ' ')} UTC.`
    : '';
  const text = `⏰ “${step?.name ?? view.task.title}” still waits for ${approval.approvers.join(' or ') || 'an approval'}.${until}`;
  return { kind: 'text', title: '', text, notice: text };
}
