/** What a value is, in the runtime and in the database. */
import type { AppSpec } from './spec.ts';

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
