/** Names of the parts of a step, as the plan announces them and the tool reports them. */
import {
  type AppSpec,
  type Entity,
  entityOf,
  type Field,
  type Rule,
  statusOf,
  type View,
} from '../../apps/spec.ts';

type DashboardView = Extract<View, { kind: 'dashboard' }>;

export const linksPart = 'Links between tables';
export const navigationPart = 'Navigation';

/** A thing's name among the others; the key tells apart two that people call the same. */
function nameOf(spec: AppSpec, entity: Entity): string {
  const isAlone = spec.entities.every(
    (other) => other.id === entity.id || other.singular !== entity.singular,
  );
  return isAlone ? entity.singular : `${entity.singular} (${entity.key})`;
}

export const tablePart = (spec: AppSpec, entity: Entity) =>
  distinct(spec.entities, entity, (other) => other.label);
export const listPart = (spec: AppSpec, entity: Entity) => `${nameOf(spec, entity)} list view`;
export const formPart = (spec: AppSpec, entity: Entity) => `${nameOf(spec, entity)} form`;
export const searchPart = (spec: AppSpec, entity: Entity) => `${nameOf(spec, entity)} search`;
export const filterPart = (spec: AppSpec, entity: Entity) => `${nameOf(spec, entity)} filters`;
export const rulePart = (spec: AppSpec, rule: Rule) =>
  distinct(spec.rules, rule, (other) => other.label);
export const widgetPart = (view: DashboardView, index: number) => {
  const label = view.widgets[index]?.label ?? '';
  return view.widgets.findIndex((widget) => widget.label === label) === index
    ? `${view.label}: ${label}`
    : `${view.label}: ${label} (${index + 1})`;
};

/** A part is known by its name, so two of one name are told apart by their ids. */
function distinct<T extends { id: string }>(all: T[], one: T, label: (item: T) => string): string {
  const isAlone = all.every((other) => other.id === one.id || label(other) !== label(one));
  return isAlone ? label(one) : `${label(one)} (${one.id})`;
}

export const transitionsPart = 'Status transitions';
export const boardPart = (spec: AppSpec, view: View) =>
  distinct(spec.views, view, (other) => other.label);

export const tableParts = (spec: AppSpec) => [
  ...spec.entities.map((entity) => tablePart(spec, entity)),
  linksPart,
];

export const pageParts = (spec: AppSpec) => [
  ...spec.views.flatMap((view) => {
    if (view.kind === 'dashboard') return [];
    if (view.kind === 'board') return [boardPart(spec, view)];
    const entity = entityOf(spec, view.entity);
    return [listPart(spec, entity), formPart(spec, entity)];
  }),
  navigationPart,
];

export const isSearchable = (entity: Entity) => entity.fields.some((field) => field.search);
const filterTypes = ['status', 'choice', 'boolean', 'relation', 'date', 'datetime'];
export const isFilter = (field: Field) => filterTypes.includes(field.type);
export const isFilterable = (entity: Entity) => entity.fields.some(isFilter);

export const searchParts = (spec: AppSpec) =>
  spec.entities.flatMap((entity) => [
    ...(isSearchable(entity) ? [searchPart(spec, entity)] : []),
    ...(isFilterable(entity) ? [filterPart(spec, entity)] : []),
  ]);

/** The entities whose status has a flow of its own. */
export const workflowEntities = (spec: AppSpec) =>
  spec.entities.filter((entity) => statusOf(entity));
