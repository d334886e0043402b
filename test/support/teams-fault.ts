/**
 * What can go wrong on the way to Teams and back; asked for by name, in the order of the calls.
 * Source of the codes: "Status codes from bot conversational APIs", learn.microsoft.com/microsoftteams.
 */
import type { ServerResponse } from 'node:http';

export type TeamsFault = (
  | { kind: 'status'; status: number; code: string | undefined; headers: Record<string, string> }
  /** The connection is cut without a word. */
  | { kind: 'cut' }
  /** Nothing comes until it is opened; then the answer is a sound one. */
  | { kind: 'hang'; until: Promise<void> }
) & {
  /** The message stands all the same; who sent it does not learn so. */
  isTaken: boolean;
};

const status = (code: number, name?: string, headers: Record<string, string> = {}): TeamsFault => ({
  ...{ kind: 'status', status: code, code: name, headers, isTaken: false },
});

export const teamsFault = {
  /** @param after what Retry-After says: seconds or a date; nothing is said without it */
  throttled: (after?: number | string) =>
    status(429, 'Throttled', after === undefined ? {} : { 'retry-after': String(after) }),
  /** Somebody else wrote in the conversation at the same time. */
  precondition: () => status(412, 'PreconditionFailed'),
  /** Of a server or of what stands before it, which names no code. */
  server: (code: 500 | 502 | 503 | 504) => status(code, code === 500 ? 'ServiceError' : undefined),
  notInRoster: () => status(403, 'BotNotInConversationRoster'),
  blocked: () => status(403, 'ConversationBlockedByUser'),
  disabled: () => status(403, 'BotDisabledByAdmin'),
  noConversation: () => status(404, 'ConversationNotFound'),
  noActivity: () => status(404, 'ActivityNotFoundInConversation'),
  tooBig: () => status(413, 'MessageSizeTooBig'),
  badArgument: () => status(400, 'BadArgument'),
  unauthorized: () => status(401, 'BotNotRegistered'),
  /** Any other answer, as a redirect. */
  other: (code: number, headers: Record<string, string> = {}, name?: string) =>
    status(code, name, headers),
  cut: (): TeamsFault => ({ kind: 'cut', isTaken: false }),
  hang: (until: Promise<void> = new Promise(() => {})): TeamsFault => ({
    ...{ kind: 'hang', until, isTaken: false },
  }),
  /** As the fault, but the message stands. */
  taken: (fault: TeamsFault): TeamsFault => ({ ...fault, isTaken: true }),
};

export type TeamsAnswer = { status: number; body?: object | undefined };

/** The error body of the Bot Connector. */
export const failed = (code: number, name: string): TeamsAnswer => ({
  status: code,
  body: { error: { code: name, message: `${name}.` } },
});

/** Answers as the fault wants it; `sound` is what a server in order would have said. */
export async function answerWith(
  response: ServerResponse,
  sound: TeamsAnswer,
  fault: TeamsFault | undefined,
): Promise<void> {
  const send = ({ status: code, body }: TeamsAnswer, headers: Record<string, string> = {}) =>
    response
      .writeHead(code, { 'content-type': 'application/json; charset=utf-8', ...headers })
      .end(body === undefined ? '' : JSON.stringify(body));
  switch (fault?.kind) {
    case undefined:
      send(sound);
      return;
    case 'cut':
      response.destroy();
      return;
    case 'hang':
      await fault.until;
      send(sound);
      return;
    case 'status': {
      const { status: code, code: name, headers } = fault;
      send(name === undefined ? { status: code } : failed(code, name), headers);
    }
  }
}
