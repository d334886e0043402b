/**
 * What an agent remembers: a value by key, with versions that count from 1. What comes from a chat or channel of
 * a platform is seen there only, so nothing of a private one reaches a public answer.
 */
import { appendEvents } from '../../db/event.ts';
import {
  countMemories,
  findVersion,
  insertMemory,
  insertVersion,
  listMemories,
  lockMemory,
  type Memory,
  type MemoryName,
  type ShownMemory,
  updateMemory,
} from '../../db/memory.ts';
import type { Task } from '../../db/task.ts';
import type { Tx } from '../../db/tx.ts';
import { FactotumError, invalid } from '../../errors.ts';
import { redact } from '../../redact.ts';
import { assertStorable } from '../../storable.ts';
import { engineActor } from '../context.ts';

/** Of a value as JSON, in bytes; how many an agent has. */
const longestValue = 32 * 1024;
const mostOfAgent = 1000;

/** Where it happens, and in which call. */
export type Occasion = {
  workspaceId: string;
  /** Empty where a person does it, outside of tasks. */
  taskId: string;
  /** The person who does it; without one the engine, for a task. */
  by?: string;
  /** `placeOf` its task. */
  place: string;
  /** The same call does it once. */
  callKey: string;
  now: Date;
};

/** The pages and the terminal are the owner's: what is said there is seen in all of the workspace. */
const open = ['web', 'terminal'];

/** The chat or channel of a task, whatever the thread: "slack:C123"; empty where everybody of the workspace sees it. */
export function placeOf({ channel, conversation }: Pick<Task, 'channel' | 'conversation'>): string {
  if (open.includes(channel)) return '';
  const room =
    channel === 'slack'
      ? conversation.replace(/:.*$/s, '')
      : conversation.replace(/;messageid=.*$/s, '');
  return `${channel}:${room}`;
}

const visibilityOf = (place: string): Memory['visibility'] =>
  place === '' ? 'workspace' : 'conversation';

/** @throws INVALID for what is no name of an agent or a key */
export function checkWord(word: string, what: string): string {
  const text = word.trim();
  if (text === '' || text.length > 120) throw invalid(`${what} has 1 to 120 characters.`);
  assertStorable(text);
  return text;
}

/** As it is kept: without secrets. @throws INVALID when it cannot be stored, LIMIT when it is too large */
function checkValue(key: string, value: unknown): unknown {
  const given = value ?? null;
  assertStorable(given);
  const hidden = redact({ [key]: given })[key] ?? null;
  const bytes = Buffer.byteLength(JSON.stringify(hidden));
  if (bytes <= longestValue) return hidden;
  throw new FactotumError(
    'LIMIT',
    `What is to be remembered as "${key}" has ${bytes.toLocaleString('en')} bytes; at most ${longestValue.toLocaleString('en')} are kept. Remember where it can be found instead.`,
  );
}

type Wanted = { agent: string; key: string; value: unknown; expiresAt: Date | null };

/** @throws INVALID, LIMIT with a sentence that says what is wrong */
export async function setMemory(tx: Tx, at: Occasion, wanted: Wanted): Promise<Memory> {
  const name = nameOf(wanted, at.place);
  const value = checkValue(name.key, wanted.value);
  const { expiresAt } = wanted;
  const found = await lockOrMake(tx, at, name, { value, expiresAt });
  const { memory, isNew } = found;
  if (isNew) return noted(tx, at, memory, 'set');
  const made = await findVersion(tx, memory.id, { callKey: at.callKey });
  if (made) return { ...memory, version: made.version };
  const version = memory.version + 1;
  const change = { value, version, expiresAt, linkId: null, fromAgent: null, taskId: at.taskId };
  return noted(tx, at, await updateMemory(tx, memory.id, change), 'set');
}

const nameOf = ({ agent, key }: { agent: string; key: string }, place: string): MemoryName => ({
  agent: checkWord(agent, 'The name of an agent'),
  key: checkWord(key, 'What is remembered has a name that'),
  place,
});

/** The memory of that name, locked; made with these values where there was none. */
export async function lockOrMake(
  tx: Tx,
  { workspaceId, taskId, by = engineActor }: Occasion,
  name: MemoryName,
  fresh: Partial<Memory>,
): Promise<{ memory: Memory; isNew: boolean }> {
  const known = await lockMemory(tx, name);
  if (known) return { memory: known, isNew: false };
  if ((await countMemories(tx, name.agent)) >= mostOfAgent)
    throw new FactotumError(
      'LIMIT',
      `${name.agent} remembers ${mostOfAgent.toLocaleString('en')} things already. Let it forget some first.`,
    );
  const made = await insertMemory(tx, {
    ...{ workspaceId, ...name, visibility: visibilityOf(name.place), value: null, version: 1 },
    ...{ linkId: null, fromAgent: null, taskId: taskId || null, changedBy: by, expiresAt: null },
    ...fresh,
  });
  const memory = made ?? (await lockMemory(tx, name));
  if (!memory) throw new Error('A memory was not stored.');
  return { memory, isNew: made !== undefined };
}

/** Writes a version into its history, and what happened into the ledger: never the value. */
export async function noted(
  tx: Tx,
  { workspaceId, taskId, callKey, by: changedBy = engineActor }: Occasion,
  memory: Memory,
  change: 'set' | 'share' | 'sync',
): Promise<Memory> {
  const { id: memoryId, version, value, agent, key, fromAgent } = memory;
  const made = { workspaceId, memoryId, version, value, change, callKey, taskId: taskId || null };
  await insertVersion(tx, { ...made, undoes: null, changedBy });
  const from = fromAgent === null ? {} : { from: fromAgent, link: memory.linkId !== null };
  const data = { memory: memoryId, agent, key, version, ...from };
  appendEvents(tx, [{ workspaceId, taskId, event: `${change}_memory`, actor: changedBy, data }]);
  return memory;
}

/** What is seen at a place; its own before the workspace's. Undefined when nothing is remembered. */
export async function getMemory(
  tx: Tx,
  { agent, key, place, now }: { agent: string; key: string; place: string; now: Date },
): Promise<ShownMemory | undefined> {
  const [found] = await listMemories(tx, { ...nameOf({ agent, key }, place), now });
  return found;
}
