/**
 * A wish from a command or a dialog, which nobody else has seen: it is quoted where its task is going to be
 * talked about, and is then a message like any other.
 */
import { receive } from '../receive.ts';
import { cut } from '../text.ts';
import type { Caller } from './caller.ts';
import { slack as channelName, type SlackContext } from './context.ts';
import { once } from './once.ts';
import { renderWords } from './render.ts';
import { directOf, type Spot } from './speak.ts';

type Wish = {
  text: string;
  /** What Slack calls the command or dialog; the same once more is not filed again. */
  key: string;
  /** A thread to talk in; without it a new one in the direct conversation. */
  spot?: Spot | undefined;
};

/** Enough to recognise one's own words. */
const quoteLength = 500;

/**
 * @returns where it is talked about; undefined when it was filed before
 * @throws what keeps it from being filed; it may then be tried again
 */
export async function fileWish(
  slack: SlackContext,
  caller: Caller,
  wish: Wish,
): Promise<Spot | undefined> {
  return once(slack, caller, wish.key, async () => {
    const spot = await quote(slack, caller, wish);
    await receive(slack.bot, {
      workspaceId: caller.workspaceId,
      channel: channelName,
      conversation: `${spot.channel}:${spot.thread}`,
      author: caller.id,
      text: wish.text,
      externalId: wish.key,
    });
    return spot;
  });
}

async function quote(
  slack: SlackContext,
  caller: Caller,
  { text, spot }: Wish,
): Promise<Required<Spot>> {
  const client = await slack.access.clientFor(caller.workspaceId);
  const words = `“${cut(text.replace(/\s+/g, ' '), quoteLength)}”`;
  const look = { baseUrl: slack.baseUrl, ...(spot ? { ring: [caller.user] } : {}) };
  const said = renderWords(words, look);
  if (spot?.thread) {
    const { channel, thread } = spot;
    const posted = await client.chat
      .postMessage({ channel, thread_ts: thread, text: said.text, blocks: said.blocks })
      .catch((error: unknown) => {
        // A channel that we are not in: the person is answered where we can speak.
        slack.bot.engine.log.warn('slack.quote', { channel, error: String(error) });
        return undefined;
      });
    if (posted) return { channel, thread };
  }
  const channel = await directOf(client, caller.user);
  const posted = await client.chat.postMessage({ channel, text: said.text, blocks: said.blocks });
  if (!posted.ts) throw new Error('Slack named no message.');
  return { channel, thread: posted.ts };
}
