/** The way in: a message is claimed once, stored, and read by a job. The sender is answered at once. */
import { transaction } from '../db/client.ts';
import { addJob, sendSignal } from '../db/job.ts';
import { claimMessage } from '../db/message.ts';
import { FactotumError, invalid } from '../errors.ts';
import type { Bot, Place } from './bot.ts';

/** More than any person writes by hand; pasted documents fit. In characters. */
export const longestMessage = 200_000;

export type Incoming = Place & {
  channel: string;
  author: string;
  text: string;
  externalId?: string | undefined;
};

/**
 * @returns the message's id; the same `externalId` in a conversation is the same message
 * @throws INVALID on an empty message, LIMIT on one that is too long
 */
export async function receive(
  bot: Bot,
  incoming: Incoming,
): Promise<{ messageId: string; isNew: boolean }> {
  // Postgres text cannot hold the null character; nothing a person means is lost with it.
  const text = incoming.text.replaceAll('\0', '').trim();
  const externalId = incoming.externalId?.replaceAll('\0', '');
  if (text === '')
    throw invalid(
      'The message is empty. Write what you need, for example “Create a CRM for my cellphone store”.',
    );
  if (text.length > longestMessage) {
    throw new FactotumError(
      'LIMIT',
      `The message has ${text.length} characters; up to ${longestMessage} can be read. Send the important part.`,
    );
  }
  return transaction(bot.engine.db, incoming, async (tx) => {
    const { id, claimed } = await claimMessage(tx, { ...incoming, externalId, text });
    const { workspaceId, conversation } = incoming;
    if (claimed) {
      addJob(
        tx,
        'ingest',
        { workspaceId, messageId: id },
        { queue: `talk:${conversation}`.slice(0, 120) },
      );
      sendSignal(tx, { kind: 'message', workspaceId, conversation, id });
    }
    return { messageId: id, isNew: claimed };
  });
}
