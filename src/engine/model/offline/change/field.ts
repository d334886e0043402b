/** Changes to fields: add, rename, drop, require. */
import type { AppSpec, Entity, Field, View } from '../../../../apps/spec.ts';
import { buildField, isCovered, titleOf } from '../build.ts';
import type { DraftField } from '../draft.ts';
import { typeOfHint } from '../field-type.ts';
import { readItem } from '../grammar/item.ts';
import { splitList } from '../list.ts';
import { columnsOf } from '../view.ts';
import { inText, sentenceList, toKey, toLabel } from '../word.ts';
import { bare, type Changed, findEntity, findField, withEntity } from './find.ts';

/** "add phone and birthday to customers" · "customers should also have a birthday" */
export function addFields(spec: AppSpec, clause: string): Changed | undefined {
  const match =
    /^(?:add|include|put|append|insert|create|new)\s+(.+?)(?:\s+(?:fields?|columns?|attributes?|propert(?:y|ies)))?\s+(?:to|in|into|on|for)\s+(?:the |each |every |all )?([\p{L}\p{N}_ -]+?)$/iu.exec(
      clause,
    ) ??
    swap(
      /^(?:give|let)\s+(?:the |each |every )?([\p{L}\p{N}_ -]+?)\s+(?:also )?(?:have )?(?:an?|the|their)\s+(.+)$/iu.exec(
        clause,
      ),
    ) ??
    swap(
      /^(?:the |each |every |an? )?([\p{L}\p{N}_ -]+?)\s+(?:should|must|need to|needs to|can|could)?\s*(?:also\s+)?(?:have|has|needs?|get|gets|include)\s+(.+)$/iu.exec(
        clause,
      ),
    );
  const entity = match ? findEntity(spec, match[2] ?? '') : undefined;
  if (!match || !entity) return undefined;
  const words = (match[1] ?? '')
    .replace(/\s+(?:fields?|columns?|attributes?)$/i, '')
    .replace(/^(?:an?|the|new|another|some)\s+/i, '');
  if (
    /\b(?:status|stage|state)\b/i.test(words) &&
    /^(?:status|stage|state|the status)\s+\S|\s(?:status|stage|state)$/i.test(words) &&
    entity.fields.some((field) => field.type === 'status')
  )
    return undefined;
  const items = splitList(words).map((part) =>
    readItem(part.replace(/^(?:an?|the)\s+/i, '').replace(/\s+(?:fields?|columns?)$/i, '')),
  );
  const drafts = items.flatMap((item) =>
    item ? [{ ...item.field, source: clause.slice(0, 300) }] : [],
  );
  return drafts.length > 0 ? insertFields(spec, entity, drafts) : undefined;
}

function swap(match: RegExpExecArray | null): string[] | undefined {
  return match ? [match[0] ?? '', match[2] ?? '', match[1] ?? ''] : undefined;
}

/** Puts new fields at the end of an entity and into its list where there is room. */
export function insertFields(spec: AppSpec, entity: Entity, drafts: DraftField[]): Changed {
  const ids = new Set(
    spec.entities.flatMap((other) => [other.id, ...other.fields.map((field) => field.id)]),
  );
  const used = new Set(entity.fields.map((field) => field.key));
  const added: Field[] = [];
  const there: string[] = [];
  for (const draft of drafts) {
    if (isCovered(draft, entity.singular.toLowerCase()) || used.has(toKey(draft.name, '-'))) {
      there.push(draft.name);
      continue;
    }
    const target =
      draft.type === 'text' || draft.type === 'longtext' ? findEntity(spec, draft.name) : undefined;
    const whole: DraftField = target
      ? { ...draft, type: 'relation', to: target.singular.toLowerCase() }
      : draft;
    added.push(
      buildField(whole, {
        noun: entity.singular.toLowerCase(),
        entityKey: entity.key,
        used,
        ids,
        keyOf: (noun) => findEntity(spec, noun)?.key,
      }),
    );
  }
  if (added.length === 0)
    return { ask: `${entity.label} already have ${sentenceList(there)}.`, mild: true };
  const fields = [...entity.fields, ...added];
  if (fields.length > 60)
    return {
      ask: `${entity.label} would have ${fields.length} fields; 60 is the most. Which can go?`,
    };
  const changed = withEntity(spec, { ...entity, fields });
  const views = changed.views.map((view) =>
    view.kind === 'list' && view.entity === entity.key
      ? { ...view, columns: widen(view.columns, added) }
      : view,
  );
  return {
    spec: { ...changed, views },
    changes: [
      `${entity.label} get ${sentenceList(added.map((field) => inText(field.label)))}.`,
      ...(there.length > 0 ? [`They already have ${sentenceList(there)}.`] : []),
    ],
  };
}

function widen(columns: string[], added: Field[]): string[] {
  return [
    ...columns,
    ...added.filter((field) => field.type !== 'longtext').map((field) => field.key),
  ].slice(0, Math.max(6, columns.length));
}

