/** Step "Configure … workflow": allowed status moves, enforced by the database, and who is told of them. */
import { z } from 'zod';
import { createWorkflow } from '../../apps/schema.ts';
import { type AppSpec, entityOf, statusOf } from '../../apps/spec.ts';
import { FactotumError } from '../../errors.ts';
import { appOf, plannedSpec, publish, specOf } from './app.ts';
import { rulePart, transitionsPart } from './part.ts';
import { shorten, unchanged } from './preview.ts';
import { defineTool } from './tool.ts';
import { undoPart } from './undo-app.ts';

const statusRules = (spec: AppSpec, key: string) =>
  spec.rules.filter((rule) => rule.entity === key && rule.on === 'status');

export const configureWorkflow = defineTool({
  name: 'create_workflow',
  description: 'Enforces the allowed status transitions of one kind of record.',
  effect: 'structural',
  idempotent: true,
  unitMs: 15,
  input: z.object({ entity: z.string() }).loose(),
  preview({ entity: key }, subject) {
    const spec = specOf(subject);
    const entity = entityOf(spec, key);
    const options = statusOf(entity)?.options ?? [];
    const labelOf = (wanted: string) =>
      options.find((option) => option.key === wanted)?.label ?? wanted;
    const moves = options
      .filter((option) => option.next.length > 0)
      .map((option) => `${option.label} → ${option.next.map(labelOf).join(', ')}`);
    const told = statusRules(spec, key).map((rule) => `Tells of: ${rule.label}`);
    const what = entity.label.toLowerCase();
    return {
      lines: [
        `This will allow these moves of ${what} and refuse all others:`,
        ...shorten(moves),
        ...told,
      ],
      impact: unchanged,
    };
  },
  basis({ entity: key }, subject) {
    const spec = specOf(subject);
    return { entity: entityOf(spec, key), rules: statusRules(spec, key) };
  },
  output: z.object({ transitions: z.number() }),
  undo: undoPart,
  async run(context, { entity: key }) {
    const app = await appOf(context);
    const entity = entityOf(app.spec, key);
    const field = statusOf(entity);
    if (!field)
      throw new FactotumError('INVALID', `${entity.label} have no status to move through.`);
    await context.substep(transitionsPart, () => createWorkflow(context.db, app, entity, field));
    const planned = plannedSpec(context);
    for (const rule of statusRules(planned, key)) {
      await context.substep(rulePart(planned, rule), async () => {
        await publish(context, { rules: [rule] });
      });
    }
    return { transitions: field.options.reduce((sum, option) => sum + option.next.length, 0) };
  },
});
