/**
 * What agents have of each other. Sharing gives one memory to others, as a copy that goes its own way or as a link
 * that always shows the first one's value. Syncing takes over what is newer there. Both keep to the place: what is
 * seen in one channel only is shared there only.
 */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { appendEvents, findEventOfCall } from '../../db/event.ts';
import {
  findVersion,
  listMemories,
  lockMemory,
  type Memory,
  type ShownMemory,
  updateMemory,
} from '../../db/memory.ts';
import type { Tx } from '../../db/tx.ts';
import { conflict, invalid } from '../../errors.ts';
import { engineActor } from '../context.ts';
import { checkWord, getMemory, lockOrMake, noted, type Occasion } from './memory.ts';

export type Sharing = { agent: string; key: string; with: string[]; how: 'copy' | 'link' };

/**
 * @returns the agents that have it now; none when there is nothing of that name
 * @throws CONFLICT when a link would lead to itself
 */
export async function shareMemory(tx: Tx, at: Occasion, wanted: Sharing): Promise<string[]> {
  const source = await getMemory(tx, { ...wanted, ...at });
  if (!source) return [];
  const targets = [
    ...new Set(wanted.with.map((agent) => checkWord(agent, 'The name of an agent'))),
  ];
  for (const agent of targets.sort()) {
    if (agent === source.agent)
      throw invalid(`${agent} has "${source.key}" already: share it with another agent.`);
    await give(tx, at, source, agent, wanted.how);
  }
  return targets;
}

async function give(
  tx: Tx,
  at: Occasion,
  source: ShownMemory,
  agent: string,
  how: Sharing['how'],
): Promise<void> {
  const name = { agent, key: source.key, place: source.place };
  // Of a link to a link, the first one has the value.
  const linkId = how === 'link' ? (source.linkId ?? source.id) : null;
  const value = how === 'link' ? null : source.shown;
  const { shownVersion, expiresAt } = source;
  const given = { value, linkId, fromAgent: source.agent, expiresAt };
  const { memory, isNew } = await lockOrMake(tx, at, name, { ...given, version: shownVersion });
  if (linkId === memory.id)
    throw conflict(`"${source.key}" of ${source.agent} is that of ${agent} already.`);
  if (isNew) {
    await noted(tx, at, memory, 'share');
    return;
  }
  if (await findVersion(tx, memory.id, { callKey: at.callKey })) return;
  const isSame = memory.linkId === linkId && isDeepStrictEqual(memory.value, value);
  // What was there is another value, whatever its version: the one that replaces it is newer.
  const version = isSame ? memory.version : Math.max(shownVersion, memory.version + 1);
  const change = { ...given, version, taskId: at.taskId || null };
  await noted(tx, at, await updateMemory(tx, memory.id, change), 'share');
}

const Keys = z.array(z.string());
/** Keys that were taken over, that stayed as they were, and that both have changed. */
const Synced = z.object({ taken: Keys, kept: Keys, conflicts: Keys });
export type Synced = z.infer<typeof Synced>;

/**
 * Takes over what the other agent has and this one has not, or has in an older version. Of the same version with
 * another value, its own stays, and the conflict is noted. The same call again takes nothing over, and says what it
 * took over before.
 */
export async function syncMemory(
  tx: Tx,
  at: Occasion,
  { agent: own, from: other }: { agent: string; from: string },
): Promise<Synced> {
  const agent = checkWord(own, 'The name of an agent');
  const from = checkWord(other, 'The name of an agent');
  if (agent === from) throw invalid(`${agent} cannot be synced with itself: name another agent.`);
  const { workspaceId, taskId, callKey: call } = at;
  const event = 'sync_memory';
  const before = await findEventOfCall(tx, { taskId, event, call });
  if (before) return Synced.parse(before.data);
  const result: Synced = { taken: [], kept: [], conflicts: [] };
  const sources = await listMemories(tx, { agent: from, place: at.place, now: at.now });
  for (const source of sources) {
    const { key } = source;
    result[await take(tx, at, source, agent)].push(key);
  }
  const data = { agent, from, ...result, call };
  appendEvents(tx, [{ workspaceId, taskId, event, actor: engineActor, data }]);
  return result;
}

async function take(
  tx: Tx,
  at: Occasion,
  source: ShownMemory,
  agent: string,
): Promise<keyof Synced> {
  const { key, place, shown: value, shownVersion: version, expiresAt } = source;
  const name = { agent, key, place };
  const given = { value, version, expiresAt, fromAgent: source.agent, linkId: null };
  const known = await lockMemory(tx, name);
  if (!known) {
    const { memory } = await lockOrMake(tx, at, name, given);
    await noted(tx, at, memory, 'sync');
    return 'taken';
  }
  if (isLinked(known) || isDeepStrictEqual(known.value, value)) return 'kept';
  if (version === known.version) return 'conflicts';
  if (version < known.version) return 'kept';
  await noted(tx, at, await updateMemory(tx, known.id, { ...given, taskId: at.taskId }), 'sync');
  return 'taken';
}

/** What only leads elsewhere is not replaced by a copy. */
const isLinked = (memory: Memory) => memory.linkId !== null;
