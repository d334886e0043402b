import { afterAll, expect } from 'vitest';
import type { Channel } from '../../src/bot/bot.ts';
import { createStoredChannel } from '../../src/bot/message.ts';
import { createSlackChannel } from '../../src/bot/slack/channel.ts';
import { spotOf } from '../../src/bot/slack/reference.ts';
import { renderCard } from '../../src/bot/slack/render.ts';
import { createTeamsChannel } from '../../src/bot/teams/channel.ts';
import { roomIdOf } from '../../src/bot/teams/identity.ts';
import { createWire } from '../../src/bot/teams/sdk.ts';
import { cards } from '../../src/db/card.ts';
import { transaction } from '../../src/db/client.ts';
import { rememberConversation } from '../../src/db/conversation.ts';
import { listMessages } from '../../src/db/message.ts';
import { testDatabase } from '../support/database.ts';
import { slackServer } from '../support/slack-server.ts';
import { startTeamsConnector } from '../support/teams-connector.ts';
import { channelConformance } from './channel.ts';

const db = await testDatabase();

for (const name of ['web', 'terminal']) {
  channelConformance({
    name,
    start: () => createStoredChannel(db, name),
    conversation: (talk) => `${name}-${talk}`,
    async seen(conversation) {
      const rows = await transaction(db, { workspaceId: 'wsp_local' }, (tx) =>
        listMessages(tx, conversation),
      );
      return rows.map((row) => row.text);
    },
  });
}

const slack = await slackServer();
const client = slack.client();
const startSlack = () =>
  createSlackChannel({
    db,
    log: {
      info() {},
      warn: (event) => expect.unreachable(event),
      error: (event, error) => expect.unreachable(`${event}: ${error}`),
    },
    now: () => new Date(),
    clientFor: async () => client,
    render: (posted, { ring }) => renderCard(posted, { baseUrl: 'http://127.0.0.1', ring }),
    revoke: async () => expect.unreachable('Nothing was revoked.'),
  });

/** A thread is read from its beginning, direct messages are without one and come newest first. */
const kinds = {
  'slack, in a thread': (talk: string) => `C${talk.toUpperCase()}:1690000000.000001`,
  'slack, in direct messages': (talk: string) => `D${talk.toUpperCase()}`,
};
for (const [name, conversation] of Object.entries(kinds)) {
  channelConformance({ name, start: startSlack, conversation, seen: seenInSlack });
}

/** What the blocks say, which must be what a notice and a client without blocks say. */
async function seenInSlack(conversation: string): Promise<string[]> {
  const { channel, thread } = spotOf({ conversation });
  const found = slack.messages.filter(
    (message) => message.channel === channel && message.thread_ts === thread,
  );
  return found.map(({ text, blocks }) => {
    expect([...new Set(wordsOf(blocks))]).toEqual([text]);
    return text;
  });
}

const teamsPeer = await startTeamsConnector();
afterAll(() => teamsPeer.close());
const wire = createWire({ app: undefined, isLocal: true });
const silent = {
  info() {},
  warn: (event: string) => expect.unreachable(event),
  error: (event: string, error: unknown) => expect.unreachable(`${event}: ${error}`),
};

/** Teams does not let a bot look for its messages: where a card stands is in the card's row. */
function startTeams(): Channel {
  const deps = { db, log: silent, now: () => new Date(), wire, baseUrl: () => 'http://127.0.0.1' };
  const channel = createTeamsChannel(deps);
  return {
    ...channel,
    async post(place, posted) {
      const { workspaceId, conversation } = place;
      await transaction(db, place, async (tx) => {
        const where = { serviceUrl: teamsPeer.url, bot: '28:bot', tenantId: 'tenant' };
        const kind = conversation.startsWith('19:') ? 'channel' : 'personal';
        const id = roomIdOf(conversation);
        await rememberConversation(tx, { workspaceId, channel: 'teams', id, kind, ...where });
        const { id: cardId, card } = posted;
        const row = { workspaceId, channel: 'teams', conversation, key: cardId, card };
        await tx
          .insert(cards)
          .values({ ...row, id: cardId })
          .onConflictDoNothing();
      });
      return channel.post(place, posted);
    },
  };
}

const rooms = {
  'teams, in a channel': (talk: string) => `19:${talk}@thread.tacv2;messageid=17`,
  'teams, in a personal chat': (talk: string) => `a:${talk}`,
};
for (const [name, conversation] of Object.entries(rooms)) {
  channelConformance({
    ...{ name, conversation, start: startTeams },
    seen: async (place) =>
      teamsPeer.standingIn(place).map(({ activity, card }) => {
        expect(activity.summary).toBe((card as { fallbackText: string }).fallbackText);
        return activity.summary ?? '';
      }),
  });
}

/** All that is to be read in blocks, whatever their kind. */
function wordsOf(part: unknown): string[] {
  if (typeof part !== 'object' || part === null) return [];
  return Object.entries(part).flatMap(([key, value]) =>
    key === 'text' && typeof value === 'string' ? [value] : wordsOf(value),
  );
}
