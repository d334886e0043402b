/**
 * Activities as Teams posts them to a bot: what people press and look for, to be answered at once. Sources of the
 * shapes: "Universal Actions for Adaptive Cards", "Create and send the dialog" and "Respond to search command",
 * learn.microsoft.com/microsoftteams, and public issues of botbuilder and of the Teams SDK.
 */
import {
  type About,
  type Activity,
  activity,
  inChannel,
  inPersonal,
  nextActivityId,
} from './teams-activity.ts';
import { ana, channel, tenantId } from './teams-people.ts';
import type { TeamsMember } from './teams-roster.ts';

type Pressed = { verb: string; data: object };

/** @param name what is asked; the id of such an activity is no time, but `f:…` */
const invoke = (name: string, value: object, about: About = {}): Activity => {
  const where = inPersonal(about.by);
  return activity('invoke', {
    ...{ name, value, id: `f:${nextActivityId()}` },
    ...where,
    channelData: { ...where.channelData, source: { name: 'message' } },
    ...about,
  });
};

/** A button with Action.Execute on the message `card`. */
export const executeInvoke = (pressed: Pressed, card: string, about: About = {}): Activity =>
  invoke(
    'adaptiveCard/action',
    { action: { type: 'Action.Execute', ...pressed }, trigger: 'manual' },
    { replyToId: card, ...about },
  );

/** What Teams asks by itself when somebody sees the message `card`. */
export const refreshInvoke = (pressed: Pressed, card: string, about: About = {}): Activity =>
  invoke(
    'adaptiveCard/action',
    { action: { type: 'Action.Execute', ...pressed }, trigger: 'automatic' },
    { replyToId: card, ...about },
  );

/** Somebody looks for something where messages are written; nothing is typed at first. */
export const searchInvoke = (commandId: string, words = '', about: About = {}): Activity => {
  const typed = { name: 'words', value: words };
  const first = { name: 'initialRun', value: 'true' };
  return invoke(
    'composeExtension/query',
    {
      ...{ commandId, parameters: [words ? typed : first] },
      queryOptions: { skip: 0, count: 25 },
      context: { theme: 'default' },
    },
    { channelData: { tenant: { id: tenantId }, source: { name: 'compose' } }, ...about },
  );
};

type ActedOn = { id: string; by?: TeamsMember; html: string };

/** The message that a message action was chosen on, as Teams hands it over. */
function payloadOf({ id, by = ana, html }: ActedOn) {
  const user = { userIdentityType: 'aadUser', id: by.aadObjectId, displayName: by.name };
  return {
    linkToMessage: `https://teams.microsoft.com/l/message/${channel.id}/${id}`,
    ...{ id, replyToId: null, createdDateTime: '2026-01-05T09:30:00Z' },
    ...{ lastModifiedDateTime: null, deleted: false, subject: null, summary: null },
    ...{ importance: 'normal', locale: 'en-gb' },
    body: { contentType: 'html', content: html },
    from: { device: null, conversation: null, user, application: null },
    ...{ reactions: [], mentions: [], attachments: [] },
  };
}

const commanded = (commandId: string, message: ActedOn) => ({
  ...{ commandId, commandContext: 'message', requestId: '7f7d22ef' },
  messagePayload: payloadOf(message),
  context: { theme: 'default' },
});

/** A message action is chosen: the bot is asked for a dialog. */
export const actionInvoke = (commandId: string, message: ActedOn, about: About = {}): Activity =>
  invoke('composeExtension/fetchTask', commanded(commandId, message), {
    ...inChannel(message.id),
    ...about,
  });

/** The dialog of a message action is sent. */
export const actionSubmitInvoke = (
  commandId: string,
  message: ActedOn,
  data: object,
  about: About = {},
): Activity =>
  invoke(
    'composeExtension/submitAction',
    { ...commanded(commandId, message), data, botMessagePreviewAction: null },
    { ...inChannel(message.id), ...about },
  );
