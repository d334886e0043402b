/** Dashboards: what was wished ("daily revenue", "top products") as widgets over the app's own fields. */
import type { Entity, Field, View, Widget } from '../../../apps/spec.ts';
import { singular, stem, toLabel } from './word.ts';

const mostWidgets = 12;

/** A dashboard for the wishes; with none that fit, the figures that every app has. */
export function dashboardOf(
  entities: Entity[],
  wants: string[],
  source?: string,
): View | undefined {
  const wished = wants.flatMap((want) => widgetFor(want, entities) ?? []);
  const widgets = distinct([
    ...tiles(entities, wished.length > 0),
    ...(wished.length > 0 ? wished : usual(entities)),
  ]).slice(0, mostWidgets);
  if (widgets.length === 0) return undefined;
  return {
    id: 'v_dashboard',
    key: entities.some((entity) => entity.key === 'dashboard') ? 'overview_dashboard' : 'dashboard',
    label: 'Dashboard',
    ...(source ? { source } : {}),
    kind: 'dashboard',
    widgets,
  };
}

/** The widget for one wish. */
function widgetFor(want: string, entities: Entity[]): Widget | undefined {
  const label = toLabel(want);
  const top = /^(?:top|best|most|biggest|largest|popular|best-?selling|leading)\b/.test(want);
  const money =
    /\b(?:revenue|sales|income|turnover|earnings|spend(?:ing)?|expenses?|costs?|donations?|amount|money|profit|value|total)\b/.test(
      want,
    );
  const by = /\b(?:daily|per day|by day|day)\b/.test(want)
    ? 'day'
    : /\bweek/.test(want)
      ? 'week'
      : /\b(?:month|quarter|year|annual)/.test(want)
        ? 'month'
        : undefined;
  const group = / (?:by|per) (?:the )?([\p{L} ]+)$/u.exec(want)?.[1];
  const source = sourceFor(want, entities);
  if (top) {
    const about = named(want.replace(/^\S+\s/, ''), entities);
    const owner = entities.find(
      (entity) =>
        entity.fields.some(
          (field) => field.type === 'relation' && !field.many && field.to === about?.key,
        ) &&
        (amountOf(entity) || dateOf(entity)),
    );
    const field = owner?.fields.find(
      (candidate) => candidate.type === 'relation' && candidate.to === about?.key,
    );
    if (owner && field) return bars(label, owner, field.key, amountOf(owner));
  }
  if (!source) return undefined;
  const groupField =
    group && !/^(?:day|week|month|year|quarter|date)$/.test(group)
      ? fieldNamed(group, source)
      : undefined;
  if (groupField && /^(?:choice|status|relation)$/.test(groupField.type))
    return bars(label, source, groupField.key, money ? amountOf(source) : undefined);
  const date = dateOf(source);
  const amount = money ? amountOf(source) : undefined;
  if (by && date) {
    return {
      kind: 'series',
      label,
      entity: source.key,
      op: amount ? 'sum' : 'count',
      ...(amount ? { field: amount } : {}),
      date,
      by,
      span: by === 'day' ? 30 : 12,
    };
  }
  const status = source.fields.find((field) => field.type === 'status');
  if (/\b(?:status|stage|pipeline|progress)\b/.test(want) && status)
    return bars(label, source, status.key, undefined);
  if (/\b(?:low|recent|latest|upcoming|overdue|open|newest|list)\b/.test(want)) {
    return {
      kind: 'records',
      label,
      entity: source.key,
      filters: [],
      columns: source.fields
        .filter((field) => field.type !== 'longtext')
        .slice(0, 4)
        .map((field) => field.key),
      limit: 6,
    };
  }
  if (date && (amount || /\b(?:trend|over time|history|growth)\b/.test(want))) {
    return {
      kind: 'series',
      label,
      entity: source.key,
      op: amount ? 'sum' : 'count',
      ...(amount ? { field: amount } : {}),
      date,
      by: 'month',
      span: 12,
    };
  }
  return number(label, source, amount);
}

