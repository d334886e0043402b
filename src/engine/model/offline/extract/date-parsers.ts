/** Dates that chrono does not read: holidays, ends of periods, "Friday the 26th", "the last Monday of May". */
import { type Chrono, casual, type Parser, type ParsingContext } from 'chrono-node';
import { dayOfHoliday, holidays, nthWeekday } from './holiday.ts';

export const dayMs = 86_400_000;
const weekdays = 'sun|mon|tue|wed|thu|fri|sat'.split('|');
const months = 'jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec'.split('|');
export const weekday =
  '(sun(?:day)?|mon(?:day)?|tue(?:s|sday)?|wed(?:nesday|s)?|thu(?:rs|r|rsday)?|fri(?:day)?|sat(?:urday)?)';
const month =
  '(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)';

export const weekdayOf = (word = '') => weekdays.indexOf(word.slice(0, 3).toLowerCase());
const monthOf = (word = '') => months.indexOf(word.slice(0, 3).toLowerCase()) + 1;

/** The day that a reading is relative to, at midnight. The reader hands in clock times as if they were UTC. */
const todayOf = (context: ParsingContext) =>
  Math.floor(context.reference.instant.getTime() / dayMs) * dayMs;
export const partsOf = (ms: number) => {
  const at = new Date(ms);
  return { year: at.getUTCFullYear(), month: at.getUTCMonth() + 1, day: at.getUTCDate() };
};
const fromIso = (date: string) => partsOf(Date.parse(`${date}T00:00:00Z`));
const iso = (ms: number) => new Date(ms).toISOString().slice(0, 10);

type Reading = (
  match: RegExpMatchArray,
  today: number,
  context: ParsingContext,
) => number | string | null;

/** A parser from a pattern and the day it means, in milliseconds or as 'YYYY-MM-DD'. */
export function reads(source: string, reading: Reading): Parser {
  return {
    pattern: () => new RegExp(`(?<![\\w/-])(?:${source})(?![\\w/-])`, 'i'),
    extract: (context, match) => {
      const found = reading(match, todayOf(context), context);
      if (found === null) return null;
      return typeof found === 'string' ? fromIso(found) : partsOf(found);
    },
  };
}

/** The first day from tomorrow or today on that `fits`, within eight years. */
export function nextDay(today: number, fits: (at: Date) => boolean): number | null {
  for (let days = 0; days < 2_930; days++) {
    const at = new Date(today + days * dayMs);
    if (fits(at)) return at.getTime();
  }
  return null;
}

/** The month that "next month", "this month" or its name means from today on. */
function monthFrom(today: number, words: string): { year: number; month: number } {
  const now = partsOf(today);
  const shift = (by: number) => {
    const at = new Date(Date.UTC(now.year, now.month - 1 + by, 1));
    return { year: at.getUTCFullYear(), month: at.getUTCMonth() + 1 };
  };
  if (/next/.test(words)) return shift(1);
  const named = monthOf(words);
  if (named > 0) return { year: named < now.month ? now.year + 1 : now.year, month: named };
  return shift(0);
}

const lastDay = (year: number, month: number) => Date.UTC(year, month, 0);

const byMonth = reads(
  `(?:the )?(\\d{1,2}(?:st|nd|rd|th)|last) ${weekday} (?:of|in) (?:the )?((?:next |this |the )?month|${month})(?: (\\d{4}))?`,
  ([, nth = '', day, words = '', , year], today) => {
    const at = monthFrom(today, words.toLowerCase());
    const count = nth.toLowerCase() === 'last' ? -1 : Number.parseInt(nth, 10);
    return nthWeekday(year ? Number(year) : at.year, at.month, weekdayOf(day), count);
  },
);

const lastOfMonth = reads(
  `(?:the )?(?:(\\d{1,2})(?:st|nd|rd|th) )?last day (?:of|in) (?:the )?((?:next |this )?month|${month})(?: (\\d{4}))?`,
  ([, nth, words = '', , year], today) => {
    const at = monthFrom(today, words.toLowerCase());
    return lastDay(year ? Number(year) : at.year, at.month) - ((Number(nth) || 1) - 1) * dayMs;
  },
);

