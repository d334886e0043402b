/** The functions of expressions. Each gives null for null, so that a missing result stays missing. */
import { invalid } from '../../errors.ts';
import { dateIn, daysBetween } from './date.ts';

export type Value = null | boolean | number | string | Value[] | { [field: string]: Value };

type Kind = 'text' | 'number' | 'list' | 'any';
type Definition = {
  /** How it is written. */
  usage: string;
  /** Those behind `needed` may be left out; the last one may be repeated with `many`. */
  takes: Kind[];
  needed: number;
  many?: true;
  /** Whether it is called for null too. */
  nulls?: true;
  /** @param args of the kinds that it takes */
  run(...args: never[]): Value;
};

const chars = (text: string) => Array.from(text);
const define = (definition: Definition) => definition;

/** A text that is computed may be as long as a message, not as long as memory. */
export const longestComputed = 100_000;

/** Before it is made. @throws INVALID */
function fits(length: number, name: string): void {
  if (length > longestComputed)
    throw invalid(
      `What ${name} makes is longer than ${longestComputed.toLocaleString('en')} characters.`,
    );
}

/** By name in capitals. */
export const functions: Readonly<Record<string, Definition>> = {
  UPPER: define({
    usage: 'UPPER(text)',
    takes: ['text'],
    needed: 1,
    run: (text: string) => text.toUpperCase(),
  }),
  LOWER: define({
    usage: 'LOWER(text)',
    takes: ['text'],
    needed: 1,
    run: (text: string) => text.toLowerCase(),
  }),
  TRIM: define({
    usage: 'TRIM(text)',
    takes: ['text'],
    needed: 1,
    run: (text: string) => text.trim(),
  }),
  LENGTH: define({
    usage: 'LENGTH(text or list)',
    takes: ['any'],
    needed: 1,
    run: (of: Value) =>
      typeof of === 'string' ? chars(of).length : Array.isArray(of) ? of.length : null,
  }),
  LEFT: define({
    usage: 'LEFT(text, count)',
    takes: ['text', 'number'],
    needed: 2,
    run: (text: string, count: number) => chars(text).slice(0, Math.max(0, count)).join(''),
  }),
  RIGHT: define({
    usage: 'RIGHT(text, count)',
    takes: ['text', 'number'],
    needed: 2,
    run: (text: string, count: number) =>
      count > 0 ? chars(text).slice(-Math.floor(count)).join('') : '',
  }),
  MID: define({
    usage: 'MID(text, from, count)',
    takes: ['text', 'number', 'number'],
    needed: 2,
    run: (text: string, from: number, count?: number) => {
      const start = Math.max(0, Math.floor(from) - 1);
      return chars(text)
        .slice(start, count === undefined ? undefined : start + Math.max(0, count))
        .join('');
    },
  }),
  REPLACE: define({
    usage: 'REPLACE(text, what, by)',
    takes: ['text', 'text', 'text'],
    needed: 3,
    // Split and join, because "$&" has no meaning of its own here.
    run: (text: string, what: string, by: string) => {
      if (what === '') return text;
      const parts = text.split(what);
      fits(text.length + (parts.length - 1) * by.length, 'REPLACE');
      return parts.join(by);
    },
  }),
  SPLIT: define({
    usage: 'SPLIT(text, separator)',
    takes: ['text', 'text'],
    needed: 2,
    run: (text: string, separator: string) =>
      separator === '' ? chars(text) : text.split(separator),
  }),
  JOIN: define({
    usage: 'JOIN(list, separator)',
    takes: ['list', 'text'],
    needed: 2,
    run: (list: Value[], separator: string) => {
      fits(list.length * separator.length, 'JOIN');
      let length = 0;
      const parts = list.map((item) => {
        const text = textOf(item);
        length += text.length;
        fits(length, 'JOIN');
        return text;
      });
      return parts.join(separator);
    },
  }),
  TEXT: define({
    usage: 'TEXT(value)',
    takes: ['any'],
    needed: 1,
    nulls: true,
    run: (value: Value) => textOf(value),
  }),
  NUMBER: define({
    usage: 'NUMBER(text)',
    takes: ['any'],
    needed: 1,
    run: (of: Value) => (typeof of === 'number' ? of : numberOf(textOf(of))),
  }),
  DATE: define({
    usage: 'DATE(text)',
    takes: ['text'],
    needed: 1,
    run: (text: string) => dateIn(text),
  }),
  DAYS: define({
    usage: 'DAYS(from, to)',
    takes: ['text', 'text'],
    needed: 2,
    run: (from: string, to: string) => daysBetween(from, to),
  }),
  ROUND: define({
    usage: 'ROUND(number, digits)',
    takes: ['number', 'number'],
    needed: 1,
    run: (value: number, digits = 0) => {
      const size = String(Math.abs(value));
      if (size.includes('e')) return Math.abs(value) < 1 ? 0 : value;
      const places = Math.min(10, Math.max(0, Math.floor(digits)));
      // By exponent, since 1.005 × 100 is less than 100.5.
      return Number(`${Math.sign(value) * Math.round(Number(`${size}e${places}`))}e-${places}`);
    },
  }),
  ABS: define({
    usage: 'ABS(number)',
    takes: ['number'],
    needed: 1,
    run: (value: number) => Math.abs(value),
  }),
  MIN: define({
    usage: 'MIN(number, …)',
    takes: ['number'],
    needed: 1,
    many: true,
    run: (...all: number[]) => Math.min(...all),
  }),
  MAX: define({
    usage: 'MAX(number, …)',
    takes: ['number'],
    needed: 1,
    many: true,
    run: (...all: number[]) => Math.max(...all),
  }),
  COALESCE: define({
    usage: 'COALESCE(value, …)',
    takes: ['any'],
    needed: 1,
    many: true,
    nulls: true,
    run: (...all: Value[]) => all.find((value) => value !== null) ?? null,
  }),
};

/** As it stands in a text: nothing for null, JSON for lists and records. */
export function textOf(value: Value): string {
  if (value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Null where there is none. */
function numberOf(text: string): number | null {
  const plain = text.trim();
  return /^[+-]?\d{1,15}(?:\.\d{1,15})?$/.test(plain) ? Number(plain) : null;
}
