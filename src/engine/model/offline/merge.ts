/** Facts into things: one entity a noun, its fields, its links. What nobody said comes from what is known. */
import { findKnown } from './domain.ts';
import type { DraftEntity, DraftField, Fact, FactOf } from './draft.ts';
import { isValueName } from './field-type.ts';
import { fillKnown, flowOf, linkUsual, lookups, settle } from './known.ts';
import type { Domain } from './notation.ts';
import { endOf, Things } from './things.ts';
import { plural, singular, stem } from './word.ts';

/** The entities that the facts speak of, in the order in which they were named. */
export function mergeFacts(facts: Fact[], domain: Domain | undefined): DraftEntity[] {
  const things = new Things();
  for (const fact of facts)
    if (fact.kind === 'entity') things.take(fact.noun, fact.source, fact.label);
    else if (fact.kind === 'fields') things.list(fact);
    else if (fact.kind === 'link' && fact.sure && !isValueName(fact.from))
      things.take(fact.from, fact.source);
    else if (fact.kind === 'status' && fact.noun && !isValueName(fact.noun))
      things.take(fact.noun, fact.source);
  const links = facts.filter((fact): fact is FactOf<'link'> => fact.kind === 'link');
  for (const link of links) addEnds(things, link, domain);
  relateByName(things.all);
  for (const link of links) addLink(things, link, links);
  for (const entity of things.all) fillKnown(entity, domain);
  settle(things.all);
  linkUsual(things.all, domain);
  for (const fact of facts)
    if (fact.kind === 'status') addStatus(things, fact, domain);
    else if (fact.kind === 'alert') watchNumber(things, fact);
  return things.all;
}

function addEnds(things: Things, link: FactOf<'link'>, domain: Domain | undefined): void {
  for (const noun of [link.from, link.to]) {
    if (endOf(things, noun) || isValueName(noun)) continue;
    if (!link.sure && !link.hasMany && !findKnown(noun, domain)) continue;
    const entity = things.take(noun, link.source);
    if (noun === link.to) entity.target = true;
  }
}

/** A field that bears the name of a thing is a link to it. */
function relateByName(entities: DraftEntity[]): void {
  const byStem = new Map(entities.map((entity) => [stem(entity.name), entity]));
  const keys = new Map<string, DraftEntity>();
  for (const entity of entities) {
    for (const field of entity.fields)
      if (
        field.name.includes(' ') &&
        field.unique &&
        /(?:code|number|no|id)$/.test(field.name) &&
        !keys.has(stem(field.name))
      )
        keys.set(stem(field.name), entity);
  }
  for (const entity of entities) {
    for (const field of [...entity.fields]) {
      const child = field.to || field.options ? undefined : childOf(field.name, entity, byStem);
      if (child) {
        entity.fields.splice(entity.fields.indexOf(field), 1);
        if (!child.fields.some((other) => stem(other.to ?? other.name) === stem(entity.name))) {
          child.fields.push({
            name: entity.name,
            type: 'relation',
            to: entity.name,
            ...(field.source ? { source: field.source } : {}),
          });
        }
        continue;
      }
      if (
        field.to ||
        field.options ||
        (field.type !== 'text' && field.type !== 'integer' && field.type !== 'longtext')
      )
        continue;
      const bare = stem(field.name).replace(/ (?:id|fk|ref|reference)$/, '');
      const target =
        byStem.get(bare) ??
        byStem.get(short.get(bare) ?? '') ??
        ownerIn(bare, byStem) ??
        ofKey(keys.get(stem(field.name)), entity) ??
        (/ (?:id|fk)$/.test(field.name) ? undefined : roleOf(field.name, entities));
      if (!target || (target === entity && bare === stem(entity.name))) continue;
      field.type = 'relation';
      field.to = target.name;
      delete field.unique;
      if (bare !== stem(field.name))
        field.name = field.name.replace(/ (?:id|fk|ref|reference|code|number|no)$/, '');
      if (stem(field.name) !== field.name && field.name === plural(singular(field.name)))
        field.many = true;
    }
  }
}

/** "comments" of a photo are comments that link to it; "tags" are marks that it links to. */
function childOf(
  name: string,
  entity: DraftEntity,
  byStem: Map<string, DraftEntity>,
): DraftEntity | undefined {
  if (name !== plural(singular(name)) || singular(name) === name || lookups.test(singular(name)))
    return undefined;
  const child = byStem.get(stem(name));
  return child === entity ? undefined : child;
}

