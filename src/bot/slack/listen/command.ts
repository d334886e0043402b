/** `/factotum`: answers only the person who typed it; what is to be done is talked about in the direct messages. */
import type { App, SlashCommand } from '@slack/bolt';
import { transaction } from '../../../db/client.ts';
import { listTasks } from '../../../db/task.ts';
import { unwatchRoom, watchRoom } from '../../../db/watch.ts';
import { sentenceOf } from '../../../errors.ts';
import { helpAnswer, listAnswer } from '../../answer.ts';
import { type Caller, callerOf } from '../caller.ts';
import { slack as channelName, type SlackContext } from '../context.ts';
import { fileWish } from '../file.ts';
import { describeModal } from '../modal.ts';
import { renderWords } from '../render.ts';
import { plainOf } from '../said.ts';
import { openSettings } from '../settings.ts';
import { command } from '../surface.ts';

/** Slack waits for 3 seconds; what takes longer goes on without its answer. */
const patienceMs = 2_500;

export function register(app: Pick<App, 'command'>, slack: SlackContext): void {
  app.command(command, async ({ ack, command: given, context }) => {
    const caller = await callerOf(slack, { ...context, userId: given.user_id }, given.team_id);
    if (!caller) return ack();
    const answer = carryOut(slack, caller, given).catch((error: unknown) => {
      slack.bot.engine.log.error('slack.command', error);
      return `That did not work: ${sentenceOf(error)}`;
    });
    slack.background.run('command', () => answer);
    const words = await Promise.race([answer, later()]);
    if (!words) return ack();
    const { text, blocks } = renderWords(words, slack);
    await ack({ response_type: 'ephemeral', text, blocks });
  });
}

const later = () =>
  new Promise<string>((resolve) => {
    setTimeout(resolve, patienceMs, 'I am on it.').unref();
  });

/** @returns what to say; nothing where a dialog opens */
async function carryOut(
  slack: SlackContext,
  caller: Caller,
  { text, trigger_id, channel_id }: SlashCommand,
): Promise<string> {
  const words = plainOf(text ?? '', undefined);
  const { db } = slack.bot.engine;
  switch (words.toLowerCase()) {
    case '': {
      const client = await slack.access.clientFor(caller.workspaceId);
      await client.views.open({ trigger_id, view: describeModal({ metadata: {} }) });
      return '';
    }
    case 'settings': {
      const client = await slack.access.clientFor(caller.workspaceId);
      await openSettings(slack, caller, client, trigger_id);
      return '';
    }
    case 'help':
      return `${helpAnswer().text}\n\n${usage}`;
    case 'list':
      return transaction(db, caller, async (tx) => {
        return listAnswer(await listTasks(tx, { requestedBy: caller.id })).text;
      });
    case 'watch':
      return watch(slack, caller, channel_id);
    case 'unwatch':
      return unwatch(slack, caller, channel_id);
    default:
      await fileWish(slack, caller, { text: words, key: `command:${trigger_id}` });
      return 'I answer you in our direct messages.';
  }
}

const usage = [
  `“${command} <what you need>” plans it and answers in our direct messages.`,
  `“${command} list”: your tasks. “${command} settings”: what I tell you, and when.`,
  `“${command} watch” in a channel: I offer to take on what is asked for there. “${command} unwatch” ends that.`,
].join('\n');

async function watch(slack: SlackContext, caller: Caller, room: string): Promise<string> {
  if (room.startsWith('D')) return 'Here I read everything anyway. Say it in a channel.';
  const { workspaceId, id: askedBy } = caller;
  const isNew = await transaction(slack.bot.engine.db, caller, (tx) =>
    watchRoom(tx, { workspaceId, channel: channelName, room, askedBy }),
  );
  const lead = isNew ? 'From now on I read along here' : 'I read along here already';
  return `${lead}, where I am a member (/invite me if not). When somebody asks for something that I can make or keep track of, I offer it to them alone, and do nothing before they say so. “${command} unwatch” ends it.`;
}

async function unwatch(slack: SlackContext, caller: Caller, room: string): Promise<string> {
  const was = await transaction(slack.bot.engine.db, caller, (tx) =>
    unwatchRoom(tx, channelName, room),
  );
  return was ? 'I no longer read along here.' : 'I did not read along here.';
}
