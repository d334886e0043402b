import { expect } from 'vitest';
import { createStoredChannel } from '../../src/bot/message.ts';
import { createSlackChannel } from '../../src/bot/slack/channel.ts';
import { spotOf } from '../../src/bot/slack/reference.ts';
import { renderCard } from '../../src/bot/slack/render.ts';
import { transaction } from '../../src/db/client.ts';
import { listMessages } from '../../src/db/message.ts';
import { testDatabase } from '../support/database.ts';
import { slackServer } from '../support/slack-server.ts';
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

/** All that is to be read in blocks, whatever their kind. */
function wordsOf(part: unknown): string[] {
  if (typeof part !== 'object' || part === null) return [];
  return Object.entries(part).flatMap(([key, value]) =>
    key === 'text' && typeof value === 'string' ? [value] : wordsOf(value),
  );
}
