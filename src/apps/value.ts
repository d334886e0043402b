/** One place that knows how the values of records look: parsed from what people write, printed for people. */
import type { AppSpec, Field } from './spec.ts';

/** A linked record: its id and the words that name it. */
export type Link = { id: string; title: string };

/**
 * A field's value as the runtime hands it out. date 'YYYY-MM-DD', datetime ISO string in UTC,
 * time 'HH:MM', money/decimal/percent as the text Postgres gives ("12.50"), integer a number,
 * relation a Link (many: Link[]), choice and status the option's key.
 */
export type Value = string | number | boolean | null | Link | Link[];

/** A value as it is stored: a relation is an id, or ids where there may be many. */
export type Stored = string | number | boolean | null | string[];

/** What printing and reading depend on; an AppSpec is one. */
export type Format = Pick<AppSpec, 'locale' | 'currency' | 'timezone'>;

export type Parsed = { ok: true; value: Stored } | { ok: false; message: string };

/** Reads what a person wrote into `field`. The message says what to write instead. */
export function parseValue(_field: Field, _raw: string | string[] | undefined, _app: Format): Parsed {
  throw new Error('not written yet');
}

/** The value for people: "$1,234.50", "Nov 20, 2026", the label of an option, titles of links. */
export function printValue(_field: Field, _value: Value, _app: Format): string {
  throw new Error('not written yet');
}

/** The value for a form's input: ISO dates, plain numbers, ids of links. */
export function inputValue(_field: Field, _value: Value, _app?: Format): string | string[] {
  throw new Error('not written yet');
}
