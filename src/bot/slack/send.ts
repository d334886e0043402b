/** One card on its way to Slack: posted or updated once, with its words alone where its blocks are refused. */
import type { types, webApi } from '@slack/bolt';
import type { Database } from '../../db/client.ts';
import type { Log } from '../../log.ts';
import type { Place, PostedCard } from '../bot.ts';
import { failureOf } from './failure.ts';
import { type Reference, type Spot, spotOf } from './reference.ts';
import { eventType } from './search.ts';

type Block = types.KnownBlock | types.Block;
type Rendered = {
  text: string;
  blocks: Block[];
  /** What did not fit, in plain text. */
  overflow?: { title: string; text: string };
};

export type SlackDeps = {
  db: Database;
  log: Log;
  now: () => Date;
  /**
   * A client that repeats nothing by itself (`rejectRateLimitedCalls`, no retries) and gives up well
   * before 10 seconds.
   * @throws FORBIDDEN when the workspace has no valid installation
   */
  clientFor(workspaceId: string): Promise<webApi.WebClient>;
  /** @param look `ring`: the Slack users whom the message is to ring for */
  render(posted: PostedCard, look: { ring: string[] }): Rendered;
  /** Slack says that the tokens are no longer valid. */
  revoke(workspaceId: string): Promise<void>;
};

export type Sender = {
  client: webApi.WebClient;
  place: Place;
  posted: PostedCard;
  rendered: Rendered;
  /** @returns the message's `ts` */
  post(spot: Spot, ring: string[]): Promise<string>;
  update(standing: Reference): Promise<void>;
};

export async function createSend(
  { log, clientFor, render }: SlackDeps,
  place: Place,
  posted: PostedCard,
): Promise<Sender> {
  const client = await clientFor(place.workspaceId);
  const home = spotOf(place).channel;
  const rendered = render(posted, { ring: [] });
  /** With blocks; where Slack refuses them, the words are better than nothing. */
  const either = async <T>(blocks: Block[], send: (blocks: Block[]) => Promise<T>): Promise<T> => {
    try {
      return await send(blocks);
    } catch (error) {
      if (failureOf(error).kind !== 'refused') throw error;
      log.error('slack.blocks_refused', error, { card: posted.id, kind: posted.card.kind });
      return send([]);
    }
  };
  const shown = (channel: string, { text, blocks }: Rendered) => {
    const notes = channel === home ? [] : [movedNote(home, posted)];
    return { text, blocks: [...notes, ...blocks] };
  };
  return {
    ...{ client, place, posted, rendered },
    async post({ channel, thread }, ring) {
      const { text, blocks } = shown(
        channel,
        ring.length > 0 ? render(posted, { ring }) : rendered,
      );
      const metadata = { event_type: eventType, event_payload: { card: posted.id } };
      const about = { channel, metadata, unfurl_links: false, unfurl_media: false };
      const { ts } = await either(blocks, (blocks) =>
        client.chat.postMessage({
          ...about,
          ...{ text, blocks },
          ...(thread ? { thread_ts: thread } : {}),
        }),
      );
      if (!ts) throw new Error('Slack has posted a message and did not say where.');
      return ts;
    },
    async update({ channel, ts }) {
      const { text, blocks } = shown(channel, rendered);
      await either(blocks, (blocks) => client.chat.update({ channel, ts, text, blocks }));
    },
  };
}

/** Said on a card that stands in a direct message because its channel is closed. */
function movedNote(home: string, { id, version }: PostedCard): types.ContextBlock {
  const text = `<#${home}> was archived or does not let me in any more, so this goes on here.`;
  const block_id = `${id}:${version}:moved`;
  return { type: 'context', block_id, elements: [{ type: 'mrkdwn', text }] };
}
