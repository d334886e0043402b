/** One message being answered: who said what where, and how it is settled. */
import { transaction } from '../db/client.ts';
import { type Message, markHandled, takeMessage } from '../db/message.ts';
import type { Task } from '../db/task.ts';
import type { Tx } from '../db/tx.ts';
import type { Actor } from '../engine/context.ts';
import type { Context, Spent } from '../engine/model/model.ts';
import type { Intent } from '../engine/model/offline/intent.ts';
import type { Bot } from './bot.ts';
import type { CardDraft } from './card.ts';
import { reply } from './deliver.ts';

export type Turn = {
  bot: Bot;
  actor: Actor;
  message: Message;
  intent: Intent;
  context: Context;
  /** What reading the message has taken so far. */
  spent: Spent[];
  /** The tasks of the conversation that still expect something, newest first. */
  open: Task[];
  /** Whose tasks are meant beyond the conversation: in a workspace of many people only one's own. */
  mine: { requestedBy?: string };
};

/** Answers in the conversation and closes the message, together. */
export async function say(turn: Turn, draft: CardDraft): Promise<void> {
  await settle(turn, (tx) => reply(tx, turn.message, `reply:${turn.message.id}`, draft));
}

/** Does `work` and marks the message as handled in one transaction; nothing when it was handled before. */
export async function settle(turn: Turn, work: (tx: Tx) => Promise<unknown>): Promise<void> {
  await transaction(turn.bot.engine.db, turn.actor, async (tx) => {
    if (!(await takeMessage(tx, turn.message.id))) return;
    await work(tx);
    await markHandled(tx, turn.message.id);
  });
}
