/** Words to one person alone: beside the conversation, or in a direct message where that cannot be. */
import type { webApi } from '@slack/bolt';
import type { Caller } from './caller.ts';
import type { SlackContext } from './context.ts';
import { openDirect } from './reach.ts';
import { renderWords } from './render.ts';

/** Where somebody is; undefined in App Home and dialogs. */
export type Spot = { channel: string; thread?: string | undefined };

export async function whisper(
  slack: SlackContext,
  caller: Caller,
  spot: Spot | undefined,
  words: string,
): Promise<void> {
  const client = await slack.access.clientFor(caller.workspaceId);
  const { text, blocks } = renderWords(words, slack);
  if (spot) {
    const { channel, thread } = spot;
    const said = await client.chat
      .postEphemeral({
        ...{ channel, user: caller.user, text, blocks },
        ...(thread ? { thread_ts: thread } : {}),
      })
      .catch((error: unknown) => {
        slack.bot.engine.log.warn('slack.whisper', { channel, error: String(error) });
        return undefined;
      });
    if (said) return;
  }
  await client.chat.postMessage({ channel: await directOf(client, caller.user), text, blocks });
}

/** The direct conversation with a person. */
export async function directOf(client: webApi.WebClient, user: string): Promise<string> {
  const channel = await openDirect(client, user);
  if (!channel) throw new Error('Slack opened no direct conversation.');
  return channel;
}
