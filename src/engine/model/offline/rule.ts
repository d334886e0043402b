/** Rules: "alert when stock is below 10" as a condition on a field of the app. */
import type { Entity, Field, Rule } from '../../../apps/spec.ts';
import type { FactOf } from './draft.ts';
import { dateRule } from './due.ts';
import { stem, toKey } from './word.ts';

/** The rule that an alert asks for; undefined when the app has no field that it could watch. */
export function ruleOf(alert: FactOf<'alert'>, entities: Entity[], at: number): Rule | undefined {
  const base = { id: `r_${at + 1}`, source: alert.source };
  if (alert.date !== undefined)
    return (
      dateRule(alert, entities, base) ?? stateRule({ ...alert, value: alert.text }, entities, base)
    );
  if (alert.op !== 'eq') return threshold(alert, entities, base);
  return stateRule(alert, entities, base) ?? dueRule(alert, entities, base);
}

const signs = {
  lt: 'below',
  lte: 'at or below',
  gt: 'above',
  gte: 'at or above',
  eq: 'at',
} as const;

function threshold(
  alert: FactOf<'alert'>,
  entities: Entity[],
  base: { id: string; source: string },
): Rule | undefined {
  const found = findNumber(alert, entities);
  if (!found) return undefined;
  const { entity, field } = found;
  const value = alert.value === 'low' ? 5 : Number(alert.value);
  return {
    ...base,
    label: `${entity.singular} ${field.label.toLowerCase()} ${signs[alert.op]} ${value}`.slice(
      0,
      80,
    ),
    entity: entity.key,
    on: 'update',
    when: [{ field: field.key, op: alert.op, value }],
    message: `${field.label} is ${signs[alert.op]} ${value}.`,
  };
}

function findNumber(
  alert: FactOf<'alert'>,
  entities: Entity[],
): { entity: Entity; field: Field } | undefined {
  const numeric = (field: Field) => /^(?:integer|decimal|money|percent)$/.test(field.type);
  const pairs = entities.flatMap((entity) =>
    entity.fields.filter(numeric).map((field) => ({ entity, field })),
  );
  const name = stem(alert.field ?? '');
  const words = ` ${stem(`${alert.text} ${alert.source}`)} `;
  return (
    pairs.find(
      ({ entity, field }) =>
        stem(field.label) === name || `${stem(entity.singular)} ${stem(field.label)}` === name,
    ) ??
    pairs.find(({ field }) => ` ${name} `.includes(` ${stem(field.label)} `)) ??
    pairs.find(
      ({ entity, field }) =>
        name === stem(entity.singular) && /stock|quantity|level/.test(field.key),
    ) ??
    pairs.find(({ field }) => words.includes(` ${stem(field.label)} `)) ??
    (/stock|inventory|low|quantity|unit/.test(words)
      ? pairs.find(({ field }) => /stock|quantity|on_hand|units/.test(field.key))
      : undefined)
  );
}

function stateRule(
  alert: FactOf<'alert'>,
  entities: Entity[],
  base: { id: string; source: string },
): Rule | undefined {
  const value = toKey(alert.value, 'none');
  for (const entity of entities) {
    if (
      alert.noun &&
      stem(entity.singular) !== stem(alert.noun) &&
      !stem(alert.noun).endsWith(stem(entity.singular))
    )
      continue;
    for (const field of entity.fields) {
      if (field.type !== 'status') continue;
      const option = field.options.find(
        (candidate) => candidate.key === value || value.includes(candidate.key),
      );
      if (option) {
        return {
          ...base,
          label: `${entity.singular} is ${option.label.toLowerCase()}`.slice(0, 80),
          entity: entity.key,
          on: 'status',
          when: [{ field: field.key, op: 'eq', value: option.key }],
          message: `${entity.singular} is ${option.label.toLowerCase()}.`,
        };
      }
    }
  }
  return undefined;
}

/** "remind me about due dates", "when a new order comes in". */
function dueRule(
  alert: FactOf<'alert'>,
  entities: Entity[],
  base: { id: string; source: string },
): Rule | undefined {
  const words = ` ${stem(alert.text)} `;
  const entity = entities.find((candidate) => words.includes(` ${stem(candidate.singular)} `));
  if (!entity) return undefined;
  const created =
    /\b(?:new|created|added|arrives|comes in|placed|received|books|submitted|register)/i.test(
      alert.text,
    );
  if (!created) return undefined;
  return {
    ...base,
    label: `New ${entity.singular.toLowerCase()}`.slice(0, 80),
    entity: entity.key,
    on: 'create',
    when: [],
    message: `There is a new ${entity.singular.toLowerCase()}.`,
  };
}
