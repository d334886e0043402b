/** Whether a reply in a thread, without a mention, is meant for us. */
import { type Database, transaction } from '../db/client.ts';
import { listTaken } from '../db/message.ts';
import { type IntentKind, readIntent } from '../engine/model/offline/intent.ts';
import type { Incoming } from './receive.ts';

/** Somebody who has not talked with us before may say these in a thread of ours. */
const anybody: IntentKind[] = ['approve', 'reject', 'status', 'logs'];

export async function isMeant(
  db: Database,
  { workspaceId, channel, conversation, author, text }: Omit<Incoming, 'externalId'>,
): Promise<boolean> {
  const taken = await transaction(db, { workspaceId }, (tx) =>
    listTaken(tx, channel, conversation),
  );
  // Whoever has its tasks listed goes on talking with the others there.
  const authors = taken
    .filter((said) => readIntent(said.text).kind !== 'thread')
    .map((said) => said.author);
  if (authors.includes(author)) return true;
  // Others talk to each other there: “looks good” is not meant for us.
  return authors.length > 0 && anybody.includes(readIntent(text).kind);
}
