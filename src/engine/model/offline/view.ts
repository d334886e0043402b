/** Views of an app: a list for each entity, a board where a flow matters. */
import { type Entity, statusOf, type View } from '../../../apps/spec.ts';

const mostColumns = 6;

/** A list for every entity, then a board for every entity with a status. */
export function listsAndBoards(entities: Entity[]): View[] {
  return [...entities.map(listOf), ...entities.flatMap((entity) => boardOf(entity) ?? [])];
}

export function listOf(entity: Entity): View {
  return {
    id: `v_${entity.key}`,
    key: entity.key,
    label: entity.label,
    ...(entity.source ? { source: entity.source } : {}),
    kind: 'list',
    entity: entity.key,
    columns: columnsOf(entity),
  };
}

/** The title first, then the status, then the other short fields in their order. */
export function columnsOf(entity: Entity): string[] {
  const short = entity.fields
    .filter((field) => field.type !== 'longtext')
    .map((field) => field.key);
  const status = statusOf(entity)?.key;
  const columns = [...new Set([...entity.title, ...short])].slice(0, mostColumns);
  if (status && !columns.includes(status)) columns.splice(mostColumns - 1, 1, status);
  return columns.length > 0 ? columns : entity.fields.slice(0, 1).map((field) => field.key);
}

export function boardOf(entity: Entity): View | undefined {
  const status = statusOf(entity);
  if (!status) return undefined;
  return {
    id: `v_${entity.key}_board`,
    key: `${entity.key.slice(0, 41)}_board`,
    label: `${entity.singular} board`.slice(0, 80),
    ...(status.source ? { source: status.source } : {}),
    kind: 'board',
    entity: entity.key,
    field: status.key,
  };
}
