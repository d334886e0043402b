/** A thread as people have written it, page by page. Source: conversations.replies, docs.slack.dev. */
import type { webApi } from '@slack/bolt';
import { FactotumError } from '../../errors.ts';
import type { Channel, Place, Thread, ThreadMessage } from '../bot.ts';
import { teamOf } from './access.ts';
import { failureOf } from './failure.ts';
import { spotOf } from './reference.ts';
import { plainOf, written } from './said.ts';
import type { SlackDeps } from './send.ts';

/** As many as Slack gives at once, and as many pages as are read. */
const pageSize = 200;
const mostPages = 5;

/** The SDK’s type knows no subtype; Slack sends it all the same. */
type Reply = NonNullable<webApi.ConversationsRepliesResponse['messages']>[number] & {
  subtype?: string;
};

/** A thread that was looked at just now is not asked for again: whoever reads it has checked that it can be read. */
const keptMs = 20_000;
const mostKept = 20;

/** @returns what `Channel.thread` is */
export function createThreads(deps: SlackDeps): NonNullable<Channel['thread']> {
  const known = new Map<string, { until: number; thread: Thread }>();
  return async (place) => {
    const key = `${place.workspaceId} ${place.conversation}`;
    const now = deps.now().getTime();
    const kept = known.get(key);
    known.delete(key);
    if (kept && kept.until > now) return kept.thread;
    const thread = await readThread(deps, place);
    if (known.size >= mostKept) known.clear();
    known.set(key, { until: now + keptMs, thread });
    return thread;
  };
}

/** @throws what `Channel.thread` throws */
async function readThread(
  { clientFor, log }: Pick<SlackDeps, 'clientFor' | 'log'>,
  place: Place,
): Promise<Thread> {
  const { channel, thread } = spotOf(place);
  // A direct message without a thread has nobody in it but the person and us.
  if (!thread) return { messages: [], isAll: true };
  const client = await clientFor(place.workspaceId);
  try {
    const { user_id: self } = await client.auth.test();
    const replies: Reply[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < mostPages; page += 1) {
      const query = { channel, ts: thread, limit: pageSize, ...(cursor ? { cursor } : {}) };
      const answer = await client.conversations.replies(query).catch((error: unknown) => {
        // Some apps may read a page a minute: what is there already is better than nothing.
        if (replies.length > 0 && failureOf(error).kind === 'limited') return undefined;
        throw error;
      });
      if (!answer) break;
      replies.push(...(answer.messages ?? []));
      cursor = answer.response_metadata?.next_cursor || undefined;
      if (!cursor) break;
    }
    const messages = replies.flatMap(
      (reply) => toMessage(client, place.workspaceId, channel, reply, self) ?? [],
    );
    return { messages, isAll: cursor === undefined };
  } catch (error) {
    throw told(error, log);
  }
}

/** Undefined for what no person has written. */
function toMessage(
  client: webApi.WebClient,
  workspaceId: string,
  channel: string,
  reply: Reply,
  self: string | undefined,
): ThreadMessage | undefined {
  const { user, ts, text = '', subtype, bot_id, team } = reply;
  if (!user || !ts || bot_id || user === self || user === 'USLACKBOT') return undefined;
  if (!written.includes(subtype)) return undefined;
  const isOurs = !team || team === teamOf(workspaceId);
  return {
    author: isOurs ? user : `${team}/${user}`,
    text: plainOf(text, self),
    link: async () => {
      const answer = await client.chat
        .getPermalink({ channel, message_ts: ts })
        .catch(() => undefined);
      return answer?.permalink;
    },
  };
}

/** What the person can do about it. */
export function told(error: unknown, log: SlackDeps['log']): FactotumError {
  if (error instanceof FactotumError) return error;
  const failure = failureOf(error);
  if (failure.kind === 'closed')
    return new FactotumError(
      'FORBIDDEN',
      'I cannot read what is said there. Invite me to the channel (/invite @Factotum), and ask me once more.',
      { cause: error },
    );
  if (failure.kind === 'limited')
    return new FactotumError(
      'LIMIT',
      `Slack lets me read that in ${Math.ceil(failure.ms / 1000)} seconds. Ask me then once more.`,
      { cause: error },
    );
  log.warn('slack.thread', { error: String(error) });
  return new FactotumError(
    'UPSTREAM',
    'Slack did not let me read that. Please ask me once more; if it stays so, the app has to be installed again with its permissions.',
    { cause: error },
  );
}
