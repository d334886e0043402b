/** What a card's look depends on besides the card. */
import type { People } from './people.ts';

export type CardLook = {
  /** The address of our own pages, without a trailing slash. */
  baseUrl: string;
  /** Those whom the card may name. */
  people?: People;
  /** Person ids of those whom this message is to ring for. */
  ring?: readonly string[];
  /** Whose view it is: somebody who is alone with the bot, or who has asked for theirs. Without it, everybody's. */
  viewer?: string;
  /** The viewer is alone with the bot: nobody else has another view of this message. */
  isPrivate?: boolean;
  /** From 0; without it the page with what has to be seen. */
  page?: number;
};
