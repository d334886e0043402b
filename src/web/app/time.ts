/** Dates as lists show them: short, or relative to now. The long form stays in the tooltip. */
import { dateFormat } from '../../apps/locale.ts';
import type { Format } from '../../apps/value.ts';
import { today } from '../../apps/zone.ts';

const dayMs = 86_400_000;

/** 'YYYY-MM-DD' → "Today", "Nov 20" in this year, "Nov 20, 2025" in another. */
export function shortDate(date: string, now: Date, format: Format): string {
  const current = today(now, format);
  if (date === current) return 'Today';
  const year = date.slice(0, 4) === current.slice(0, 4) ? {} : { year: 'numeric' as const };
  const at = new Date(`${date}T00:00:00Z`);
  return dateFormat(format, { timeZone: 'UTC', month: 'short', day: 'numeric', ...year }).format(
    at,
  );
}

/** A moment → "just now", "5 min ago", "in 2 h", "3 d ago", and a short date beyond a week. */
export function relativeTime(at: Date, now: Date, format: Format): string {
  const minutes = Math.round((now.getTime() - at.getTime()) / 60_000);
  const size = Math.abs(minutes);
  if (size < 1) return 'just now';
  if (size * 60_000 > 7 * dayMs) return shortDate(today(at, format), now, format);
  const text =
    size < 60
      ? `${size} min`
      : size < 1440
        ? `${Math.round(size / 60)} h`
        : `${Math.round(size / 1440)} d`;
  return minutes > 0 ? `${text} ago` : `in ${text}`;
}

/** A moment in full: date and time of the app's place. */
export function fullTime(at: Date, format: Format): string {
  return dateFormat(format, { dateStyle: 'medium', timeStyle: 'short' }).format(at);
}
