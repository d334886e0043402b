/** Addresses of an app's pages, and which of them exist. A page exists when a view of the spec shows it. */
import type { App } from '../../apps/app.ts';
import type { AppSpec, Entity, View } from '../../apps/spec.ts';

export type ListView = Extract<View, { kind: 'list' }>;
export type BoardView = Extract<View, { kind: 'board' }>;
export type DashboardView = Extract<View, { kind: 'dashboard' }>;

/** `/apps/<slug>` */
export const appPath = (app: App) => `/apps/${app.slug}`;

/** The view that `/apps/<slug>` itself shows: the first dashboard, else the first list, else anything. */
export function homeView(spec: AppSpec): View | undefined {
  const first = (kind: View['kind']) => spec.views.find((view) => view.kind === kind);
  return first('dashboard') ?? first('list') ?? spec.views[0];
}

/** The list that `/apps/<slug>/<entity>` shows. */
export function listViewOf(spec: AppSpec, entityKey: string): ListView | undefined {
  return spec.views.find(
    (view): view is ListView => view.kind === 'list' && view.entity === entityKey,
  );
}

/** The first board of an entity. */
export function boardViewOf(spec: AppSpec, entityKey: string): BoardView | undefined {
  return spec.views.find(
    (view): view is BoardView => view.kind === 'board' && view.entity === entityKey,
  );
}

/** Where a view lives. Every view also answers at `/v/<key>`. */
export function viewPath(app: App, view: View): string {
  if (view.kind === 'dashboard' && homeView(app.spec) === view) return appPath(app);
  if (view.kind === 'list' && listViewOf(app.spec, view.entity) === view)
    return entityPath(app, view.entity);
  return `${appPath(app)}/v/${view.key}`;
}

/** Whether records of the entity can be opened: something of it must have been built. */
export function hasPages(spec: AppSpec, entityKey: string): boolean {
  return listViewOf(spec, entityKey) !== undefined || boardViewOf(spec, entityKey) !== undefined;
}

export const entityPath = (app: App, entityKey: string) => `${appPath(app)}/${entityKey}`;
export const recordPath = (app: App, entityKey: string, id: string) =>
  `${entityPath(app, entityKey)}/${encodeURIComponent(id)}`;

/** The form for a new record, with values already filled in. */
export function newPath(app: App, entityKey: string, values: Record<string, string> = {}): string {
  const query = new URLSearchParams(values).toString();
  return `${entityPath(app, entityKey)}/new${query ? `?${query}` : ''}`;
}

/** Where somebody goes who leaves a record: its list, its board, or home. */
export function collectionPath(app: App, entity: Entity): string {
  if (listViewOf(app.spec, entity.key)) return entityPath(app, entity.key);
  const board = boardViewOf(app.spec, entity.key);
  return board ? viewPath(app, board) : appPath(app);
}
