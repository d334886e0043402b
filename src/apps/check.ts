/** Acceptance checks of an app: data that can be shown in a plan, stored and run. */
import { z } from 'zod';
import { isMany } from './column.ts';
import { pathTo } from './sample.ts';
import { type AppSpec, type Entity, Key, statusOf } from './spec.ts';

export { runCheck } from './check-run.ts';

const base = { id: z.string().min(1).max(80), label: z.string().min(1).max(300) };

export const Check = z.discriminatedUnion('kind', [
  /** `columns` are keys of fields. */
  z.object({
    ...base,
    kind: z.literal('table_has_columns'),
    entity: Key,
    columns: z.array(Key).min(1),
  }),
  z.object({
    ...base,
    kind: z.literal('view_answers'),
    view: Key,
    contains: z.array(z.string()).default([]),
  }),
  /** A record whose `field` is `sample` is found by it, and nothing else is. */
  z.object({
    ...base,
    kind: z.literal('search_finds'),
    entity: Key,
    field: Key,
    sample: z.string().min(1).max(200),
  }),
  z.object({
    ...base,
    kind: z.literal('transition_refused'),
    entity: Key,
    field: Key,
    from: Key,
    to: Key,
  }),
  z.object({
    ...base,
    kind: z.literal('transition_allowed'),
    entity: Key,
    field: Key,
    from: Key,
    to: Key,
  }),
  /** `rule` is the rule's id. */
  z.object({ ...base, kind: z.literal('rule_fires'), rule: z.string().min(1) }),
  /** `widget` is its place among the view's widgets, from 0. */
  z.object({ ...base, kind: z.literal('widget_answers'), view: Key, widget: z.int().min(0) }),
]);
export type Check = z.infer<typeof Check>;

type Unnamed = Check extends infer C ? (C extends Check ? Omit<C, 'id'> : never) : never;

const most = 12;
/** How many of each kind, in this order: what a person would try first. */
const share = { table: 3, search: 2, refused: 2, allowed: 1, rule: 2, view: 2, widget: 1 };

/** Up to twelve checks that say whether the spec was built, the most telling ones first. */
export function checksOf(spec: AppSpec): Check[] {
  const kinds = {
    table: spec.entities.map(tableCheck),
    search: spec.entities.flatMap(searchCheck),
    refused: spec.entities.flatMap((entity) => transitionCheck(entity, 'transition_refused')),
    allowed: spec.entities.flatMap((entity) => transitionCheck(entity, 'transition_allowed')),
    rule: spec.rules.map(
      (rule): Unnamed => ({
        kind: 'rule_fires',
        label: `"${rule.label}" tells when it should`,
        rule: rule.id,
      }),
    ),
    view: spec.views.map(
      (view): Unnamed => ({
        kind: 'view_answers',
        label: `The page "${view.label}" opens`,
        view: view.key,
        contains: [view.label],
      }),
    ),
    widget: spec.views.flatMap((view) =>
      view.kind === 'dashboard'
        ? view.widgets.map(
            (widget, index): Unnamed => ({
              kind: 'widget_answers',
              label: `"${widget.label}" on "${view.label}" answers`,
              view: view.key,
              widget: index,
            }),
          )
        : [],
    ),
  };
  const names = Object.keys(share) as (keyof typeof share)[];
  const chosen = new Set(names.flatMap((name) => kinds[name].slice(0, share[name])));
  // A small app has fewer kinds: the rest of the places goes to whatever there is more of.
  for (const rest of names.flatMap((name) => kinds[name])) if (chosen.size < 6) chosen.add(rest);
  return [...chosen]
    .slice(0, most)
    .map((check, index) => Check.parse({ ...check, id: `chk_${index + 1}` }));
}

function tableCheck(entity: Entity): Unnamed {
  const labels = entity.fields.map((field) => field.label);
  const listed =
    labels.length > 6
      ? `${labels.slice(0, 5).join(', ')} and ${labels.length - 5} more`
      : labels.join(', ');
  return {
    kind: 'table_has_columns',
    label: `${entity.label} are kept with ${listed}`,
    entity: entity.key,
    columns: entity.fields.map((field) => field.key),
  };
}

function searchCheck(entity: Entity): Unnamed[] {
  const found = entity.fields.filter(
    (field) => !isMany(field) && (field.search || entity.title.includes(field.key)),
  );
  // A phone number first: finding it by its digits is what breaks most easily.
  const field = ['phone', 'email', 'text'].flatMap((type) =>
    found.filter((each) => each.type === type),
  )[0];
  if (!field) return [];
  const sample =
    { phone: '+1 (202) 555-0147', email: 'quillon.vexby@example.com' }[String(field.type)] ??
    'Quillon Vexby';
  return [
    {
      kind: 'search_finds',
      label: `Searching "${sample}" finds the ${entity.singular.toLowerCase()} with that ${field.label.toLowerCase()}`,
      entity: entity.key,
      field: field.key,
      sample,
    },
  ];
}

function transitionCheck(
  entity: Entity,
  kind: 'transition_refused' | 'transition_allowed',
): Unnamed[] {
  const field = statusOf(entity);
  if (!field) return [];
  const reachable = field.options.filter((option) => pathTo(field, option.key));
  for (const from of reachable) {
    // The furthest forbidden jump is the one people try: from the start straight to the end.
    const to = field.options.findLast(
      (option) =>
        option !== from && from.next.includes(option.key) === (kind === 'transition_allowed'),
    );
    if (!to) continue;
    const verb = kind === 'transition_allowed' ? 'can' : 'cannot';
    const label = `A ${entity.singular.toLowerCase()} that is "${from.label}" ${verb} become "${to.label}"`;
    return [{ kind, label, entity: entity.key, field: field.key, from: from.key, to: to.key }];
  }
  return [];
}
