/** The cards that ask a person what now: an error, a manual step, a question. */
import { judgeSkip, type SkipVerdict } from '../engine/skip.ts';
import { saidCode } from '../engine/unsaid.ts';
import { flatten, type StepView, type TaskView } from '../engine/view.ts';
import { modifyHint } from './approval-card.ts';
import type { ActionDraft, CardDraft } from './card.ts';
import { notices } from './notice.ts';
import { clip } from './words.ts';

/**
 * The error card (F111–F117). Skip is not offered on a critical step, nor on one that something critical needs,
 * and the card says why (R4).
 */
export function errorCard(view: TaskView): CardDraft {
  // Skipping leaves out all that has failed, as in several branches, and what needs any of it.
  const all = view.steps.flatMap(flatten).filter((step) => step.status === 'failed');
  const leaning = all.flatMap((step) => step.leaning ?? []);
  const skipping = judgeSkip(all, leaning);
  const note = skipping.refused ?? leftOut(leaning);
  const [failed] = all;
  const title = failed
    ? `[ERROR] Step ${failed.order}: ${failed.name}`
    : '[ERROR] The result did not pass its checks';
  const reason = failed?.error?.reason ?? view.task.blockedReason ?? 'No reason is known.';
  const wanted = failed?.error?.wanted;
  const message = failed?.error?.message ?? 'The work is finished, but not everything is there.';
  return {
    kind: 'error',
    notice: notices.failed(failed?.order ?? view.steps.length),
    title,
    text: [title, `Error: ${message}`, `Reason: ${reason}`].join('\n'),
    fields: [
      { label: 'Error', value: message },
      { label: 'Reason', value: reason },
      ...(wanted ? [{ label: `To ${wanted.to}`, value: clip(wanted.text, 600) }] : []),
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
      ...(failed && !skipping.refused ? [skipAction(skipping)] : []),
      {
        verb: 'modify',
        label: 'Modify',
        style: 'secondary',
        repeatable: true,
        input: { label: 'What is to be different?', placeholder: modifyHint(view) },
      },
      { verb: 'cancel', label: 'Cancel', style: 'danger' },
    ],
    ...(note ? { note } : {}),
  };
}

/** Of a task that failed before there was a plan for it. */
export function failedCard({ task }: TaskView): CardDraft {
  const title = `[ERROR] ${task.title} did not begin`;
  const reason = task.failureReason ?? 'No reason is known.';
  return {
    kind: 'error',
    notice: title,
    title,
    text: [title, reason].join('\n'),
    fields: [
      { label: 'Why', value: task.description },
      { label: 'Error', value: reason },
    ],
  };
}

/** What is asked of the person: try again, "did this happen?", "is this fine?", or "is that what is to be said?". */
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
  const wanted = failed?.error?.wanted;
  if (wanted) {
    const subject = { wanted: saidCode(wanted) };
    return [{ verb: 'confirm', label: 'Send it like that', style: 'primary', subject }];
  }
  return [{ verb: 'retry', label: 'Retry', style: 'primary' }];
}

/** Where something of high priority is lost pressing it asks first (R4). */
const skipAction = ({ ask }: SkipVerdict): ActionDraft => ({
  verb: 'skip',
  label: 'Skip',
  style: 'secondary',
  ...(ask ? { subject: { ask }, repeatable: true } : {}),
});

/** So many are named. */
const mostNamed = 5;

function leftOut(leaning: { id: string; name: string }[]): string | undefined {
  const names = [...new Map(leaning.map(({ id, name }) => [id, `“${name}”`])).values()];
  if (names.length === 0) return undefined;
  const more = names.length - mostNamed;
  const list = names.slice(0, mostNamed).join(', ');
  return `Skip also leaves out what needs it: ${list}${more > 0 ? ` and ${more} more` : ''}.`;
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
