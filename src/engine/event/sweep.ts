/** What nobody's job will do about events: those whose job is lost, waits whose time is over, and old events. */
import { listLostStarts } from '../../db/event-handler.ts';
import { listDueWaits } from '../../db/event-wait.ts';
import { addJob } from '../../db/job.ts';
import type { Tx } from '../../db/tx.ts';
import { forgetEvents, listUndelivered } from '../../db/workflow-event.ts';
import type { Engine } from '../context.ts';
import { wakeDelivery } from './wake.ts';

/** Events are kept for so long after they were published: a wait looks back no farther. */
const keptDays = 30;

/**
 * @param before what stands still since then has lost its job
 * @returns the tasks that have to be looked at
 */
export async function sweepEvents(
  tx: Tx,
  engine: Engine,
  before: Date,
): Promise<{ workspaceId: string; taskId: string }[]> {
  const now = engine.now();
  for (const { workspaceId } of await listUndelivered(tx, before)) wakeDelivery(tx, workspaceId);
  for (const start of await listLostStarts(tx, before))
    addJob(tx, 'handle', start, { key: `handle:${start.handlerId}:${start.eventId}` });
  await forgetEvents(tx, new Date(now.getTime() - keptDays * 86_400_000));
  return listDueWaits(tx, now, before);
}
