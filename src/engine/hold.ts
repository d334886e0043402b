import { type Tx, transaction } from '../db/client.ts';
import { lockTask, type Task } from '../db/task.ts';
import { notFound } from '../errors.ts';
import type { Actor, Engine } from './context.ts';

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
