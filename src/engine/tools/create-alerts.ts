/** Step "Set up alerts": rules that tell when a record needs attention. */
import { z } from 'zod';
import { appOf, plannedSpec, publish } from './app.ts';
import { rulePart } from './part.ts';
import { defineTool } from './tool.ts';

export const setUpAlerts = defineTool({
  name: 'create_alerts',
  description: 'Publishes the rules that say when a record needs attention.',
  effect: 'write',
  idempotent: true,
  unitMs: 8,
  input: z.object({}).loose(),
  output: z.object({ alerts: z.number() }),
  async run(context) {
    await appOf(context);
    const planned = plannedSpec(context);
    const rules = planned.rules.filter((rule) => rule.on !== 'status');
    for (const rule of rules) {
      await context.substep(rulePart(planned, rule), async () => {
        await publish(context, { rules: [rule] });
      });
    }
    return { alerts: rules.length };
  },
});
