/** What the bot's verbs work with, and the port that every place where people talk implements. */
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
};

export type Bot = {
  engine: Engine;
  channels: ReadonlyMap<string, Channel>;
};
