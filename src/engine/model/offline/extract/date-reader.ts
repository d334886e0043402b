/** Dates that are counted from another one: "3 days from Tuesday", "the first Monday after Christmas". */
import type { Parser } from 'chrono-node';
import {
  dayMs,
  nextDay,
  partsOf,
  plain,
  reads,
  simple,
  weekday,
  weekdayOf,
  withParsers,
} from './date-parsers.ts';

/** "3 Fridays from now". */
const weekdaysFromNow = reads(
  `(\\d{1,2}|an?|one) ${weekday}s? (?:from now|hence)`,
  ([, n, day], today) => {
    const first = nextDay(today + dayMs, (at) => at.getUTCDay() === weekdayOf(day));
    return first === null ? null : first + ((Number(n) || 1) - 1) * 7 * dayMs;
  },
);

/** "the first Monday after Christmas". */
const nthAfter: Parser = {
  pattern: () =>
    new RegExp(
      `(?<![\\w/-])(?:the )?(?:(\\d{1,2})(?:st|nd|rd|th) )?${weekday} (after|before) (?=([^.!?;\\n]{3,40}))`,
      'i',
    ),
  extract: (context, match) => {
    const [whole, n, day, way = '', rest = ''] = match;
    const [inner] = simple.parse(rest, context.reference, { forwardDate: true });
    if (inner?.index !== 0 || !inner.start.isCertain('day')) return null;
    const step = way.toLowerCase() === 'before' ? -dayMs : dayMs;
    let at = Math.floor(inner.start.date().getTime() / dayMs) * dayMs + step;
    while (new Date(at).getUTCDay() !== weekdayOf(day)) at += step;
    const found = at + ((Number(n) || 1) - 1) * 7 * step;
    return context.createParsingResult(match.index ?? 0, whole + inner.text, partsOf(found));
  },
};

/** "3 days from Tuesday", "a week before Christmas", "the day after tomorrow". */
const fromAnother: Parser = {
  pattern: () =>
    /(?<![\w/-])(?:in )?(?:(\d{1,3}|an?|one|the) )?(day|week|month)s? (from|after|before) (?!now\b|that\b|this\b)(?=([^.!?;\n]{3,40}))/i,
  extract: (context, match) => {
    const [whole, n, unit = '', way = '', rest = ''] = match;
    const [inner] = simple.parse(rest, context.reference, { forwardDate: true });
    if (!inner || inner.index > 4 || !/^(?:the )?$/.test(rest.slice(0, inner.index))) return null;
    const count = (Number(n) || 1) * (way.toLowerCase() === 'before' ? -1 : 1);
    const at = new Date(Math.floor(inner.start.date().getTime() / dayMs) * dayMs);
    if (unit.toLowerCase() === 'month') at.setUTCMonth(at.getUTCMonth() + count);
    else at.setUTCDate(at.getUTCDate() + count * (unit.toLowerCase() === 'week' ? 7 : 1));
    const text = whole + rest.slice(0, inner.index + inner.text.length);
    return context.createParsingResult(match.index ?? 0, text, partsOf(at.getTime()));
  },
};

/** "the Monday closest to Oct 5th", "the closest Monday to Oct 5th". */
const closest: Parser = {
  pattern: () =>
    new RegExp(`(?:the )?(?:closest|nearest) ${weekday} to (?=([^.!?;\\n]{3,40}))`, 'i'),
  extract: (context, match) => {
    const [whole, day, rest = ''] = match;
    const [inner] = simple.parse(rest, context.reference, { forwardDate: true });
    if (inner?.index !== 0) return null;
    const at = Math.floor(inner.start.date().getTime() / dayMs) * dayMs;
    const found = [0, -1, 1, -2, 2, -3, 3].find(
      (days) => new Date(at + days * dayMs).getUTCDay() === weekdayOf(day),
    );
    return context.createParsingResult(
      match.index ?? 0,
      whole + inner.text,
      partsOf(at + (found ?? 0) * dayMs),
    );
  },
};

/** Reads days and times out of English text; clock times are handed in and given back as if they were UTC. */
export const dateReader = withParsers([fromAnother, nthAfter, closest, weekdaysFromNow, ...plain]);
