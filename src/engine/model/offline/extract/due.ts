/** When something is due, as people say it: one date out of a sentence, in the person's time zone. */
import type { ParsedResult } from 'chrono-node';
import { instantOf, wallClock } from '../../../../apps/zone.ts';
import type { Context, Due } from '../../model.ts';
import { dateReader } from './date-reader.ts';
import { dateRewrites } from './date-words.ts';
import { originalOf, rewrite } from './rewrite.ts';

type Clock = Pick<Context, 'now' | 'timezone'>;
/** Longer texts are read up to here. */
const readLimit = 2_000;

/** What announces a deadline; a date behind one of these is meant before any other. */
const announced =
  /\b(?:by|due|deadline|until|till|before|no later than|not later than|latest|on or before|in time for|ready for)\b[^.;\n]{0,24}$/i;
/** The same where it is a part of the date: "by the 3rd". */
const announcing = /^(?:by|until|till|before|no later than|not later than)\b/i;
/** Dates that tell of something else: how long ago, or since when. */
const elsewhere = /\b(?:since|last|past|previous|ago|as of|dated|from)\s+(?:the\s+)?$/i;

/** The date that a text names, or undefined. Past days are none: what is due lies ahead. */
export function readDue(text: string, clock: Clock): Due | undefined {
  const original = text.slice(0, readLimit);
  const rewritten = rewrite(original, dateRewrites);
  const wall = new Date(`${wallClock(clock.now, clock)}Z`);
  const found = parse(rewritten.text, wall).filter(
    ({ index }) => !elsewhere.test(rewritten.text.slice(0, index)),
  );
  const chosen =
    found.find(
      ({ index, text: said }) =>
        announcing.test(said) || announced.test(rewritten.text.slice(0, index)),
    ) ?? found[0];
  if (!chosen) return undefined;
  const { index } = chosen;
  return {
    text: originalOf(original, rewritten, index, index + chosen.text.length),
    ...momentOf(chosen, clock),
  };
}

function parse(text: string, wall: Date): ParsedResult[] {
  const today = wall.toISOString().slice(0, 10);
  const reference = { instant: wall, timezone: 'UTC' };
  const bare = /^\s*(?:at )?([01]?\d|2[0-3])\s*$/.exec(text);
  const read = bare ? `at ${bare[1]}:00` : text;
  return dateReader
    .parse(read, reference, { forwardDate: true })
    .filter((result) => isDay(result) && result.start.date().toISOString().slice(0, 10) >= today);
}

/** "May" in a sentence, or a number that happens to look like a year, is no date. */
function isDay({ start, text }: ParsedResult): boolean {
  if (/^(?:may|march|sun|sat|mar|second)$/i.test(text.trim())) return false;
  return (
    start.isCertain('day') ||
    start.isCertain('weekday') ||
    start.isCertain('hour') ||
    start.isCertain('month')
  );
}

function momentOf({ start }: ParsedResult, clock: Clock): Omit<Due, 'text'> {
  const at = laterToday(start, clock).toISOString();
  const date = at.slice(0, 10);
  const time = start.isCertain('hour') ? at.slice(11, 16) : undefined;
  return {
    date,
    ...(time ? { time } : {}),
    at: instantOf(`${date}T${time ?? '23:59'}`, clock),
  };
}

/** "At 3:20", said at five in the morning, is in the afternoon and not tomorrow. */
function laterToday(start: ParsedResult['start'], clock: Clock): Date {
  const at = start.date();
  const isBare = start.isCertain('hour') && !start.isCertain('meridiem');
  if (!isBare || start.isCertain('day') || start.isCertain('weekday')) return at;
  const wall = new Date(`${wallClock(clock.now, clock)}Z`).getTime();
  const sooner = at.getTime() - 12 * 3_600_000;
  return sooner > wall && sooner < at.getTime() && at.getUTCHours() < 12 ? new Date(sooner) : at;
}
