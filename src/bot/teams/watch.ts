/** Channels of Teams that opted in: “watch this channel” with a mention there, and what is said in them since. */
import { transaction } from '../../db/client.ts';
import { forgetRoom } from '../../db/overheard.ts';
import { unwatchRoom, watchRoom } from '../../db/watch.ts';
import { propose as proposeIn } from '../watch.ts';
import { actorOf, type TeamsContext, teams } from './context.ts';
import { openDirect } from './direct.ts';
import { readPlace, roomIdOf, type Spoken } from './identity.ts';
import { linkTo } from './thread.ts';

const wish =
  /^(?:please )?(?:(watch|read along in)|(unwatch|stop watching))(?: (?:this|the) channel| here)?[.!]?$/i;

/** @returns what to say; undefined for a message that is about something else */
export async function changeWatch(
  { bot }: TeamsContext,
  spoken: Spoken,
): Promise<string | undefined> {
  const [, on, off] = wish.exec(spoken.text) ?? [];
  if (!on && !off) return undefined;
  if (spoken.room !== 'channel') return 'Say that in a channel, with a mention.';
  const actor = actorOf(spoken);
  const { workspaceId, id: askedBy } = actor;
  const room = roomIdOf(spoken.conversation);
  return transaction(bot.engine.db, actor, async (tx) => {
    if (off) {
      await forgetRoom(tx, teams, room);
      return (await unwatchRoom(tx, teams, room))
        ? 'I no longer read along here, and have forgotten what was not said to me.'
        : 'I did not read along here.';
    }
    const isNew = await watchRoom(tx, { workspaceId, channel: teams, room, askedBy });
    const lead = isNew ? 'From now on I read along here' : 'I read along here already';
    return `${lead}, where the owners of the team let me read messages that do not mention me. When somebody asks for something that I can make or keep track of, I offer it to them alone, and do nothing before they say so. What is said I keep for 30 days, so that you can ask for the tasks of a thread. “unwatch this channel” with a mention ends it.`;
  });
}

/** @param activity as it came: it says where its author can be spoken to */
export async function propose(
  context: TeamsContext,
  spoken: Spoken,
  activity: unknown,
): Promise<void> {
  const place = readPlace(activity, context.workspaceOf);
  const { conversation, externalId, text, tenantId } = spoken;
  if (place?.kind !== 'channel' || !externalId || !text) return;
  const { room } = place;
  await proposeIn(context.bot, actorOf(spoken), {
    ...{ channel: teams, room, conversation, text, externalId: `${room}:${externalId}` },
    direct: () => openDirect(context, place, spoken),
    link: async () => linkTo(room, externalId, tenantId),
  });
}
