/** One card on its way to Teams: posted or updated once, with its words alone where it is refused. */
import { type Database, transaction } from '../../db/client.ts';
import type { Log } from '../../log.ts';
import type { Place, PostedCard } from '../bot.ts';
import { failureOf } from './failure.ts';
import type { CardLook } from './look.ts';
import { lookOf } from './look-of.ts';
import type { Reference } from './reference.ts';
import { renderCard, renderWords } from './render.ts';
import { ringFor } from './ring.ts';
import { findWhere } from './where.ts';
import { type Message, type Where, type Wire, WireError } from './wire.ts';

export type TeamsDeps = {
  db: Database;
  log: Log;
  now: () => Date;
  wire: Wire;
  /** The address of our own pages, without a trailing slash. */
  baseUrl(): string;
};

export type Sender = {
  place: Place;
  posted: PostedCard;
  /** @returns the activity's id */
  post(conversation: string, note?: string): Promise<string>;
  update(standing: Reference): Promise<void>;
};

export function createSender(deps: TeamsDeps, place: Place, posted: PostedCard): Sender {
  const { log, wire } = deps;
  /** Where Teams refuses a card, its words are better than nothing. */
  const either = async <T>(message: Message, send: (message: Message) => Promise<T>) => {
    try {
      return await send(message);
    } catch (error) {
      if (failureOf(error).kind !== 'refused') throw error;
      log.error('teams.card_refused', error, { card: posted.id, kind: posted.card.kind });
      return send(renderWords(posted.card.text || posted.card.title, { baseUrl: deps.baseUrl() }));
    }
  };
  return {
    ...{ place, posted },
    async post(conversation, note) {
      const { where, look } = await prepare(deps, place, posted, conversation, true);
      const card = note ? withNote(posted, note) : posted;
      return either(renderCard(card, look), (message) => wire.send(where, message));
    },
    async update({ id, conversation = place.conversation }) {
      const { where, look } = await prepare(deps, place, posted, conversation, false);
      await either(renderCard(posted, look), (message) => wire.update(where, id, message));
    },
  };
}

/** @throws WireError where the bot may not speak there */
async function prepare(
  { db, now, baseUrl }: TeamsDeps,
  place: Place,
  { card }: PostedCard,
  conversation: string,
  isNew: boolean,
): Promise<{ where: Where; look: CardLook }> {
  return transaction(db, place, async (tx) => {
    const where = await findWhere(tx, conversation);
    if (!where) throw new WireError('The bot is not there.', { status: 403 });
    const look = await lookOf(tx, card, baseUrl());
    const rung = await ringFor(tx, place, conversation, card, now());
    const alone = rung.alone ? { isPrivate: true, viewer: rung.alone } : {};
    return { where, look: { ...look, ...alone, ring: isNew ? rung.ring : [] } };
  });
}

const withNote = (posted: PostedCard, note: string): PostedCard => ({
  ...posted,
  card: { ...posted.card, note: [note, posted.card.note].filter(Boolean).join('\n') },
});
