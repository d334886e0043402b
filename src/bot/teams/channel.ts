/**
 * Teams as a channel. Nothing is repeated behind our back: what was begun is recorded. Teams has no way for a bot
 * to look for its own message, so one of which nothing was heard is sent again after a while, and says that it may
 * stand there twice; its buttons count once, whichever is pressed. When it is a card's turn is asked by whoever
 * delivers (`pace`).
 */
import { findCard, keepReference } from '../../db/card.ts';
import { transaction } from '../../db/client.ts';
import { countPosts, settleDelivery } from '../../db/delivery.ts';
import type { Channel, Place, PostedCard } from '../bot.ts';
import { afterFailedUpdate, createPlatformChannel, recordPost } from '../platform.ts';
import { teams } from './context.ts';
import { elsewhere } from './elsewhere.ts';
import { failureOf } from './failure.ts';
import { createFellows } from './fellow.ts';
import { createReach } from './reach.ts';
import { parseReference, printReference, type Reference } from './reference.ts';
import { createSender, type Sender, type TeamsDeps } from './send.ts';
import { createThreads } from './thread.ts';
import { holdBack, takeTurn } from './turn.ts';
import { WireError } from './wire.ts';

export function createTeamsChannel(deps: TeamsDeps): Channel {
  const { db, now } = deps;
  return createPlatformChannel<Reference>({
    name: teams,
    now,
    pace: (place, cardId) => takeTurn(db, now, place, cardId),
    reach: createReach(deps),
    fellows: createFellows(deps),
    thread: createThreads(deps),
    namesPeople: true,
    parse: parseReference,
    print: printReference,
    post: (place, posted) => post(deps, place, posted),
    update: (place, standing, posted) => update(deps, place, standing, posted),
    failureOf,
    holdBack: async (until, place, cardId, isNew, cause) => {
      // Of Teams’ own limits there is nothing to tell; whoever runs the program has to see that it cannot speak.
      if (cause instanceof WireError && cause.isUnsent)
        deps.log.warn('teams.unreached', { why: cause.message, code: cause.code });
      await holdBack(db, until, place, cardId, isNew);
    },
    revoked: async () =>
      'Teams does not accept TEAMS_APP_ID and TEAMS_APP_PASSWORD any more. Whoever runs Factotum makes a new secret in Entra and sets it.',
    words: {
      limited: 'Teams did not take a message yet.',
      refused: 'Teams did not take a message.',
    },
  });
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
    await recordPost(deps, place, posted.id);
    return postNew(deps, place, posted);
  };
  if (!standing.id) return again();
  try {
    await createSender(deps, place, posted).update(standing);
    await transaction(deps.db, place, (tx) => settleDelivery(tx, posted.id, deps.now()));
    return standing;
  } catch (error) {
    return afterFailedUpdate(failureOf(error), error, posted, standing, again);
  }
}

/** A message that is posted misses nothing but its conversation. */
const isShut = (error: unknown): boolean => ['closed', 'gone'].includes(failureOf(error).kind);
