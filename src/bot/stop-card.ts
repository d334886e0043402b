/** The cards that ask a person to decide: an error, an approval, a manual step, a question. */
import type { Approval } from '../db/approval.ts';
import { flatten, type StepView, type TaskView } from '../engine/view.ts';
import type { ActionDraft, CardDraft } from './card.ts';
import { notices } from './notice.ts';

/** The error card (F111–F117). Skip is not offered on a critical step, and the card says why (R4). */
export function errorCard(view: TaskView): CardDraft {
  const failed = view.steps.flatMap(flatten).find((step) => step.status === 'failed');
  const title = failed
    ? `[ERROR] Step ${failed.order}: ${failed.name}`
    : '[ERROR] The result did not pass its checks';
  const reason = failed?.error?.reason ?? view.task.blockedReason ?? 'No reason is known.';
  // What somebody refused is not got around by skipping the question.
  const canSkip = failed && failed.priority !== 'critical' && failed.kind !== 'approval';
  const actions: ActionDraft[] = [
    { verb: 'retry', label: 'Retry', style: 'primary' },
    ...(canSkip ? [{ verb: 'skip' as const, label: 'Skip', style: 'secondary' as const }] : []),
    { verb: 'cancel', label: 'Cancel', style: 'danger' },
  ];
  const message = failed?.error?.message ?? 'The work is finished, but not everything is there.';
  return {
    kind: 'error',
    notice: notices.failed(failed?.order ?? view.steps.length),
    title,
    text: [title, `Error: ${message}`, `Reason: ${reason}`].join('\n'),
    fields: [
      { label: 'Error', value: message },
      { label: 'Reason', value: reason },
    ],
    checks: failed
      ? []
      : view.checks
          .filter((check) => !check.after?.passed)
          .map((check) => ({
            label: check.label,
            after: false,
            evidence: check.after?.evidence ?? 'It was not run.',
          })),
    actions,
    ...(failed && !canSkip ? { note: noSkip(failed) } : {}),
  };
}

function noSkip(failed: StepView): string {
  if (failed.kind === 'approval') return 'What was refused cannot be skipped.';
  return 'This step cannot be skipped: without it there is no result.';
}

export function approvalCard(view: TaskView, approval: Approval): CardDraft {
  const step = view.steps.flatMap(flatten).find((candidate) => candidate.id === approval.stepId);
  const name = step?.name ?? 'A step';
  const isOpen =
    approval.status === 'open' &&
    ['approval_pending', 'running', 'blocked'].includes(view.task.status);
  const who =
    approval.approvers.length > 0 ? approval.approvers.join(', ') : 'Whoever may steer this task';
  return {
    kind: 'approval',
    ...(isOpen ? { notice: notices.approvalNeeded(step?.order ?? 1) } : {}),
    title: '⚠️ APPROVAL REQUIRED',
    text: `⚠️ APPROVAL REQUIRED\nStep: ${name}\n${step?.detail ?? ''}`,
    fields: [
      { label: 'Step', value: name },
      ...(step?.detail ? [{ label: 'Effect', value: step.detail }] : []),
      { label: 'Who decides', value: who },
    ],
    actions: isOpen
      ? [
          {
            verb: 'approve',
            label: 'Approve',
            style: 'primary',
            subject: { approval: approval.id },
          },
          {
            verb: 'reject',
            label: 'Reject',
            style: 'danger',
            subject: { approval: approval.id },
            input: { label: 'Why not? (optional)', placeholder: 'A reason helps whoever asked.' },
          },
        ]
      : [],
    ...(isOpen ? {} : { note: decisionNote(approval) }),
  };
}

function decisionNote(approval: Approval): string {
  if (approval.status === 'open') return 'No longer needed.';
  if (approval.status === 'expired') return 'Nobody decided in time.';
  const by = approval.decidedBy ? ` by ${approval.decidedBy}` : '';
  return `${approval.status === 'approved' ? 'Approved' : 'Rejected'}${by}.${approval.reason ? ` “${approval.reason}”` : ''}`;
}

export function humanCard(step: StepView): CardDraft {
  const instruction = step.detail || step.name;
  return {
    kind: 'human',
    title: `Your turn: ${step.name}`,
    text: `Your turn: ${step.name}\n${instruction}`,
    fields: [{ label: 'To do', value: instruction }],
    actions: [
      { verb: 'finish_step', label: 'Done', style: 'primary', subject: { step: step.id } },
      { verb: 'cancel', label: 'Cancel', style: 'danger' },
    ],
  };
}

/** A question with answers that can be pressed; pressing one is the same as writing it. */
export function questionCard(
  question: { text: string; suggestions: string[] },
  canCancel: boolean,
): CardDraft {
  return {
    kind: 'question',
    title: 'A question first',
    text: [question.text, ...question.suggestions.map((suggestion) => `• ${suggestion}`)].join(
      '\n',
    ),
    sections: [{ title: question.text, items: [] }],
    actions: [
      ...question.suggestions.map(
        (text): ActionDraft => ({
          verb: 'say',
          label: text,
          style: 'secondary',
          subject: { text },
        }),
      ),
      ...(canCancel
        ? [{ verb: 'cancel' as const, label: 'Cancel', style: 'danger' as const }]
        : []),
    ],
  };
}
