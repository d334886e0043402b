/** Tasks in a message to the bot: those that were asked to be kept are filed, others are offered. */
import { instantOf } from '../apps/zone.ts';
import type { FoundTask } from '../engine/model/model.ts';
import { bareTask, slipOfRemind } from '../engine/model/offline/phrase.ts';
import { text } from './answer.ts';
import { foundCard, sureEnough, toKept } from './found-card.ts';
import { ask, fileFound } from './found-task.ts';
import { say, settle, type Turn } from './turn.ts';

/** "Remind me to call the bank tomorrow": who says so need not be asked again. */
export async function track(turn: Turn): Promise<void> {
  const { message, bot, actor } = turn;
  const found = (await findIn(turn)).filter(({ title }) => !bareTask.test(title));
  if (found.length === 0)
    return say(
      turn,
      text(
        'What shall I keep? Say it with its day, for example “remind me to call the bank on Friday”.',
      ),
    );
  const kept = found.map((task) => toKept(inTheMorning(task, turn)));
  const unclear = await fileFound(bot, actor, message, kept, { key: message.id });
  await settle(turn, async () => {});
  const { channel, conversation } = message;
  await ask(bot, actor, { channel, conversation }, unclear, `who:${message.id}`);
}

/** Reminded of at the end of the day is reminded too late. */
function inTheMorning(task: FoundTask, { context }: Turn): FoundTask {
  const { due } = task;
  if (!due || due.time) return task;
  const morning = instantOf(`${due.date}T09:00`, context);
  return { ...task, due: { ...due, at: morning > context.now ? morning : due.at } };
}

/**
 * Shows the tasks in a message, if there are at least so many that are sure enough.
 * @param orNamed one is enough where it says whose it is, or until when: "Ben to call the supplier"
 * @returns whether there are
 */
export async function offerFound(turn: Turn, least: number, orNamed = false): Promise<boolean> {
  const sure = (await findIn(turn)).filter(({ confidence }) => confidence >= sureEnough);
  const isNamed =
    orNamed &&
    sure.some(({ assignee, due }) => due !== undefined || (assignee && assignee !== turn.actor.id));
  if (sure.length < (isNamed ? 1 : least)) return false;
  await say(turn, foundCard(sure, turn.message.author));
  return true;
}

function findIn({ bot, message, context }: Turn): Promise<FoundTask[]> {
  const words = message.text.replace(slipOfRemind, 'remind');
  return bot.engine.model.extract({ text: words, author: message.author }, context);
}