/** "end of next week" is its Friday, "end of the month" its last day. */
const endOf = reads(
  `(?:the )?(?:end|close) of (?:the |this |business )?((?:next )?(?:day|week|month|quarter|year|business)|today|tomorrow|business|${month})|\\b(eod|cob|eob|eow|eom|eoy|eoq)\\b(?! (?:on |of )?(?:${weekday}|tomorrow|next)\\b)`,
  ([, words = '', , short = ''], today) => {
    const period = (
      words ||
      { d: 'day', b: 'day', w: 'week', m: 'month', y: 'year', q: 'quarter' }[
        short.at(-1)?.toLowerCase() ?? 'd'
      ] ||
      'day'
    ).toLowerCase();
    const next = period.startsWith('next ') ? 1 : 0;
    const { year, month: current } = partsOf(today);
    if (/day$|business|^today$/.test(period)) return today + next * dayMs;
    if (period === 'tomorrow') return today + dayMs;
    if (/week$/.test(period)) {
      const day = new Date(today).getUTCDay();
      return today + (((5 - day + 7) % 7) + next * 7) * dayMs;
    }
    if (/month$/.test(period)) return lastDay(year, current + next);
    if (/quarter$/.test(period)) return lastDay(year, (Math.ceil(current / 3) + next) * 3);
    if (/year$/.test(period)) return Date.UTC(year + next, 11, 31);
    const at = monthFrom(today, period);
    return lastDay(at.year, at.month);
  },
);

/** A day of the month that is also a weekday: the next that is both. */
const weekdayAndDay = reads(
  `(?:on )?${weekday},? (?:the )?(\\d{1,2})(?:st|nd|rd|th)?(?! ?(?:[ap]m|:|${month}|of|[-/.]\\d|hours?|minutes?|days?|weeks?))`,
  ([, day, number], today) =>
    Number(number) > 31 || Number(number) < 1
      ? null
      : nextDay(
          today,
          (at) => at.getUTCDay() === weekdayOf(day) && at.getUTCDate() === Number(number),
        ),
);

/** "the 4th", "on the 21st of next month": the next one from tomorrow on. */
const dayOfMonth = reads(
  `(?:(?:on |by |before |until |around )?the )?(\\d{1,2})(?:st|nd|rd|th)(?: (?:of |in )?(?:the )?((?:next|this|current) month)| of (?:the )?month)|(?:on|by|before|until|around|for) the (\\d{1,2})(?:st|nd|rd|th)(?! (?:of |in )?${month})(?! \\p{L}+(?:ing|tion|page|floor)\\b)`,
  ([, number, words = '', bare], today) => {
    const day = Number(number ?? bare);
    if (day < 1 || day > 31) return null;
    if (words) {
      const at = monthFrom(today, words.toLowerCase());
      return Date.UTC(at.year, at.month - 1, day);
    }
    return nextDay(today + dayMs, (at) => at.getUTCDate() === day);
  },
);

const holiday: Parser = reads(
  `(?:(next|this) )?(${holidays.map(([names]) => names.source.replaceAll('s?', "'?s?'?")).join('|')})(?:,? (\\d{4}))?`,
  ([, which, words = '', named], today) => {
    const plain = words.toLowerCase().replace(/'/g, '');
    const known = holidays.find(([names]) => new RegExp(`^(?:${names.source})$`).test(plain));
    if (!known) return null;
    if (named) return dayOfHoliday(known[1], Number(named));
    const { year } = partsOf(today);
    const soon = dayOfHoliday(known[1], year);
    const from = which?.toLowerCase() === 'next' ? iso(today + dayMs) : iso(today);
    return soon < from ? dayOfHoliday(known[1], year + 1) : soon;
  },
);

/** "Wednesday of next week", "Friday after next". */
const weekdayOfWeek = reads(
  `(?:on )?${weekday} (?:of )?(next week|the week after next|this week|after next)`,
  ([, day, words = ''], today) => {
    const monday = today - ((new Date(today).getUTCDay() + 6) % 7) * dayMs;
    const ahead = ((weekdayOf(day) + 6) % 7) * dayMs;
    const week = words.toLowerCase();
    if (week === 'after next') {
      const first = nextDay(today + dayMs, (at) => at.getUTCDay() === weekdayOf(day));
      return first === null ? null : first + 7 * dayMs;
    }
    return monday + ahead + (week === 'next week' ? 7 : week === 'this week' ? 0 : 14) * dayMs;
  },
);

/** "the beginning of May", "mid January", "the middle of next month". */
const partOfMonth = reads(
  `(?:the )?(beginning|start|middle|mid)[ -]?(?:of )?(?:the )?((?:next |this )?month|${month})`,
  ([, part = '', words = ''], today) => {
    const at = monthFrom(today, words.toLowerCase());
    const day = /^mid/i.test(part) ? 15 : 1;
    const found = Date.UTC(at.year, at.month - 1, day);
    return found < today && monthOf(words) > 0 ? Date.UTC(at.year + 1, at.month - 1, day) : found;
  },
);

export function withParsers(parsers: Parser[]): Chrono {
  const made = casual.clone();
  made.parsers.unshift(...parsers);
  return made;
}

export const plain = [
  byMonth,
  lastOfMonth,
  endOf,
  partOfMonth,
  weekdayOfWeek,
  weekdayAndDay,
  dayOfMonth,
  holiday,
];
/** Reads dates that need no other date to be understood. */
export const simple = withParsers(plain);
