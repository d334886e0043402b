/** The shortcut “New task”, and “Make this a task” on a message: both open the dialog to describe it. */
import type { App, MessageShortcut } from '@slack/bolt';
import { callerOf } from '../caller.ts';
import type { SlackContext } from '../context.ts';
import { describeModal } from '../modal.ts';
import { plainOf } from '../said.ts';
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
}
