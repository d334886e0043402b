/** Days that have a name. Fixed dates, and those that are a certain weekday of a month (as kept in the US). */

type Holiday =
  | { month: number; day: number }
  /** The nth weekday of a month, Sunday being 0; -1 is the last. */
  | { month: number; weekday: number; nth: number }
  | { fromEaster: number };

/** By the words that name it, without apostrophes. */
export const holidays: [names: RegExp, holiday: Holiday][] = [
  [/new years? eve/, { month: 12, day: 31 }],
  [/new years?(?: day)?/, { month: 1, day: 1 }],
  [/(?:saint |st\.? )?valentines?(?: day)?/, { month: 2, day: 14 }],
  [/(?:saint |st\.? )?patricks? day/, { month: 3, day: 17 }],
  [/good friday/, { fromEaster: -2 }],
  [/easter monday/, { fromEaster: 1 }],
  [/easter(?: sunday)?/, { fromEaster: 0 }],
  [/may day/, { month: 5, day: 1 }],
  [/(?:international )?(?:labou?r day|workers day)/, { month: 9, weekday: 1, nth: 1 }],
  [/(?:martin luther king|mlk)(?:'?s)?(?: jr\.?)? day/, { month: 1, weekday: 1, nth: 3 }],
  [/presidents? day/, { month: 2, weekday: 1, nth: 3 }],
  [/mothers? day/, { month: 5, weekday: 0, nth: 2 }],
  [/memorial day/, { month: 5, weekday: 1, nth: -1 }],
  [/fathers? day/, { month: 6, weekday: 0, nth: 3 }],
  [/independence day|(?:the )?4th of july/, { month: 7, day: 4 }],
  [/columbus day/, { month: 10, weekday: 1, nth: 2 }],
  [/halloween/, { month: 10, day: 31 }],
  [/veterans day/, { month: 11, day: 11 }],
  [/black friday/, { month: 11, weekday: 5, nth: 4 }],
  [/thanksgiving(?: day)?/, { month: 11, weekday: 4, nth: 4 }],
  [/boxing day/, { month: 12, day: 26 }],
  [/(?:christmas|xmas) eve/, { month: 12, day: 24 }],
  [/(?:christmas|xmas)(?: day)?/, { month: 12, day: 25 }],
];

/** The day of a holiday in a year: 'YYYY-MM-DD'. */
export function dayOfHoliday(holiday: Holiday, year: number): string {
  if ('fromEaster' in holiday) return isoOf(easter(year) + holiday.fromEaster * dayMs);
  if ('day' in holiday) return isoOf(Date.UTC(year, holiday.month - 1, holiday.day));
  return nthWeekday(year, holiday.month, holiday.weekday, holiday.nth);
}

const dayMs = 86_400_000;
const isoOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);

/** The nth weekday of a month; a negative `nth` counts from its end. */
export function nthWeekday(year: number, month: number, weekday: number, nth: number): string {
  if (nth < 0) {
    const last = new Date(Date.UTC(year, month, 0));
    const back = (last.getUTCDay() - weekday + 7) % 7;
    return isoOf(last.getTime() - (back + (-nth - 1) * 7) * dayMs);
  }
  const first = new Date(Date.UTC(year, month - 1, 1));
  const ahead = (weekday - first.getUTCDay() + 7) % 7;
  return isoOf(first.getTime() + (ahead + (nth - 1) * 7) * dayMs);
}

/** Easter Sunday by the anonymous Gregorian computus (Meeus, Jones, Butcher). */
function easter(year: number): number {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const h =
    (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const month = Math.floor((h + l - 7 * m + 114) / 31);
  const day = ((h + l - 7 * m + 114) % 31) + 1;
  return Date.UTC(year, month - 1, day);
}
