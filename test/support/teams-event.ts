/**
 * Activities as Teams posts them to a bot: what happens around it. Sources of the shapes: "Subscribe to
 * conversation events" and "Update and delete bot messages", learn.microsoft.com/microsoftteams.
 */
import { type About, type Activity, activity, inChannel, inPersonal } from './teams-activity.ts';
import { ana, botId, channel, team, tenantId } from './teams-people.ts';
import type { TeamsMember } from './teams-roster.ts';

const tenant = { id: tenantId };
/** Of a team as a whole Teams speaks in its first channel, which has the team's id. */
const inTeam = (about: object = {}) => ({
  conversation: { isGroup: true, conversationType: 'channel', tenantId, id: team.id },
  channelData: { team, tenant, ...about },
});

const change = (about: About): Activity => activity('conversationUpdate', about);

/** @param who the bot is one of them when it is installed */
export const membersAdded = (who: (TeamsMember | 'bot')[], about: About = {}): Activity =>
  change({
    membersAdded: who.map(accountOf),
    ...inTeam({ eventType: 'teamMemberAdded' }),
    ...about,
  });
export const membersRemoved = (who: (TeamsMember | 'bot')[], about: About = {}): Activity =>
  change({
    membersRemoved: who.map(accountOf),
    ...inTeam({ eventType: 'teamMemberRemoved' }),
    ...about,
  });
const accountOf = (who: TeamsMember | 'bot') =>
  who === 'bot' ? { id: botId } : { id: who.id, aadObjectId: who.aadObjectId };

type ChannelEvent = 'channelCreated' | 'channelRenamed' | 'channelDeleted' | 'channelRestored';
export const channelEvent = (eventType: ChannelEvent, of = channel, about: About = {}): Activity =>
  change({ ...inTeam({ eventType, channel: of }), ...about });

export const teamRenamed = (name: string, about: About = {}): Activity =>
  change({ ...inTeam({ eventType: 'teamRenamed', team: { ...team, name } }), ...about });

/** @param action also `add-upgrade` and `remove-upgrade`, when the app gets a new version */
export const installation = (
  action: 'add' | 'remove' | 'add-upgrade' | 'remove-upgrade',
  about: About = {},
): Activity =>
  activity('installationUpdate', {
    action,
    ...inPersonal(about.by),
    channelData: { tenant, source: { name: 'message' }, settings: {} },
    ...about,
  });
/** For a team; where it writes is the channel that was chosen. */
export const teamInstallation = (
  action: 'add' | 'remove' | 'add-upgrade' | 'remove-upgrade',
  about: About = {},
): Activity =>
  installation(action, {
    ...inTeam({ settings: { selectedChannel: { id: channel.id } }, channel: { id: channel.id } }),
    ...about,
  });

/** A message that was said before has other words now. */
export const edited = (message: Activity, text: string): Activity => ({
  ...message,
  ...{ type: 'messageUpdate', text },
  channelData: { ...(message['channelData'] as object), eventType: 'editMessage' },
});
export const deleted = ({ text: _, attachments: __, ...message }: Activity): Activity => ({
  ...message,
  type: 'messageDelete',
  channelData: { ...(message['channelData'] as object), eventType: 'softDeleteMessage' },
});

/** @param message of the bot */
export const reacted = (message: string, about: About = {}): Activity =>
  activity('messageReaction', {
    ...{ reactionsAdded: [{ type: 'like' }], replyToId: message },
    ...inChannel(message),
    ...about,
  });

export const typing = (about: About = {}): Activity =>
  activity('typing', { ...inPersonal(about.by ?? ana), ...about });
export const ended = (about: About = {}): Activity =>
  activity('endOfConversation', { code: 'unknown', ...inPersonal(about.by ?? ana), ...about });
