/** Step "Configure … workflow": allowed status moves, enforced by the database, and who is told of them. */
import { z } from 'zod';
import { createWorkflow } from '../../apps/schema.ts';
import { entityOf, statusOf } from '../../apps/spec.ts';
import { FactotumError } from '../../errors.ts';
import { appOf, plannedSpec, publish } from './app.ts';
import { rulePart, transitionsPart } from './part.ts';
import { defineTool } from './tool.ts';

export const configureWorkflow = defineTool({
  name: 'create_workflow',
  description: 'Enforces the allowed status transitions of one kind of record.',
  effect: 'structural',
  idempotent: true,
  unitMs: 15,
  input: z.object({ entity: z.string() }).loose(),
  output: z.object({ transitions: z.number() }),
  async run(context, { entity: key }) {
    const app = await appOf(context);
    const entity = entityOf(app.spec, key);
    const field = statusOf(entity);
    if (!field)
      throw new FactotumError('INVALID', `${entity.label} have no status to move through.`);
    await context.substep(transitionsPart, () => createWorkflow(context.db, app, entity, field));
    const planned = plannedSpec(context);
    const rules = planned.rules.filter((rule) => rule.entity === key && rule.on === 'status');
    for (const rule of rules) {
      await context.substep(rulePart(planned, rule), async () => {
        await publish(context, { rules: [rule] });
      });
    }
    return { transitions: field.options.reduce((sum, option) => sum + option.next.length, 0) };
  },
});
