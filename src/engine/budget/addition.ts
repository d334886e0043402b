/** What [Add] adds. Pure, so that the card says what the verb does. */
import type { TaskBudget } from '../../db/task.ts';
import { bounds, boundText, type Envelope, envelopeText, nothing } from './envelope.ts';

/** As much again as the plan had asked for, and at least so much that what comes next fits. */
export function addition(
  most: Envelope | undefined,
  stop: NonNullable<TaskBudget['stop']>,
): Envelope {
  const again = most ?? nothing;
  return Object.fromEntries(
    bounds.map((bound) => {
      const least = bound !== stop.what ? 0 : bound === 'minutes' ? leastMinutes : stop.lacks;
      return [bound, Math.max(again[bound], least)];
    }),
  ) as Envelope;
}

/** "20,000 tokens · $0.40"; minutes alone where nothing else is added. */
export const additionText = (added: Envelope): string =>
  envelopeText(added) ?? boundText('minutes', added.minutes);

const leastMinutes = 30;
