/**
 * What a step changes, measured on the database itself: how the app's schema and spec stand before the
 * first try and after the last. In a real run it must be what the dry run showed.
 */
import { toApp } from '../apps/app.ts';
import { effectBetween, inventoryOf } from '../apps/inventory.ts';
import { findAppOf } from '../db/app.ts';
import { transaction } from '../db/client.ts';
import type { Run } from '../db/run.ts';
import { type Step, type StepEffect, updateStep } from '../db/step.ts';
import type { Engine } from './context.ts';
import { Overtaken } from './step-outcome.ts';

export type Measure = {
  /** What former tries have said. */
  sent: StepEffect['sent'];
  /** Stores what has been said so far. */
  keepSent(sent: StepEffect['sent']): Promise<void>;
  changes(): Promise<string[]>;
};

/** Notes how things stand, unless an earlier try has: what that one did belongs to the step too. */
export async function measureStep(engine: Engine, step: Step, run: Run): Promise<Measure> {
  const scope = { workspaceId: step.workspaceId };
  const read = () => readInventory(engine, step, run);
  const earlier = step.effect?.before ? step.effect : undefined;
  const before = earlier?.before ?? (await read());
  const keepSent = async (sent: StepEffect['sent']) => {
    const { allowed } = step.effect ?? {};
    const effect: StepEffect = { changes: [], sent, before, ...(allowed ? { allowed } : {}) };
    const kept = await transaction(engine.db, scope, (tx) =>
      updateStep(tx, step, ['running'], { effect }),
    );
    if (!kept) throw new Overtaken();
  };
  if (!earlier) await keepSent([]);
  return {
    sent: earlier?.sent ?? [],
    keepSent,
    changes: async () => effectBetween(before, await read()),
  };
}

async function readInventory(engine: Engine, step: Step, run: Run): Promise<string[]> {
  const rehearsalRunId = run.mode === 'dry_run' ? run.id : null;
  const row = await transaction(engine.db, { workspaceId: step.workspaceId }, (tx) =>
    findAppOf(tx, { taskId: step.taskId, rehearsalRunId }),
  );
  return row ? inventoryOf(engine.db, toApp(row)) : [];
}
