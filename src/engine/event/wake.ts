/** The job that delivers the events of a workspace. */
import { addJob } from '../../db/job.ts';
import type { Tx } from '../../db/tx.ts';

/**
 * In a queue of its own: deliveries of a workspace take turns anyway, and one that waits for another must not keep a
 * worker from other jobs. However often it is added, one waits behind the one that runs.
 */
export function wakeDelivery(tx: Tx, workspaceId: string): void {
  const name = `events:${workspaceId}`;
  addJob(tx, 'events', { workspaceId }, { key: name, queue: name });
}
