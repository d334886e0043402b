/** Back from a proposed change to the plan that was running: nothing of it is lost. */
import { findPlan } from '../db/plan.ts';
import { findRealRun } from '../db/run.ts';
import { conflict } from '../errors.ts';
import { acceptPlan } from './accept.ts';
import type { Actor, Engine } from './context.ts';
import { onOwnTask } from './hold.ts';
import { proposePlan, reopenPlanning } from './task.ts';
import { readPlan } from './workflow/plan.ts';

/**
 * Proposes the plan of the run once more, as the newest version, and accepts it: all that is finished
 * is kept.
 * @throws CONFLICT when the task was not changed while it ran
 */
export async function keepPlan(engine: Engine, actor: Actor, taskId: string): Promise<void> {
  const { version, mode } = await onOwnTask(engine, actor, taskId, async (tx, task) => {
    const run = await findRealRun(tx, taskId);
    const row = run && (await findPlan(tx, taskId, run.planVersion));
    if (task.status !== 'ready' || !row)
      throw conflict(`${task.shortName} has no earlier plan to go on with.`);
    const replanned = await reopenPlanning(tx, engine, actor, task);
    const change = `As in version ${run.planVersion} again`;
    const proposed = await proposePlan(tx, engine, replanned, readPlan(row), [change]);
    return { version: proposed.planVersion, mode: run.mode };
  });
  await acceptPlan(engine, actor, taskId, version, mode);
}
