/** Those whom a name can mean in Teams: the roster of the conversation. Nobody can list a whole company. */
import { type Database, transaction } from '../../db/client.ts';
import { findConversation, listRooms } from '../../db/conversation.ts';
import { FactotumError } from '../../errors.ts';
import type { Channel, Fellow } from '../bot.ts';
import { teams } from './context.ts';
import { failureOf } from './failure.ts';
import { roomIdOf } from './identity.ts';
import type { Member, Where, Wire } from './wire.ts';

/** Pages of a roster, of 200 people each. */
const mostPages = 10;
/** In a personal chat nobody else is: names are looked for where the bot and others are. */
const mostRooms = 5;

/** @returns what `Channel.fellows` is; guests are left out */
export function createFellows({
  db,
  wire,
}: {
  db: Database;
  wire: Pick<Wire, 'members'>;
}): NonNullable<Channel['fellows']> {
  return async (place) => {
    const { here, rooms } = await transaction(db, place, async (tx) => ({
      here: await findConversation(tx, teams, roomIdOf(place.conversation)),
      rooms: await listRooms(tx, teams, mostRooms),
    }));
    const isRoom = here !== undefined && here.kind !== 'personal';
    const people = new Map<string, Fellow>();
    let isAll = isRoom;
    for (const { id: conversation, serviceUrl, tenantId, bot } of isRoom ? [here] : rooms) {
      const isWhole = await readRoom(
        wire,
        { serviceUrl, tenantId, bot, conversation },
        (member) => {
          if (!member.isGuest) people.set(member.personId, toFellow(member));
        },
      );
      isAll &&= isWhole;
    }
    return { people: [...people.values()], isAll };
  };
}

/** @returns whether all of it was read @throws UPSTREAM */
async function readRoom(
  wire: Pick<Wire, 'members'>,
  where: Where,
  tell: (member: Member) => void,
): Promise<boolean> {
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const { members, next } = await wire.members(where, cursor).catch((cause: unknown) => {
      if (['closed', 'gone'].includes(failureOf(cause).kind))
        return { members: [], next: undefined };
      throw new FactotumError('UPSTREAM', 'Teams did not say who is there.', { cause });
    });
    members.forEach(tell);
    cursor = next;
    if (!cursor) return true;
  }
  return false;
}

const toFellow = ({ personId, name, email }: Member): Fellow => ({
  id: personId,
  name: name ?? email ?? personId,
  aliases: email ? [email, email.split('@')[0] ?? email] : [],
});
