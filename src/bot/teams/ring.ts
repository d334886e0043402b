/** For whom a new message rings: a mention makes the phone of the person ring (F207). */
import { findPersonAt, listPeople, type Person } from '../../db/person.ts';
import type { Tx } from '../../db/tx.ts';
import { getWorkspace } from '../../db/workspace.ts';
import type { Place } from '../bot.ts';
import type { Card } from '../card.ts';
import { newsKindOf } from '../news.ts';
import { quietUntil, wants } from '../quiet.ts';
import { teams } from './context.ts';
import { decidersOf } from './view.ts';

type Rung = {
  /** Person ids. */
  ring: string[];
  /** Whoever is alone with the bot there. */
  alone: string | undefined;
};

/**
 * In a chat with one person that is them; in a room those who have to decide. Others read it when they come by.
 */
export async function ringFor(
  tx: Tx,
  { workspaceId }: Place,
  conversation: string,
  card: Card,
  now: Date,
): Promise<Rung> {
  const person = await findPersonAt(tx, teams, conversation);
  const alone = person?.id;
  const kind = newsKindOf(card);
  if (!kind) return { ring: [], alone };
  const asked = person ? [person] : await listPeople(tx, decidersOf(card));
  const { timezone } = await getWorkspace(tx, workspaceId);
  const isTold = (one: Person) =>
    one.channel === teams && wants(one, kind) && !quietUntil(one, now, timezone);
  return { ring: asked.filter(isTold).map(({ id }) => id), alone };
}
