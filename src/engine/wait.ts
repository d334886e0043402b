/** Until when a wait lasts. Pure. */
import { instantOf, isDate } from '../apps/zone.ts';
import type { Value } from './workflow/function.ts';

/** Ten years, in seconds: what an approval may take at most, too. */
const longest = 10 * 365 * 86_400;

type End = { value: Date } | { problem: string };

/** @param seconds what the expression of a wait gave */
export function endAfter(now: Date, seconds: Value): End {
  if (typeof seconds !== 'number' || seconds < 0 || seconds > longest)
    return {
      problem: `A wait takes 0 to ${longest.toLocaleString('en')} seconds, not ${shown(seconds)}.`,
    };
  return { value: new Date(now.getTime() + Math.round(seconds * 1000)) };
}

const form =
  /^(\d{4}-\d{2}-\d{2})(?:[ T]((?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?))?(Z|[+-]\d{2}:\d{2})?$/;

/** @param time "2030-01-01", "2030-01-01 09:00" by the clocks of the zone, "2030-01-01T09:00Z" */
export function endAt(now: Date, time: Value, timezone: string): End {
  const [, date = '', clock = '00:00', zone] =
    form.exec(typeof time === 'string' ? time : '') ?? [];
  if (!isDate(date))
    return { problem: `${shown(time)} is no time. Write it like "2030-01-01 09:00".` };
  const value = zone
    ? new Date(`${date}T${clock}${zone}`)
    : instantOf(`${date}T${clock}`, { timezone });
  if (Number.isNaN(value.getTime()) || value.getTime() - now.getTime() > longest * 1000)
    return { problem: `${shown(time)} is more than ten years from now.` };
  return { value };
}

function shown(value: Value): string {
  const words = JSON.stringify(value);
  return words.length > 60 ? `${words.slice(0, 59)}…` : words;
}
