/** Intl formatters of an app, made once: making one costs more than a whole page's printing. */
import type { Format } from './link.ts';

const kept = new Map<string, unknown>();

function once<T>(key: string, make: () => T): T {
  const found = kept.get(key);
  if (found !== undefined) return found as T;
  // Keys come from specs, which anybody may write: the store must not grow without end.
  if (kept.size > 2000) kept.clear();
  const made = make();
  kept.set(key, made);
  return made;
}

/** The locale, or American English where the runtime does not know it. */
export function safeLocale(locale: string): string {
  return once(`locale ${locale}`, () => {
    try {
      return new Intl.NumberFormat(locale).resolvedOptions().locale;
    } catch {
      return 'en-US';
    }
  });
}

/** The time zone, or UTC where the runtime does not know it. */
export function safeZone(timezone: string): string {
  return once(`zone ${timezone}`, () => {
    try {
      new Intl.DateTimeFormat('en', { timeZone: timezone });
      // "+02:00" is a zone to Intl, but to Postgres the sign means the opposite.
      return /^[A-Za-z]/.test(timezone) ? timezone : 'UTC';
    } catch {
      return 'UTC';
    }
  });
}

export function numberFormat(app: Format, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const locale = safeLocale(app.locale);
  return once(
    `number ${locale} ${JSON.stringify(options)}`,
    () => new Intl.NumberFormat(locale, options),
  );
}

/** In the app's own time zone unless `options` names another. */
export function dateFormat(app: Format, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const locale = safeLocale(app.locale);
  const all = { timeZone: safeZone(app.timezone), ...options };
  return once(`date ${locale} ${JSON.stringify(all)}`, () => new Intl.DateTimeFormat(locale, all));
}

/** The marks that part decimals and thousands: "." and "," in English, "," and "." in German. */
export function numberMarks(app: Format): { decimal: string; group: string } {
  const locale = safeLocale(app.locale);
  return once(`marks ${locale}`, () => {
    const parts = new Intl.NumberFormat(locale).formatToParts(1234567.8);
    const mark = (type: string, otherwise: string) =>
      parts.find((part) => part.type === type)?.value ?? otherwise;
    return { decimal: mark('decimal', '.'), group: mark('group', ',') };
  });
}

/** The order in which the locale writes a date's numbers: "mdy", "dmy" or "ymd". */
export function dateOrder(app: Format): string {
  const locale = safeLocale(app.locale);
  return once(`order ${locale}`, () =>
    new Intl.DateTimeFormat(locale, { year: 'numeric', month: 'numeric', day: 'numeric' })
      .formatToParts(new Date(0))
      .flatMap((part) =>
        ['day', 'month', 'year'].includes(part.type) ? [part.type.charAt(0)] : [],
      )
      .join(''),
  );
}