const short = new Map([
  ['dept', 'department'],
  ['emp', 'employee'],
  ['cust', 'customer'],
  ['prod', 'product'],
  ['acct', 'account'],
  ['org', 'organization'],
  ['cat', 'category'],
  ['mgr', 'manager'],
  ['dr', 'doctor'],
]);

/** "home team" is a team, "parent organization" an organization. */
function ownerIn(name: string, byStem: Map<string, DraftEntity>): DraftEntity | undefined {
  const words = name.split(' ');
  if (words.length < 2 || words.length > 3) return undefined;
  return byStem.get(words.slice(1).join(' ')) ?? byStem.get(words.slice(2).join(' '));
}

function ofKey(owner: DraftEntity | undefined, entity: DraftEntity): DraftEntity | undefined {
  return owner === entity ? undefined : owner;
}

const roles =
  /^(?:assigned to|assigned (?:user|employee|person|agent|staff member)|assignee|owner|owned by|responsible|responsible person|in charge|handled by|created by|author|reporter|reported by|manager|supervisor|managed by|approver|approved by|technician|requester|requested by|performed by|submitted by)$/;

/** "assigned to" points at people, where the app has people. */
function roleOf(name: string, entities: DraftEntity[]): DraftEntity | undefined {
  if (!roles.test(name)) return undefined;
  return entities.find((entity) =>
    /(?:^| )(?:user|employee|staff|team member|person|agent|technician|staff member)$/.test(
      entity.name,
    ),
  );
}

function addLink(things: Things, link: FactOf<'link'>, links: FactOf<'link'>[]): void {
  const from = things.find(link.from);
  const end = endOf(things, link.to);
  if (!from || !end) return;
  const to = end.entity;
  const role = link.role ?? end.role;
  const name = role ?? to.name;
  const has = (entity: DraftEntity, target: DraftEntity) =>
    entity.fields.find((field) => field.to === target.name);
  if (from === to) {
    if (!has(from, to))
      from.fields.push({
        name: role ?? `parent ${to.name}`,
        type: 'relation',
        to: to.name,
        many: link.many,
        source: link.source,
      });
    return;
  }
  const both =
    link.hasMany &&
    links.some(
      (other) => other.hasMany && things.find(other.from) === to && things.find(other.to) === from,
    );
  const present = has(from, to);
  if (present) {
    if (both || link.many) present.many = true;
    return;
  }
  const back = has(to, from);
  if (back) {
    if (both) back.many = true;
    return;
  }
  const field: DraftField = { name, type: 'relation', to: to.name, source: link.source };
  if (link.hasMany) field.owned = true;
  if (both || link.many) Object.assign(field, { name: plural(name), many: true });
  from.fields.push(field);
}

/** What an alert compares with a number is one: "when the pulse is above 120". */
function watchNumber(things: Things, fact: FactOf<'alert'>): void {
  if (fact.op === 'eq' || fact.date !== undefined || !fact.field) return;
  const name = stem(fact.field);
  for (const entity of things.all)
    for (const field of entity.fields)
      if (
        field.type === 'text' &&
        (stem(field.name) === name || `${stem(entity.name)} ${stem(field.name)}` === name)
      )
        field.type = 'decimal';
}

function addStatus(things: Things, fact: FactOf<'status'>, domain: Domain | undefined): void {
  const entity = fact.noun ? things.find(fact.noun) : undefined;
  if (!entity) return;
  const isFlow = (field: DraftField) =>
    field.type === 'status' || /(?:^| )(?:status|stage|state|phase)$/.test(field.name);
  const present = entity.fields.find(isFlow);
  if (fact.states.length > 1) {
    const options = {
      type: 'status' as const,
      options: fact.states,
      exits: fact.exits ?? [],
      source: fact.source,
    };
    if (present) Object.assign(present, options);
    else entity.fields.push({ name: fact.name, ...options });
  } else {
    const flow = flowOf(entity.name, domain);
    if (present)
      Object.assign(
        present,
        present.options && present.type === 'status'
          ? { source: fact.source }
          : { ...flow, source: fact.source },
      );
    else entity.fields.push({ name: fact.name, ...flow, source: fact.source });
  }
}
