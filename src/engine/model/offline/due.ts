/** Rules on dates: "alert when a rental is overdue", "warn me 30 days before a contract ends". */
import type { Entity, Field, Rule } from '../../../apps/spec.ts';
import type { FactOf } from './draft.ts';
import { stem } from './word.ts';

const dueNames = /(?:^|_)(?:due|deadline|return_by|back_by)(?:_|$)|^due/;
const endNames =
  /(?:^|_)(?:end|ends|expir\w*|valid_to|valid_until|until|renewal|best_before|use_by|return|closing|target|finish)(?:_|$)/;
/** What says that nothing is owed any more. */
const settled =
  /^(?:done|paid|returned|completed|complete|closed|finished|resolved|delivered)(?:_(?:on|date|at))?$/;

/** The rule on the date that an alert means; undefined when no thing of the app has one. */
export function dateRule(
  alert: FactOf<'alert'>,
  entities: Entity[],
  base: { id: string; source: string },
): Rule | undefined {
  const found = findDate(alert, entities);
  if (!found) return undefined;
  const { entity, field } = found;
  const late = alert.op === 'lt';
  const inDays = Number(/\+(\d+)/.exec(alert.value)?.[1] ?? 0);
  const what = field.label.toLowerCase();
  const when = late ? 'has passed' : inDays > 0 ? `is within ${inDays} days` : 'is today';
  return {
    ...base,
    label: `${entity.singular} ${what} ${when}`.slice(0, 80),
    entity: entity.key,
    on: 'update',
    when: [{ field: field.key, op: alert.op, value: alert.value }, ...open(entity, alert)],
    message: `${field.label} ${when}.`,
  };
}

/** A thing that is paid, returned or done is not overdue. */
function open(entity: Entity, alert: FactOf<'alert'>): Rule['when'] {
  if (/expir/.test(alert.date ?? '')) return [];
  return entity.fields.flatMap((field): Rule['when'] => {
    if (field.type === 'status')
      return field.options
        .filter((option) => option.final && !/overdue|late/.test(option.key))
        .map((option) => ({ field: field.key, op: 'ne', value: option.key }));
    if (!settled.test(field.key)) return [];
    if (field.type === 'boolean') return [{ field: field.key, op: 'ne', value: true }];
    return field.type === 'date' ? [{ field: field.key, op: 'eq', value: '' }] : [];
  });
}

function findDate(
  alert: FactOf<'alert'>,
  entities: Entity[],
): { entity: Entity; field: Field } | undefined {
  const words = ` ${stem(`${alert.noun ?? ''} ${alert.text}`.replace(/[^\p{L}\p{N} ]+/gu, ' '))} `;
  const wanted = stem((alert.date ?? '').replace(/[^\p{L}\p{N} ]+/gu, ' '));
  const expires = /expir|renew/.test(wanted);
  const pairs = entities.flatMap((entity) =>
    entity.fields
      .filter((field) => field.type === 'date' || field.type === 'datetime')
      .map((field) => {
        const name = stem(field.label);
        const own =
          words.includes(` ${stem(entity.singular)} `) ||
          (alert.noun ? stem(entity.singular).endsWith(stem(alert.noun)) : false);
        const said = words.includes(` ${name} `) || ` ${wanted} `.includes(` ${name} `);
        const bare = name.replace(/ date$/, '');
        const near = bare.length > 2 && ` ${wanted} `.includes(` ${bare}`);
        const [first, second] = expires ? [endNames, dueNames] : [dueNames, endNames];
        const kind = first.test(field.key) ? 3 : second.test(field.key) ? 2 : 0;
        const score = (said ? 6 : near ? 5 : kind) && (said ? 6 : near ? 5 : kind) + (own ? 10 : 0);
        return { entity, field, score, own };
      }),
  );
  const named = pairs.some((pair) => pair.own);
  return pairs
    .filter((pair) => pair.score > 0 && (pair.own || !named))
    .sort((one, two) => two.score - one.score)[0];
}
