/** Step "Add search and filters": search columns kept by the database, and the indexes behind filters. */
import { z } from 'zod';
import { createFilters, createSearch } from '../../apps/schema.ts';
import { appOf } from './app.ts';
import { filterPart, isFilterable, isSearchable, searchPart } from './part.ts';
import { defineTool } from './tool.ts';

export const addSearch = defineTool({
  name: 'create_search',
  description: 'Makes the records of an app searchable and filterable.',
  effect: 'structural',
  idempotent: true,
  unitMs: 20,
  input: z.object({}).loose(),
  output: z.object({ searchable: z.number() }),
  async run(context) {
    const app = await appOf(context);
    for (const entity of app.spec.entities) {
      if (isSearchable(entity))
        await context.substep(searchPart(app.spec, entity), () =>
          createSearch(context.db, app, entity),
        );
      if (isFilterable(entity))
        await context.substep(filterPart(app.spec, entity), () =>
          createFilters(context.db, app, entity),
        );
    }
    return { searchable: app.spec.entities.filter(isSearchable).length };
  },
});
