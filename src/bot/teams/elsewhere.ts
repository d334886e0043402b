/** Where a card goes when its chat or channel is closed to us: to the person whom it is for, alone. */
import { findAddressee } from '../../db/card.ts';
import { transaction } from '../../db/client.ts';
import { findPerson } from '../../db/person.ts';
import { teams } from './context.ts';
import type { Sender, TeamsDeps } from './send.ts';

/** Undefined when nobody is known, or the place was that person's own. */
export async function elsewhere(
  { db, log }: TeamsDeps,
  { place, posted }: Sender,
): Promise<string | undefined> {
  const conversation = await transaction(db, place, async (tx) => {
    const person = await findAddressee(tx, posted.id);
    return person && (await findPerson(tx, person, teams))?.conversation;
  });
  if (!conversation || conversation === place.conversation) {
    log.warn('teams.nowhere', { card: posted.id, conversation: place.conversation });
    return undefined;
  }
  return conversation;
}