/** Number tiles that stand above everything. */
function tiles(entities: Entity[], few: boolean): Widget[] {
  const made: Widget[] = [];
  const main = entities.find((entity) => amountOf(entity) && dateOf(entity));
  if (main) {
    const amount = amountOf(main);
    const date = dateOf(main);
    made.push({
      kind: 'number',
      label: `${main.label} today`,
      entity: main.key,
      op: 'count',
      ...(date ? { date, days: 1 } : {}),
      filters: [],
    });
    if (amount)
      made.push({
        kind: 'number',
        label: `${toLabel(amount.replaceAll('_', ' '))} in 30 days`,
        entity: main.key,
        op: 'sum',
        field: amount,
        ...(date ? { date, days: 30 } : {}),
        filters: [],
      });
  }
  for (const entity of entities.slice(0, few ? 2 : 4))
    if (entity !== main) made.push(number(entity.label, entity, undefined));
  return made.slice(0, 4);
}

function usual(entities: Entity[]): Widget[] {
  return entities.flatMap((entity): Widget[] => {
    const status = entity.fields.find((field) => field.type === 'status');
    const date = dateOf(entity);
    const amount = amountOf(entity);
    if (status)
      return [
        bars(`${entity.label} by ${status.label.toLowerCase()}`, entity, status.key, undefined),
      ];
    if (date && amount)
      return [
        {
          kind: 'series',
          label: `${entity.label} by month`,
          entity: entity.key,
          op: 'sum',
          field: amount,
          date,
          by: 'month',
          span: 12,
        },
      ];
    return [];
  });
}

function bars(label: string, entity: Entity, group: string, field: string | undefined): Widget {
  return {
    kind: 'bars',
    label,
    entity: entity.key,
    op: field ? 'sum' : 'count',
    ...(field ? { field } : {}),
    group,
    limit: 6,
  };
}

function number(label: string, entity: Entity, field: string | undefined): Widget {
  return {
    kind: 'number',
    label,
    entity: entity.key,
    op: field ? 'sum' : 'count',
    ...(field ? { field } : {}),
    filters: [],
  };
}

/** The entity that a wish speaks of; revenue is where money has a date. */
function sourceFor(want: string, entities: Entity[]): Entity | undefined {
  const about = named(want, entities);
  if (about) return about;
  if (
    !/\b(?:revenue|sales|income|turnover|earnings|spend|cost|profit|total|amount|money)/.test(want)
  ) {
    return entities.find((entity) =>
      entity.fields.some(
        (field) => want.includes(field.label.toLowerCase()) && field.label.length > 3,
      ),
    );
  }
  return (
    entities.find((entity) => amountOf(entity) && dateOf(entity)) ??
    entities.find((entity) => amountOf(entity))
  );
}

function named(want: string, entities: Entity[]): Entity | undefined {
  const words = ` ${stem(want)} `;
  return [...entities]
    .sort((a, b) => b.singular.length - a.singular.length)
    .find((entity) => words.includes(` ${stem(entity.singular)} `));
}

function fieldNamed(words: string, entity: Entity): Field | undefined {
  return entity.fields.find(
    (field) =>
      stem(field.label) === stem(words) ||
      (field.type === 'relation' && stem(field.to) === stem(singular(words))),
  );
}

function amountOf(entity: Entity): string | undefined {
  const money = entity.fields.filter((field) => field.type === 'money');
  return (money.find((field) => /total|amount|revenue|value|fee|price/.test(field.key)) ?? money[0])
    ?.key;
}

function dateOf(entity: Entity): string | undefined {
  return entity.fields.find((field) => field.type === 'date' || field.type === 'datetime')?.key;
}

function distinct(widgets: Widget[]): Widget[] {
  const seen = new Set<string>();
  return widgets.filter((widget) => {
    const known = seen.has(widget.label);
    seen.add(widget.label);
    return !known;
  });
}
