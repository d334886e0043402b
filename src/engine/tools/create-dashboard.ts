/** Step "Build the dashboard": reads every widget once, then publishes the page. */
import { z } from 'zod';
import { readWidget } from '../../apps/dashboard.ts';
import type { AppSpec, View } from '../../apps/spec.ts';
import { appOf, expectPage, plannedSpec, publish, specOf } from './app.ts';
import { widgetPart } from './part.ts';
import { count, shorten, unchanged } from './preview.ts';
import { defineTool } from './tool.ts';
import { undoPart } from './undo-app.ts';

type Dashboard = Extract<View, { kind: 'dashboard' }>;
const dashboardsOf = (spec: AppSpec): Dashboard[] =>
  spec.views.filter((view): view is Dashboard => view.kind === 'dashboard');

export const buildDashboard = defineTool({
  name: 'create_dashboard',
  description: 'Publishes the dashboards of an app.',
  effect: 'write',
  idempotent: true,
  unitMs: 15,
  input: z.object({}).loose(),
  preview(_, subject) {
    const dashboards = dashboardsOf(specOf(subject));
    const figures = dashboards.flatMap((view) =>
      view.widgets.map((widget) => `${view.label}: ${widget.label}`),
    );
    const what = `${count(dashboards.length, 'dashboard')} with ${count(figures.length, 'figure')}`;
    return { lines: [`This will publish ${what}:`, ...shorten(figures)], impact: unchanged };
  },
  basis(_, subject) {
    const spec = specOf(subject);
    return { entities: spec.entities, dashboards: dashboardsOf(spec) };
  },
  output: z.object({ widgets: z.number() }),
  undo: undoPart,
  async run(context) {
    const app = await appOf(context);
    const dashboards = dashboardsOf(plannedSpec(context));
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
