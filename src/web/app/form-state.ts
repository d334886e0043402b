/** What a form holds between showing and saving: typed values, picked links, what it showed when it was opened. */
import type { Input } from '../../apps/record.ts';
import type { Row } from '../../apps/row.ts';
import type { Entity, Field } from '../../apps/spec.ts';
import { inputValue, type Link, parseValue } from '../../apps/value.ts';
import { today } from '../../apps/zone.ts';
import { isDue } from './cell.tsx';
import { type Pick, readPick, titled } from './picker-state.ts';
import { type Context, single } from './request.ts';

export type FormState = {
  /** As typed, by field key; links are in `picks`. */
  values: Record<string, string | string[]>;
  picks: Record<string, Pick>;
  /** Words typed into pickers that named no single record. */
  texts: Record<string, string>;
  errors: Record<string, string>;
  /** Set when an existing record is edited. */
  version?: number | undefined;
  /** Values the person saw when the form was opened; a change is judged against these. */
  seen?: Input | undefined;
};

/** The fields of a form. A new record starts in its initial status, so that one is not asked. */
export function formFields(entity: Entity, isNew: boolean): Field[] {
  return isNew ? entity.fields.filter((field) => field.type !== 'status') : entity.fields;
}

/** A form for a new record, filled from the address: `?customer=12&device=iPhone`. */
export async function emptyForm(context: Context, entity: Entity): Promise<FormState> {
  const values: FormState['values'] = {};
  const picks: FormState['picks'] = {};
  for (const field of formFields(entity, true)) {
    const given = context.request.query.getAll(field.key);
    if (field.type === 'relation')
      picks[field.key] = { links: await titled(context, field.to, given), matches: [] };
    else values[field.key] = given[0]?.slice(0, 1000) ?? usualValue(context, field);
  }
  return { values, picks, texts: {}, errors: {} };
}

/** Things that are written down on the day they happen start with that day. */
function usualValue({ now, app }: Context, field: Field): string {
  const happens =
    field.type === 'date' && field.required && !isDue(field) && !/birth/i.test(field.label);
  return happens ? today(now, app.spec) : '';
}

/** A form that shows a record as it is. */
export function recordForm(context: Context, entity: Entity, row: Row): FormState {
  const values: FormState['values'] = {};
  const picks: FormState['picks'] = {};
  const seen: Input = {};
  for (const field of entity.fields) {
    const value = row.values[field.key] ?? null;
    const typed = inputValue(field, value, context.app.spec);
    seen[field.key] = typed;
    if (field.type === 'relation') picks[field.key] = { links: linksOf(value), matches: [] };
    else values[field.key] = typed;
  }
  return { values, picks, texts: {}, errors: {}, version: row.version, seen };
}

const linksOf = (value: unknown): Link[] =>
  Array.isArray(value) ? value : value && typeof value === 'object' ? [value as Link] : [];

/** What was sent: the state to show again, and the input to save. */
export async function readForm(
  context: Context,
  entity: Entity,
  isNew: boolean,
): Promise<{ state: FormState; input: Input; isUnclear: boolean }> {
  const { body } = context.request;
  const state: FormState = { values: {}, picks: {}, texts: {}, errors: {} };
  const input: Input = {};
  for (const field of formFields(entity, isNew)) {
    if (field.type === 'relation') {
      const pick = await readPick(context, field, body, field.key);
      state.picks[field.key] = pick;
      if (pick.error) {
        state.errors[field.key] = pick.error;
        state.texts[field.key] = single(body[`${field.key}.text`]);
      }
      const ids = pick.links.map((link) => link.id);
      input[field.key] = field.many ? ids : (ids[0] ?? '');
    } else {
      // A status without a choice, or a field that this form did not show, stays as it is.
      if (body[field.key] === undefined && field.type !== 'boolean') continue;
      const typed =
        field.type === 'boolean' && body[field.key] === undefined
          ? 'false'
          : single(body[field.key]);
      state.values[field.key] = typed;
      input[field.key] = typed;
    }
  }
  if (!isNew) {
    state.version = Number.parseInt(single(body['_version']), 10) || 0;
    state.seen = readSeen(single(body['_seen']));
    takeTheirs(state, input, body);
  }
  const isUnclear = Object.keys(state.errors).length > 0;
  // Nothing is saved until the links are clear, but all problems are named at once.
  if (isUnclear) Object.assign(state.errors, problemsOf(context, entity, input));
  return { state, input, isUnclear };
}

function problemsOf({ app, now }: Context, entity: Entity, input: Input): Record<string, string> {
  const problems: Record<string, string> = {};
  for (const field of entity.fields) {
    if (field.type === 'relation' || !(field.key in input)) continue;
    const parsed = parseValue(field, input[field.key], app.spec, now);
    if (!parsed.ok) problems[field.key] = parsed.message;
  }
  return problems;
}

/** After a conflict each field has a choice: keep mine, or take what the record holds now. */
function takeTheirs(state: FormState, input: Input, body: Input): void {
  for (const key of Object.keys(input)) {
    if (single(body[`${key}.keep`]) !== 'theirs' || state.seen === undefined) continue;
    const theirs = state.seen[key];
    input[key] = theirs;
    if (state.values[key] !== undefined && theirs !== undefined) state.values[key] = theirs;
  }
}

function readSeen(text: string): Input | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null) return undefined;
    return Object.fromEntries(
      Object.entries(parsed).filter(
        (entry): entry is [string, string | string[]] =>
          typeof entry[1] === 'string' || Array.isArray(entry[1]),
      ),
    );
  } catch {
    return undefined;
  }
}
