/** Draft entities into the entities of a spec: keys, labels, types, titles, search. */
import type { Entity, Field } from '../../../apps/spec.ts';
import type { DraftEntity, DraftField } from './draft.ts';
import { optionsOfName, typeOfName } from './field-type.ts';
import { flowOptions, keysOf } from './flow.ts';
import { iconOf } from './icon.ts';
import { flowOf } from './known.ts';
import { lastWord, plural, singular, stem, toKey, toLabel } from './word.ts';

/** What the database keeps for every record anyway. */
const covered =
  /^(?:id|uuid|created(?: at| on| date)?|updated(?: at| on| date)?|deleted(?: at| on| date)?|modified(?: at| on)|date (?:created|updated|modified)|creation (?:date|time|timestamp)|last (?:updated|modified)(?: at| on)?|record id|primary key)$/;
const reserved = new Set(['id', 'version', 'created_at', 'updated_at', 'deleted_at']);

/** Entities of a spec. Links to things that the app lacks become plain text. */
export function buildEntities(drafts: DraftEntity[]): Entity[] {
  const keys = entityKeys(drafts);
  const ids = new Set<string>();
  return drafts.map((draft) => buildEntity(draft, drafts, keys, ids));
}

function entityKeys(drafts: DraftEntity[]): Map<DraftEntity, string> {
  const used = new Set<string>();
  const keys = new Map<DraftEntity, string>();
  drafts.forEach((draft, at) => {
    const base = toKey(plural(draft.name), `entity_${at + 1}`);
    let key = base;
    for (let n = 2; used.has(key); n++) key = `${base.slice(0, 40)}_${n}`;
    used.add(key);
    keys.set(draft, key);
  });
  return keys;
}

function buildEntity(
  draft: DraftEntity,
  drafts: DraftEntity[],
  keys: Map<DraftEntity, string>,
  ids: Set<string>,
): Entity {
  const key = keys.get(draft) ?? 'records';
  const place: Place = {
    noun: draft.name,
    entityKey: key,
    used: new Set(),
    ids,
    keyOf: (noun) => {
      const target = drafts.find((other) => stem(other.name) === stem(noun));
      return target ? keys.get(target) : undefined;
    },
  };
  const wanted = draft.fields.filter((field) => !isCovered(field, draft.name));
  if (wanted.length === 0) wanted.push({ name: 'name', required: true });
  const fields = wanted.slice(0, 60).map((field) => buildField(field, place));
  const label =
    draft.label && stem(draft.label) === stem(draft.name) ? draft.label : plural(draft.name);
  const title = titleOf(fields);
  searchByDefault(fields, title);
  return {
    id: uniqueId(`e_${key}`, ids),
    key,
    label: toLabel(label),
    singular: toLabel(draft.name),
    icon: draft.icon ?? iconOf(draft.name),
    title,
    ...(draft.source ? { source: draft.source } : {}),
    fields,
  };
}

/** "user_id" of users and "created at" are columns that every table has. */
export function isCovered(field: DraftField, noun: string): boolean {
  if (field.type === 'relation') return false;
  return (
    covered.test(field.name) ||
    stem(field.name) === `${stem(noun)} id` ||
    stem(field.name) === `${lastWord(stem(noun))} id`
  );
}

/** Where a field is to stand: what is taken, and which things can be linked to. */
export type Place = {
  /** Singular name of the entity. */
  noun: string;
  entityKey: string;
  used: Set<string>;
  ids: Set<string>;
  /** Key of the entity that a name means. */
  keyOf: (noun: string) => string | undefined;
};

/** A field of a spec from what is known of it. Takes its key and id. */
export function buildField(draft: DraftField, place: Place): Field {
  const target = draft.type === 'relation' ? place.keyOf(draft.to ?? '') : undefined;
  const lost = draft.type === 'relation' && !target;
  const name = lost ? textNameOf(draft) : draft.name;
  const key = freeKey(toKey(name, `field_${place.used.size}`), place.used);
  const common = {
    id: uniqueId(`f_${place.entityKey.slice(0, 28)}_${key}`, place.ids),
    key,
    label: toLabel(name),
    required: draft.required ?? false,
    unique: draft.unique ?? false,
    search: draft.search ?? false,
    ...(draft.source ? { source: draft.source } : {}),
  };
  if (target)
    return {
      ...common,
      unique: false,
      type: 'relation',
      to: target,
      many: draft.many ?? false,
      onDelete: 'restrict',
    };
  if (lost) return { ...common, type: 'text' };
  return typed(common, draft, place.noun);
}

