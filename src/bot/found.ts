/** Tasks in a message to the bot: those that were asked to be kept are filed, others are offered. */
import type { FoundTask } from '../engine/model/model.ts';
import { text } from './answer.ts';
import { foundCard, sureEnough, toKept } from './found-card.ts';
import { fileFound } from './found-task.ts';
import { say, settle, type Turn } from './turn.ts';

/** "Remind me to call the bank tomorrow": who says so need not be asked again. */
export async function track(turn: Turn): Promise<void> {
  const { message, bot, actor } = turn;
  const found = await findIn(turn);
  if (found.length === 0)
    return say(
      turn,
      text(
        'What shall I keep? Say it with its day, for example “remind me to call the bank on Friday”.',
      ),
    );
  await fileFound(bot, actor, message, found.map(toKept), { key: message.id });
  await settle(turn, async () => {});
}

/**
 * Shows the tasks in a message, if there are at least so many that are sure enough.
 * @returns whether there are
 */
export async function offerFound(turn: Turn, least: number): Promise<boolean> {
  const sure = (await findIn(turn)).filter(({ confidence }) => confidence >= sureEnough);
  if (sure.length < least) return false;
  await say(turn, foundCard(sure, turn.message.author));
  return true;
}

function findIn({ bot, message, context }: Turn): Promise<FoundTask[]> {
  return bot.engine.model.extract({ text: message.text, author: message.author }, context);
}
