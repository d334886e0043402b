/**
 * Memory in a dry run: what the run has let agents remember so far is done once more, then what is wanted, and all of
 * it is taken back with its transaction. So later steps see what they would see, and nothing is kept.
 */
import { listMade } from '../../db/call.ts';
import type { Tx } from '../../db/tx.ts';

/** A call that an earlier step of the dry run has made, as it was given. */
export type Made = { tool: string; input: Record<string, unknown>; idempotencyKey: string };

/** Which memory is wanted; without a key all of the agent's. */
type Wanted = { agent: string; key?: string };

class TakenBack extends Error {}

/** @param open runs its work in a transaction @param repeat does a call again, and `work` what is wanted */
export async function rehearseMemory<T>(
  open: (work: (tx: Tx) => Promise<void>) => Promise<void>,
  runId: string,
  wanted: Wanted,
  repeat: (tx: Tx, made: Made) => Promise<unknown>,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  let found: { value: T } | undefined;
  try {
    await open(async (tx) => {
      const all = (await listMade(tx, runId, repeated)) as Made[];
      for (const made of relevant(all, wanted)) await repeat(tx, made);
      found = { value: await work(tx) };
      throw new TakenBack('A dry run keeps nothing.');
    });
  } catch (error) {
    if (!(error instanceof TakenBack)) throw error;
  }
  if (!found) throw new Error('A dry run has found nothing out.');
  return found.value;
}

const repeated = ['set_memory', 'share_memory', 'sync_memory'];

/** Where agents have nothing of each other, only the last value under that name counts. */
function relevant(all: Made[], { agent, key }: Wanted): Made[] {
  if (key === undefined || all.some(({ tool }) => tool !== 'set_memory')) return all;
  const own = all.findLast(
    ({ input }) => input['key'] === key && (input['agent'] ?? agent) === agent,
  );
  return own ? [own] : [];
}
