/** Step "Set up alerts": rules that tell when a record needs attention. */
import { z } from 'zod';
import { type AppSpec, entityOf } from '../../apps/spec.ts';
import { appOf, plannedSpec, publish, specOf } from './app.ts';
import { rulePart } from './part.ts';
import { count, shorten, unchanged } from './preview.ts';
import { defineTool } from './tool.ts';
import { undoPart } from './undo-app.ts';

const alertsOf = (spec: AppSpec) => spec.rules.filter((rule) => rule.on !== 'status');

export const setUpAlerts = defineTool({
  name: 'create_alerts',
  description: 'Publishes the rules that say when a record needs attention.',
  effect: 'write',
  idempotent: true,
  unitMs: 8,
  input: z.object({}).loose(),
  preview(_, subject) {
    const spec = specOf(subject);
    const alerts = alertsOf(spec).map(
      (rule) => `${rule.label} (${entityOf(spec, rule.entity).label.toLowerCase()})`,
    );
    const lines = [`This will set up ${count(alerts.length, 'alert')}:`, ...shorten(alerts)];
    return { lines, impact: unchanged };
  },
  basis: (_, subject) => alertsOf(specOf(subject)),
  output: z.object({ alerts: z.number() }),
  undo: undoPart,
  async run(context) {
    await appOf(context);
    const planned = plannedSpec(context);
    const rules = alertsOf(planned);
    for (const rule of rules) {
      await context.substep(rulePart(planned, rule), async () => {
        await publish(context, { rules: [rule] });
      });
    }
    return { alerts: rules.length };
  },
});
