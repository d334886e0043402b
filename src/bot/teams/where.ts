/** From our own row of a chat or channel to where something can be sent. */

import { findConversation } from '../../db/conversation.ts';
import type { Tx } from '../../db/tx.ts';
import { teams } from './context.ts';
import { roomIdOf } from './identity.ts';
import type { Where } from './wire.ts';

/** @returns undefined where the bot was removed, or never was */
export async function findWhere(tx: Tx, conversation: string): Promise<Where | undefined> {
  const row = await findConversation(tx, teams, roomIdOf(conversation));
  if (!row || row.goneAt) return undefined;
  const { serviceUrl, tenantId, bot } = row;
  return { serviceUrl, tenantId, bot, conversation };
}
