import { addJob } from '../db/job.ts';
import type { Task } from '../db/task.ts';
import type { Tx } from '../db/tx.ts';

/** A running step that has told nothing for so many milliseconds is silent (PAINS 18). */
export const silenceMs = 60_000;

/** Has the cards of a task looked at again at that time though nothing happens; one look waits at a time. */
export function lookAgain(tx: Tx, task: Pick<Task, 'id' | 'workspaceId'>, runAt: Date): void {
  const { id: taskId, workspaceId } = task;
  addJob(tx, 'deliver', { workspaceId, taskId }, { key: `look:${taskId}`, runAt });
}
