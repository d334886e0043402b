/** A question is asked once: whoever answers it unclearly is told what can be said, and is not asked for ever. */
import { findReply } from '../db/card.ts';
import { transaction } from '../db/client.ts';
import { listMessages, type Message } from '../db/message.ts';
import type { Question } from '../engine/model/model.ts';
import { text } from './answer.ts';
import type { CardDraft } from './card.ts';
import { questionCard, questionTitle } from './stop-card.ts';
import { say, type Turn } from './turn.ts';

/** So far back is looked for what this person said before. */
const mostLooked = 30;

/** How an answer begins that asks no more. */
export const notUnderstood = 'I do not understand that';

/** The message of this person before this one, if that was not understood either; its words are the first half. */
export async function askedBefore({ bot, actor, message }: Turn): Promise<Message | undefined> {
  return transaction(bot.engine.db, actor, async (tx) => {
    const { id, author, conversation, createdAt } = message;
    const said = await listMessages(tx, conversation, { limit: mostLooked });
    const before = said.findLast(
      (one) => one.author === author && one.id !== id && one.createdAt <= createdAt,
    );
    const reply = before && (await findReply(tx, before.id));
    const card = reply?.card as CardDraft | undefined;
    const isUnclear = card?.title === questionTitle || card?.text.startsWith(notUnderstood);
    return isUnclear ? before : undefined;
  });
}

/** @param otherwise what can be said here: the answer to whoever was asked just before */
export async function askOnce(turn: Turn, question: Question, otherwise: string): Promise<void> {
  const isAgain = (await askedBefore(turn)) !== undefined;
  return say(turn, isAgain ? text(otherwise) : questionCard(question, false));
}
