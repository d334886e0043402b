/**
 * What an app is, as data. A spec holds no SQL, CSS or script; one runtime turns
 * it into a Postgres schema and pages. Ids are stable, so that a rename is a
 * rename and never a drop and an add. Every entity and field remembers the words
 * that asked for it (`source`).
 */
import { z } from 'zod';

/** A name that is safe as a Postgres identifier and in an address. */
const keyPattern = /^[a-z][a-z0-9_]{0,47}$/;
export const Key = z.string().regex(keyPattern);
const Id = z.string().regex(/^[a-z]+_[a-z0-9_]{1,60}$/);
const Label = z.string().min(1).max(80);

/** Colours of a status or choice; the stylesheet gives each a light and a dark form. */
export const tones = ['grey', 'blue', 'violet', 'amber', 'green', 'red', 'teal', 'pink'] as const;
export type Tone = (typeof tones)[number];

const Option = z.object({ key: Key, label: Label, tone: z.enum(tones).default('grey') });

const StatusOption = Option.extend({
  /** Keys that a record may move to from here. Anything else is refused, by the database too. */
  next: z.array(Key),
  /** Nothing is owed any more: done, cancelled, delivered. */
  final: z.boolean().default(false),
});
export type StatusOption = z.infer<typeof StatusOption>;

const fieldBase = {
  id: Id,
  key: Key,
  label: Label,
  required: z.boolean().default(false),
  unique: z.boolean().default(false),
  /** Found by the list page's search box. */
  search: z.boolean().default(false),
  /** The words of the request that asked for this field; absent where domain knowledge added it. */
  source: z.string().max(300).optional(),
  help: z.string().max(200).optional(),
};

export const Field = z.discriminatedUnion('type', [
  z.object({
    ...fieldBase,
    type: z.enum([
      'text',
      'longtext',
      'email',
      'phone',
      'url',
      'boolean',
      'date',
      'datetime',
      'time',
    ]),
  }),
  z.object({
    ...fieldBase,
    type: z.enum(['integer', 'decimal', 'money', 'percent']),
    min: z.number().optional(),
    max: z.number().optional(),
  }),
  z.object({ ...fieldBase, type: z.literal('choice'), options: z.array(Option).min(1).max(40) }),
  z.object({
    ...fieldBase,
    type: z.literal('status'),
    initial: Key,
    options: z.array(StatusOption).min(2).max(20),
  }),
  z.object({
    ...fieldBase,
    type: z.literal('relation'),
    /** Key of the entity linked to. */
    to: Key,
    /** One record here links to one there, or to many (kept in a junction table). */
    many: z.boolean().default(false),
    onDelete: z.enum(['restrict', 'clear']).default('restrict'),
  }),
]);
export type Field = z.infer<typeof Field>;
export type FieldType = Field['type'];
export type FieldOf<T extends FieldType> = Extract<Field, { type: T }>;

export const Entity = z.object({
  id: Id,
  /** Plural, snake case: the table's name and the page's address. */
  key: Key,
  /** Plural for people: "Customers". */
  label: Label,
  /** Singular for people: "Customer". */
  singular: Label,
  /** Name of a Lucide icon in kebab-case. */
  icon: z.string().max(40).default('folder'),
  /** Keys of the one to three fields that name a record in lists, pickers and links. */
  title: z.array(Key).min(1).max(3),
  source: z.string().max(300).optional(),
  fields: z.array(Field).min(1).max(60),
});
export type Entity = z.infer<typeof Entity>;

const Filter = z.object({
  field: Key,
  op: z.enum(['eq', 'ne', 'lt', 'lte', 'gt', 'gte', 'in']),
  value: z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]),
});
export type Filter = z.infer<typeof Filter>;

export const Widget = z.discriminatedUnion('kind', [
  /** One number: how many, or the sum of a field, optionally of today or of the last days. */
  z.object({
    kind: z.literal('number'),
    label: Label,
    entity: Key,
    op: z.enum(['count', 'sum', 'avg']),
    field: Key.optional(),
    date: Key.optional(),
    days: z.int().min(1).max(3660).optional(),
    filters: z.array(Filter).default([]),
  }),
  /** A line over time: count or sum of a field by the day, week or month of a date field. */
  z.object({
    kind: z.literal('series'),
    label: Label,
    entity: Key,
    op: z.enum(['count', 'sum', 'avg']),
    field: Key.optional(),
    date: Key,
    by: z.enum(['day', 'week', 'month']),
    span: z.int().min(2).max(366),
  }),
  /** Bars: groups of a choice, status or relation field, largest first (or in the status's order). */
  z.object({
    kind: z.literal('bars'),
    label: Label,
    entity: Key,
    op: z.enum(['count', 'sum']),
    field: Key.optional(),
    group: Key,
    limit: z.int().min(1).max(20).default(6),
  }),
  /** A short list of the records that match. */
  z.object({
    kind: z.literal('records'),
    label: Label,
    entity: Key,
    filters: z.array(Filter),
    columns: z.array(Key).min(1).max(6),
    limit: z.int().min(1).max(20).default(6),
  }),
]);
export type Widget = z.infer<typeof Widget>;

