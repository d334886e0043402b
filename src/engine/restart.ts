/** "Cancel my CRM task and start over": a new task from the same words (F127, R3). */
import { transaction } from '../db/client.ts';
import { findPlan } from '../db/plan.ts';
import { unitDurations } from '../db/step.ts';
import { findRestart, findTask } from '../db/task.ts';
import { conflict, notFound } from '../errors.ts';
import { contextOf } from './change.ts';
import type { Actor, Engine } from './context.ts';
import { onTask } from './hold.ts';
import type { Spent } from './model/model.ts';
import { planApp } from './plan-app.ts';
import { recordSpent } from './spent.ts';
import { cancelTask, isOver } from './steer.ts';
import { createTask, proposePlan } from './task.ts';
import { readPlan } from './workflow/plan.ts';

/**
 * Cancels the task unless it is over, and proposes it anew: as its words are understood now, else with
 * the plan that it had. What it delivered stays.
 * @returns the new task's id; once more the same one, as long as that is open
 * @throws CONFLICT when there is nothing to begin again with
 */
export async function restartTask(engine: Engine, actor: Actor, taskId: string): Promise<string> {
  const { task, begun, row, context } = await transaction(engine.db, actor, async (tx) => {
    const found = await findTask(tx, taskId);
    if (!found) throw notFound('There is no such task.');
    return {
      task: found,
      begun: await findRestart(tx, taskId),
      row: await findPlan(tx, taskId),
      context: await contextOf(tx, engine, actor),
    };
  });
  if (begun) return begun.id;
  const spent: Spent[] = [];
  // A workflow says itself how it is done; what it was given is in its plan.
  const found = task.workflowId
    ? undefined
    : await engine.model.understand(task.description, {
        ...context,
        spent: (one) => spent.push(one),
      });
  if (found?.kind !== 'app' && !row)
    throw conflict(`Describe ${task.title} again, and I will plan it anew.`);
  if (!isOver(task))
    await cancelTask(engine, actor, taskId).catch(async (error) => {
      // Somebody else may have ended it in between.
      const now = await transaction(engine.db, actor, (tx) => findTask(tx, taskId));
      if (!now || !isOver(now)) throw error;
    });
  // Locked, so that whoever says it at the same moment finds the new task instead of making another one.
  return onTask(engine, actor, taskId, async (tx) => {
    const other = await findRestart(tx, taskId);
    if (other) {
      await recordSpent(tx, other.id, spent);
      return other.id;
    }
    const { channel, conversation, title, shortName, description } = task;
    const { workflowId, inputs, assignedToType, assignedToId } = task;
    const run = workflowId ? { workflowId, inputs, assignedToType, assignedToId } : {};
    const about = { channel, conversation, title, shortName, description, ...run };
    const next = await createTask(tx, engine, actor, { ...about, restartedFromId: taskId });
    await recordSpent(tx, next.id, spent);
    const plan =
      found?.kind === 'app'
        ? planApp(found.spec, found, engine.tools, await unitDurations(tx))
        : row && readPlan(row);
    if (plan) await proposePlan(tx, engine, next, plan, []);
    return next.id;
  });
}