/** "rename price to cost in products" */
export function renameField(spec: AppSpec, clause: string): Changed | undefined {
  const match =
    /^(?:rename|change|call)\s+(?:the )?(.+?)\s+(?:field |column )?(?:to|into|as)\s+(.+?)(?:\s+(?:in|on|of|for)\s+(?:the )?(.+?))?$/i.exec(
      clause,
    );
  if (!match) return undefined;
  const [, from = '', to = '', where] = match;
  const owner = where ? findEntity(spec, where) : undefined;
  const place = findField(spec, from, owner);
  if (!place || (!owner && findEntity(spec, from))) return undefined;
  if (
    /^change/i.test(clause) &&
    typeOfHint(to) &&
    /^(?:an? )?(?:whole number|number|date|text|long text|money|decimal|percent|phone|email|url|yes\/?no|checkbox|boolean|integer|time)s?$/i.test(
      to,
    )
  )
    return undefined;
  const { entity, field } = place;
  const name = bare(to);
  const key = toKey(name, field.key);
  if (entity.fields.some((other) => other.id !== field.id && other.key === key))
    return { ask: `${entity.label} already have a field called ${name}.` };
  const renamed = { ...field, key, label: toLabel(name) };
  const next = replaceKey(
    withEntity(spec, {
      ...entity,
      title: entity.title.map((title) => (title === field.key ? key : title)),
      fields: entity.fields.map((other) => (other.id === field.id ? renamed : other)),
    }),
    entity.key,
    field.key,
    key,
  );
  return {
    spec: next,
    changes: [`${field.label} of ${inText(entity.label)} is now called ${inText(renamed.label)}.`],
  };
}

/** Follows a field's key through views, widgets and rules. */
function replaceKey(spec: AppSpec, entity: string, from: string, to: string): AppSpec {
  const swapKey = (key: string) => (key === from ? to : key);
  const swapAll = <T extends { field: string }>(filters: T[]) =>
    filters.map((filter) => ({ ...filter, field: swapKey(filter.field) }));
  return {
    ...spec,
    views: spec.views.map((view) => {
      if (view.kind === 'list')
        return view.entity === entity ? { ...view, columns: view.columns.map(swapKey) } : view;
      if (view.kind === 'board')
        return view.entity === entity ? { ...view, field: swapKey(view.field) } : view;
      return {
        ...view,
        widgets: view.widgets.map((widget) => {
          if (widget.entity !== entity) return widget;
          const copy = { ...widget };
          if ('field' in copy && copy.field) copy.field = swapKey(copy.field);
          if ('date' in copy && copy.date) copy.date = swapKey(copy.date);
          if ('group' in copy) copy.group = swapKey(copy.group);
          if ('columns' in copy) copy.columns = copy.columns.map(swapKey);
          if ('filters' in copy) copy.filters = swapAll(copy.filters);
          return copy;
        }),
      };
    }),
    rules: spec.rules.map((rule) =>
      rule.entity === entity ? { ...rule, when: swapAll(rule.when) } : rule,
    ),
  };
}

/** Takes a field out, with what pointed at it. */
export function removeField(spec: AppSpec, entity: Entity, field: Field): Changed {
  const fields = entity.fields.filter((other) => other.id !== field.id);
  if (fields.length === 0)
    return {
      ask: `${field.label} is the only field of ${inText(entity.label)}. Drop ${inText(entity.label)} altogether?`,
    };
  const rest = entity.title.filter((title) => title !== field.key);
  const slim: Entity = { ...entity, fields, title: rest.length > 0 ? rest : titleOf(fields) };
  const gone = (key: string | undefined) => key === field.key;
  const views = spec.views.flatMap((view): View[] => {
    if (view.kind === 'list') {
      if (view.entity !== entity.key) return [view];
      const columns = view.columns.filter((column) => !gone(column));
      return [{ ...view, columns: columns.length > 0 ? columns : columnsOf(slim) }];
    }
    if (view.kind === 'board') return view.entity === entity.key && gone(view.field) ? [] : [view];
    const widgets = view.widgets.filter((widget) => {
      if (widget.entity !== entity.key) return true;
      const keys = [
        'field' in widget ? widget.field : undefined,
        'date' in widget ? widget.date : undefined,
        'group' in widget ? widget.group : undefined,
        ...('columns' in widget ? widget.columns : []),
        ...('filters' in widget ? widget.filters.map((filter) => filter.field) : []),
      ];
      return !keys.some(gone);
    });
    return widgets.length > 0 ? [{ ...view, widgets }] : [];
  });
  const rules = spec.rules.filter(
    (rule) => rule.entity !== entity.key || !rule.when.some((filter) => gone(filter.field)),
  );
  const changes = [`${entity.label} lose ${inText(field.label)}.`];
  if (views.length < spec.views.length) changes.push(`The views that showed it are gone too.`);
  if (rules.length < spec.rules.length) changes.push(`The alerts that watched it are gone too.`);
  return { spec: { ...withEntity(spec, slim), views, rules }, changes };
}

/** "make email required" · "email is optional" · "sku must be unique" */
export function markField(spec: AppSpec, clause: string): Changed | undefined {
  const match =
    /^(?:make |set |mark )?(?:the )?(.+?)(?:\s+(?:is|are|as|to|should be|must be|be))?\s+(?:not )?(required|mandatory|optional|unique|searchable)$/i.exec(
      clause,
    );
  if (!match) return undefined;
  const not = /\bnot (?:required|mandatory|unique)/i.test(clause);
  const word = (match[2] ?? '').toLowerCase();
  const places = splitList(match[1] ?? '').map((name) => findField(spec, name));
  const found = places.filter((place) => place !== undefined);
  if (found.length === 0) return undefined;
  let next = spec;
  for (const { entity, field } of found) {
    const current = next.entities.find((other) => other.id === entity.id) ?? entity;
    const marks =
      word === 'unique'
        ? { unique: !not }
        : word === 'searchable'
          ? { search: true }
          : { required: word !== 'optional' && !not };
    next = withEntity(next, {
      ...current,
      fields: current.fields.map((other) =>
        other.id === field.id ? { ...other, ...marks } : other,
      ),
    });
  }
  return {
    spec: next,
    changes: found.map(
      ({ entity, field }) =>
        `${field.label} of ${inText(entity.label)} is ${not ? 'no longer ' : ''}${word === 'mandatory' ? 'required' : word}${not ? '' : ' now'}.`,
    ),
  };
}
