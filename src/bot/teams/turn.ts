/** Whose turn it is: the limits of Teams, kept over all programs by what the database says was sent. */
import { type Database, transaction } from '../../db/client.ts';
import {
  forgetDeliveries,
  forgetPosts,
  listSent,
  listWaiting,
  lockPace,
  recordDelivery,
} from '../../db/delivery.ts';
import type { Place } from '../bot.ts';
import { toWaiting } from '../waiting.ts';
import { teams } from './context.ts';
import { longestMs, sendTime } from './pace.ts';

/** The limit of a tenant counts within a second; a time to come is further ahead. */
const tenantMs = 2_000;

/**
 * When a card may be sent; undefined for now, which is recorded. A card that has to wait keeps no turn:
 * it asks again at that time, with what it shows then.
 */
export async function takeTurn(
  db: Database,
  clock: () => Date,
  { workspaceId, conversation }: Place,
  cardId: string,
): Promise<Date | undefined> {
  return transaction(db, { workspaceId }, async (tx) => {
    await lockPace(tx, workspaceId);
    // Whoever had to wait for the others sends that much later.
    const now = clock();
    const ago = (ms: number) => new Date(now.getTime() - ms);
    const [waiting, there, everywhere] = await Promise.all([
      listWaiting(tx, teams, cardId),
      listSent(tx, teams, ago(longestMs), conversation),
      listSent(tx, teams, ago(tenantMs)),
    ]);
    const own = waiting.find((card) => card.cardId === cardId);
    // No card of ours: nothing says when it was sent.
    if (!own) return undefined;
    const kind = own.isNew ? 'post' : 'update';
    const others = waiting.filter((card) => card.isDue && card.conversation === own.conversation);
    const begun = there.filter((one) => one.kind === 'post' && one.cardId === cardId);
    const sent = {
      thread: there.map(timeOf),
      tenant: everywhere.map(timeOf),
      updates: there.filter((one) => one.kind === 'update').map(timeOf),
    };
    const at = sendTime(
      now.getTime(),
      toWaiting(own),
      sent,
      own.isNew ? begun.map(timeOf) : [],
      others.map(toWaiting),
    );
    if (at > now.getTime()) return new Date(at);
    await recordDelivery(tx, { workspaceId, cardId, kind, at: now });
    await forgetDeliveries(tx, teams, ago(longestMs));
    return undefined;
  });
}

const timeOf = ({ at }: { at: number }) => at;

/** Teams has not taken it: nothing goes there before `until`, and of this card nothing is under way. */
export async function holdBack(
  db: Database,
  until: Date,
  { workspaceId }: Place,
  cardId: string,
  isNew: boolean,
): Promise<void> {
  await transaction(db, { workspaceId }, async (tx) => {
    if (isNew) await forgetPosts(tx, cardId);
    await recordDelivery(tx, { workspaceId, cardId, kind: 'update', at: until });
  });
}
