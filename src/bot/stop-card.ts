/** The cards that ask a person what now: an error, a manual step, a question. */
import { confirmationFor } from '../engine/steer.ts';
import { flatten, type StepView, type TaskView } from '../engine/view.ts';
import { modifyHint } from './approval-card.ts';
import type { ActionDraft, CardDraft } from './card.ts';
import { notices } from './notice.ts';

/** The error card (F111–F117). Skip is not offered on a critical step, and the card says why (R4). */
export function errorCard(view: TaskView): CardDraft {
  const failed = view.steps.flatMap(flatten).find((step) => step.status === 'failed');
  const title = failed
    ? `[ERROR] Step ${failed.order}: ${failed.name}`
    : '[ERROR] The result did not pass its checks';
  const reason = failed?.error?.reason ?? view.task.blockedReason ?? 'No reason is known.';
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
    actions: [
      ...answersTo(failed),
      ...(failed && canSkip(failed) ? [skipAction(failed)] : []),
      {
        verb: 'modify',
        label: 'Modify',
        style: 'secondary',
        repeatable: true,
        input: { label: 'What is to be different?', placeholder: modifyHint(view) },
      },
      { verb: 'cancel', label: 'Cancel', style: 'danger' },
    ],
    ...(failed && !canSkip(failed) ? { note: noSkip(failed) } : {}),
  };
}

/** What is asked of the person: try again, "did this happen?", or "is this fine?". */
function answersTo(failed: StepView | undefined): ActionDraft[] {
  const kind = failed?.error?.kind;
  if (kind === 'unknown')
    return [
      { verb: 'confirm', label: 'Yes, it happened', style: 'primary' },
      { verb: 'retry', label: 'No, do it now', style: 'secondary' },
    ];
  if (kind === 'different')
    return [
      { verb: 'confirm', label: 'That is fine, go on', style: 'primary' },
      // What is done is not done again: somebody may have put it right meanwhile.
      { verb: 'retry', label: 'Look again', style: 'secondary' },
    ];
  return [{ verb: 'retry', label: 'Retry', style: 'primary' }];
}

/** What somebody refused is not got around by skipping the question. */
const canSkip = (failed: StepView) => failed.priority !== 'critical' && failed.kind !== 'approval';

/** On a step of high priority pressing it asks first (R4). */
const skipAction = (failed: StepView): ActionDraft => ({
  verb: 'skip',
  label: 'Skip',
  style: 'secondary',
  ...(failed.priority === 'high'
    ? { subject: { ask: confirmationFor(failed) }, repeatable: true }
    : {}),
});

function noSkip(failed: StepView): string {
  if (failed.kind === 'approval') return 'What was refused cannot be skipped.';
  return 'This step cannot be skipped: without it there is no result.';
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

export const questionTitle = 'A question first';

/** A question with answers that can be pressed; pressing one is the same as writing it. */
export function questionCard(
  question: { text: string; suggestions: string[] },
  canCancel: boolean,
): CardDraft {
  return {
    kind: 'question',
    title: questionTitle,
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
