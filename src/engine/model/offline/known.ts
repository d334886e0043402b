/** What nobody said: the fields and flows that things usually have. */
import { findKnown } from './domain.ts';
import type { DraftEntity, DraftField } from './draft.ts';
import type { Domain } from './notation.ts';
import { plural, stem } from './word.ts';

/** Things that are hardly more than a name. */
export const lookups =
  /(?:^| )(?:category|tag|type|role|status|brand|city|country|genre|department|team|label|region|skill|unit|color|size|group|language|tag category|topic|subject)$/;

/** Gives an entity that came without a list of fields what such things usually have. */
export function fillKnown(entity: DraftEntity, domain: Domain | undefined): void {
  if (entity.listed) return;
  const known = findKnown(entity.name, domain);
  entity.known = known !== undefined;
  if (known?.icon && !entity.icon) entity.icon = known.icon;
  const fields: DraftField[] = known
    ? known.fields
    : lookups.test(entity.name) || entity.target
      ? [{ name: 'name', required: true }]
      : [
          { name: 'name', required: true },
          { name: 'description', type: 'longtext' },
        ];
  const own = [...entity.fields];
  entity.fields = fields.map((field) => {
    const at = own.findIndex(
      (other) =>
        stem(other.name) === stem(field.name) ||
        (other.to && stem(other.to) === stem(field.to ?? field.name)),
    );
    const [said] = at < 0 ? [] : own.splice(at, 1);
    return said
      ? { ...field, ...said, name: field.to && !said.many ? field.name : said.name }
      : { ...field };
  });
  entity.fields.push(...own);
}

/**
 * Where the trade's usual fields and the person's words disagree, the words win: a usual
 * link gives way to one said from the other side, and both together are many to many.
 */
export function settle(entities: DraftEntity[]): void {
  const byStem = new Map(entities.map((entity) => [stem(entity.name), entity]));
  for (const entity of entities) {
    entity.fields = entity.fields.filter((field) => {
      if (field.source) return true;
      if (!field.to) return !byStem.has(stem(field.name)) || field.name === stem(field.name);
      const back = byStem
        .get(stem(field.to))
        ?.fields.find((other) => other.source && stem(other.to ?? '') === stem(entity.name));
      if (!back) return true;
      if (back.owned) Object.assign(back, { name: plural(back.name), many: true });
      return false;
    });
  }
}

/** What happens between two things: it is nothing without them. */
const occasions =
  /(?:^| )(?:rental|loan|booking|reservation|appointment|enrollment|registration|signup|visit)$/;

/** A listed thing that is linked to nothing gets its usual links to things that the app has. */
export function linkUsual(entities: DraftEntity[], domain: Domain | undefined): void {
  const byStem = new Map(entities.map((entity) => [stem(entity.name), entity]));
  const linked = (one: DraftEntity, two: DraftEntity) =>
    one.fields.some((field) => stem(field.to ?? '') === stem(two.name));
  for (const entity of entities) {
    if (
      !entity.listed ||
      !occasions.test(entity.name) ||
      entities.some((other) => linked(entity, other) || linked(other, entity))
    )
      continue;
    const usual = [findKnown(entity.name, domain), findKnown(entity.name)].flatMap(
      (known) => known?.fields ?? [],
    );
    for (const field of usual) {
      const target = byStem.get(stem(field.to ?? ''));
      if (!target || target === entity || linked(entity, target) || nameless(entity, target))
        continue;
      entity.fields.push({ ...field, required: false });
    }
  }
}

/** A field that names the other thing stands for the link already. */
function nameless(entity: DraftEntity, target: DraftEntity): boolean {
  return entity.fields.some((field) => stem(field.name).includes(stem(target.name)));
}

/** The flow that such things usually run through. */
export function flowOf(
  noun: string,
  domain: Domain | undefined,
): Pick<DraftField, 'type' | 'options' | 'exits'> {
  const known = findKnown(noun, domain)?.fields.find((field) => field.type === 'status');
  return {
    type: 'status',
    options: known?.options ?? ['New', 'In progress', 'Done'],
    exits: known?.exits ?? [],
  };
}
