/** Step "Build the dashboard": reads every widget once, then publishes the page. */
import { z } from 'zod';
import { readWidget } from '../../apps/dashboard.ts';
import { appOf, expectPage, plannedSpec, publish } from './app.ts';
import { widgetPart } from './part.ts';
import { defineTool } from './tool.ts';

export const buildDashboard = defineTool({
  name: 'create_dashboard',
  description: 'Publishes the dashboards of an app.',
  effect: 'write',
  idempotent: true,
  unitMs: 15,
  input: z.object({}).loose(),
  output: z.object({ widgets: z.number() }),
  async run(context) {
    const app = await appOf(context);
    const dashboards = plannedSpec(context).views.filter((view) => view.kind === 'dashboard');
    for (const view of dashboards) {
      for (const [index, widget] of view.widgets.entries()) {
        await context.substep(widgetPart(view, index), async () => {
          await readWidget(context.db, app, widget, new Date());
        });
      }
      await publish(context, { views: [view] });
      await expectPage(context, `/apps/${app.slug}/v/${view.key}`, []);
    }
    return { widgets: dashboards.flatMap((view) => view.widgets).length };
  },
});
