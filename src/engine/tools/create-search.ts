/** Step "Add search and filters": search columns kept by the database, and the indexes behind filters. */
import { z } from 'zod';
import { createFilters, createSearch } from '../../apps/schema.ts';
import type { Field } from '../../apps/spec.ts';
import { printStorage, searchBytes } from '../../apps/storage.ts';
import { appOf, plannedSpec, specOf } from './app.ts';
import { filterPart, isFilter, isFilterable, isSearchable, searchPart } from './part.ts';
import { shorten } from './preview.ts';
import { defineTool } from './tool.ts';
import { undoPart } from './undo-app.ts';

export const addSearch = defineTool({
  name: 'create_search',
  description: 'Makes the records of an app searchable and filterable.',
  effect: 'structural',
  idempotent: true,
  unitMs: 20,
  input: z.object({}).loose(),
  preview(_, subject) {
    const spec = specOf(subject);
    const labels = (fields: Field[]) => fields.map((field) => field.label.toLowerCase()).join(', ');
    const tables = spec.entities.flatMap((entity) => {
      const searched = entity.fields.filter((field) => field.search);
      const filtered = entity.fields.filter(isFilter);
      return [
        ...(searched.length > 0 ? [`${entity.label}: search by ${labels(searched)}`] : []),
        ...(filtered.length > 0 ? [`${entity.label}: filters by ${labels(filtered)}`] : []),
      ];
    });
    return {
      lines: ['This will add search and filters:', ...shorten(tables)],
      impact: `Database storage increase ${printStorage(searchBytes(spec))}`,
    };
  },
  basis(_, subject) {
    const { entities, views } = specOf(subject);
    // What a list shows can be sorted by, and has an index for it.
    return { entities, lists: views.filter((view) => view.kind === 'list') };
  },
  output: z.object({ searchable: z.number() }),
  undo: undoPart,
  async run(context) {
    // Lists may be published only later: what they will show is in the plan.
    const app = { ...(await appOf(context)), spec: plannedSpec(context) };
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
