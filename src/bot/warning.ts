/** What is asked once more before a button does something that cannot be taken back. */
import type { Card } from './card.ts';

export type Warning = { title: string; text: string; yes: string; no: string };

/** @param label the button's; what cannot be taken back is said for each, not in general */
export function warningOf(label: string, kind: Card['kind']): Warning {
  if (kind === 'undo')
    return {
      title: `${label}?`,
      text: 'What the card lists is taken back. This cannot be reversed.',
      yes: label,
      no: 'Not now',
    };
  if (label === 'Skip anyway')
    return {
      title: 'Skip this step?',
      text: 'The task goes on without it, and without what depends on it.',
      yes: 'Skip it',
      no: 'Go back',
    };
  const isBefore = kind === 'plan' || kind === 'question';
  return {
    title: 'Cancel this task?',
    text: isBefore
      ? 'It ends here. Describe it again to start over.'
      : 'The work stops and cannot be resumed. What is done so far will be listed.',
    yes: 'Cancel the task',
    no: 'Keep it',
  };
}
