/**
 * Publishing: an event is stored in the transaction of whoever publishes it, with the job that delivers it. The
 * same key is the same event. What events cause is counted, so that those that cause each other come to an end.
 */
import { newId } from '../../db/id.ts';
import { sendSignal } from '../../db/job.ts';
import type { Tx } from '../../db/tx.ts';
import {
  type Cause,
  countOfChain,
  type EventSource,
  insertEvent,
  type WorkflowEvent,
} from '../../db/workflow-event.ts';
import { conflict, FactotumError } from '../../errors.ts';
import { digestOf } from '../digest.ts';
import { keysOf } from './key.ts';
import { checkName, checkPayload } from './payload.ts';
import { wakeDelivery } from './wake.ts';

/** So many events may follow from one another, and so many of one chain may come in a minute. */
export const longestChain = 20;
export const mostAMinute = 300;

export type Publication = {
  workspaceId: string;
  name: string;
  payload: unknown;
  source: EventSource;
  /** A person as the channel names them, the engine, or another installation. */
  publishedBy: string;
  idempotencyKey: string;
  /** Which step of which task. */
  from?: { taskId: string; runId: string | null; stepId: string | null };
  cause?: Cause | undefined;
};

/**
 * @returns the event, and whether it is new
 * @throws INVALID for a name or a payload that cannot be, LIMIT for a payload or a chain that is too long, CONFLICT
 * when the key stands for another event
 */
export async function publishEvent(
  tx: Tx,
  { name: named, payload: given, cause, from, ...about }: Publication,
): Promise<{ event: WorkflowEvent; first: boolean }> {
  const name = checkName(named);
  const payload = checkPayload(given);
  const { workspaceId } = about;
  const id = newId('event');
  const depth = cause ? cause.depth + 1 : 0;
  const digest = digestOf([name, payload]);
  const { event, first } = await insertEvent(tx, {
    ...about,
    ...{ id, name, payload, digest, keys: keysOf(payload), depth },
    ...{ causeId: cause?.id ?? null, chainId: cause?.chainId ?? id },
    ...{ taskId: from?.taskId ?? null, runId: from?.runId ?? null, stepId: from?.stepId ?? null },
  });
  if (!first) {
    if (event.digest === digest) return { event, first };
    throw conflict(
      'An event of this idempotency key was published with another name or payload. Take another key for another event.',
    );
  }
  await assertBounded(tx, event);
  wakeDelivery(tx, workspaceId);
  sendSignal(tx, { kind: 'event', workspaceId });
  return { event, first };
}

/** What is stored already goes with the transaction that fails. */
async function assertBounded(tx: Tx, { name, depth, chainId }: WorkflowEvent): Promise<void> {
  if (depth === 0) return;
  if (depth > longestChain)
    throw new FactotumError(
      'LIMIT',
      `"${name}" would be the ${depth}th event in a row that was caused by the one before it; at most ${longestChain} may be. Workflows that wake each other in a circle never end: let one of them stop publishing.`,
    );
  const count = await countOfChain(tx, chainId, new Date(Date.now() - 60_000));
  if (count > mostAMinute)
    throw new FactotumError(
      'LIMIT',
      `One event has led to more than ${mostAMinute} others within a minute, so "${name}" was not published. Workflows that wake each other in a circle never end: let one of them stop publishing.`,
    );
}
