/** Step "Generate application UI": publishes lists, forms, boards and the navigation, and sees that each answers. */
import { z } from 'zod';
import { type AppSpec, entityOf, type View } from '../../apps/spec.ts';
import { appOf, expectPage, plannedSpec, publish, specOf } from './app.ts';
import { boardPart, formPart, listPart, navigationPart } from './part.ts';
import { count, shorten, unchanged } from './preview.ts';
import { defineTool } from './tool.ts';
import { undoPart } from './undo-app.ts';

type Page = Exclude<View, { kind: 'dashboard' }>;
const pagesOf = (spec: AppSpec): Page[] =>
  spec.views.filter((view): view is Page => view.kind !== 'dashboard');

export const createPages = defineTool({
  name: 'create_pages',
  description: 'Publishes list pages, forms, boards and the navigation of an app.',
  effect: 'write',
  idempotent: true,
  unitMs: 15,
  input: z.object({}).loose(),
  preview(_, subject) {
    const pages = pagesOf(specOf(subject)).map((view) =>
      view.kind === 'list' ? `${view.label} (list and form)` : `${view.label} (board)`,
    );
    const lines = [`This will publish ${count(pages.length, 'page')}:`, ...shorten(pages)];
    return { lines, impact: unchanged };
  },
  basis(_, subject) {
    const spec = specOf(subject);
    return { entities: spec.entities, views: pagesOf(spec) };
  },
  output: z.object({ views: z.number() }),
  undo: undoPart,
  async run(context) {
    const spec = plannedSpec(context);
    const { slug } = await appOf(context);
    const views = pagesOf(spec);
    for (const view of views) {
      const entity = entityOf(spec, view.entity);
      if (view.kind === 'list') {
        await context.substep(listPart(spec, entity), async () => {
          await publish(context, { views: [view] });
          await expectPage(context, `/apps/${slug}/${entity.key}`, []);
        });
        await context.substep(formPart(spec, entity), () =>
          expectPage(context, `/apps/${slug}/${entity.key}/new`, [
            `name="${entity.fields[0]?.key ?? ''}"`,
          ]),
        );
      } else {
        await context.substep(boardPart(spec, view), async () => {
          await publish(context, { views: [view] });
        });
      }
    }
    await context.substep(navigationPart, () =>
      expectPage(context, `/apps/${slug}/${views[0]?.kind === 'list' ? views[0].entity : ''}`, [
        `/apps/${slug}/`,
      ]),
    );
    return { views: views.length };
  },
});
