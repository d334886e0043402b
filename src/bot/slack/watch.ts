/** What is said in a Slack channel that is watched, with its address there. */
import { propose as proposeIn } from '../watch.ts';
import type { Caller } from './caller.ts';
import { slack as channelName, type SlackContext } from './context.ts';
import type { Said } from './said.ts';
import { directOf } from './speak.ts';

export async function propose(slack: SlackContext, caller: Caller, said: Said): Promise<void> {
  const client = () => slack.access.clientFor(caller.workspaceId);
  const { channel: room, conversation, externalId, text, ts } = said;
  await proposeIn(slack.bot, caller, {
    ...{ channel: channelName, room, conversation, externalId, text },
    direct: async () => directOf(await client(), caller.user),
    async link() {
      const about = { channel: room, message_ts: ts };
      const found = await (await client()).chat.getPermalink(about).catch(() => undefined);
      return found?.permalink;
    },
  });
}
