/**
 * The channel of the web chat and the terminal: messages that are kept here, since no platform
 * keeps them. Whoever looks at the conversation is told by a signal and reads the rest.
 */

import { type Database, transaction } from '../db/client.ts';
import { sendSignal } from '../db/job.ts';
import { listMessages, mostListed, showMessages } from '../db/message.ts';
import type { Tx } from '../db/tx.ts';
import { hideSecrets } from '../secret.ts';
import type { Channel, Place, PostedCard } from './bot.ts';
import { Card } from './card.ts';

export function createStoredChannel(db: Database, name: string): Channel {
  const write = async (tx: Tx, shown: Showing[]): Promise<string[]> => {
    const messages = shown.map(({ place, posted: { id, card, version } }) => ({
      id: id.replace(/^crd_/, 'msg_'),
      workspaceId: place.workspaceId,
      conversation: place.conversation,
      channel: name,
      text: card.text,
      card: isPlain(card) ? null : card,
      version,
    }));
    showMessages(tx, messages);
    for (const { workspaceId, conversation, id } of messages)
      sendSignal(tx, { kind: 'message', workspaceId, conversation, id });
    return messages.map(({ id }) => id);
  };
  const show = async (place: Place, posted: PostedCard): Promise<string> => {
    const [reference] = await transaction(db, place, (tx) => write(tx, [{ place, posted }]));
    return reference ?? posted.id;
  };
  return {
    name,
    write,
    async thread(place) {
      const rows = await transaction(db, place, (tx) => listMessages(tx, place.conversation));
      const said = rows.filter(({ author }) => author !== 'factotum');
      const messages = said.map(({ author, text }) => ({ author, text, link: nowhere }));
      return { messages, isAll: rows.length < mostListed };
    },
    post: show,
    update: (place, _reference, posted) => show(place, posted),
  };
}

const nowhere = async () => undefined;

type Showing = { place: Place; posted: PostedCard };

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
    // A person's own words are shown on pages and given to programs as well.
    text: hideSecrets(row.text),
    ...(card ? { card } : {}),
    version: row.version,
    updated_at: row.updatedAt.toISOString(),
  };
}
