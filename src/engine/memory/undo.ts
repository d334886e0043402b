/** Taking back what was remembered: the value before, unless it was changed since. */
import { appendEvents } from '../../db/event.ts';
import {
  deleteMemories,
  findVersion,
  insertVersion,
  lockMemoryById,
  updateMemory,
} from '../../db/memory.ts';
import type { Tx } from '../../db/tx.ts';
import { engineActor } from '../context.ts';
import type { UndoResult } from '../tools/tool.ts';

type Set = { memory: string; key: string; version: number };

/** May be repeated: what was taken back stays so. */
export async function undoSet(
  tx: Tx,
  { workspaceId, taskId }: { workspaceId: string; taskId: string },
  { memory: id, key, version }: Set,
  force: boolean,
): Promise<UndoResult> {
  const memory = await lockMemoryById(tx, id);
  if (!memory) return { outcome: 'reversed', note: `"${key}" is no longer remembered.` };
  const undone = { outcome: 'reversed', note: `"${key}" is as it was before.` } as const;
  if (await findVersion(tx, id, { undoes: version })) return undone;
  if (memory.version !== version && !force)
    return { outcome: 'kept', note: `"${key}" was changed since, so it stays.` };
  const before = await findVersion(tx, id, { before: version });
  const data = { memory: id, agent: memory.agent, key, version };
  appendEvents(tx, [{ workspaceId, taskId, event: 'undo_memory', actor: engineActor, data }]);
  if (!before) {
    await deleteMemories(tx, { id });
    return { outcome: 'reversed', note: `"${key}" is no longer remembered.` };
  }
  const restored = { value: before.value, version: memory.version + 1 };
  await updateMemory(tx, id, { ...restored, linkId: null });
  await insertVersion(tx, {
    ...{ workspaceId, memoryId: id, ...restored, change: 'undo', callKey: null },
    ...{ undoes: version, changedBy: engineActor, taskId },
  });
  return undone;
}
