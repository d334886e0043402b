/**
 * Teams as a channel. Nothing is repeated behind our back: what was begun is recorded. Teams has no way for a bot
 * to look for its own message, so one of which nothing was heard is sent again after a while, and says that it may
 * stand there twice; its buttons count once, whichever is pressed. When it is a card's turn is asked by whoever
 * delivers (`pace`).
 */
import { findCard, keepReference } from '../../db/card.ts';
import { transaction } from '../../db/client.ts';
import { countPosts, recordDelivery, settleDelivery } from '../../db/delivery.ts';
import { FactotumError } from '../../errors.ts';
import type { Channel, Place, PostedCard } from '../bot.ts';
import { isPast } from '../card.ts';
import { takeTurns } from '../turns.ts';
import { createVersions } from '../versions.ts';
import { teams } from './context.ts';
import { elsewhere } from './elsewhere.ts';
import { failureOf } from './failure.ts';
import { createReach } from './reach.ts';
import { parseReference, printReference, type Reference } from './reference.ts';
import { createSender, type Sender, type TeamsDeps } from './send.ts';
import { holdBack, takeTurn } from './turn.ts';
import { WireError } from './wire.ts';

export function createTeamsChannel(deps: TeamsDeps): Channel {
  const { db, now } = deps;
  const inTurn = takeTurns();
  const versions = createVersions();
  return {
    name: teams,
    pace: (place, cardId) => takeTurn(db, now, place, cardId),
    reach: createReach(deps),
    namesPeople: true,
    post: (place, posted) =>
      inTurn(posted.id, async () => {
        const reference = await told(deps, place, posted, true, () => post(deps, place, posted));
        versions.keep(posted);
        return printReference(reference);
      }),
    update: (place, reference, posted) =>
      inTurn(posted.id, async () => {
        // The same one again is shown again: another program's older one may have come over it.
        if (versions.isOlder(posted)) return reference;
        const standing = parseReference(reference);
        const next = await told(deps, place, posted, false, () =>
          update(deps, place, standing, posted),
        );
        versions.keep(posted);
        return printReference(next);
      }),
  };
}

const twice = 'Sent again, since Teams did not say that it had arrived: it may stand here twice.';

async function post(deps: TeamsDeps, place: Place, posted: PostedCard): Promise<Reference> {
  const { begun, known } = await transaction(deps.db, place, async (tx) => ({
    begun: await countPosts(tx, posted.id),
    known: (await findCard(tx, posted.id))?.reference,
  }));
  // The program ended between posting it and marking it as shown.
  if (known) return update(deps, place, parseReference(known), posted);
  return postNew(deps, place, posted, begun > 1 ? twice : undefined);
}

async function postNew(
  deps: TeamsDeps,
  place: Place,
  posted: PostedCard,
  note?: string,
): Promise<Reference> {
  const sender = createSender(deps, place, posted);
  let reference: Reference;
  try {
    reference = { id: await sender.post(place.conversation, note) };
  } catch (error) {
    if (!isShut(error)) throw error;
    reference = await moved(deps, sender, note);
  }
  await transaction(deps.db, place, async (tx) => {
    await keepReference(tx, posted.id, printReference(reference));
    await settleDelivery(tx, posted.id, deps.now());
  });
  return reference;
}

/** To the person whom it is for, alone; nowhere when there is none. */
async function moved(
  deps: TeamsDeps,
  sender: Sender,
  note: string | undefined,
): Promise<Reference> {
  const conversation = await elsewhere(deps, sender);
  if (!conversation) return { id: '' };
  const why = 'Teams does not let me in where this was talked about any more, so it goes on here.';
  const id = await sender.post(conversation, [why, note].filter(Boolean).join(' '));
  return { id, conversation };
}

async function update(
  deps: TeamsDeps,
  place: Place,
  standing: Reference,
  posted: PostedCard,
): Promise<Reference> {
  const again = async () => {
    const { workspaceId } = place;
    const delivery = { workspaceId, cardId: posted.id, kind: 'post', at: deps.now() } as const;
    await transaction(deps.db, place, (tx) => recordDelivery(tx, delivery));
    return postNew(deps, place, posted);
  };
  if (!standing.id) return again();
  try {
    await createSender(deps, place, posted).update(standing);
    await transaction(deps.db, place, (tx) => settleDelivery(tx, posted.id, deps.now()));
    return standing;
  } catch (error) {
    const { kind } = failureOf(error);
    if (kind === 'gone') return again();
    if (kind !== 'closed') throw error;
    return isPast(posted.card) ? standing : again();
  }
}

/** A message that is posted misses nothing but its conversation. */
const isShut = (error: unknown): boolean => ['closed', 'gone'].includes(failureOf(error).kind);

/** The errors of Teams in our words. */
async function told<T>(
  { db, log, now }: TeamsDeps,
  place: Place,
  posted: PostedCard,
  isNew: boolean,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof FactotumError) throw cause;
    const failure = failureOf(cause);
    switch (failure.kind) {
      case 'limited': {
        const retryAt = new Date(now().getTime() + failure.ms);
        // Of Teams’ own limits there is nothing to tell; whoever runs the program has to see that it cannot speak.
        if (cause instanceof WireError && cause.isUnsent)
          log.warn('teams.unreached', { why: cause.message, code: cause.code });
        await holdBack(db, retryAt, place, posted.id, isNew);
        const words = 'Teams did not take a message yet.';
        throw new FactotumError('LIMIT', words, { cause, transient: true, retryAt });
      }
      case 'revoked':
        throw new FactotumError(
          'FORBIDDEN',
          'Teams does not accept TEAMS_APP_ID and TEAMS_APP_PASSWORD any more. Whoever runs Factotum makes a new secret in Entra and sets it.',
          { cause },
        );
      default:
        throw new FactotumError('UPSTREAM', 'Teams did not take a message.', {
          cause,
          transient: failure.kind === 'unknown',
        });
    }
  }
}
