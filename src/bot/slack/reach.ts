/**
 * From a name to a person who can be spoken to: e-mail addresses of approvers become Slack users, and a
 * direct conversation with each is opened. What is found is remembered in `people`.
 */
import type { webApi } from '@slack/bolt';
import { transaction } from '../../db/client.ts';
import { forgetEmail, rememberPerson } from '../../db/person.ts';
import type { Tx } from '../../db/tx.ts';
import { getWorkspace } from '../../db/workspace.ts';
import { teamOf } from './access.ts';
import { slack as channelName } from './context.ts';
import { failureOf } from './failure.ts';
import { userOf } from './ring.ts';
import type { SlackDeps } from './send.ts';

export type User = NonNullable<webApi.UsersInfoResponse['user']>;

/** Whoever was not found is looked for again after this, whoever was found is looked at again after that. */
const missedMs = 10 * 60_000;
const foundMs = 24 * 60 * 60_000;
const mostKnown = 10_000;

/** @returns what `Channel.reach` is: whether somebody was found */
export function createReach({ db, log, now, clientFor }: SlackDeps) {
  /** When a name has to be asked about again. */
  const next = new Map<string, number>();
  const isDue = (key: string) => (next.get(key) ?? 0) <= now().getTime();
  const wait = (key: string, ms: number) => {
    if (next.size >= mostKnown) next.clear();
    next.set(key, now().getTime() + ms);
  };
  return async (workspaceId: string, names: string[]): Promise<boolean> => {
    const keyOf = (name: string) => `${workspaceId} ${name}`;
    const wanted = names.filter((name) => isName(name) && isDue(keyOf(name)));
    if (wanted.length === 0) return false;
    const scope = { workspaceId };
    const { kind, organisation } = await transaction(db, scope, (tx) =>
      getWorkspace(tx, workspaceId),
    );
    // Slack knows nobody of other platforms' workspaces.
    if (kind !== 'slack') return false;
    let found = false;
    for (const name of wanted) {
      wait(keyOf(name), missedMs);
      try {
        const client = await clientFor(workspaceId);
        const person = await findPerson(client, workspaceId, organisation, name);
        await transaction(db, scope, (tx) => remember(tx, workspaceId, name, person));
        if (!person) continue;
        wait(keyOf(name), foundMs);
        found = true;
      } catch (error) {
        // Whoever is asked in the thread is asked there all the same.
        log.warn('slack.reach', { failure: failureOf(error).kind, error: String(error) });
      }
    }
    return found;
  };
}

async function remember(
  tx: Tx,
  workspaceId: string,
  name: string,
  person: Found | undefined,
): Promise<void> {
  // One address is one person: whoever had it before, or has it no longer, does not decide by it.
  const email = isEmail(name) ? name.toLowerCase() : person?.email;
  if (email) await forgetEmail(tx, channelName, email, person?.id);
  if (person) await rememberPerson(tx, { workspaceId, channel: channelName, ...person });
}

const isEmail = (name: string): boolean => /^[^\s@/]+@[^\s@/]+$/.test(name);
const isName = (name: string): boolean =>
  isEmail(name) || /^(?:[TE][A-Z0-9]+\/)?[UW][A-Z0-9]+$/.test(name);

type Found = {
  id: string;
  conversation: string;
  name: string | null;
  email: string | null;
  timezone?: string;
};

/** Undefined for whoever is not there, is a program, or belongs to somebody else's workspace. */
async function findPerson(
  client: webApi.WebClient,
  workspaceId: string,
  organisation: string | null,
  name: string,
): Promise<Found | undefined> {
  const { user } = await (isEmail(name)
    ? client.users.lookupByEmail({ email: name.toLowerCase() })
    : client.users.info({ user: userOf(name) })
  ).catch((error) => {
    if (failureOf(error).kind === 'nobody') return { user: undefined };
    throw error;
  });
  if (!user?.id || user.deleted || user.is_bot || user.is_app_user) return undefined;
  const isOurs = belongs(user, workspaceId, organisation);
  const email = user.profile?.email?.toLowerCase();
  // An address decides for somebody, so it counts only for people of this workspace, and as Slack has it.
  if (isEmail(name) && (!isOurs || email !== name.toLowerCase())) return undefined;
  const conversation = await openDirect(client, user.id);
  if (!conversation) return undefined;
  return {
    id: isEmail(name) ? user.id : name,
    conversation,
    name: user.profile?.real_name || user.real_name || null,
    email: (isOurs && email) || null,
    ...(user.tz ? { timezone: user.tz } : {}),
  };
}

/** In an organisation a user belongs to several workspaces. */
export function belongs(user: User, workspaceId: string, organisation: string | null): boolean {
  if (user.is_stranger) return false;
  const team = teamOf(workspaceId);
  const { enterprise_id, teams } = user.enterprise_user ?? {};
  return (
    user.team_id === team ||
    (organisation !== null && enterprise_id === organisation && (teams ?? []).includes(team))
  );
}

/** The direct conversation with a person. */
export async function openDirect(
  client: webApi.WebClient,
  personId: string,
): Promise<string | undefined> {
  const { channel } = await client.conversations.open({ users: userOf(personId) });
  return channel?.id;
}
