/** A workspace that has shut us out: its tasks pause, and whoever asked for them is told where it is possible. */
import { insertCard, listCards } from '../db/card.ts';
import { transaction } from '../db/client.ts';
import { listPeople } from '../db/person.ts';
import { findTask, type Task } from '../db/task.ts';
import type { Tx } from '../db/tx.ts';
import { engineActor } from '../engine/context.ts';
import { announce } from '../engine/move.ts';
import { pauseTask } from '../engine/steer.ts';
import { FactotumError } from '../errors.ts';
import type { Bot } from './bot.ts';
import type { CardDraft } from './card.ts';

/** @param channel the one that nothing can be shown in any more */
export async function shutOut(
  bot: Bot,
  workspaceId: string,
  taskId: string,
  channel: string,
): Promise<void> {
  const { engine } = bot;
  const isPaused = await pauseTask(engine, { workspaceId, id: engineActor }, taskId).then(
    () => true,
    (error) => {
      // It is over, waits for somebody, or is paused already: nothing goes on without its people.
      if (error instanceof FactotumError && error.code === 'CONFLICT') return false;
      throw error;
    },
  );
  const told = await transaction(engine.db, { workspaceId }, async (tx) => {
    const task = await findTask(tx, taskId);
    return task ? tellElsewhere(tx, bot, task, channel, isPaused) : [];
  });
  engine.log.warn('deliver.shut_out', { channel, task: taskId, paused: isPaused, told });
}

/** @returns the channels in which whoever asked for the task is told */
async function tellElsewhere(
  tx: Tx,
  bot: Bot,
  task: Task,
  channel: string,
  isPaused: boolean,
): Promise<string[]> {
  const { id: taskId, workspaceId } = task;
  const key = `shut_out:${channel}`;
  const places = (await listPeople(tx, [task.requestedBy])).filter(
    (person) => person.channel !== channel && bot.channels.has(person.channel),
  );
  const standing = (await listCards(tx, taskId)).filter((card) => card.key === key);
  const fresh = places.filter((place) => !standing.some((card) => card.channel === place.channel));
  const paused = isPaused ? ' The task is paused; say “continue” when that is settled.' : '';
  const text = `I can no longer write in ${channel} about ${task.title}: the installation there was revoked.${paused}`;
  const card: CardDraft = { kind: 'text', title: '', text, notice: text };
  for (const { channel, conversation } of fresh)
    await insertCard(tx, { workspaceId, taskId, key, channel, conversation, card });
  if (fresh.length > 0) announce(tx, task);
  return places.map((place) => place.channel);
}
