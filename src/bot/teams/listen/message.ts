/** Personal chats, mentions, and replies in threads that we are part of. Everything else is left alone. */
import { FactotumError, sentenceOf } from '../../../errors.ts';
import { isMeant } from '../../meant.ts';
import { receive } from '../../receive.ts';
import { type TeamsContext, teams } from '../context.ts';
import type { Spoken } from '../identity.ts';
import { parsePressed } from '../invoke.ts';
import { overhear } from '../overhear.ts';
import { say } from '../say.ts';
import { changeWatch, propose } from '../watch.ts';
import type { Answer } from '../wire.ts';
import { pressed } from './action.ts';

const taken: Answer = { status: 200 };

/** @param value what a button of an older client says, which sends it as a message */
export async function hear(
  context: TeamsContext,
  spoken: Spoken,
  value: unknown,
  activity: unknown,
): Promise<Answer> {
  const button = value === undefined || value === null ? undefined : parsePressed(value);
  if (button?.kind === 'act') {
    const { outcome, message } = await pressed(context, spoken, button);
    if (outcome !== 'done') await say(context, spoken, message);
    return taken;
  }
  // A button of somebody else's card.
  if (button || (value && spoken.text === '')) return taken;
  if (!(await isForUs(context, spoken))) {
    // Teams waits for no proposal, and is not told when one fails.
    if ((await overhear(context, spoken)) && !spoken.isReply && !spoken.isForOthers)
      context.background.run('watch', () => propose(context, spoken, activity));
    return taken;
  }
  const watched = await changeWatch(context, spoken);
  if (watched) {
    await say(context, spoken, watched);
    return taken;
  }
  try {
    await receive(context.bot, {
      workspaceId: spoken.workspaceId,
      channel: teams,
      conversation: spoken.conversation,
      author: spoken.personId,
      // A mention and nothing else, or a picture, asks what can be asked.
      text: spoken.text || 'help',
      externalId: spoken.externalId,
    });
  } catch (error) {
    if (!(error instanceof FactotumError) || !['INVALID', 'LIMIT'].includes(error.code))
      throw error;
    await say(context, spoken, sentenceOf(error));
  }
  return taken;
}

async function isForUs({ bot }: TeamsContext, spoken: Spoken): Promise<boolean> {
  if (spoken.room === 'personal' || spoken.isMention) return true;
  // A group chat is one conversation: there only a mention is certainly meant for us.
  if (!spoken.isReply || spoken.isForOthers) return false;
  const { workspaceId, conversation, personId: author, text } = spoken;
  return isMeant(bot.engine.db, { workspaceId, channel: teams, conversation, author, text });
}
