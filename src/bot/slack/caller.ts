/** Who acts, in which workspace: ids of two companies never meet, although they share a channel. */
import { systemTransaction } from '../../db/client.ts';
import type { Tx } from '../../db/tx.ts';
import { ensureWorkspace, findWorkspace, setOrganisation } from '../../db/workspace.ts';
import type { Actor } from '../../engine/context.ts';
import { workspaceIdOf } from './access.ts';
import type { SlackContext } from './context.ts';

/** As Bolt read it from the signed payload. */
type Delivered = {
  teamId?: string | undefined;
  enterpriseId?: string | undefined;
  userId?: string | undefined;
};
/** `user` is what Slack calls them in its own methods. */
export type Caller = Actor & { user: string };

/** Workspaces that are known to exist, of each program's database. */
const known = new WeakMap<object, Set<string>>();

/**
 * @param userTeam the team of the person, where the payload says it
 * @returns undefined when the payload names no team or nobody
 */
export async function callerOf(
  slack: SlackContext,
  { teamId, enterpriseId, userId }: Delivered,
  userTeam: string | undefined,
): Promise<Caller | undefined> {
  if (!teamId || !userId) return undefined;
  const workspaceId = await openWorkspace(slack, teamId, enterpriseId);
  const isAtHome = !userTeam || userTeam === teamId || userTeam === enterpriseId;
  const isOurs =
    isAtHome || (await inSystem(slack, (tx) => isOfOrganisation(tx, userTeam, enterpriseId)));
  return { workspaceId, user: userId, id: isOurs ? userId : `${userTeam}/${userId}` };
}

/** Other workspaces of one organisation have the same people; which ones these are is known once they wrote. */
async function isOfOrganisation(
  tx: Tx,
  team: string,
  organisation: string | undefined,
): Promise<boolean> {
  if (!organisation) return false;
  return (await findWorkspace(tx, workspaceIdOf(team)))?.organisation === organisation;
}

async function openWorkspace(
  slack: SlackContext,
  teamId: string,
  organisation: string | undefined,
): Promise<string> {
  const { db } = slack.bot.engine;
  const id = workspaceIdOf(teamId);
  const seen = known.get(db) ?? new Set();
  known.set(db, seen);
  const key = `${id} ${organisation ?? ''}`;
  if (seen.has(key)) return id;
  await inSystem(slack, async (tx) => {
    await ensureWorkspace(tx, { id, kind: 'slack', name: teamId, ...slack.defaults });
    if (organisation) await setOrganisation(tx, id, organisation);
  });
  seen.add(key);
  return id;
}

const inSystem = <T>(slack: SlackContext, work: (tx: Tx) => Promise<T>): Promise<T> =>
  systemTransaction(slack.bot.engine.db, work);
