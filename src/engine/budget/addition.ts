/** What [Add] adds. Pure, so that the card says what the verb does. */
import type { TaskBudget } from '../../db/task.ts';
import { bounds, type Envelope, nothing } from './envelope.ts';

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

const leastMinutes = 30;
