/** Words said at once, beside the cards: about what cannot be stored. */
import { transaction } from '../../db/client.ts';
import { actorOf, type TeamsContext } from './context.ts';
import type { Spoken } from './identity.ts';
import { renderWords } from './render.ts';
import { findWhere } from './where.ts';

/** What is not said is only missing: nobody waits for it. */
export async function say(context: TeamsContext, spoken: Spoken, words: string): Promise<void> {
  const { db, log } = context.bot.engine;
  const where = await transaction(db, actorOf(spoken), (tx) => findWhere(tx, spoken.conversation));
  if (!where) return;
  const message = renderWords(words, context);
  await context.wire
    .send(where, message)
    .catch((error) => log.warn('teams.say', { error: String(error) }));
}
