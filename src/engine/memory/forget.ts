/** Forgetting: what an agent remembers is deleted with its history, and the ledger says by whom. */
import { deleteMemories, listMemories, type ShownMemory } from '../../db/memory.ts';
import type { Tx } from '../../db/tx.ts';
import { getWorkspace } from '../../db/workspace.ts';
import { FactotumError } from '../../errors.ts';
import type { Actor } from '../context.ts';
import { looksAfter, record } from '../setting.ts';

/**
 * What belongs to a chat or channel is changed by whoever is in it, what all of the workspace sees only by whoever
 * looks after that.
 * @throws FORBIDDEN with who can
 */
export async function assertMayChange(
  tx: Tx,
  actor: Actor,
  found: readonly Pick<ShownMemory, 'place'>[],
): Promise<void> {
  if (found.every(({ place }) => place !== '')) return;
  if (looksAfter(actor, await getWorkspace(tx, actor.workspaceId))) return;
  throw new FactotumError(
    'FORBIDDEN',
    'All of the workspace sees that memory: only an approver of the workspace can change it. Ask one of them to say this.',
  );
}

/**
 * Those of the ids that are seen at the place; others are left alone. Links that lead to them go with them.
 * @returns how many were forgotten
 * @throws FORBIDDEN like `assertMayChange`
 */
export async function forget(
  tx: Tx,
  actor: Actor,
  { ids, place, now }: { ids: readonly string[]; place: string; now: Date },
): Promise<number> {
  const seen = await listMemories(tx, { place, now, limit: 100_000 });
  const meant = seen.filter(({ id }) => ids.includes(id));
  await assertMayChange(tx, actor, meant);
  for (const { id, agent, key, version } of meant)
    record(tx, actor, 'forget_memory', { memory: id, agent, key, version });
  return meant.length === 0 ? 0 : deleteMemories(tx, { ids: meant.map(({ id }) => id) });
}
