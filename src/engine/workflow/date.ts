/**
 * Dates in expressions: texts "2026-12-01", which are in order as they stand. Only what means one day everywhere is read,
 * whatever the place: 12/01/2026 is none.
 */
import { isDate } from '../../apps/zone.ts';

const months = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const month = '(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\\.?';
const day = '(\\d{1,2})(?:st|nd|rd|th)?\\.?';
const dayFirst = new RegExp(`^${day} ${month},? (\\d{4})$`, 'i');
const monthFirst = new RegExp(`^${month} ${day},? (\\d{4})$`, 'i');
const iso = /^\d{4}-\d{2}-\d{2}(?=$|[T ]\d{2}:\d{2})/;

/** "2026-12-01" of that, of "2026-12-01 09:00", "1 December 2026" and "Dec 1, 2026"; null of anything else. */
export function dateIn(text: string): string | null {
  const plain = text.trim().replace(/\s+/g, ' ');
  const [found] = iso.exec(plain) ?? [];
  if (found) return isDate(found) ? found : null;
  const words = dayFirst.exec(plain);
  if (words) return dateOf(words[3], words[2], words[1]);
  const turned = monthFirst.exec(plain);
  return turned ? dateOf(turned[3], turned[1], turned[2]) : null;
}

function dateOf(year = '', name = '', of = ''): string | null {
  const at = months.indexOf(name.slice(0, 3).toLowerCase()) + 1;
  const date = `${year}-${String(at).padStart(2, '0')}-${of.padStart(2, '0')}`;
  return isDate(date) ? date : null;
}

/** Whole days from one to the other, less than 0 when the second is earlier; null where one is no date. */
export function daysBetween(from: string, to: string): number | null {
  const [first, second] = [dateIn(from), dateIn(to)];
  if (first === null || second === null) return null;
  return Math.round((Date.parse(second) - Date.parse(first)) / 86_400_000);
}

/** Whether a text is written so that texts of its kind are in the order of time. */
export const isOrderedDate = (text: string): boolean => iso.test(text) && dateIn(text) !== null;
