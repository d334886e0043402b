/** The personal chat with somebody: as it is known, or opened now. */

import { type Database, transaction } from '../../db/client.ts';
import { rememberConversation } from '../../db/conversation.ts';
import { findPerson, rememberPerson } from '../../db/person.ts';
import { teams } from './context.ts';
import type { Place } from './identity.ts';
import type { Wire } from './wire.ts';

type Deps = { bot: { engine: { db: Database } }; wire: Wire };
type Address = Pick<Place, 'workspaceId' | 'tenantId' | 'serviceUrl' | 'bot'>;
type Somebody = { personId: string; mri: string; name: string | undefined };

/** @throws WireError, with 403 where the person does not have the app */
export async function openDirect(
  { bot, wire }: Deps,
  { workspaceId, tenantId, serviceUrl, bot: botId }: Address,
  { personId, mri, name }: Somebody,
): Promise<string> {
  const { db } = bot.engine;
  const known = await transaction(db, { workspaceId }, (tx) => findPerson(tx, personId, teams));
  if (known) return known.conversation;
  const conversation = await wire.open({ serviceUrl, tenantId, bot: botId }, mri);
  await transaction(db, { workspaceId }, async (tx) => {
    const row = { workspaceId, channel: teams, kind: 'personal', tenantId, serviceUrl } as const;
    await rememberConversation(tx, { ...row, id: conversation, bot: botId });
    const person = { workspaceId, id: personId, channel: teams, conversation, account: mri };
    await rememberPerson(tx, { ...person, ...(name === undefined ? {} : { name }) });
  });
  return conversation;
}
