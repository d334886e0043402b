/** Step "Create database tables": the app's own Postgres schema, role, tables and links. */
import { z } from 'zod';
import { createHistory, createLinks, createSchema, createTable } from '../../apps/schema.ts';
import { printStorage, tablesBytes } from '../../apps/storage.ts';
import { removeApp } from '../discard.ts';
import { isTransient } from '../retry.ts';
import { foundationOf, registerApp, specOf } from './app.ts';
import { linksPart, tablePart } from './part.ts';
import { count, shorten } from './preview.ts';
import { defineTool } from './tool.ts';
import { undoApp } from './undo-app.ts';

export const createTables = defineTool({
  name: 'create_tables',
  description: 'Creates the database schema, the tables and the links between them.',
  effect: 'structural',
  idempotent: true,
  unitMs: 25,
  input: z.object({}).loose(),
  preview(_, subject) {
    const spec = specOf(subject);
    const tables = spec.entities.map(
      ({ key, fields }) => `${key} (${count(fields.length, 'column')})`,
    );
    return {
      lines: [`This will create ${count(tables.length, 'new table')}:`, ...shorten(tables)],
      impact: `Database storage increase ${printStorage(tablesBytes(spec))}`,
    };
  },
  basis: (_, subject) => foundationOf(specOf(subject)),
  output: z.object({ app: z.string(), slug: z.string(), tables: z.number() }),
  undo: undoApp,
  async run(context) {
    const app = await registerApp(context);
    try {
      await createSchema(context.db, app, { registered: true });
      for (const entity of app.spec.entities) {
        await context.substep(tablePart(app.spec, entity), () =>
          createTable(context.db, app, entity),
        );
      }
      await context.substep(linksPart, async () => {
        await createLinks(context.db, app);
        await createHistory(context.db, app);
      });
    } catch (error) {
      // A creation that failed for good leaves nothing half-made; an interrupted one is continued.
      if (
        !context.signal.aborted &&
        error instanceof Error &&
        'code' in error &&
        !isTransient(error)
      ) {
        await removeApp(context.db, context.scope, app);
      }
      throw error;
    }
    return { app: app.id, slug: app.slug, tables: app.spec.entities.length };
  },
});
