/**
 * Teams' side of the wire on this machine: the Bot Connector that a bot sends to, with faults on demand. What it
 * keeps is what people would see. Source: "Bot Connector REST API", learn.microsoft.com/azure/bot-service.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerWith, failed, type TeamsAnswer, type TeamsFault } from './teams-fault.ts';
import { createMessages, type SentActivity } from './teams-messages.ts';
import { overrunsIn } from './teams-rate.ts';
import { findMember, memberIn, pageOf, type TeamsMember } from './teams-roster.ts';

export type ConnectorCall = {
  kind: 'post' | 'update' | 'delete' | 'open' | 'member' | 'members' | 'unknown';
  /** When it came, in milliseconds. */
  at: number;
  /** Empty for `open` and `unknown`. */
  conversation: string;
  /** What is answered, changed or deleted; who is asked for. */
  target: string | undefined;
  body: SentActivity & { members?: { id: string }[]; tenantId?: string };
  headers: IncomingMessage['headers'];
  path: string;
};
type Planned = { fault: TeamsFault; times: number; when: (call: ConnectorCall) => boolean };

const pathOf =
  /^\/(?:[\w-]+\/)*v3\/conversations(?:\/([^/]+)\/(activities|members|pagedmembers)(?:\/([^/]+))?)?\/?$/;

/** @param now what the calls are recorded with, in milliseconds */
export async function startTeamsConnector(now: () => number = Date.now) {
  const messages = createMessages();
  const people: TeamsMember[] = [];
  const rosters = new Map<string, readonly TeamsMember[]>();
  const calls: ConnectorCall[] = [];
  const planned: Planned[] = [];

  /** Its personal chat with everybody has an id of its own, the same every time. */
  const personalOf = (id: string): string => `a:1${Buffer.from(id).toString('hex')}`;
  const rosterOf = (conversation: string): readonly TeamsMember[] =>
    rosters.get(conversation) ??
    rosters.get(conversation.split(';')[0] ?? '') ??
    (conversation.startsWith('a:')
      ? people.filter((one) => personalOf(one.id) === conversation)
      : people);

  function open({ members = [] }: ConnectorCall['body']): TeamsAnswer {
    const member = findMember(people, members[0]?.id ?? '');
    if (members.length !== 1 || !member) return failed(400, 'BadSyntax');
    return { status: 201, body: { id: personalOf(member.id) } };
  }

  function carryOut(call: ConnectorCall, asked: URLSearchParams): TeamsAnswer {
    const { kind, conversation, target = '', body } = call;
    switch (kind) {
      case 'post':
        return messages.post(conversation, body, call.target);
      case 'update':
        return messages.update(conversation, target, body);
      case 'delete':
        return messages.remove(conversation, target);
      case 'open':
        return open(body);
      case 'member':
        return memberIn(rosterOf(conversation), target);
      case 'members':
        return pageOf(rosterOf(conversation), asked, !/@thread\.(tacv2|skype)/.test(conversation));
      case 'unknown':
        return { status: 404 };
    }
  }

  function faultFor(call: ConnectorCall): TeamsFault | undefined {
    const next = planned.find(({ times, when }) => times > 0 && when(call));
    if (next) next.times -= 1;
    return next?.fault;
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://local');
    const call = await readCall(request, pathname, now());
    calls.push(call);
    const fault = faultFor(call);
    const isDone = !fault || fault.isTaken;
    if (isDone) return answerWith(response, carryOut(call, searchParams), fault);
    if (fault.kind !== 'hang') return answerWith(response, { status: 500 }, fault);
    await fault.until;
    await answerWith(response, carryOut(call, searchParams), undefined);
  }

  const server = createServer((request, response) => {
    // A sender that has given up cuts the connection while its body is read.
    handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    /** For `serviceUrl`. */
    url: `http://127.0.0.1:${port}/emea/`,
    calls,
    /** Everybody that can be written to; who is in a conversation whose roster is not given. */
    people,
    /** Who is in a conversation. For a channel, without the thread. */
    setRoster: (conversation: string, roster: readonly TeamsMember[]) =>
      void rosters.set(conversation, roster),
    personalOf,
    standingIn: messages.standingIn,
    /** Everything that stands, everywhere. */
    standing: messages.all,
    /** Somebody deletes a message in Teams. */
    remove: (conversation: string, id: string) => void messages.remove(conversation, id),
    /** The next requests go wrong in this way; what was planned first is used up first. */
    fail(fault: TeamsFault, about: { times?: number; when?: Planned['when'] } = {}) {
      planned.push({ fault, times: about.times ?? 1, when: about.when ?? (() => true) });
    },
    mend: () => void planned.splice(0),
    callsOf: (kind: ConnectorCall['kind']) => calls.filter((call) => call.kind === kind),
    /** Where the platform's limits were exceeded. */
    overruns: () => overrunsIn(calls.filter(({ kind }) => /^(post|update|delete)$/.test(kind))),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
export type TeamsConnector = Awaited<ReturnType<typeof startTeamsConnector>>;

async function readCall(
  request: IncomingMessage,
  path: string,
  at: number,
): Promise<ConnectorCall> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const text = Buffer.concat(parts).toString();
  const [whole, conversation = '', room, target] = pathOf.exec(path) ?? [];
  return {
    kind: whole === undefined ? 'unknown' : kindOf(request.method, room, target !== undefined),
    conversation: decodeURIComponent(conversation),
    target: target === undefined ? undefined : decodeURIComponent(target),
    body: text ? JSON.parse(text) : {},
    ...{ at, headers: request.headers, path },
  };
}

function kindOf(method = '', room: string | undefined, isOne: boolean): ConnectorCall['kind'] {
  const found = {
    'POST ': 'open',
    'POST activities': 'post',
    'POST activities/': 'post',
    'PUT activities/': 'update',
    'DELETE activities/': 'delete',
    'GET members/': 'member',
    'GET pagedmembers': 'members',
  } as const satisfies Record<string, ConnectorCall['kind']>;
  const asked = `${method} ${room ?? ''}${isOne ? '/' : ''}`;
  return asked in found ? found[asked as keyof typeof found] : 'unknown';
}
