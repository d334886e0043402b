/** For whom a new message rings: a mention makes the phone of the person ring (F207). */
import { type Database, transaction } from '../../db/client.ts';
import { findPersonAt } from '../../db/person.ts';
import { getWorkspace } from '../../db/workspace.ts';
import type { Place } from '../bot.ts';
import type { Card } from '../card.ts';
import { newsKindOf } from '../news.ts';
import { quietUntil, wants } from '../quiet.ts';
import { slack as channelName } from './context.ts';
import type { Spot } from './reference.ts';

/** The Slack ids of those to mention: whoever is spoken to alone there, if they want to hear of it now. */
export async function ringFor(
  db: Database,
  { workspaceId }: Place,
  { channel }: Spot,
  card: Card,
  now: Date,
): Promise<string[]> {
  const kind = newsKindOf(card);
  // A channel has many readers: nobody is rung for there, each hears of it where they are alone.
  if (!kind || !channel.startsWith('D')) return [];
  return transaction(db, { workspaceId }, async (tx) => {
    const person = await findPersonAt(tx, channelName, channel);
    if (!person || !wants(person, kind)) return [];
    const { timezone } = await getWorkspace(tx, workspaceId);
    return quietUntil(person, now, timezone) ? [] : [userOf(person.id)];
  });
}

/** Somebody of another company is stored as `<team>/<user>`. */
export const userOf = (personId: string): string => personId.split('/').at(-1) ?? personId;
