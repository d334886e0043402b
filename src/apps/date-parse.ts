/** Dates and times as people write them in the app's locale; ISO is always read. */
import { parse as parseWords } from 'chrono-node';
import type { Format } from './link.ts';
import { dateOrder } from './locale.ts';
import { instantOf, isDate, wallClock } from './zone.ts';

/** 'YYYY-MM-DD', or undefined when it is no date. */
export function parseDate(raw: string, app: Format, now: Date): string | undefined {
  const text = raw.trim();
  const iso = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?$/.exec(text);
  if (iso) return dateOf(iso[1], iso[2], iso[3]);
  const numbers = /^(\d{1,2})[-/. ](\d{1,2})[-/. ]{1,2}(\d{4}|\d{2})\.?$/.exec(text);
  if (numbers) {
    const [, first, second, year] = numbers;
    return dateOrder(app) === 'mdy' ? dateOf(year, first, second) : dateOf(year, second, first);
  }
  return inWords(text, app, now)?.slice(0, 10);
}

/** An ISO instant; without an offset it is read in the app's time zone. */
export function parseDatetime(raw: string, app: Format, now: Date): string | undefined {
  const text = raw.trim();
  if (/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})$/.test(text)) {
    const at = new Date(text);
    return isDate(text.slice(0, 10)) && !Number.isNaN(at.getTime()) ? at.toISOString() : undefined;
  }
  const split =
    /^(.+?)(?:(?<=\d)T|,?\s+(?:at\s+)?)(\d{1,2}(?:[:.h]\d{2}(?::\d{2}(?:\.\d+)?)?)?\s*(?:[ap]\.?\s?m\.?)?)$/i.exec(
      text,
    );
  const time = split?.[2]
    ? parseTime(split[2].replace(/\.\d+$/, (tail) => (split[2]?.includes(':') ? '' : tail)))
    : undefined;
  const day = time && split?.[1] ? parseDate(split[1], app, now) : undefined;
  if (day && time) return instantOf(`${day}T${time}`, app).toISOString();
  const date = /\p{L}/u.test(text) ? undefined : parseDate(text, app, now);
  if (date) return instantOf(`${date}T00:00`, app).toISOString();
  const wall = inWords(text, app, now);
  return wall ? instantOf(wall, app).toISOString() : undefined;
}

/** 'HH:MM' from "17:30", "5pm", "5.30 p.m.", "17h30". */
export function parseTime(raw: string): string | undefined {
  const match = /^(\d{1,2})(?:[:.h](\d{2})(?::\d{2})?)?\s*(?:([ap])\.?\s?m\.?)?$/i.exec(raw.trim());
  if (!match) return undefined;
  const [, hours = '', minutes = '00', half] = match;
  let hour = Number(hours);
  if (half) {
    if (hour < 1 || hour > 12) return undefined;
    hour = (hour % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
  } else if (match[2] === undefined) return undefined;
  if (hour > 23 || Number(minutes) > 59) return undefined;
  return `${String(hour).padStart(2, '0')}:${minutes}`;
}

function dateOf(year = '', month = '', day = ''): string | undefined {
  const century = Number(year) >= 70 ? '19' : '20';
  const full = year.length === 2 ? `${century}${year}` : year;
  const text = `${full}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return isDate(text) ? text : undefined;
}

/** "tomorrow", "Nov 20 at 5pm": the whole text must be a date, or "may" in a sentence would be one. */
function inWords(text: string, app: Format, now: Date): string | undefined {
  if (text.length > 60 || !/\p{L}/u.test(text)) return undefined;
  // The parser knows the server's zone only: it is given the app's wall clock as if it were UTC.
  const reference = { instant: new Date(`${wallClock(now, app)}Z`), timezone: 'UTC' };
  const [found, ...more] = parseWords(text, reference, { forwardDate: false });
  if (!found || more.length > 0 || found.text.length < text.length) return undefined;
  const at = found.start.date().toISOString();
  const wall = found.start.isCertain('hour') ? at.slice(0, 16) : `${at.slice(0, 10)}T00:00`;
  return isDate(wall.slice(0, 10)) ? wall : undefined;
}
