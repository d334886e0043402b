/** Where a card goes when its channel is archived or closed to us: to the person whom it is for, alone. */

import { findAddressee } from '../../db/card.ts';
import { transaction } from '../../db/client.ts';
import { listPeople } from '../../db/person.ts';
import { slack as channelName } from './context.ts';
import { openDirect } from './reach.ts';
import type { Spot } from './reference.ts';
import type { Sender, SlackDeps } from './send.ts';

/** Undefined when nobody is known, or the place was that person's own. */
export async function elsewhere(
  { db, log }: SlackDeps,
  { client, place, posted }: Sender,
): Promise<Spot | undefined> {
  const { person, known } = await transaction(db, place, async (tx) => {
    const person = await findAddressee(tx, posted.id);
    const rows = person ? await listPeople(tx, [person]) : [];
    return { person, known: rows.find((row) => row.channel === channelName) };
  });
  const channel = known?.conversation ?? (person && (await openDirect(client, person)));
  if (!channel || place.conversation.startsWith(channel)) {
    log.warn('slack.nowhere', { card: posted.id, conversation: place.conversation });
    return undefined;
  }
  return { channel, thread: undefined };
}
