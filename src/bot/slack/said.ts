/** What somebody said, from Slack's `message` and `app_mention` events. Pure; everything else is ignored. */
import { z } from 'zod';
import { tidy } from '../text.ts';

const Event = z.object({
  type: z.enum(['message', 'app_mention']),
  subtype: z.string().optional(),
  user: z.string(),
  text: z.string().default(''),
  channel: z.string(),
  channel_type: z.string().optional(),
  ts: z.string(),
  thread_ts: z.string().optional(),
  bot_id: z.string().nullish(),
  hidden: z.boolean().optional(),
  edited: z.unknown().optional(),
  team: z.string().optional(),
  user_team: z.string().optional(),
  source_team: z.string().optional(),
});

export type Said = {
  user: string;
  /** The team of the person, where Slack says it: it does in channels that companies share. */
  userTeam: string | undefined;
  text: string;
  channel: string;
  ts: string;
  conversation: string;
  externalId: string;
  isDirect: boolean;
  isMention: boolean;
  isReply: boolean;
  /** It begins by speaking to somebody else. */
  isForOthers: boolean;
};

/** Of the many kinds of messages, those that a person has written just now. */
export const written: (string | undefined)[] = [
  undefined,
  'file_share',
  'thread_broadcast',
  'me_message',
];

/** Undefined for what no person wrote just now: changes, joins, other programs, ourselves. */
export function readSaid(event: unknown, botUserId: string | undefined): Said | undefined {
  const found = Event.safeParse(event);
  if (!found.success) return undefined;
  const { user, text, channel, channel_type, ts, thread_ts, ...rest } = found.data;
  if (!written.includes(rest.subtype) || rest.bot_id || rest.hidden || rest.edited)
    return undefined;
  if (user === botUserId || user === 'USLACKBOT') return undefined;
  const isReply = thread_ts !== undefined && thread_ts !== ts;
  const mentions = botUserId !== undefined && text.includes(`<@${botUserId}>`);
  return {
    user,
    userTeam: rest.user_team ?? rest.source_team ?? rest.team,
    text: plainOf(text, botUserId),
    channel,
    ts,
    conversation: `${channel}:${thread_ts ?? ts}`,
    externalId: `${channel}:${ts}`,
    isDirect: channel_type === 'im' || (channel_type === undefined && channel.startsWith('D')),
    isMention: rest.type === 'app_mention' || mentions,
    isReply,
    isForOthers: /^\s*<@[UW][A-Z0-9]+(?:\|[^>]*)?>/.test(text) && !mentions,
  };
}

/**
 * Slack's text as the person typed it: our own mention is left out, links are their addresses, others'
 * mentions are their ids.
 */
export function plainOf(text: string, botUserId: string | undefined): string {
  const plain = text
    .replace(/<@([UW][A-Z0-9]+)(?:\|[^>]*)?>/g, (_, id) => (id === botUserId ? ' ' : `@${id}`))
    .replace(/<#[CG][A-Z0-9]+\|([^>]*)>/g, '#$1')
    .replace(/<#([CG][A-Z0-9]+)>/g, '#$1')
    .replace(/<!(?:subteam\^[A-Z0-9]+\|)?@?([^>|^]+)(?:\^[^>|]*)?(?:\|[^>]*)?>/g, '@$1')
    .replace(/<(?:mailto|tel):[^>|]*\|([^>]*)>/g, '$1')
    .replace(/<(?:mailto:|tel:)?([^>|@#!][^>|]*)(?:\|[^>]*)?>/g, '$1')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&');
  return tidy(plain).trim();
}
