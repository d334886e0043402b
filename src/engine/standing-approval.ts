/**
 * Allowing a bounded class of calls ahead of time, and taking that back (R12). A standing approval is
 * worth what the decision of whoever gave it would be worth: no more than theirs alone, and only as
 * long as they may approve.
 */
import { transaction } from '../db/client.ts';
import { appendEvents } from '../db/event.ts';
import { listPolicies, type Policy } from '../db/policy.ts';
import {
  insertStandingApproval,
  listStandingApprovals,
  revokeStandingApproval as markRevoked,
  type StandingApproval,
} from '../db/standing-approval.ts';
import type { Tx } from '../db/tx.ts';
import { getWorkspace, type Workspace } from '../db/workspace.ts';
import { conflict, FactotumError, invalid, notFound } from '../errors.ts';
import type { Actor, Engine } from './context.ts';
import { policyFor } from './policy.ts';
import type { Tool } from './tools/tool.ts';

export type Grant = Pick<StandingApproval, 'tool' | 'recipients' | 'maxUses' | 'expiresAt'>;

const mostUses = 1000;
const longestDays = 366;
const mostRecipients = 100;

/**
 * @throws INVALID for a tool that is not installed and for missing or too wide bounds; FORBIDDEN for
 * somebody who may not approve the tool; CONFLICT when the policy does not allow the tool at all
 */
export async function grantStandingApproval(
  engine: Engine,
  actor: Actor,
  wanted: Grant,
): Promise<StandingApproval> {
  const tool = engine.tools.get(wanted.tool);
  if (!tool) throw invalid(`There is no tool “${wanted.tool}” here.`);
  const grant = { ...wanted, recipients: [...new Set(wanted.recipients)] };
  assertBounded(grant, tool, engine.now());
  return transaction(engine.db, actor, async (tx) => {
    await assertMayGrant(tx, actor, tool);
    const { workspaceId, id: grantedBy } = actor;
    const standing = await insertStandingApproval(tx, { ...grant, workspaceId, grantedBy });
    const { recipients, maxUses, expiresAt } = standing;
    const bounds = { recipients, max_uses: maxUses, expires_at: expiresAt };
    record(tx, actor, 'grant', { standing: standing.id, tool: tool.name, ...bounds });
    return standing;
  });
}

/**
 * Ends it at once: a call that is asked about from now on waits for a person.
 * @throws NOT_FOUND for one that the workspace does not have; CONFLICT when it was revoked before;
 * FORBIDDEN for somebody who neither gave it nor could give it
 */
export async function revokeStandingApproval(
  engine: Engine,
  actor: Actor,
  id: string,
): Promise<StandingApproval> {
  return transaction(engine.db, actor, async (tx) => {
    const known = (await listStandingApprovals(tx)).find((standing) => standing.id === id);
    if (!known) throw notFound('There is no such standing approval.');
    const tool = engine.tools.get(known.tool);
    if (known.grantedBy !== actor.id && tool) await assertMayGrant(tx, actor, tool, 'revoke');
    const revokedAt = engine.now();
    if (!(await markRevoked(tx, id, actor.id, revokedAt))) {
      const by = known.revokedBy ? ` by ${known.revokedBy}` : '';
      throw conflict(`This standing approval was revoked already${by}.`);
    }
    record(tx, actor, 'revoke', { standing: id, tool: known.tool, uses: known.uses });
    return { ...known, revokedAt, revokedBy: actor.id };
  });
}

export type StandingState = 'usable' | 'used_up' | 'expired' | 'revoked';

/** Whether it can still be used at `now`, or what has ended it. */
export function standingState(standing: StandingApproval, now: Date): StandingState {
  if (standing.revokedAt) return 'revoked';
  if (standing.uses >= standing.maxUses) return 'used_up';
  return standing.expiresAt > now ? 'usable' : 'expired';
}

type Owners = Pick<Workspace, 'approvers' | 'kind'>;

/**
 * Who may allow a tool ahead: the people whom its policy names, else the workspace's approvers; in a
 * local workspace where nobody is named, whoever is at it. Undefined stands for anybody.
 */
export function grantersOf(
  policies: Policy[],
  tool: Pick<Tool, 'name' | 'effect'>,
  workspace: Owners,
): string[] | undefined {
  const { approvers } = policyFor(policies, tool.effect, tool.name);
  // There is no task yet, so "owner" names nobody.
  const words = approvers.filter((word) => word !== 'owner');
  const people = (words.length > 0 ? words : ['workspace']).flatMap((word) =>
    word === 'workspace' ? workspace.approvers : [word],
  );
  return people.length === 0 && workspace.kind === 'local' ? undefined : people;
}

async function assertMayGrant(
  tx: Tx,
  actor: Actor,
  tool: Tool,
  verb: 'allow' | 'revoke' = 'allow',
): Promise<void> {
  const policies = await listPolicies(tx);
  if (verb === 'allow' && policyFor(policies, tool.effect, tool.name).decision === 'deny')
    throw conflict(`The workspace's policy does not allow ${tool.name} at all.`);
  const people = grantersOf(policies, tool, await getWorkspace(tx, actor.workspaceId));
  if (!people || people.includes(actor.id)) return;
  const what = verb === 'allow' ? `allow ${tool.name} ahead of time` : 'revoke this';
  const who = people.length > 0 ? `Only ${people.join(' or ')} can` : 'Only an approver can';
  throw new FactotumError('FORBIDDEN', `${who} ${what}.`);
}

function assertBounded({ recipients, maxUses, expiresAt }: Grant, tool: Tool, now: Date): void {
  if (tool.effect === 'send' && recipients.length === 0)
    throw invalid(`Name the recipients: ${tool.name} reaches somebody, and only they are allowed.`);
  if (recipients.length > mostRecipients)
    throw invalid(`A standing approval names up to ${mostRecipients} recipients.`);
  if (!Number.isInteger(maxUses) || maxUses < 1 || maxUses > mostUses)
    throw invalid(`Say how often it may be used: 1 to ${mostUses} times.`);
  const days = (expiresAt.getTime() - now.getTime()) / 86_400_000;
  // Also for a date that is none.
  if (!(days > 0 && days <= longestDays))
    throw invalid(`Say when it ends: in the future, at most ${longestDays} days from now.`);
}

/** It belongs to no task: the ledger keeps it under none. */
function record(tx: Tx, actor: Actor, event: string, data: Record<string, unknown>): void {
  appendEvents(tx, [{ workspaceId: actor.workspaceId, taskId: '', event, actor: actor.id, data }]);
}
