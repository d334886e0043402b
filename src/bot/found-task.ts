/** What becomes of tasks that were found: they are filed to be tracked, or it is learnt that they were none. */
import { z } from 'zod';
import { type Action, countVerbs } from '../db/card.ts';
import { transaction } from '../db/client.ts';
import type { Tx } from '../db/tx.ts';
import type { Actor } from '../engine/context.ts';
import { fileTask } from '../engine/intake.ts';
import { conflict } from '../errors.ts';
import { assigneeOf, fellowsAt, matchPerson, withNames } from './assignee.ts';
import type { Bot, Place } from './bot.ts';
import type { CardDraft } from './card.ts';
import { amend, reply } from './deliver.ts';
import { KeptTask, sureEnough } from './found-card.ts';
import { type Unclear, whoCard } from './who-card.ts';

/** What a button keeps. It was written by us, but out of words that anybody may have said. */
const Subject = z.object({
  tasks: z.string().transform((json, check) => {
    try {
      return z.array(KeptTask).parse(JSON.parse(json));
    } catch {
      check.addIssue({ code: 'custom', message: 'no tasks' });
      return z.NEVER;
    }
  }),
  link: z.string().optional(),
});

type Where = Place & { channel: string };

/**
 * Files what was found, each once, however often this is repeated.
 * @throws CONFLICT when the card cannot be read any more
 */
export async function makeTasks(
  bot: Bot,
  actor: Actor,
  action: Action,
  where: Where,
): Promise<string> {
  const read = Subject.safeParse(action.subject);
  if (!read.success)
    throw conflict('These tasks cannot be read any more. Send the message to me once more.');
  const { tasks, link } = read.data;
  const asked = await fileFound(bot, actor, where, tasks, { key: action.cardId, link });
  const words = tasks.length === 1 ? 'It is a task now.' : `They are ${tasks.length} tasks now.`;
  await answer(bot, actor, action, words);
  await ask(bot, actor, where, asked, `who:${action.cardId}`);
  return words;
}

/**
 * @param about `key` names where they were found: the same task from there is filed once
 * @returns those of which a person has to say for whom they are
 */
export async function fileFound(
  bot: Bot,
  actor: Actor,
  { channel, conversation }: Omit<Where, 'workspaceId'>,
  tasks: KeptTask[],
  about: { key: string; link?: string | undefined },
): Promise<Unclear[]> {
  const place = { workspaceId: actor.workspaceId, channel, conversation };
  const fellows = tasks.some(({ assignee }) => assignee) ? await fellowsAt(bot, place) : undefined;
  const unclear: Unclear[] = [];
  for (const [index, task] of tasks.entries()) {
    const name = task.assigneeId ?? task.assignee;
    const match = name === undefined ? undefined : matchPerson(name, fellows);
    const assignee = match && assigneeOf(match, name ?? '');
    if (assignee && match?.kind === 'one')
      await bot.channels.get(channel)?.reach?.(place.workspaceId, [assignee]);
    const id = await fileTask(bot.engine, actor, channel, {
      id: `found:${about.key}:${index}`,
      title: withNames(task.title, fellows),
      description: withNames(task.quote, fellows),
      conversation,
      execution_type: task.executionType,
      ai_confidence: task.confidence,
      ai_context: [
        `Found in a message${task.author ? ` of ${task.author}` : ''}: “${task.quote}”`,
        task.link ?? about.link,
      ]
        .filter(Boolean)
        .join(' '),
      ...(task.dueAt ? { due_at: task.dueAt } : {}),
      ...(task.priority ? { priority: task.priority } : {}),
      ...(assignee ? { assigned_to_type: 'user', assigned_to_id: assignee } : {}),
    });
    if (match?.kind === 'many' && name !== undefined)
      unclear.push({ taskId: id, title: task.title, name, people: match.people });
  }
  return unclear;
}

/** Asks in the conversation for each of them, once. */
export async function ask(
  bot: Bot,
  actor: Actor,
  where: Omit<Where, 'workspaceId'>,
  unclear: Unclear[],
  key: string,
): Promise<void> {
  if (unclear.length === 0) return;
  const place = { workspaceId: actor.workspaceId, ...where };
  await transaction(bot.engine.db, actor, async (tx) => {
    for (const [index, one] of unclear.entries())
      await reply(tx, place, `${key}:${index}`, whoCard(one));
  });
}

/** "Not a task": said of a channel's proposal, it makes the next ones there rarer. */
export async function refuseTasks(bot: Bot, actor: Actor, action: Action): Promise<string> {
  const isRoom = typeof (action.subject as { room?: unknown }).room === 'string';
  const words = isRoom ? 'Not a task. I propose less from that channel.' : 'Not a task.';
  await answer(bot, actor, action, words);
  return words;
}

/** How sure a task of a room must be to be proposed: what people there have made of proposals so far. */
export async function thresholdFor(tx: Tx, room: string): Promise<number> {
  const { make_tasks: made = 0, not_tasks: refused = 0 } = await countVerbs(
    tx,
    ['make_tasks', 'not_tasks'],
    room,
  );
  return thresholdOf(made, refused);
}

/** Between 0.5 and 0.95; each refusal weighs more than an acceptance, since silence is the lesser harm. */
export const thresholdOf = (made: number, refused: number): number =>
  Math.min(0.95, Math.max(0.5, sureEnough + refused * 0.05 - made * 0.02));

/** The card stays to be read; nothing on it can be pressed any more. */
async function answer(bot: Bot, actor: Actor, { cardId }: Action, note: string): Promise<void> {
  await transaction(bot.engine.db, actor, (tx) =>
    amend(tx, cardId, (draft: CardDraft) => ({ ...draft, actions: [], note }), bot.engine.now()),
  );
}
