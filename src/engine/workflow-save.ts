/** Saving and deleting workflows. A version is never changed; the next one has the next number. */
import { endHandlers, replaceHandlers } from '../db/event-handler.ts';
import type { Tx } from '../db/tx.ts';
import {
  deleteWorkflow,
  findWorkflow,
  insertWorkflow,
  listWorkflows,
  type WorkflowRow,
  workflowKey,
} from '../db/workflow.ts';
import { conflict, notFound } from '../errors.ts';
import type { Actor, Engine } from './context.ts';
import { subscriptionsOf } from './event/handler.ts';
import { assertSound, lookHere } from './workflow-text.ts';

/** Where what its handlers do is shown. */
type Place = { channel: string; conversation: string };
const events: Place = { channel: 'web', conversation: 'events' };

export type Saved = { row: WorkflowRow; isNew: boolean };

/**
 * Saves every workflow of a text, each as its next version; one that is as it was keeps its version.
 * @throws INVALID with the places of what is wrong, LIMIT on a text that is too long
 */
export async function saveWorkflows(
  tx: Tx,
  engine: Pick<Engine, 'tools'>,
  actor: Actor,
  text: string,
  place: Place = events,
): Promise<Saved[]> {
  const workflows = assertSound(text, await lookHere(tx, engine));
  const saved: Saved[] = [];
  // In one order everywhere, so that two who save the same never wait for each other.
  const inOrder = [...workflows].sort((a, b) =>
    workflowKey(a.name) < workflowKey(b.name) ? -1 : 1,
  );
  for (const workflow of inOrder) {
    const { workspaceId, id: createdBy } = actor;
    const stored = await insertWorkflow(tx, { ...workflow, workspaceId, createdBy });
    saved.push(stored);
    if (stored.isNew) await hear(tx, stored.row, place);
  }
  return saved;
}

/** Its handlers hear from here on; those of the version before no more. */
async function hear(tx: Tx, row: WorkflowRow, place: Place): Promise<void> {
  const { workspaceId, createdBy: requestedBy, id: workflowId, version: workflowVersion } = row;
  const { channel, conversation } = place;
  const about = { workspaceId, workflowId, workflowVersion, requestedBy, channel, conversation };
  const handlers = subscriptionsOf(row).map((handler) => ({ ...about, ...handler }));
  await replaceHandlers(tx, row.key, handlers);
}

/**
 * The given version, or the newest.
 * @throws NOT_FOUND with names that are near
 */
export async function getWorkflow(tx: Tx, name: string, version?: number): Promise<WorkflowRow> {
  const found = await findWorkflow(tx, name, version);
  if (found) return found;
  const newest = version === undefined ? undefined : await findWorkflow(tx, name);
  if (newest)
    throw notFound(
      `“${newest.name}” has no version ${version}. The newest is version ${newest.version}.`,
    );
  const names = (await listWorkflows(tx)).map((row) => row.name);
  const some = names.slice(0, 10).join(', ');
  throw notFound(
    `There is no workflow “${name.slice(0, 60)}”. ${some ? `There are: ${some}.` : 'None is saved yet.'}`,
  );
}

/**
 * What runs goes on. The name can be saved again, with the next version.
 * @returns the newest version that there was, and how many
 * @throws NOT_FOUND; CONFLICT where others run it
 */
export async function removeWorkflow(
  tx: Tx,
  name: string,
  now: Date,
): Promise<{ row: WorkflowRow; versions: number }> {
  const row = await getWorkflow(tx, name);
  const users = (await listWorkflows(tx)).filter(
    (other) => other.key !== row.key && other.runs.some((used) => workflowKey(used) === row.key),
  );
  if (users.length > 0) {
    const names = users.slice(0, 5).map((user) => `“${user.name}”`);
    throw conflict(`“${row.name}” is run by ${names.join(', ')}. Change or delete that first.`);
  }
  await endHandlers(tx, row.key);
  return { row, versions: await deleteWorkflow(tx, name, now) };
}
