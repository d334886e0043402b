/** What somebody wants to hear of, and when. Pure. */
import type { Person } from '../db/person.ts';

/** What is told: how far something is, what somebody has to decide, and how it ended. */
export type NewsKind = 'progress' | 'decision' | 'result';
type Choice = Pick<Person, 'notify' | 'quietFrom' | 'quietTo' | 'timezone'>;

const dayMinutes = 24 * 60;
const minuteMs = 60_000;

export const wants = ({ notify }: Pick<Person, 'notify'>, kind: NewsKind): boolean =>
  notify === 'all' || (notify === 'approvals' && kind !== 'progress');

/**
 * The end of the quiet hours that `now` is in, in the person's own zone; undefined outside of them.
 * @param zone of the workspace, where the person's own is not known
 */
export function quietUntil(
  { quietFrom, quietTo, timezone }: Choice,
  now: Date,
  zone: string,
): Date | undefined {
  if (quietFrom === null || quietTo === null || quietFrom === quietTo) return undefined;
  const minute = minuteOf(now, timezone ?? zone);
  const length = (quietTo - quietFrom + dayMinutes) % dayMinutes;
  const passed = (minute - quietFrom + dayMinutes) % dayMinutes;
  if (passed >= length) return undefined;
  // To the full minute. Where the clocks change in between, whoever waits looks once more.
  const start = Math.floor(now.getTime() / minuteMs) * minuteMs;
  return new Date(start + (length - passed) * minuteMs);
}

/** Minutes since midnight on a clock of that zone. */
function minuteOf(now: Date, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    hour: 'numeric',
    minute: 'numeric',
  }).formatToParts(now);
  const read = (type: string) => Number(parts.find((part) => part.type === type)?.value ?? 0);
  return read('hour') * 60 + read('minute');
}
