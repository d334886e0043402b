/** Names of the parts of a step, as the plan announces them and the tool reports them. */
import { type AppSpec, type Entity, entityOf, statusOf, type View } from '../../apps/spec.ts';

export const linksPart = 'Links between tables';
export const navigationPart = 'Navigation';

export const listPart = (entity: Entity) => `${entity.singular} list view`;
export const formPart = (entity: Entity) => `${entity.singular} form`;
export const searchPart = (entity: Entity) => `${entity.singular} search`;
export const filterPart = (entity: Entity) => `${entity.singular} filters`;
export const transitionsPart = 'Status transitions';
export const boardPart = (view: View) => view.label;

export const tableParts = (spec: AppSpec) => [
  ...spec.entities.map((entity) => entity.label),
  linksPart,
];

export const pageParts = (spec: AppSpec) => [
  ...spec.views.flatMap((view) => {
    if (view.kind === 'list')
      return [listPart(entityOf(spec, view.entity)), formPart(entityOf(spec, view.entity))];
    return view.kind === 'board' ? [boardPart(view)] : [];
  }),
  navigationPart,
];

export const isSearchable = (entity: Entity) => entity.fields.some((field) => field.search);
const filterTypes = ['status', 'choice', 'boolean', 'relation', 'date', 'datetime'];
export const isFilterable = (entity: Entity) =>
  entity.fields.some((field) => filterTypes.includes(field.type));

export const searchParts = (spec: AppSpec) =>
  spec.entities.flatMap((entity) => [
    ...(isSearchable(entity) ? [searchPart(entity)] : []),
    ...(isFilterable(entity) ? [filterPart(entity)] : []),
  ]);

/** The entities whose status has a flow of its own. */
export const workflowEntities = (spec: AppSpec) =>
  spec.entities.filter((entity) => statusOf(entity));
