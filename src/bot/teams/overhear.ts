/**
 * What people say to each other in a watched channel: kept for a while, since Teams shows a bot no thread that it was
 * not told of. What its author changes or takes back is changed or gone here too.
 */
import { transaction } from '../../db/client.ts';
import { forgetOverheard, keepOverheard } from '../../db/overheard.ts';
import { isWatched } from '../../db/watch.ts';
import { hideSecrets } from '../../secret.ts';
import { actorOf, type TeamsContext, teams } from './context.ts';
import { roomIdOf, type Spoken } from './identity.ts';

/** Longer messages are kept up to here, in characters. */
const longestKept = 20_000;

/**
 * Does nothing elsewhere. Without words it is as if it had not been said.
 * @returns whether the channel is watched
 */
export async function overhear({ bot }: TeamsContext, spoken: Spoken): Promise<boolean> {
  const { room: kind, conversation, externalId, text, workspaceId, personId } = spoken;
  if (kind !== 'channel' || !externalId) return false;
  const room = roomIdOf(conversation);
  return transaction(bot.engine.db, actorOf(spoken), async (tx) => {
    if (!(await isWatched(tx, teams, room))) return false;
    if (text === '') await forgetOverheard(tx, { channel: teams, conversation, externalId });
    else
      await keepOverheard(tx, {
        ...{ workspaceId, channel: teams, room, conversation, externalId, author: personId },
        text: hideSecrets(text).replaceAll('\0', '').slice(0, longestKept),
      });
    return true;
  });
}

/** @param spoken the message as it was, which its author has deleted */
export async function takeBack({ bot }: TeamsContext, spoken: Spoken): Promise<void> {
  const { conversation, externalId } = spoken;
  if (!externalId) return;
  await transaction(bot.engine.db, actorOf(spoken), (tx) =>
    forgetOverheard(tx, { channel: teams, conversation, externalId }),
  );
}
