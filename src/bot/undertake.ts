/**
 * What somebody asks for that is no app and no text: an undertaking is divided into its parts, and what needs
 * something that is not here is left to a person with the precise reason (F75, F76).
 */
import { executeTask } from '../engine/execute.ts';
import { fileTask } from '../engine/intake.ts';
import { executionTypeOf, needsOrParts } from '../engine/model/offline/assess.ts';
import { toKept } from './found-card.ts';
import { settle, type Turn } from './turn.ts';

/** @returns whether the message asked for one; its card says what became of it */
export async function undertake(turn: Turn): Promise<boolean> {
  const { message, bot, context } = turn;
  const { engine } = bot;
  const words = message.text.trim();
  if (!needsOrParts(words)) return false;
  const said = { text: words, author: message.author };
  // What was said of who and when is kept; it is one task, whatever it is called.
  const [only, ...others] = await engine.model.extract(said, context);
  const found = only && others.length === 0 ? toKept(only) : undefined;
  const title = (found?.title ?? words.replace(/[.!]+$/, '')).slice(0, 200);
  await leave(turn, title, {
    ...(found?.dueAt ? { due_at: found.dueAt } : {}),
    ...(found?.priority ? { priority: found.priority } : {}),
  });
  return true;
}

/** Files what is not done here; its card says what it needs. */
export async function leave(
  { message, bot, actor, ...turn }: Turn,
  title: string,
  about: object = {},
): Promise<void> {
  const { engine } = bot;
  const words = message.text.trim();
  const taskId = await fileTask(engine, actor, message.channel, {
    id: `said:${message.id}`,
    title,
    description: words,
    conversation: message.conversation,
    execution_type: executionTypeOf(words),
    ...about,
  });
  await executeTask(engine, actor, taskId);
  await settle({ message, bot, actor, ...turn }, async () => {});
}
