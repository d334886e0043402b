/** The people of a workspace, as names in a text can mean them. Source: users.list, docs.slack.dev. */
import { transaction } from '../../db/client.ts';
import { getWorkspace } from '../../db/workspace.ts';
import type { Channel, Fellow, Fellows } from '../bot.ts';
import { belongs, type User } from './reach.ts';
import type { SlackDeps } from './send.ts';
import { told } from './thread.ts';

const pageSize = 200;
/** Of larger workspaces the rest is not known; a name that fits once may then mean somebody else too. */
const mostPages = 10;
const keptMs = 10 * 60_000;
const mostKept = 100;

/** @returns what `Channel.fellows` is; what was read is kept for ten minutes */
export function createFellows(deps: SlackDeps): NonNullable<Channel['fellows']> {
  const known = new Map<string, { until: number; fellows: Fellows }>();
  return async ({ workspaceId }) => {
    const now = deps.now().getTime();
    const kept = known.get(workspaceId);
    if (kept && kept.until > now) return kept.fellows;
    const fellows = await readFellows(deps, workspaceId);
    if (known.size >= mostKept) known.clear();
    known.set(workspaceId, { until: now + keptMs, fellows });
    return fellows;
  };
}

async function readFellows({ db, log, clientFor }: SlackDeps, id: string): Promise<Fellows> {
  const { organisation } = await transaction(db, { workspaceId: id }, (tx) => getWorkspace(tx, id));
  const client = await clientFor(id);
  const people: Fellow[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const query = { limit: pageSize, ...(cursor ? { cursor } : {}) };
    const answer = await client.users.list(query).catch((error: unknown) => {
      throw told(error, log);
    });
    for (const user of answer.members ?? [])
      people.push(...(isFellow(user, id, organisation) ? [toFellow(user)] : []));
    cursor = answer.response_metadata?.next_cursor || undefined;
    if (!cursor) break;
  }
  return { people, isAll: cursor === undefined };
}

/** Guests are let into some channels only, and are people of other companies more often than not. */
const isFellow = (user: User, workspaceId: string, organisation: string | null): boolean =>
  user.id !== undefined &&
  user.id !== 'USLACKBOT' &&
  !(user.deleted || user.is_bot || user.is_app_user || user.is_restricted) &&
  belongs(user, workspaceId, organisation);

function toFellow(user: User): Fellow {
  const { id = '', name = '', real_name, profile } = user;
  const full = profile?.real_name || real_name || profile?.display_name || name;
  const aliases = [profile?.display_name, real_name, name].flatMap((one) =>
    one && one !== full ? [one] : [],
  );
  return { id, name: full, aliases: [...new Set(aliases)] };
}
