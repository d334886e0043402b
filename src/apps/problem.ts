/** Errors of the database that the person who saved can do something about, as what a save answers. */
import type { App } from './app.ts';
import { columnFields, columnName, linkTableName, manyFields, oneFields } from './column.ts';
import { ownName } from './identifier.ts';
import type { Saved } from './record.ts';
import { sqlState } from './session.ts';
import type { Entity, Field, FieldOf } from './spec.ts';
import { refusedMove, refusedStart } from './workflow-schema.ts';

const invalidIn = (field: string, message: string): Saved => ({
  kind: 'invalid',
  errors: { [field]: message },
});

/** Undefined for errors that are ours to repair, not theirs. */
export function problemOf(app: App, entity: Entity, error: unknown): Saved | undefined {
  const state = sqlState(error);
  if (state === undefined) return undefined;
  const name = detail(error, 'constraint_name');
  switch (state) {
    case '23505': {
      const field = columnFields(entity).find(
        (each) => ownName('unique', entity.key, each.key) === name,
      );
      return field && invalidIn(field.key, takenMessage(entity, field));
    }
    case '23503': {
      const field =
        oneFields(entity).find((each) => ownName('fk', entity.key, each.key) === name) ??
        manyFields(entity).find(
          (each) => ownName('fk', linkTableName(entity, each), 'to') === name,
        );
      return field && invalidIn(field.key, goneMessage(field));
    }
    case '23502': {
      const field = columnFields(entity).find(
        (each) => columnName(entity, each) === detail(error, 'column_name'),
      );
      return field && invalidIn(field.key, `${field.label} is required.`);
    }
    case refusedMove:
    case refusedStart:
      return {
        kind: 'refused',
        message: 'The workflow does not allow this status here. Reload to see the current one.',
        allowed: [],
      };
    // Out of range, not a number, breaks a check: stopped before in every case we know of.
    case '22001':
    case '22003':
    case '22007':
    case '22008':
    case '22P02':
    case '23514':
    case '54000':
      return invalidIn(
        '',
        `The database of ${app.spec.name} cannot keep one of these values. Shorten or correct it.`,
      );
    default:
      return undefined;
  }
}

const detail = (error: unknown, name: string): unknown =>
  error instanceof Error ? (error as Error & Record<string, unknown>)[name] : undefined;

const lower = (label: string): string =>
  /^\p{Lu}\p{Lu}/u.test(label) ? label : label.charAt(0).toLowerCase() + label.slice(1);

const takenMessage = (entity: Entity, field: Field): string =>
  `Another ${lower(entity.singular)} already has this ${lower(field.label)}.`;

export const goneMessage = (field: Field): string =>
  `This ${lower(field.label)} no longer exists. Choose another.`;

/** The answer to a forbidden move, with the moves that are open. */
export function refusedFrom(
  entity: Entity,
  field: FieldOf<'status'>,
  from: string | undefined,
  to: string,
): Saved {
  const label = (key: string) => field.options.find((option) => option.key === key)?.label ?? key;
  const open =
    from === undefined
      ? [field.initial]
      : (field.options.find((option) => option.key === from)?.next ?? []);
  const message =
    from === undefined
      ? `A new ${lower(entity.singular)} starts as "${label(field.initial)}".`
      : `A ${lower(entity.singular)} that is "${label(from)}" cannot become "${label(to)}".`;
  return { kind: 'refused', message, allowed: open.map((key) => ({ key, label: label(key) })) };
}
