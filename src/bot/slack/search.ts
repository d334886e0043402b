/**
 * Whether a card stands already where it was about to be posted: after a lost connection nobody knows,
 * and a second card with live buttons would be worse than a late one.
 */
import type { webApi } from '@slack/bolt';
import { failureOf } from './failure.ts';
import type { Spot } from './reference.ts';

/** Written into every message that shows a card. */
export const eventType = 'factotum_card';
/** As many as Slack gives at once, and as many pages as the longest thread that a card is looked for in. */
const pageSize = 200;
const mostPages = 20;

/** The `ts` of the message that shows the card. */
export async function findCardMessage(
  client: webApi.WebClient,
  { channel, thread }: Spot,
  cardId: string,
): Promise<string | undefined> {
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const query = {
      ...{ channel, limit: pageSize, include_all_metadata: true },
      ...(cursor ? { cursor } : {}),
    };
    const answer = await (thread
      ? client.conversations.replies({ ...query, ts: thread })
      : client.conversations.history(query)
    ).catch((error) => {
      // Nothing of ours can stand in a thread or channel that is not there.
      if (failureOf(error).kind === 'closed') return undefined;
      throw error;
    });
    const found = answer?.messages?.find((message) => {
      const { event_type, event_payload } = message.metadata ?? {};
      return event_type === eventType && payloadCard(event_payload) === cardId;
    });
    if (found?.ts) return found.ts;
    cursor = answer?.response_metadata?.next_cursor || undefined;
    if (!cursor) return undefined;
  }
  return undefined;
}

const payloadCard = (payload: unknown): unknown =>
  typeof payload === 'object' && payload !== null && 'card' in payload ? payload.card : undefined;
