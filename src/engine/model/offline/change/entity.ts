/** Changes to things: add, rename, drop, link. */
import type { AppSpec, Entity, View } from '../../../../apps/spec.ts';
import { buildEntities } from '../build.ts';
import type { DraftEntity, DraftField } from '../draft.ts';
import { factsOf } from '../grammar/attribute.ts';
import { thingOf } from '../grammar/noun.ts';
import { fillKnown } from '../known.ts';
import { boardOf, listOf } from '../view.ts';
import { inText, plural, sentenceList, singular, stem, toKey, toLabel } from '../word.ts';
import { insertFields, removeField } from './field.ts';
import { bare, type Changed, findEntity, findField } from './find.ts';

/** "add a suppliers list with name, email" · "also track invoices" */
export function addEntity(spec: AppSpec, clause: string): Changed | undefined {
  const match =
    /^(?:(?:also )?(?:add|include|create|track|manage|keep track of|we (?:also )?need|i (?:also )?need)|new)\s+(?:an?\s+|the\s+|another\s+|some\s+)*(?:(?:list|table|page) (?:of|for)\s+)?([\p{L}\p{N}' _-]{2,50}?)(?:\s+(?:list|table|page|section|entity))?(?:\s*(?:,|:|\(|\s(?:with|having|including|that ha(?:s|ve)))\s*(?:an?\s+|the\s+)?(.+?)\)?)?$/iu.exec(
      clause,
    );
  const noun = match ? thingOf(match[1] ?? '') : undefined;
  if (
    !match ||
    !noun ||
    /\b(?:field|column|dashboard|board|status|alert|notification)s?$/i.test(match[1] ?? '')
  )
    return undefined;
  if (findEntity(spec, noun)) return undefined;
  if (spec.entities.length >= 80)
    return { ask: 'The app has 80 lists already, which is the most. Which one can go?' };
  const fields = match[2]
    ? factsOf(noun, match[2], clause).flatMap((fact) => (fact.kind === 'fields' ? fact.fields : []))
    : [];
  const draft: DraftEntity = {
    name: noun,
    fields,
    listed: fields.length > 0,
    known: false,
    source: clause.slice(0, 300),
  };
  fillKnown(draft, undefined);
  const entity = buildInto(spec, draft);
  const board = boardOf(entity);
  return {
    spec: {
      ...spec,
      entities: [...spec.entities, entity],
      views: [...spec.views, listOf(entity), ...(board ? [board] : [])],
    },
    changes: [
      `${entity.label} are added, with ${sentenceList(entity.fields.map((field) => inText(field.label)))}.`,
    ],
  };
}

/** Builds one entity among those that are there, so that its links find them. */
function buildInto(spec: AppSpec, draft: DraftEntity): Entity {
  const others = spec.entities.map(
    (entity): DraftEntity => ({
      name: singular(entity.key.replaceAll('_', ' ')),
      fields: [],
      listed: true,
      known: false,
    }),
  );
  const linked = draft.fields.map((field): DraftField => {
    const target = field.to
      ? findEntity(spec, field.to)
      : field.type === 'text'
        ? findEntity(spec, field.name)
        : undefined;
    return target
      ? { ...field, type: 'relation', to: singular(target.key.replaceAll('_', ' ')) }
      : field;
  });
  const built = buildEntities([...others, { ...draft, fields: linked }]).at(-1);
  if (!built) throw new Error('An entity was asked for and none was built.');
  const ids = new Set(spec.entities.map((entity) => entity.id));
  return ids.has(built.id) ? { ...built, id: `${built.id.slice(0, 50)}_new` } : built;
}

/** "rename products to phones": the ids stay, so that no record is lost. */
export function renameEntity(spec: AppSpec, clause: string): Changed | undefined {
  const match =
    /^(?:rename|change|call)\s+(?:the )?(.+?)\s+(?:list |table |entity )?(?:to|into|as)\s+(.+)$/i.exec(
      clause,
    ) ?? /^call\s+(?:the )?(\S+)\s+(\S+)$/i.exec(clause);
  const entity = match ? findEntity(spec, match[1] ?? '') : undefined;
  const name = singular(bare(match?.[2] ?? ''));
  if (!entity || !name) return undefined;
  const key = toKey(plural(name), entity.key);
  if (spec.entities.some((other) => other.id !== entity.id && other.key === key))
    return { ask: `There is a list called ${plural(name)} already.` };
  const label = toLabel(plural(name));
  const own = stem(entity.singular);
  const entities = spec.entities.map((other) => ({
    ...other,
    ...(other.id === entity.id ? { key, label, singular: toLabel(name) } : {}),
    fields: other.fields.map((field) => {
      if (field.type !== 'relation' || field.to !== entity.key) return field;
      return stem(field.label) === own
        ? { ...field, to: key, label: toLabel(name) }
        : { ...field, to: key };
    }),
  }));
  const views = spec.views.map((view) => {
    if (view.kind === 'dashboard')
      return {
        ...view,
        widgets: view.widgets.map((widget) =>
          widget.entity === entity.key ? { ...widget, entity: key } : widget,
        ),
      };
    if (view.entity !== entity.key) return view;
    return { ...view, entity: key, label: view.kind === 'list' ? label : `${toLabel(name)} board` };
  });
  const rules = spec.rules.map((rule) =>
    rule.entity === entity.key ? { ...rule, entity: key } : rule,
  );
  return {
    spec: { ...spec, entities, views, rules },
    changes: [`${entity.label} are now called ${label.toLowerCase()}.`],
  };
}

/** "drop sales" · "remove phone from customers" */
export function removeThing(spec: AppSpec, words: string): Changed | undefined {
  const entity = findEntity(spec, words);
  if (entity && !/\bfields?$/i.test(words)) return removeEntity(spec, entity);
  const place = findField(spec, words);
  return place &&
    (stem(bare(words)).includes(stem(place.field.label)) || / (?:from|of|in|on) /i.test(words))
    ? removeField(spec, place.entity, place.field)
    : undefined;
}

function removeEntity(spec: AppSpec, entity: Entity): Changed {
  if (spec.entities.length === 1)
    return {
      ask: `${entity.label} are all that ${spec.name} has. Should I start over with something else?`,
    };
  let next: AppSpec = spec;
  const changes = [`${entity.label} are dropped.`];
  for (const other of spec.entities) {
    for (const field of other.fields) {
      if (other.id === entity.id || field.type !== 'relation' || field.to !== entity.key) continue;
      const current = next.entities.find((candidate) => candidate.id === other.id) ?? other;
      const slim = current.fields.length > 1 ? removeField(next, current, field) : undefined;
      if (slim && 'spec' in slim) next = slim.spec;
      else
        return {
          ask: `${other.label} hold nothing but the link to ${inText(entity.label)}. Drop both?`,
        };
      changes.push(`${other.label} no longer link to ${inText(entity.label)}.`);
    }
  }
  const views = next.views.flatMap((view): View[] => {
    if (view.kind !== 'dashboard') return view.entity === entity.key ? [] : [view];
    const widgets = view.widgets.filter((widget) => widget.entity !== entity.key);
    if (widgets.length < view.widgets.length)
      changes.push(`${view.label} loses what it showed of them.`);
    return widgets.length > 0 ? [{ ...view, widgets }] : [];
  });
  const rules = next.rules.filter((rule) => rule.entity !== entity.key);
  if (rules.length < next.rules.length) changes.push('Their alerts are gone too.');
  return {
    spec: {
      ...next,
      entities: next.entities.filter((other) => other.id !== entity.id),
      views,
      rules,
    },
    changes,
  };
}

/** "link repairs to products" · "repairs belong to a customer" */
export function linkEntities(spec: AppSpec, clause: string): Changed | undefined {
  const match =
    /^(?:link|connect|relate|attach|tie)\s+(?:each |every |the |an? )?(.+?)\s+(?:to|with|and)\s+(?:the |an? |many |several |their )?(.+)$/i.exec(
      clause,
    ) ??
    /^(?:each |every |the |an? )?(.+?)\s+(?:should )?(?:belongs?|(?:be|is|are) (?:linked|connected|related|assigned)|links?)\s+to\s+(?:the |an? |many |several )?(.+)$/i.exec(
      clause,
    );
  const from = match ? findEntity(spec, match[1] ?? '') : undefined;
  const to = match ? findEntity(spec, match[2] ?? '') : undefined;
  if (!match || !from || !to) return undefined;
  if (from.fields.some((field) => field.type === 'relation' && field.to === to.key))
    return { ask: `${from.label} are linked to ${inText(to.label)} already.` };
  const many = /\s(?:to|with)\s+(?:many|several|multiple)\s/i.test(clause);
  const name =
    from.id === to.id
      ? `parent ${to.singular.toLowerCase()}`
      : many
        ? inText(to.label)
        : to.singular.toLowerCase();
  const draft: DraftField = {
    name,
    type: 'relation',
    to: to.singular.toLowerCase(),
    many,
    source: clause.slice(0, 300),
  };
  const changed = insertFields(spec, from, [draft]);
  return 'ask' in changed
    ? changed
    : { ...changed, changes: [`${from.label} link to ${inText(to.label)}.`] };
}
