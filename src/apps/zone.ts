/** Clock times of a time zone as instants, and back. */
import type { Format } from './link.ts';
import { safeZone } from './locale.ts';

const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(timezone: string): Intl.DateTimeFormat {
  const zone = safeZone(timezone);
  const found = clocks.get(zone);
  if (found) return found;
  const made = new Intl.DateTimeFormat('en-US-u-nu-latn', {
    ...{ timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit' },
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit' },
  });
  clocks.set(zone, made);
  return made;
}

/** The wall clock of an instant: '2026-11-20T14:05:00'. */
export function wallClock(at: Date, app: Pick<Format, 'timezone'>): string {
  const parts = new Map(
    clockOf(app.timezone)
      .formatToParts(at)
      .map((part) => [part.type, part.value]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? '00';
  return `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}:${part('second')}`;
}

/** Today's date there: 'YYYY-MM-DD'. */
export const today = (now: Date, app: Pick<Format, 'timezone'>): string =>
  wallClock(now, app).slice(0, 10);

/** The instant at which clocks there show `wall` ('YYYY-MM-DDTHH:MM[:SS]'); in a gap, the time after it. */
export function instantOf(wall: string, app: Pick<Format, 'timezone'>): Date {
  const asUtc = Date.parse(`${wall}Z`);
  const offsetAt = (ms: number) =>
    Date.parse(`${wallClock(new Date(ms), app)}Z`) - Math.floor(ms / 1000) * 1000;
  const first = asUtc - offsetAt(asUtc);
  // The offset may differ between the guess and the answer, around a change of the clocks.
  return new Date(asUtc - offsetAt(first));
}

/** The date `days` later, or earlier when negative. */
export function addDays(date: string, days: number): string {
  const at = new Date(`${date}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}

/** Whether 'YYYY-MM-DD' is a day of the calendar between the years 1000 and 9999. */
export function isDate(text: string): boolean {
  if (!/^[1-9]\d{3}-\d{2}-\d{2}$/.test(text)) return false;
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}
