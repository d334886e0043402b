/**
 * A thread as far as it was heard. Teams gives a bot no history without permissions of Microsoft Graph, so it is what was
 * said to the bot, and in watched channels whatever was said since; what may be missing is told.
 */
import { type Database, transaction } from '../../db/client.ts';
import { type ConversationKind, findConversation } from '../../db/conversation.ts';
import { listMessages, mostListed } from '../../db/message.ts';
import { listOverheard } from '../../db/overheard.ts';
import { isWatched } from '../../db/watch.ts';
import type { Channel } from '../bot.ts';
import { teams } from './context.ts';
import { roomIdOf } from './identity.ts';

/** @returns what `Channel.thread` is */
export function createThreads({ db }: { db: Database }): NonNullable<Channel['thread']> {
  return async (place) => {
    const { conversation } = place;
    const room = roomIdOf(conversation);
    const { told, heard, watched, row } = await transaction(db, place, async (tx) => ({
      told: await listMessages(tx, conversation),
      heard: await listOverheard(tx, teams, conversation, mostListed),
      watched: await isWatched(tx, teams, room),
      row: await findConversation(tx, teams, room),
    }));
    const edited = new Set(heard.map(({ externalId }) => externalId));
    // What was said to us has other words since somebody changed it there.
    const said = told
      .filter(({ author, externalId }) => author !== 'factotum' && !edited.has(externalId ?? ''))
      .map(({ author, text, externalId, createdAt }) => ({ author, text, externalId, createdAt }))
      .concat(heard)
      .sort((a, b) => momentOf(a) - momentOf(b));
    const root = /;messageid=(\d+)/.exec(conversation)?.[1];
    const unseen = unseenOf(row?.kind ?? 'channel', {
      watched,
      isWhole: said.some(({ externalId }) => externalId === root),
    });
    return {
      messages: said.map(({ author, text, externalId }) => ({
        ...{ author, text },
        link: async () => (row && externalId ? linkTo(room, externalId, row.tenantId) : undefined),
      })),
      isAll: told.length < mostListed && heard.length < mostListed,
      ...(unseen ? { unseen } : {}),
    };
  };
}

/** Source: "Deep link to a channel message", learn.microsoft.com/microsoftteams. */
export const linkTo = (room: string, message: string, tenantId: string): string =>
  `https://teams.microsoft.com/l/message/${encodeURIComponent(room)}/${encodeURIComponent(message)}?tenantId=${encodeURIComponent(tenantId)}`;

/** Teams' ids of messages are the moment at which they were sent, in milliseconds. */
const momentOf = ({
  externalId,
  createdAt,
}: {
  externalId: string | null;
  createdAt: Date;
}): number =>
  externalId && /^\d{13}$/.test(externalId) ? Number(externalId) : createdAt.getTime();

const copying = 'Copy what is missing into one message to me, each with its name (“Ann: …”).';

/** What people are to know of what was read. In a chat with the bot alone nothing is missing. */
function unseenOf(
  kind: ConversationKind,
  { watched, isWhole }: { watched: boolean; isWhole: boolean },
): string | undefined {
  if (kind === 'personal') return undefined;
  if (kind === 'groupChat')
    return `Teams tells me only what mentions me in a chat, so I have not seen the rest. ${copying}`;
  const first = isWhole ? '' : ', and not how this thread began';
  return watched
    ? `Teams shows me no thread as a whole: I know what was said here since I read along in this channel${first}. ${copying}`
    : `Teams tells me only what is said to me, so I have seen nothing else of this thread. “watch this channel” with a mention lets me read what is said from then on. ${copying}`;
}
