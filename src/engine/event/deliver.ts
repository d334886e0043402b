/**
 * The job that gives events to those who wait. An event that is stored and not given yet is found by the next
 * job, whatever died in between; a wait takes the first event that fits it and no other.
 */
import { transaction } from '../../db/client.ts';
import { findWaits, holdWaits, insertReceipts } from '../../db/event-wait.ts';
import { addJob } from '../../db/job.ts';
import { type Tx, waitForNoDisk } from '../../db/tx.ts';
import { listUnprocessed, markProcessed, type WorkflowEvent } from '../../db/workflow-event.ts';
import type { Engine } from '../context.ts';
import { matches } from './filter.ts';
import { giveToHandlers } from './handle.ts';
import { wakeDelivery } from './wake.ts';

/** So many are given in one transaction, and in one job before others have their turn. */
const together = 100;
const mostInTurn = 20;

/** Delivers what is there, in order. */
export async function deliverEvents(
  engine: Engine,
  { workspaceId }: { workspaceId: string },
): Promise<void> {
  for (let round = 0; round < mostInTurn; round += 1) {
    const count = await transaction(engine.db, { workspaceId }, (tx) => deliver(tx, workspaceId));
    if (count < together) return;
  }
  await transaction(engine.db, { workspaceId }, async (tx) => wakeDelivery(tx, workspaceId));
}

/** @returns how many events were looked at */
async function deliver(tx: Tx, workspaceId: string): Promise<number> {
  await holdWaits(tx, workspaceId);
  const events = await listUnprocessed(tx, together);
  if (events.length === 0) return 0;
  const taken = await giveToWaits(tx, workspaceId, events);
  for (const id of await giveToHandlers(tx, workspaceId, events))
    taken.set(id, (taken.get(id) ?? 0) + 1);
  await markProcessed(tx, new Map(events.map(({ id }) => [id, taken.get(id) ?? 0])));
  // Lost with the power, it is all done once more: the end of the job is written after it.
  waitForNoDisk(tx);
  return events.length;
}

/** @returns how many took each event, by its id */
async function giveToWaits(
  tx: Tx,
  workspaceId: string,
  events: WorkflowEvent[],
): Promise<Map<string, number>> {
  const byId = new Map(events.map((event) => [event.id, event]));
  const given = new Map<string, { eventId: string; taskId: string }>();
  for (const { eventId, wait } of await findWaits(tx, events)) {
    const event = byId.get(eventId);
    if (!event || given.has(wait.id) || !matches(wait.filter, event.payload)) continue;
    given.set(wait.id, { eventId, taskId: wait.taskId });
  }
  const receipts = [...given].map(([waitId, { eventId }]) => ({ waitId, eventId, workspaceId }));
  const taken = new Map<string, number>();
  for (const waitId of await insertReceipts(tx, receipts)) {
    const { eventId, taskId } = given.get(waitId) ?? {};
    if (!eventId || !taskId) continue;
    taken.set(eventId, (taken.get(eventId) ?? 0) + 1);
    addJob(tx, 'advance', { workspaceId, taskId }, { key: `event:${waitId}` });
  }
  return taken;
}
