/**
 * What channels of platforms have in common: a card is sent by one at a time, never an older one over a newer one,
 * and what the platform answers becomes an error in our words.
 */
import { type Database, transaction } from '../db/client.ts';
import { recordDelivery } from '../db/delivery.ts';
import { FactotumError } from '../errors.ts';
import type { Channel, Place, PostedCard } from './bot.ts';
import { isPast } from './card.ts';
import { takeTurns } from './turns.ts';
import { createVersions } from './versions.ts';

/** What an answer of a platform means for a card; each platform knows its own words for it. */
export type Failure =
  /** It was not taken; the same may be sent again after so many milliseconds. */
  | { kind: 'limited'; ms: number }
  /** The message is no longer there, or no longer ours to change. */
  | { kind: 'gone' }
  /** Nothing can be said there. */
  | { kind: 'closed' }
  /** There is no such person. */
  | { kind: 'nobody' }
  /** The workspace does not let us in any more. */
  | { kind: 'revoked' }
  /** The shape of the message is refused; its words may be taken. */
  | { kind: 'refused' }
  /** It may have been taken all the same. */
  | { kind: 'unknown' }
  | { kind: 'other' };

/** `Reference` is where a card stands, as the platform knows it. */
type Platform<Reference> = Pick<
  Channel,
  'name' | 'pace' | 'reach' | 'namesPeople' | 'thread' | 'fellows'
> & {
  now: () => Date;
  parse(reference: string): Reference;
  print(reference: Reference): string;
  post(place: Place, posted: PostedCard): Promise<Reference>;
  update(place: Place, standing: Reference, posted: PostedCard): Promise<Reference>;
  failureOf(error: unknown): Failure;
  /** Nothing of that kind is sent before then. `isNew`: it was a post. */
  holdBack(
    until: Date,
    place: Place,
    cardId: string,
    isNew: boolean,
    cause: unknown,
  ): Promise<void>;
  /** The workspace has shut us out; returns who has to do what. */
  revoked(workspaceId: string): Promise<string>;
  words: { limited: string; refused: string };
};

export function createPlatformChannel<Reference>(platform: Platform<Reference>): Channel {
  const { name, pace, reach, namesPeople, thread, fellows, parse, print } = platform;
  const inTurn = takeTurns();
  const versions = createVersions();
  return {
    name,
    ...(pace && { pace }),
    ...(reach && { reach }),
    ...(namesPeople && { namesPeople }),
    ...(thread && { thread }),
    ...(fellows && { fellows }),
    post: (place, posted) =>
      inTurn(posted.id, async () => {
        const work = () => platform.post(place, posted);
        const reference = await told(platform, place, posted, true, work);
        versions.keep(posted);
        return print(reference);
      }),
    update: (place, reference, posted) =>
      inTurn(posted.id, async () => {
        // The same one again is shown again: another program's older one may have come over it.
        if (versions.isOlder(posted)) return reference;
        const work = () => platform.update(place, parse(reference), posted);
        const next = await told(platform, place, posted, false, work);
        versions.keep(posted);
        return print(next);
      }),
  };
}

/**
 * What becomes of a card that could not be changed where it stands.
 * @param again shows it anew
 * @throws the error itself where another try may help
 */
export async function afterFailedUpdate<Reference>(
  { kind }: Failure,
  error: unknown,
  posted: PostedCard,
  standing: Reference,
  again: () => Promise<Reference>,
): Promise<Reference> {
  if (kind === 'gone') return again();
  if (kind !== 'closed') throw error;
  return isPast(posted.card) ? standing : again();
}

/** Written down before it is tried, so that nobody takes the next post of the card for the first one. */
export async function recordPost(
  { db, now }: { db: Database; now: () => Date },
  { workspaceId }: Place,
  cardId: string,
): Promise<void> {
  const delivery = { workspaceId, cardId, kind: 'post', at: now() } as const;
  await transaction(db, { workspaceId }, (tx) => recordDelivery(tx, delivery));
}

async function told<Reference>(
  { now, failureOf, holdBack, revoked, words }: Platform<Reference>,
  place: Place,
  posted: PostedCard,
  isNew: boolean,
  work: () => Promise<Reference>,
): Promise<Reference> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof FactotumError) throw cause;
    const failure = failureOf(cause);
    if (failure.kind === 'limited') {
      const retryAt = new Date(now().getTime() + failure.ms);
      await holdBack(retryAt, place, posted.id, isNew, cause);
      throw new FactotumError('LIMIT', words.limited, { cause, transient: true, retryAt });
    }
    if (failure.kind === 'revoked')
      throw new FactotumError('FORBIDDEN', await revoked(place.workspaceId), { cause });
    const transient = failure.kind === 'unknown';
    throw new FactotumError('UPSTREAM', words.refused, { cause, transient });
  }
}
