import { type Tx, transaction } from '../db/client.ts';
import { lockTask, type Task } from '../db/task.ts';
import { getWorkspace } from '../db/workspace.ts';
import { FactotumError, notFound } from '../errors.ts';
import { type Actor, type Engine, engineActor } from './context.ts';
import { means, namesOf } from './person.ts';
import { maySteer } from './policy.ts';

type Verb<T = void> = (tx: Tx, task: Task) => Promise<T>;

/**
 * Runs `work` on a locked task.
 * @throws NOT_FOUND when the actor's workspace has no such task
 */
export async function onTask<T>(
  engine: Engine,
  actor: Actor,
  taskId: string,
  work: Verb<T>,
): Promise<T> {
  return transaction(engine.db, actor, async (tx) => {
    const task = await lockTask(tx, taskId);
    if (!task) throw notFound('There is no such task.');
    return work(tx, task);
  });
}

/**
 * The same for what changes a task: anybody may ask about it, but only its owner, whoever it is
 * assigned to and the workspace's approvers may steer it.
 * @throws FORBIDDEN for anybody else
 */
export async function onOwnTask<T>(
  engine: Engine,
  actor: Actor,
  taskId: string,
  work: Verb<T>,
): Promise<T> {
  return onTask(engine, actor, taskId, async (tx, task) => {
    await assertMaySteer(tx, actor, task);
    return work(tx, task);
  });
}

/** @throws FORBIDDEN for whoever may not change the task */
export async function assertMaySteer(tx: Tx, actor: Actor, task: Task): Promise<void> {
  if (actor.id === engineActor || actor.id === task.requestedBy) return;
  const workspace = await getWorkspace(tx, task.workspaceId);
  if (maySteer(actor.id, task, workspace)) return;
  const names = await namesOf(tx, actor);
  if (workspace.approvers.some((name) => means(names, name))) return;
  const words = `Only ${task.requestedBy}, who asked for ${task.shortName}, can change it. Ask them.`;
  throw new FactotumError('FORBIDDEN', words);
}
