/** Finding what a change speaks of: entities and fields by what people call them. */
import type { AppSpec, Entity, Field } from '../../../../apps/spec.ts';
import { stripOpeners, thingOf } from '../grammar/noun.ts';
import { stem, wordsOf } from '../word.ts';

/** What came of a clause: a changed app, or what to ask. Undefined: the clause was not for this reader. `mild`: nothing to do, and no reason to stop. */
export type Changed = { spec: AppSpec; changes: string[] } | { ask: string; mild?: true };

export type Place = { entity: Entity; field: Field };

/** The entity that the words mean: "customers", "the customer list", "sales". */
export function findEntity(spec: AppSpec, words: string): Entity | undefined {
  const wanted = new Set([stem(bare(words)), stem(thingOf(words) ?? '')].filter(Boolean));
  const named = spec.entities.find((entity) =>
    [entity.key, entity.label, entity.singular].some((name) => wanted.has(stem(name))),
  );
  if (named) return named;
  // "bottles" for "Wine bottles", where no other thing ends in that word.
  const ending = spec.entities.filter((entity) =>
    wanted.has(stem(entity.label).split(' ').at(-1) ?? ''),
  );
  return ending.length === 1 ? ending[0] : undefined;
}

/** The field that the words mean, with its entity: "price", "customer phone", "price of products". */
export function findField(spec: AppSpec, words: string, within?: Entity): Place | undefined {
  const parted = /^(.+?) (?:in|on|of|for|from) (?:the |each |every )?(.+)$/i.exec(words.trim());
  const owner = parted && !within ? findEntity(spec, parted[2] ?? '') : within;
  const name = stem(
    bare(owner && parted && !within ? (parted[1] ?? '') : words).replace(/^(?:field|column) /, ''),
  );
  const entities = owner ? [owner] : spec.entities;
  const places = entities.flatMap((entity) => entity.fields.map((field) => ({ entity, field })));
  return (
    places.find(({ field }) => stem(field.label) === name || stem(field.key) === name) ??
    places.find(({ entity, field }) => `${stem(entity.singular)} ${stem(field.label)}` === name) ??
    (name.length > 3
      ? places.find(({ field }) => stem(field.label).split(' ').includes(name))
      : undefined)
  );
}

/** Words without articles and without "field", "list" and their like behind. */
export function bare(words: string): string {
  return wordsOf(stripOpeners(words.replace(/["'.!]/g, ' ').trim()))
    .replace(/\s+(?:fields?|columns?|lists?|tables?|pages?|sections?|entity|entities)$/, '')
    .trim();
}

/** The spec with one entity exchanged. */
export function withEntity(spec: AppSpec, entity: Entity): AppSpec {
  return {
    ...spec,
    entities: spec.entities.map((other) => (other.id === entity.id ? entity : other)),
  };
}
