/**
 * Slack as a channel. Nothing is repeated behind our back: what was begun is recorded, and before a card is
 * posted again it is looked for. When it is a card's turn is asked by whoever delivers (`pace`).
 */
import { transaction } from '../../db/client.ts';
import { countPosts } from '../../db/delivery.ts';
import type { Channel, Place, PostedCard } from '../bot.ts';
import { afterFailedUpdate, createPlatformChannel, recordPost } from '../platform.ts';
import { slack as channelName } from './context.ts';
import { elsewhere } from './elsewhere.ts';
import { failureOf } from './failure.ts';
import { createFellows } from './fellow.ts';
import { showOverflow } from './overflow.ts';
import { createReach } from './reach.ts';
import { parseReference, printReference, type Reference, type Spot, spotOf } from './reference.ts';
import { ringFor } from './ring.ts';
import { findCardMessage } from './search.ts';
import { createSend, type Sender, type SlackDeps } from './send.ts';
import { createThreads } from './thread.ts';
import { holdBack, takeTurn } from './turn.ts';

export function createSlackChannel(deps: SlackDeps): Channel {
  const { db, now } = deps;
  return createPlatformChannel<Reference>({
    name: channelName,
    now,
    pace: (place, cardId) => takeTurn(db, now, place, cardId),
    reach: createReach(deps),
    thread: createThreads(deps),
    fellows: createFellows(deps),
    parse: parseReference,
    print: printReference,
    post: (place, posted) => post(deps, place, posted),
    update: (place, standing, posted) => update(deps, place, standing, posted),
    failureOf,
    holdBack: (until, place, cardId, isNew) => holdBack(db, until, place, cardId, isNew),
    revoked: async (workspaceId) => {
      await deps.revoke(workspaceId);
      return 'Slack does not let Factotum into this workspace any more. Install it there again.';
    },
    words: {
      limited: 'Slack wants fewer messages at once.',
      refused: 'Slack did not take a message.',
    },
  });
}

/** Posts a card unless it stands already, in its conversation or else where its person is reached. */
async function post(deps: SlackDeps, place: Place, posted: PostedCard): Promise<Reference> {
  const sender = await createSend(deps, place, posted);
  const begun = await transaction(deps.db, place, (tx) => countPosts(tx, posted.id));
  // Exactly one is the try at hand; of a card without any nothing is known.
  const isRepeated = begun !== 1;
  const spot = spotOf(place);
  try {
    return await postOnce(deps, sender, spot, isRepeated);
  } catch (error) {
    if (failureOf(error).kind !== 'closed') throw error;
    const other = await elsewhere(deps, sender);
    return other ? postOnce(deps, sender, other, isRepeated) : { channel: spot.channel, ts: '' };
  }
}

async function postOnce(
  { db, log, now }: SlackDeps,
  sender: Sender,
  spot: Spot,
  isRepeated: boolean,
): Promise<Reference> {
  const { client, place, posted } = sender;
  const { channel, thread } = spot;
  const found = isRepeated ? await findCardMessage(client, spot, posted.id) : undefined;
  // What was found may show an older version.
  if (found) await sender.update({ channel, ts: found });
  const ring = found ? [] : await ringFor(db, place, spot, posted.card, now());
  const ts = found ?? (await sender.post(spot, ring));
  const rest = await showOverflow(log, sender, { channel, ts }, thread);
  return { channel, ts, ...(rest ? { rest } : {}) };
}

async function update(
  deps: SlackDeps,
  place: Place,
  standing: Reference,
  posted: PostedCard,
): Promise<Reference> {
  const { channel, ts } = standing;
  const again = async () => {
    await recordPost(deps, place, posted.id);
    return post(deps, place, posted);
  };
  if (!ts) return again();
  const sender = await createSend(deps, place, posted);
  try {
    await sender.update(standing);
  } catch (error) {
    return afterFailedUpdate(failureOf(error), error, posted, standing, again);
  }
  const home = spotOf(place);
  const thread = home.channel === channel ? home.thread : undefined;
  const rest = await showOverflow(deps.log, sender, standing, thread);
  return { channel, ts, ...(rest ? { rest } : {}) };
}
