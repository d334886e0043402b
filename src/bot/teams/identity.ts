/**
 * Who spoke, where, and what: Teams' activities in Factotum's words. Pure.
 * Source of the shapes: "Send and receive messages" and "Channel and group conversations" of
 * learn.microsoft.com/microsoftteams, and the activities in public issues of botbuilder.
 */
import { z } from 'zod';
import type { WorkspaceOf } from './gate.ts';
import { mentionsIn, plainOf, startsWithMention } from './said.ts';
import { tidy } from './text.ts';

const Guid = z.guid().transform((id) => id.toLowerCase());
const Account = z.object({
  id: z.string(),
  name: z.string().nullish(),
  aadObjectId: z.string().nullish(),
  role: z.string().nullish(),
});
const Activity = z.object({
  type: z.string(),
  id: z.string().nullish(),
  text: z.string().nullish(),
  from: Account,
  recipient: Account,
  replyToId: z.string().nullish(),
  serviceUrl: z.string().nullish(),
  localTimezone: z.string().nullish(),
  conversation: z.object({
    id: z.string().min(1),
    conversationType: z.string().nullish(),
    tenantId: z.string().nullish(),
  }),
  channelData: z
    .looseObject({
      tenant: z.looseObject({ id: z.string() }).nullish(),
      channel: z.looseObject({ name: z.string().nullish() }).nullish().catch(undefined),
      team: z.looseObject({ id: z.string().nullish() }).nullish().catch(undefined),
    })
    .nullish(),
  entities: z.array(z.unknown()).nullish(),
});
type Activity = z.infer<typeof Activity>;

type RoomKind = 'personal' | 'groupChat' | 'channel';
export type Spoken = {
  workspaceId: string;
  tenantId: string;
  /** The Entra object id, in lower case: the same in every chat and app of the tenant. */
  personId: string;
  /** What Teams calls the person towards this bot: `29:…`. */
  mri: string;
  name: string | undefined;
  room: RoomKind;
  conversation: string;
  /** The activity's own id, unique within its conversation. */
  externalId: string | undefined;
  /** The bot itself is mentioned. In a personal chat it is spoken to without. */
  isMention: boolean;
  /** In a channel, an answer in a thread. */
  isReply: boolean;
  /** It begins by speaking to somebody else. */
  isForOthers: boolean;
  text: string;
  /** The IANA zone of the client, where it says so. */
  timezone: string | undefined;
};
/** Where it was said, as it is reached from now on. */
export type Place = {
  workspaceId: string;
  tenantId: string;
  /** Without the thread. */
  room: string;
  kind: RoomKind;
  serviceUrl: string;
  /** What Teams calls the bot: `28:…`. */
  bot: string;
  name: string | undefined;
  team: string | undefined;
};

/** Workspaces of Teams are tenants of Entra, where no other is named for one. */
export const workspaceIdOf = (tenantId: string): string => `wsp_teams_${tenantId}`;

/**
 * @returns undefined where it is not a person of a tenant that acts: other programs, and people whom
 *   Teams does not name by an Entra object id, who could not be told apart safely
 */
export function readSpoken(given: unknown, workspaceOf: WorkspaceOf): Spoken | undefined {
  const parsed = Activity.safeParse(given);
  if (!parsed.success) return undefined;
  const activity = parsed.data;
  const tenantId = tenantIn(activity);
  const person = Guid.safeParse(activity.from.aadObjectId);
  const isProgram = activity.from.id.startsWith('28:') || activity.from.role === 'bot';
  const workspaceId = tenantId && workspaceOf(tenantId);
  if (!tenantId || !workspaceId || !person.success || isProgram) return undefined;
  const mentions = mentionsIn(activity.entities);
  const own = mentions.filter(({ mentioned }) => mentioned.id === activity.recipient.id);
  return {
    workspaceId,
    tenantId,
    personId: person.data,
    mri: activity.from.id,
    name: activity.from.name ? tidy(activity.from.name).trim() || undefined : undefined,
    room: roomOf(activity),
    conversation: conversationOf(activity),
    externalId: activity.id ?? undefined,
    isMention: own.length > 0,
    isReply: isReplyIn(activity),
    isForOthers: own.length === 0 && startsWithMention(activity.text ?? '', mentions),
    text: plainOf(activity.text ?? '', mentions, activity.recipient.id),
    timezone: zoneOf(activity.localTimezone),
  };
}

/** Undefined where there is no bot of ours, or no tenant that is let in. */
export function readPlace(given: unknown, workspaceOf: WorkspaceOf): Place | undefined {
  const activity = Activity.safeParse(given).data;
  const tenantId = activity && tenantIn(activity);
  const workspaceId = tenantId && workspaceOf(tenantId);
  if (!activity?.serviceUrl || !workspaceId || !activity.recipient.id.startsWith('28:'))
    return undefined;
  const { channel, team } = activity.channelData ?? {};
  return {
    ...{ workspaceId, tenantId, room: roomIdOf(activity.conversation.id), kind: roomOf(activity) },
    ...{ serviceUrl: activity.serviceUrl, bot: activity.recipient.id },
    name: channel?.name ?? undefined,
    team: team?.id ?? undefined,
  };
}

function zoneOf(zone: string | null | undefined): string | undefined {
  try {
    return zone
      ? new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone
      : undefined;
  } catch {
    return undefined;
  }
}

/** Both places name the same tenant; where they do not, it is not known which is right. */
function tenantIn({ conversation, channelData }: Activity): string | undefined {
  const found = [channelData?.tenant?.id, conversation.tenantId].filter((id) => id != null);
  const ids = new Set(found.map((id) => Guid.safeParse(id).data));
  return ids.size === 1 ? [...ids][0] : undefined;
}

function roomOf({ conversation }: Activity): RoomKind {
  const { conversationType, id } = conversation;
  if (conversationType === 'personal' || conversationType === 'groupChat') return conversationType;
  if (conversationType === 'channel') return 'channel';
  // Some invokes leave the type out; the ids of the three kinds differ.
  if (/@thread\.(tacv2|skype)/.test(id)) return 'channel';
  return id.startsWith('19:') && !id.endsWith('@unq.gbl.spaces') ? 'groupChat' : 'personal';
}

/**
 * A chat, or one thread of a channel: `19:…@thread.tacv2;messageid=…`. Teams names the thread in
 * messages; where it does not, the message that is answered, or this one, began it.
 */
function conversationOf(activity: Activity): string {
  const { id } = activity.conversation;
  if (roomOf(activity) !== 'channel' || /;messageid=/.test(id)) return id;
  const root = activity.replyToId ?? activity.id;
  return root ? `${id};messageid=${root}` : id;
}

/** The channel of a thread, or the chat itself: where a new message is not an answer to anything. */
export const roomIdOf = (conversation: string): string => conversation.split(';')[0] ?? '';

function isReplyIn(activity: Activity): boolean {
  if (roomOf(activity) !== 'channel') return false;
  const root = /;messageid=(\d+)/.exec(conversationOf(activity))?.[1];
  return root !== undefined && root !== activity.id;
}
