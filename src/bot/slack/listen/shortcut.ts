/**
 * The shortcut “New task”, and “Make this a task” on a message: both open the dialog to describe it. “Tasks of this
 * thread” on a message lists what is to be done there.
 */
import type { App, MessageShortcut } from '@slack/bolt';
import { FactotumError } from '../../../errors.ts';
import { receive } from '../../receive.ts';
import { type Caller, callerOf } from '../caller.ts';
import { slack as channelName, type SlackContext } from '../context.ts';
import { describeModal } from '../modal.ts';
import { plainOf } from '../said.ts';
import { type Spot, whisper } from '../speak.ts';
import { shortcutOf } from '../surface.ts';

export function register(app: Pick<App, 'shortcut'>, slack: SlackContext): void {
  app.shortcut(shortcutOf.global, async ({ ack, shortcut, body, context }) => {
    await ack();
    const { id, team_id } = body.user;
    const caller = await callerOf(slack, { ...context, userId: id }, team_id);
    if (!caller) return;
    const client = await slack.access.clientFor(caller.workspaceId);
    const { trigger_id } = shortcut;
    await client.views.open({ trigger_id, view: describeModal({ metadata: {} }) });
  });
  app.shortcut<MessageShortcut>(shortcutOf.message, async ({ ack, shortcut, context }) => {
    await ack();
    const { user, message, channel, trigger_id } = shortcut;
    const caller = await callerOf(slack, { ...context, userId: user.id }, user.team_id);
    if (!caller) return;
    const client = await slack.access.clientFor(caller.workspaceId);
    const text = plainOf(message.text ?? '', context.botUserId);
    const thread = String(message['thread_ts'] ?? message.ts);
    const author = message.user;
    const quote = { text, ...(author ? { author } : {}) };
    const view = describeModal({ metadata: { channel: channel.id, thread }, quote });
    await client.views.open({ trigger_id, view });
  });
  app.shortcut<MessageShortcut>(shortcutOf.thread, async ({ ack, shortcut, context }) => {
    await ack();
    const { user, message, channel, trigger_id } = shortcut;
    const caller = await callerOf(slack, { ...context, userId: user.id }, user.team_id);
    if (!caller) return;
    const spot = { channel: channel.id, thread: String(message['thread_ts'] ?? message.ts) };
    slack.background.run('thread', () => askForThread(slack, caller, spot, trigger_id));
  });
}

/** The same as saying it there. Where we cannot read, nobody could be answered either, so that is said alone. */
async function askForThread(
  slack: SlackContext,
  caller: Caller,
  spot: Required<Spot>,
  trigger: string,
): Promise<void> {
  const { bot } = slack;
  const { workspaceId, id: author } = caller;
  const conversation = `${spot.channel}:${spot.thread}`;
  try {
    await bot.channels.get(channelName)?.thread?.({ workspaceId, conversation });
    await receive(bot, {
      ...{ workspaceId, channel: channelName, conversation, author },
      ...{ text: 'turn this thread into tasks', externalId: `thread:${trigger}` },
    });
  } catch (error) {
    if (!(error instanceof FactotumError)) throw error;
    await whisper(slack, caller, undefined, error.message);
  }
}
