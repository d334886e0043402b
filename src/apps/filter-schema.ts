/** Indexes for what lists are filtered and sorted by. */
import type { Database } from '../db/client.ts';
import type { App } from './app.ts';
import { columnFields, columnOf, tableOf } from './column.ts';
import { ddl } from './ddl.ts';
import { ownName, quoteName } from './identifier.ts';
import type { AppSpec, Entity, Field } from './spec.ts';

/** One index per field serves filtering, both sort directions and paging: (column, id). */
export function createFilters(db: Database, app: App, entity: Entity): Promise<void> {
  return ddl(db, async (run) => {
    const table = tableOf(app, entity);
    for (const field of indexedFields(app.spec, entity)) {
      const name = quoteName(ownName('sort', entity.key, field.key));
      await run(
        `create index if not exists ${name} on ${table} (${columnOf(entity, field)}, id) where deleted_at is null`,
      );
    }
    await run(`analyze ${table}`);
  });
}

/** The fields of an entity that get an index of their own. */
export function indexedFields(spec: Pick<AppSpec, 'views'>, entity: Entity): Field[] {
  const listed = new Set(
    spec.views.flatMap((view) =>
      view.kind === 'list' && view.entity === entity.key ? view.columns : [],
    ),
  );
  return columnFields(entity).filter((field) => {
    // Long texts do not fit a B-tree entry; nobody sorts by them.
    if (field.type === 'longtext' || field.type === 'url') return false;
    if (['status', 'choice', 'relation', 'date', 'datetime'].includes(field.type)) return true;
    return entity.title.includes(field.key) || listed.has(field.key);
  });
}
