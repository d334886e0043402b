/** What the bot's verbs work with, and the port that every place where people talk implements. */
import type { Tx } from '../db/tx.ts';
import type { Engine } from '../engine/context.ts';
import type { Card } from './card.ts';

export type Place = { workspaceId: string; conversation: string };
/** A card with its button ids, as one version of a message. `id` stays the same over all versions. */
export type PostedCard = { id: string; version: number; card: Card };

/** What somebody has said in a conversation. */
export type ThreadMessage = {
  /** As messages and tasks name them. */
  author: string;
  text: string;
  /** The address of the message, where the platform gives one. */
  link(): Promise<string | undefined>;
};
/** Oldest first; `isAll` is false where there is more than was read. */
export type Thread = {
  messages: ThreadMessage[];
  isAll: boolean;
  /** Where the platform shows only a part: what people are to know of that, in sentences. */
  unseen?: string;
};

/** Somebody who belongs to the workspace: no program, and nobody of another company. */
export type Fellow = {
  id: string;
  name: string;
  /** What else they are called there: a display name, a handle. */
  aliases: string[];
};
/** `isAll` is false where the workspace has more people than were read. */
export type Fellows = { people: Fellow[]; isAll: boolean };

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
  /**
   * What people have said in a conversation, where the platform lets a program read it: our own words and those of
   * other programs are left out.
   * @throws FORBIDDEN where it cannot be read, LIMIT where it can later, UPSTREAM; each says what to do
   */
  thread?(place: Place): Promise<Thread>;
  /** Those whom somebody in a conversation can mean by a name. @throws like `thread` */
  fellows?(place: Place): Promise<Fellows>;
  /** Its cards look otherwise once those whom they name are known: they are shown again then. */
  namesPeople?: boolean;
};

export type Bot = {
  engine: Engine;
  channels: ReadonlyMap<string, Channel>;
};
