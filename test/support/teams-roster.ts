/** Who is in the conversations of the loopback Teams, as its rosters say it. */
import { failed, type TeamsAnswer } from './teams-fault.ts';

/** Source: "Get Teams specific context for your bot", learn.microsoft.com/microsoftteams. */
export type TeamsMember = {
  id: string;
  aadObjectId: string;
  name: string;
  givenName?: string;
  email?: string;
  userPrincipalName?: string;
  userRole?: 'user' | 'guest' | 'anonymous';
  tenantId?: string;
};

/** What was asked for is made to fit, as Teams does. */
const pageSize = { least: 50, usual: 200, most: 500 };

/** Somebody by `29:…` or object id. */
export const findMember = (roster: readonly TeamsMember[], id: string): TeamsMember | undefined =>
  roster.find((one) => one.id === id || one.aadObjectId.toLowerCase() === id.toLowerCase());

export function memberIn(roster: readonly TeamsMember[], id: string): TeamsAnswer {
  const found = findMember(roster, id);
  return found
    ? { status: 200, body: { ...found, objectId: found.aadObjectId } }
    : failed(404, 'MemberNotFoundInConversation');
}

/** Channels are read in pages, chats at once. */
export function pageOf(
  roster: readonly TeamsMember[],
  asked: URLSearchParams,
  isChat: boolean,
): TeamsAnswer {
  const token = asked.get('continuationToken');
  const start = token ? /^page-(\d+)$/.exec(token)?.[1] : '0';
  if (start === undefined) return failed(400, 'BadArgument');
  const wanted = Number(asked.get('pageSize') ?? pageSize.usual);
  const size = isChat ? roster.length : Math.min(pageSize.most, Math.max(pageSize.least, wanted));
  const end = Number(start) + size;
  return {
    status: 200,
    body: {
      members: roster.slice(Number(start), end),
      ...(end < roster.length ? { continuationToken: `page-${end}` } : {}),
    },
  };
}
