/** Direct messages, mentions, and replies in conversations that we are part of. Everything else is left alone. */
import type { App } from '@slack/bolt';
import { FactotumError } from '../../../errors.ts';
import { isMeant } from '../../meant.ts';
import { receive } from '../../receive.ts';
import { type Caller, callerOf } from '../caller.ts';
import { slack as channelName, type SlackContext } from '../context.ts';
import { readSaid, type Said } from '../said.ts';
import { whisper } from '../speak.ts';
import { propose } from '../watch.ts';

/** Slack is told that it was taken when this returns, by what was stored (`http.ts`, `socket.ts`). */
export function register(app: Pick<App, 'event'>, slack: SlackContext): void {
  // The two events of a mention have different ids; both are the same message of the same channel.
  app.event('app_mention', ({ event, context }) => hear(slack, event, context));
  app.event('message', ({ event, context }) => hear(slack, event, context));
}

type Delivered = Parameters<typeof callerOf>[1] & { botUserId?: string | undefined };

async function hear(slack: SlackContext, event: unknown, context: Delivered): Promise<void> {
  const said = readSaid(event, context.botUserId);
  const caller = said && (await callerOf(slack, { ...context, userId: said.user }, said.userTeam));
  if (!said || !caller) return;
  if (await isForUs(slack, caller, said)) return take(slack, caller, said);
  if (!said.isReply && !said.isForOthers) return propose(slack, caller, said);
}

async function isForUs(slack: SlackContext, caller: Caller, said: Said): Promise<boolean> {
  if (said.isDirect || said.isMention) return true;
  if (!said.isReply || said.isForOthers) return false;
  const { conversation, text } = said;
  const about = { channel: channelName, conversation, author: caller.id, text };
  return isMeant(slack.bot.engine.db, { workspaceId: caller.workspaceId, ...about });
}

/** A message and its mention have one name, and a name is taken once. */
async function take(slack: SlackContext, caller: Caller, said: Said): Promise<void> {
  try {
    await receive(slack.bot, {
      workspaceId: caller.workspaceId,
      channel: channelName,
      conversation: said.conversation,
      author: caller.id,
      // A mention and nothing else asks what can be asked.
      text: said.text || 'help',
      externalId: said.externalId,
    });
  } catch (error) {
    if (!(error instanceof FactotumError) || !['INVALID', 'LIMIT'].includes(error.code))
      throw error;
    const spot = { channel: said.channel, ...(said.isReply ? { thread: threadOf(said) } : {}) };
    slack.background.run('refuse', () => whisper(slack, caller, spot, error.message));
  }
}

const threadOf = ({ conversation }: Said) => conversation.split(':')[1];