function freeKey(wanted: string, used: Set<string>): string {
  const base = reserved.has(wanted)
    ? `${wanted}_${wanted === 'version' ? 'number' : 'value'}`
    : wanted;
  let key = base;
  for (let n = 2; used.has(key); n++) key = `${base.slice(0, 40)}_${n}`;
  used.add(key);
  return key;
}

function typed(
  common: Omit<Field, 'type'> & { key: string },
  draft: DraftField,
  noun: string,
): Field {
  let type = draft.type ?? (draft.options ? 'choice' : typeOfName(draft.name));
  let options = draft.options ?? [];
  let exits = draft.exits ?? [];
  if (
    /^(?:status|stage)$/.test(draft.name) &&
    options.length < 2 &&
    (type === 'text' || type === 'status')
  ) {
    const flow = flowOf(noun, undefined);
    type = 'status';
    options = flow.options ?? [];
    exits = flow.exits ?? [];
  }
  const wellKnown = optionsOfName(draft.name);
  if (type === 'text' && wellKnown) {
    type = 'choice';
    options = wellKnown;
  }
  switch (type) {
    case 'status': {
      const states = flowOptions(
        distinct(options).slice(0, 16),
        distinct(exits)
          .filter((exit) => !options.includes(exit))
          .slice(0, 4),
      );
      if (states.length < 2) return { ...common, type: 'text' };
      return { ...common, type, initial: states[0]?.key ?? '', options: states };
    }
    case 'choice': {
      const names = distinct(options).slice(0, 40);
      if (names.length === 0) return { ...common, type: 'text' };
      const keys = keysOf(names);
      return {
        ...common,
        type,
        options: names.map((name) => ({
          key: keys.get(name) ?? 'option',
          label: toLabel(name),
          tone: 'grey',
        })),
      };
    }
    case 'integer':
    case 'decimal':
    case 'money':
    case 'percent':
      return { ...common, type, ...(draft.min === undefined ? {} : { min: draft.min }) };
    case 'relation':
      return { ...common, type: 'text' };
    default:
      return { ...common, type };
  }
}

function distinct(names: string[]): string[] {
  const seen = new Set<string>();
  return names.filter((name) => {
    const known = seen.has(name.toLowerCase());
    seen.add(name.toLowerCase());
    return !known;
  });
}

/** A link to customers without customers is the customer's name. */
function textNameOf(field: DraftField): string {
  return /(?:^| )(?:name|by|to|person)$/.test(field.name)
    ? field.name
    : `${singular(field.name)} name`;
}

/** The fields that name a record: a name or title, else a code, else what it links to and when. */
export function titleOf(fields: Field[]): string[] {
  const texts = fields.filter((field) => field.type === 'text');
  const first = texts.find((field) => /^(?:first|given)_name$/.test(field.key));
  const last = texts.find((field) => /^(?:last|family)_name$|^surname$/.test(field.key));
  if (first && last) return [first.key, last.key];
  const named =
    texts.find((field) => /(?:^|_)(?:name|title|subject|label|caption)$/.test(field.key)) ??
    texts.find((field) => field.unique) ??
    texts.find((field) => field.required) ??
    texts.find((field) => /(?:number|code|sku|plate|tag)$/.test(field.key));
  const links = fields.filter((field) => field.type === 'relation' && !field.many).slice(0, 2);
  const when = fields.find((field) => field.type === 'date' || field.type === 'datetime');
  const brand = texts.find((field) => /^(?:brand|make|manufacturer)$/.test(field.key));
  const model = texts.find((field) => field.key === 'model');
  if (brand && model && !/(?:^|_)(?:name|title)$/.test(named?.key ?? ''))
    return [brand.key, model.key];
  if (named) return [named.key];
  const firstText = texts[0];
  if (firstText && (links.length === 0 || fields.indexOf(firstText) < 3)) return [firstText.key];
  const keys = [...links, ...(when ? [when] : [])].map((field) => field.key);
  const any = fields.find((field) => field.type !== 'longtext') ?? fields[0];
  return keys.length > 0 ? keys.slice(0, 3) : [any?.key ?? 'name'];
}

/** Where nobody said what to search: titles, phones, e-mails and codes. */
function searchByDefault(fields: Field[], title: string[]): void {
  if (fields.some((field) => field.search)) return;
  for (const field of fields) {
    const named =
      field.type === 'text' &&
      (title.includes(field.key) ||
        /(?:number|code|sku|isbn|plate|imei|serial_number)$/.test(field.key));
    if (named || field.type === 'phone' || field.type === 'email') field.search = true;
  }
}

function uniqueId(wanted: string, ids: Set<string>): string {
  const base = wanted.slice(0, 58).replace(/_+$/, '');
  let id = base;
  for (let n = 2; ids.has(id); n++) id = `${base.slice(0, 54)}_${n}`;
  ids.add(id);
  return id;
}
