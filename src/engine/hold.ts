import { transaction } from '../db/client.ts';
import { pastDeadlocks } from '../db/deadlock.ts';
import type { Opening, Rows } from '../db/opening.ts';
import { taskOf, withTask } from '../db/snapshot.ts';
import type { Task } from '../db/task.ts';
import type { Tx } from '../db/tx.ts';
import { getWorkspace } from '../db/workspace.ts';
import { FactotumError, notFound } from '../errors.ts';
import { type Actor, type Engine, engineActor } from './context.ts';
import { means, namesOf } from './person.ts';
import { maySteer } from './policy.ts';

/** @param rows what the transaction began with */
type Verb<T = void> = (tx: Tx, task: Task, rows: Rows) => Promise<T>;

/**
 * Runs `work` on a locked task; again when it and another have waited for each other, as a part that adds to the budget of
 * its whole and a whole that is cancelled with its parts may.
 * @param opening what else is read with the lock
 * @throws NOT_FOUND when the actor's workspace has no such task
 */
export async function onTask<T>(
  engine: Engine,
  actor: Actor,
  taskId: string,
  work: Verb<T>,
  opening = withTask(taskId),
): Promise<T> {
  return pastDeadlocks(() =>
    transaction(engine.db, actor, (tx, rows) => onLocked(tx, rows, work), opening),
  );
}

/**
 * `work` on the task that a transaction began with.
 * @throws NOT_FOUND when there was none
 */
export async function onLocked<T>(tx: Tx, rows: Rows, work: Verb<T>): Promise<T> {
  const task = taskOf(rows);
  if (!task) throw notFound('There is no such task.');
  return work(tx, task, rows);
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
  opening?: Opening,
): Promise<T> {
  return onTask(engine, actor, taskId, steering(actor, work), opening);
}

/** `work` of somebody who may steer the task; it throws FORBIDDEN for anybody else. */
export function steering<T>(actor: Actor, work: Verb<T>): Verb<T> {
  return async (tx, task, rows) => {
    await assertMaySteer(tx, actor, task);
    return work(tx, task, rows);
  };
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
