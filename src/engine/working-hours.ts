/**
 * Working hours: reminders and deadlines of approvals fall into them (PAINS 9). Pure. A day's hours are
 * the instants at which clocks in the zone show them, so a change of the clocks moves them with it.
 */
import { addDays, instantOf, today } from '../apps/zone.ts';
import type { WorkingHours } from '../db/workspace.ts';

/** `at` itself when it is within working hours, else the beginning of the next ones; null means always. */
export function nextWorkingMoment(at: Date, hours: WorkingHours | null, timezone: string): Date {
  return addWorkingMs(at, 0, hours, timezone);
}

/**
 * The instant after `ms` milliseconds of working time have passed since `at`, and within working hours:
 * what would fall on the end of a day falls on the beginning of the next one.
 */
export function addWorkingMs(
  at: Date,
  ms: number,
  hours: WorkingHours | null,
  timezone: string,
): Date {
  if (!hours || hours.days.length === 0 || hours.from >= hours.to)
    return new Date(at.getTime() + ms);
  let left = ms;
  for (let date = today(at, { timezone }); ; date = addDays(date, 1)) {
    const span = spanOf(date, hours, timezone);
    if (!span) continue;
    const begins = Math.max(span.from, at.getTime());
    const lasts = Math.max(0, span.to - begins);
    if (left < lasts) return new Date(begins + left);
    left -= lasts;
  }
}

/** The working hours of a day in milliseconds; undefined on a day off. */
function spanOf(
  date: string,
  { days, from, to }: WorkingHours,
  timezone: string,
): { from: number; to: number } | undefined {
  // Sunday is 0 for the platform and 7 here.
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay() || 7;
  if (!days.includes(weekday)) return undefined;
  const instant = (minutes: number) => {
    const day = minutes >= 1440 ? addDays(date, 1) : date;
    const [hour, minute] = [Math.floor((minutes % 1440) / 60), minutes % 60];
    const wall = `${day}T${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
    return instantOf(wall, { timezone }).getTime();
  };
  return { from: instant(from), to: instant(to) };
}
