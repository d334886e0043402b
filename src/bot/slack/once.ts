/** What Slack delivers without a name of its own for the words in it: a command, a dialog. Done once. */
import { claim, release } from '../../db/claim.ts';
import { transaction } from '../../db/client.ts';
import type { Actor } from '../../engine/context.ts';
import type { SlackContext } from './context.ts';

/**
 * @param work returns whether it was done; when it was not, or fails, the same may come again
 * @returns what `work` returned; undefined when it was done before
 */
export async function once<T>(
  slack: SlackContext,
  actor: Actor,
  key: string,
  work: () => Promise<T>,
  isDone: (result: T) => boolean = () => true,
): Promise<T | undefined> {
  const { db } = slack.bot.engine;
  const isFresh = await transaction(db, actor, (tx) => claim(tx, actor.workspaceId, key));
  if (!isFresh) return undefined;
  const giveBack = () => transaction(db, actor, (tx) => release(tx, key));
  try {
    const result = await work();
    if (!isDone(result)) await giveBack();
    return result;
  } catch (error) {
    await giveBack();
    throw error;
  }
}