const viewBase = { id: Id, key: Key, label: Label, source: z.string().max(300).optional() };
export const View = z.discriminatedUnion('kind', [
  z.object({ ...viewBase, kind: z.literal('list'), entity: Key, columns: z.array(Key).min(1) }),
  z.object({ ...viewBase, kind: z.literal('board'), entity: Key, field: Key }),
  z.object({ ...viewBase, kind: z.literal('dashboard'), widgets: z.array(Widget).min(1).max(16) }),
]);
export type View = z.infer<typeof View>;

/** "Tell somebody when": stock falls below 10, a repair is ready. Shown as a badge, a list and a notice. */
export const Rule = z.object({
  id: Id,
  label: Label,
  entity: Key,
  on: z.enum(['create', 'update', 'status']),
  when: z.array(Filter),
  message: z.string().max(200),
  source: z.string().max(300).optional(),
});
export type Rule = z.infer<typeof Rule>;

export const AppSpec = z
  .object({
    specVersion: z.literal(1),
    /** The address: /apps/<slug>. */
    slug: z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,46}[a-z0-9])?$/),
    name: Label,
    icon: z.string().max(40).default('app-window'),
    hue: z.int().min(0).max(359).default(220),
    locale: z.string().max(20).default('en-US'),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .default('USD'),
    timezone: z.string().max(60).default('UTC'),
    entities: z.array(Entity).min(1).max(80),
    views: z.array(View).max(120),
    rules: z.array(Rule).max(60).default([]),
  })
  .superRefine((spec, context) => {
    for (const problem of problemsOf(spec)) context.addIssue({ code: 'custom', message: problem });
  });
export type AppSpec = z.infer<typeof AppSpec>;

type Draft = { entities: Entity[]; views: View[]; rules: Rule[] };

/** Everything in a spec that points at nothing, or twice at the same thing; empty when it is sound. */
function problemsOf(spec: Draft): string[] {
  const problems: string[] = [];
  const entities = new Map(spec.entities.map((entity) => [entity.key, entity]));
  for (const key of repeated(spec.entities.map((e) => e.key))) {
    problems.push(`Two entities are called "${key}".`);
  }
  for (const key of repeated(spec.views.map((v) => v.key))) {
    problems.push(`Two views are called "${key}".`);
  }
  for (const entity of spec.entities) {
    const fields = new Map(entity.fields.map((field) => [field.key, field]));
    for (const key of repeated(entity.fields.map((f) => f.key))) {
      problems.push(`${entity.label} has two fields called "${key}".`);
    }
    for (const key of entity.title) {
      if (!fields.has(key))
        problems.push(`${entity.label} is titled by a field "${key}" that it lacks.`);
    }
    for (const field of entity.fields) {
      if (field.type === 'relation' && !entities.has(field.to)) {
        problems.push(`${entity.label}.${field.key} links to "${field.to}", which does not exist.`);
      }
      if (field.type === 'status') {
        const keys = new Set(field.options.map((option) => option.key));
        if (!keys.has(field.initial))
          problems.push(`${entity.label}.${field.key} starts in an unknown status.`);
        for (const option of field.options) {
          for (const next of option.next) {
            if (!keys.has(next))
              problems.push(`${entity.label}.${field.key} moves to an unknown status "${next}".`);
          }
        }
      }
    }
  }
  const has = (entity: string, field: string) =>
    entities.get(entity)?.fields.some((candidate) => candidate.key === field) ?? false;
  const check = (where: string, entity: string, fields: (string | undefined)[]) => {
    if (!entities.has(entity)) problems.push(`${where} shows "${entity}", which does not exist.`);
    else
      for (const field of fields)
        if (field && !has(entity, field))
          problems.push(`${where} uses "${entity}.${field}", which does not exist.`);
  };
  for (const view of spec.views) {
    if (view.kind === 'list') check(view.label, view.entity, view.columns);
    if (view.kind === 'board') {
      check(view.label, view.entity, [view.field]);
      const field = entities.get(view.entity)?.fields.find((each) => each.key === view.field);
      if (field && field.type !== 'status') {
        problems.push(`${view.label} is a board of "${field.key}", which is no status.`);
      }
    }
    if (view.kind !== 'dashboard') continue;
    for (const widget of view.widgets) {
      const filters = 'filters' in widget ? widget.filters.map((f) => f.field) : [];
      const named = [
        'field' in widget ? widget.field : undefined,
        'date' in widget ? widget.date : undefined,
        'group' in widget ? widget.group : undefined,
        ...('columns' in widget ? widget.columns : []),
      ];
      check(widget.label, widget.entity, [...named, ...filters]);
    }
  }
  for (const rule of spec.rules)
    check(
      rule.label,
      rule.entity,
      rule.when.map((f) => f.field),
    );
  return problems;
}

function repeated(keys: string[]): string[] {
  return [...new Set(keys.filter((key, index) => keys.indexOf(key) !== index))];
}

/** The entity of that key. Throws when the spec has none: callers pass keys that the spec itself named. */
export function entityOf(spec: Pick<AppSpec, 'entities'>, key: string): Entity {
  const entity = spec.entities.find((candidate) => candidate.key === key);
  if (!entity) throw new Error(`The app has no entity "${key}".`);
  return entity;
}

/** The board field of an entity: its first status field, if it has one. */
export function statusOf(entity: Entity): FieldOf<'status'> | undefined {
  return entity.fields.find((field): field is FieldOf<'status'> => field.type === 'status');
}
