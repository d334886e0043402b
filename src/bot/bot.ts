/** What the bot's verbs work with, and the port that every place where people talk implements. */
import type { Tx } from '../db/client.ts';
import type { Engine } from '../engine/context.ts';
import type { Card } from './card.ts';

export type Place = { workspaceId: string; conversation: string };
/** A card with its button ids, as one version of a message. `id` stays the same over all versions. */
export type PostedCard = { id: string; version: number; card: Card };

export type Channel = {
  name: string;
  /** Shows a new message; returns the channel's own reference to it. Repeated with the same id it must not show it twice. */
  post(place: Place, posted: PostedCard): Promise<string>;
  /** Replaces what stands there. An older version than the one shown changes nothing. */
  update(place: Place, reference: string, posted: PostedCard): Promise<void>;
  /**
   * Where the messages are kept in our own database: shows all of them within a transaction of the
   * workspace, as `post` and `update` do, and returns the reference of each.
   */
  write?(tx: Tx, shown: { place: Place; posted: PostedCard }[]): Promise<string[]>;
};

export type Bot = {
  engine: Engine;
  channels: ReadonlyMap<string, Channel>;
};
