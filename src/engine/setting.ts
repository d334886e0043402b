/** What people set for a workspace: its policies, its approvers, when it works. Each change is in the ledger. */
import { isDeepStrictEqual } from 'node:util';
import { transaction } from '../db/client.ts';
import { appendEvents } from '../db/event.ts';
import { anyTool, type Effect, removePolicy, setPolicy } from '../db/policy.ts';
import type { Tx } from '../db/tx.ts';
import { getWorkspace, updateWorkspace, type Workspace } from '../db/workspace.ts';
import { FactotumError, invalid, notFound } from '../errors.ts';
import type { Actor, Engine } from './context.ts';
import type { Rule } from './policy.ts';

type Place = { effect: Effect; tool: string };
export type Settings = Pick<Workspace, 'approvers' | 'fallbackApprover' | 'workingHours'>;

/**
 * @throws INVALID for a tool that is not installed or has another effect, and for a rule that nobody
 * could fulfil; FORBIDDEN for somebody who does not look after the workspace
 */
export async function changePolicy(
  engine: Engine,
  actor: Actor,
  place: Place,
  rule: Rule,
): Promise<void> {
  assertTool(engine, place);
  await onSettings(engine, actor, async (tx, workspace) => {
    const approvers = [...new Set(rule.approvers)];
    assertFulfillable({ ...rule, approvers }, workspace);
    const { workspaceId, id: updatedBy } = actor;
    await setPolicy(tx, { ...rule, ...place, approvers, workspaceId, updatedBy });
    const { decision, needed, selfApproval } = rule;
    const data = { ...place, decision, approvers, needed, self_approval: selfApproval };
    record(tx, actor, 'set_policy', data);
  });
}

/**
 * Back to the default.
 * @throws NOT_FOUND when nobody has set anything there
 */
export async function resetPolicy(engine: Engine, actor: Actor, place: Place): Promise<void> {
  await onSettings(engine, actor, async (tx) => {
    if (!(await removePolicy(tx, place.effect, place.tool)))
      throw notFound(`There is no policy of its own for ${place.effect} and ${place.tool}.`);
    record(tx, actor, 'reset_policy', place);
  });
}

/**
 * What is set to what it is already is no change.
 * @returns the workspace as it stands afterwards
 */
export async function changeWorkspace(
  engine: Engine,
  actor: Actor,
  change: Partial<Settings>,
): Promise<Workspace> {
  return onSettings(engine, actor, async (tx, workspace) => {
    const approvers = change.approvers && [...new Set(change.approvers)];
    const settings = { ...change, ...(approvers ? { approvers } : {}) };
    if (isDeepStrictEqual({ ...workspace, ...settings }, workspace)) return workspace;
    record(tx, actor, 'set_workspace', settings);
    return updateWorkspace(tx, workspace.id, settings);
  });
}

/** A local workspace is looked after by whoever is at it, any other by its approvers. */
export const looksAfter = (actor: Actor, { kind, approvers }: Workspace): boolean =>
  kind === 'local' || approvers.includes(actor.id);

/** @throws FORBIDDEN for somebody who does not look after the workspace */
export async function onSettings<T>(
  engine: Engine,
  actor: Actor,
  work: (tx: Tx, workspace: Workspace) => Promise<T>,
): Promise<T> {
  return transaction(engine.db, actor, async (tx) => {
    const workspace = await getWorkspace(tx, actor.workspaceId);
    if (!looksAfter(actor, workspace))
      throw new FactotumError('FORBIDDEN', 'Only an approver of the workspace can change this.');
    return work(tx, workspace);
  });
}

function assertTool({ tools }: Engine, { effect, tool }: Place): void {
  if (tool === anyTool) return;
  const known = tools.get(tool);
  if (!known) throw invalid(`There is no tool “${tool}” here. Use ${anyTool} for every tool.`);
  if (known.effect !== effect)
    throw invalid(
      `${tool} has the effect ${known.effect}, so a policy for ${effect} never meets it.`,
    );
}

/** Somebody must be able to say yes, whoever has asked. */
function assertFulfillable(rule: Rule, { approvers }: Workspace): void {
  const words = rule.approvers.length > 0 ? rule.approvers : ['owner', 'workspace'];
  const named = words.flatMap((word) =>
    word === 'workspace' ? approvers : word === 'owner' ? [] : [word],
  );
  const count = new Set(named).size + (words.includes('owner') && rule.selfApproval ? 1 : 0);
  if (rule.decision !== 'ask' || count >= rule.needed) return;
  const who = count === 1 ? 'one person' : `${count} people`;
  throw invalid(
    `${rule.needed} would have to agree, but only ${who} could. Name more approvers, or let fewer agree.`,
  );
}

/** It belongs to no task: the ledger keeps it under none. */
export function record(tx: Tx, actor: Actor, event: string, data: Record<string, unknown>): void {
  appendEvents(tx, [{ workspaceId: actor.workspaceId, taskId: '', event, actor: actor.id, data }]);
}
