/**
 * Activities as Teams posts them to a bot: what people write. Sources of the shapes: "Channel and group
 * conversations" and "Send and receive messages", learn.microsoft.com/microsoftteams, and public issues of botbuilder.
 */
import { ana, botId, channel, groupChat, serviceUrl, team, tenantId } from './teams-people.ts';
import type { TeamsMember } from './teams-roster.ts';

type Loose = Record<string, unknown>;
export type Activity = Loose & { type: string; id: string; serviceUrl: string };
/** What differs from the usual; other fields replace those of the activity. */
export type About = Loose & { by?: TeamsMember };

let count = 0;
/** Teams counts milliseconds; ids of its own rise as well, and are the same in every run. */
export const nextActivityId = (): string => {
  count += 1;
  return String(1_764_000_000_000 + count);
};
const startMs = Date.UTC(2026, 0, 5, 9, 30);

/** What every activity has, whoever it comes from. */
export function activity(type: string, { by = ana, ...about }: About = {}): Activity {
  const id = nextActivityId();
  const at = new Date(startMs + count * 1_000);
  const local = new Date(at.getTime() + 3_600_000).toISOString().replace('Z', '+01:00');
  return {
    type,
    id,
    timestamp: at.toISOString(),
    localTimestamp: local,
    localTimezone: 'Europe/Berlin',
    locale: 'en-GB',
    channelId: 'msteams',
    serviceUrl,
    from: { id: by.id, name: by.name, aadObjectId: by.aadObjectId },
    recipient: { id: botId, name: 'Factotum' },
    entities: [clientInfo],
    ...about,
  };
}

const clientInfo = {
  type: 'clientInfo',
  ...{ locale: 'en-GB', country: 'GB', platform: 'Web', timezone: 'Europe/Berlin' },
};
const tenant = { id: tenantId };

/** Where something is said: `conversation` and `channelData`. */
export const inPersonal = (by: TeamsMember = ana) => ({
  conversation: {
    ...{ conversationType: 'personal', tenantId },
    id: `a:1${Buffer.from(by.id).toString('hex')}`,
  },
  channelData: { tenant },
});
export const inGroup = (id = groupChat) => ({
  conversation: { isGroup: true, conversationType: 'groupChat', tenantId, id },
  channelData: { tenant },
});
/** @param thread the id of the message that began it */
export const inChannel = (thread: string, of = channel) => ({
  conversation: {
    ...{ isGroup: true, conversationType: 'channel', tenantId },
    id: `${of.id};messageid=${thread}`,
  },
  channelData: {
    ...{ teamsChannelId: of.id, teamsTeamId: team.id },
    ...{ channel: { id: of.id }, team: { id: team.id }, tenant },
  },
});

export const mention = (who: { id: string; name: string }) => ({
  type: 'mention',
  mentioned: { id: who.id, name: who.name },
  text: `<at>${who.name}</at>`,
});
const botMention = mention({ id: botId, name: 'Factotum' });

/** The HTML copy of the text, which Teams adds to what was written with formats. */
const html = (text: string) => ({
  contentType: 'text/html',
  content: `<p>${text.replace(/<at>(.*?)<\/at>/g, '<span itemtype="http://schema.skype.com/Mention" itemscope="" itemid="0">$1</span>')}</p>`,
});

export const personalMessage = (text: string, about: About = {}): Activity =>
  activity('message', {
    ...{ text, textFormat: 'plain', attachments: [html(text)] },
    ...inPersonal(about.by),
    ...about,
  });

/** To the bot by name, in a group chat. */
export const groupMessage = (text: string, about: About = {}): Activity =>
  activity('message', {
    ...said(text),
    ...inGroup(),
    ...about,
  });

/** To the bot by name; it begins a thread. */
export function channelMessage(text: string, about: About = {}): Activity {
  const id = nextActivityId();
  return activity('message', { id, ...said(text), ...inChannel(id), ...about });
}

/** In a thread, and to nobody by name unless `entities` and `text` say so. */
export const threadMessage = (thread: string, text: string, about: About = {}): Activity =>
  activity('message', {
    ...{ text, textFormat: 'plain', attachments: [html(text)], replyToId: thread },
    ...inChannel(thread),
    ...about,
  });

/** What clients that do not know Action.Execute send when its fallback is pressed. */
export const submitMessage = (value: object, replyToId: string, about: About = {}): Activity =>
  activity('message', { value, replyToId, ...inPersonal(about.by), ...about });

function said(text: string) {
  const whole = `<at>Factotum</at> ${text}`;
  return {
    ...{ text: whole, textFormat: 'plain', attachments: [html(whole)] },
    entities: [botMention, clientInfo],
  };
}
