/** Whether a real step did what the dry run of the plan had shown. Pure. */
import type { StepEffect } from '../db/step.ts';

type Effect = Pick<StepEffect, 'changes' | 'sent'>;

/**
 * What differs, and what can be done; undefined when nothing does.
 * @param again whether it was only looked at once more: the step was done before, and is not repeated
 */
export function differenceOf(shown: Effect, seen: Effect, again = false): string | undefined {
  const [expected, found] = [linesOf(shown), linesOf(seen)];
  const unexpected = without(found, expected);
  const missing = without(expected, found);
  if (unexpected.length + missing.length === 0) return undefined;
  const words = [
    ...unexpected.slice(0, 3).map((line) => `now “${line}”`),
    ...missing.slice(0, 3).map((line) => `not any more “${line}”`),
  ];
  const what = `differs from what you saw in the dry run: ${words.join(', ')}.`;
  return again
    ? `It still ${what} Nothing was done again. Say that it is fine, put it right by hand and look again, or change the plan.`
    : `This ${what} Say whether that is fine.`;
}

/** What is left of `lines` when each of `others` takes one like it away. */
function without(lines: string[], others: string[]): string[] {
  const left = [...lines];
  for (const line of others) {
    const at = left.indexOf(line);
    if (at >= 0) left.splice(at, 1);
  }
  return left;
}

const linesOf = ({ changes, sent }: Effect): string[] => [
  ...changes,
  ...sent.map(({ to, text }) => `to ${to}: ${text}`),
];
