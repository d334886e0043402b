/** What the bot's verbs work with, and the port that every place where people talk implements. */
import type { Tx } from '../db/client.ts';
import type { Engine } from '../engine/context.ts';
import type { Card } from './card.ts';

export type Place = { workspaceId: string; conversation: string };
/** A card with its button ids, as one version of a message. `id` stays the same over all versions. */
export type PostedCard = { id: string; version: number; card: Card };

/**
 * `post` and `update` throw LIMIT with `retryAt` when the platform names the time of the next try, and
 * FORBIDDEN when the workspace has shut us out; anything else is tried again.
 */
export type Channel = {
  name: string;
  /** Shows a new message; returns the channel's own reference to it. Repeated with the same id it must not show it twice. */
  post(place: Place, posted: PostedCard): Promise<string>;
  /**
   * Replaces what stands there. An older version than the one shown changes nothing.
   * @returns the reference from now on: another one where the message was deleted and shown anew
   */
  update(place: Place, reference: string, posted: PostedCard): Promise<string>;
  /**
   * Where the messages are kept in our own database: shows all of them within a transaction of the
   * workspace, as `post` and `update` do, and returns the reference of each.
   */
  write?(tx: Tx, shown: { place: Place; posted: PostedCard }[]): Promise<string[]>;
  /** Where the platform bounds how often: the time from which on a card may be shown; undefined for now. */
  pace?(place: Place, cardId: string): Promise<Date | undefined>;
  /**
   * Where people can be spoken to alone: finds out where, for those of these names that are not known yet,
   * and remembers them.
   * @returns whether somebody was found
   */
  reach?(workspaceId: string, names: string[]): Promise<boolean>;
  /** Its cards look otherwise once those whom they name are known: they are shown again then. */
  namesPeople?: boolean;
};

export type Bot = {
  engine: Engine;
  channels: ReadonlyMap<string, Channel>;
};
