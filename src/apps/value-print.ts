/** Values for people and for a form's inputs. */
import { isMany } from './column.ts';
import type { Format, Link, Value } from './link.ts';
import { dateFormat, numberFormat, safeLocale } from './locale.ts';
import type { Field } from './spec.ts';
import { isDate, wallClock } from './zone.ts';

/** "$1,234.50", "Nov 20, 2026", the label of an option, titles of links; '' for nothing. */
export function printValue(field: Field, value: Value, app: Format): string {
  if (value === null || value === '') return '';
  if (typeof value === 'object')
    return linksOf(value)
      .map((link) => link.title)
      .join(', ');
  switch (field.type) {
    case 'money':
      return printMoney(String(value), app);
    case 'percent':
      return `${printNumber(String(value), app)}${/^(en|zh|ja|ko|it|pt)/.test(safeLocale(app.locale)) ? '' : '\u00a0'}%`;
    case 'integer':
    case 'decimal':
      return printNumber(String(value), app);
    case 'boolean':
      return value ? 'Yes' : 'No';
    case 'choice':
    case 'status':
      return field.options.find((option) => option.key === value)?.label ?? String(value);
    case 'date': {
      const text = String(value);
      // A day has no time zone: printed as the UTC day that it is read as.
      return isDate(text)
        ? dateFormat(app, { dateStyle: 'medium', timeZone: 'UTC' }).format(
            new Date(`${text}T00:00:00Z`),
          )
        : text;
    }
    case 'datetime': {
      const at = new Date(String(value));
      return Number.isNaN(at.getTime())
        ? String(value)
        : dateFormat(app, { dateStyle: 'medium', timeStyle: 'short' }).format(at);
    }
    case 'time': {
      const at = new Date(`1970-01-01T${String(value)}:00Z`);
      return Number.isNaN(at.getTime())
        ? String(value)
        : dateFormat(app, { timeStyle: 'short', timeZone: 'UTC' }).format(at);
    }
    default:
      return String(value);
  }
}

/** @param number plain, as Postgres gives it; Intl takes the text itself, so nothing is rounded on the way */
export function printMoney(number: string, app: Format): string {
  return numberFormat(app, { style: 'currency', currency: app.currency }).format(exact(number));
}

export function printNumber(number: string, app: Format, places = 10): string {
  return numberFormat(app, { maximumFractionDigits: places }).format(exact(number));
}

/** Intl formats decimal strings exactly; its types know numbers only before ES2023's Intl.NumberFormat v3. */
const exact = (number: string): Intl.StringNumericLiteral | number =>
  /^-?\d+(?:\.\d+)?$/.test(number) ? (number as Intl.StringNumericLiteral) : Number(number);

/**
 * The value for `<input value>`: ISO dates, plain numbers, ids of links. A datetime is the wall
 * clock of the app's time zone ('YYYY-MM-DDTHH:MM') where `app` is given, else ISO in UTC.
 */
export function inputValue(
  field: Field,
  value: Value,
  app?: Pick<Format, 'timezone'>,
): string | string[] {
  if (isMany(field))
    return value !== null && typeof value === 'object' ? linksOf(value).map((link) => link.id) : [];
  if (value === null) return '';
  if (typeof value === 'object') return linksOf(value)[0]?.id ?? '';
  if (field.type === 'datetime' && app) return wallClock(new Date(String(value)), app).slice(0, 16);
  return String(value);
}

export const linksOf = (value: Link | Link[]): Link[] => (Array.isArray(value) ? value : [value]);
