/**
 * The channel of the web chat and the terminal: messages that are kept here, since no platform
 * keeps them. Whoever looks at the conversation is told by a signal and reads the rest.
 */

import type { Database } from '../db/client.ts';
import { transaction } from '../db/client.ts';
import { sendSignal } from '../db/job.ts';
import { showMessage } from '../db/message.ts';
import type { Channel, Place, PostedCard } from './bot.ts';
import { Card } from './card.ts';

export function createStoredChannel(db: Database, name: string): Channel {
  const show = async (place: Place, posted: PostedCard): Promise<string> => {
    const id = posted.id.replace(/^crd_/, 'msg_');
    const { card, version } = posted;
    await transaction(db, place, async (tx) => {
      await showMessage(tx, {
        id,
        ...place,
        channel: name,
        text: card.text,
        card: isPlain(card) ? null : card,
        version,
      });
      sendSignal(tx, { kind: 'message', ...place, id });
    });
    return id;
  };
  return {
    name,
    post: show,
    update: async (place, _reference, posted) => {
      await show(place, posted);
    },
  };
}

/** Words only: shown as a message, not as a card. */
function isPlain(card: Card): boolean {
  return (
    (card.kind === 'text' || card.kind === 'status') &&
    card.title === '' &&
    card.actions.length === 0
  );
}

export type MessageView = {
  id: string;
  author: string;
  text: string;
  card?: Card;
  version: number;
  updated_at: string;
};

/** A stored message as the API gives it. */
export function toMessageView(row: {
  id: string;
  author: string;
  text: string;
  card: unknown;
  version: number;
  updatedAt: Date;
}): MessageView {
  const card = row.card ? Card.parse(row.card) : undefined;
  return {
    id: row.id,
    author: row.author,
    text: row.text,
    ...(card ? { card } : {}),
    version: row.version,
    updated_at: row.updatedAt.toISOString(),
  };
}
