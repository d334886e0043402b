/** The notifications of a status workflow (F60): told when a record reaches its end, or is one step before it. */
import { type AppSpec, type Entity, type Rule, statusOf } from '../apps/spec.ts';

const prefix = 'rul_status_';
/** Specs allow 60 rules; the person's own come first. */
const most = 60;

/** The spec with the notices of its workflows as they are now; notices of earlier versions are replaced. */
export function withStatusNotices(spec: AppSpec): AppSpec {
  const own = spec.rules.filter((rule) => !rule.id.startsWith(prefix));
  const notices = spec.entities.flatMap(noticesOf);
  return { ...spec, rules: [...own, ...notices].slice(0, most) };
}

function noticesOf(entity: Entity): Rule[] {
  const field = statusOf(entity);
  if (!field) return [];
  const final = new Set(field.options.filter((option) => option.final).map((option) => option.key));
  const told = field.options.filter(
    (option) =>
      option.key !== field.initial && (final.has(option.key) || leadsTo(option.next, final)),
  );
  return told.slice(0, 4).map((option) => ({
    id: `${prefix}${entity.key}_${option.key}`.slice(0, 60),
    label: `${entity.singular} ${option.label.toLowerCase()}`.slice(0, 80),
    entity: entity.key,
    on: 'status',
    when: [{ field: field.key, op: 'eq', value: option.key }],
    message: `${entity.singular} {title} is ${option.label.toLowerCase()}.`.slice(0, 200),
  }));
}

/** Mostly towards the end: every state may lead to "cancelled", which alone says nothing. */
function leadsTo(next: string[], final: Set<string>): boolean {
  return next.length > 0 && next.filter((key) => final.has(key)).length * 2 >= next.length;
}
