/** Slack's Web API as far as cards need it, on 127.0.0.1: it takes everything, and notes when it came. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export const team = 'T0BENCH01';
const botUser = 'U0FACTOTUM';

type Block = { block_id?: string; elements?: { text?: { text?: string }; value?: string }[] };
export type Posted = {
  channel: string;
  ts: string;
  thread: string | undefined;
  text: string;
  blocks: Block[];
  /** Of our own mark. */
  card: string | undefined;
  /** When it was first posted, and each time that it was changed; milliseconds since 1970. */
  postedAt: number;
  updatedAt: number[];
};

export type SlackApi = {
  /** For SLACK_API_URL. */
  url: string;
  /** By `<channel>:<ts>`. */
  messages: ReadonlyMap<string, Posted>;
  /** What was asked for that this server does not have. */
  unknown: ReadonlySet<string>;
  close(): void;
};

type Args = Record<string, string>;

export async function startSlackApi(): Promise<SlackApi> {
  const messages = new Map<string, Posted>();
  const unknown = new Set<string>();
  const blocksOf = ({ blocks }: Args): Block[] => (blocks ? JSON.parse(blocks) : []);
  const methods: Record<string, (args: Args) => Record<string, unknown>> = {
    'auth.test': () => ({
      ...{ ok: true, team_id: team, team: 'Bench', user_id: botUser, bot_id: 'B0FACTOTUM' },
      is_enterprise_install: false,
    }),
    'chat.postMessage': (args) => {
      const { channel = '', thread_ts: thread, text = '', metadata } = args;
      const ts = `1780000000.${String(messages.size).padStart(6, '0')}`;
      const card = metadata && JSON.parse(metadata).event_payload.card;
      const about = { channel, ts, thread, text, blocks: blocksOf(args), card };
      messages.set(`${channel}:${ts}`, { ...about, postedAt: Date.now(), updatedAt: [] });
      return { ok: true, channel, ts };
    },
    'chat.update': (args) => {
      const { channel, ts, text = '' } = args;
      const message = messages.get(`${channel}:${ts}`);
      if (!message) return { ok: false, error: 'message_not_found' };
      Object.assign(message, { text, blocks: blocksOf(args) });
      message.updatedAt.push(Date.now());
      return { ok: true, channel, ts, text };
    },
    'conversations.open': ({ users = '' }) => ({ ok: true, channel: { id: directOf(users) } }),
    'users.info': ({ user: id }) => ({
      ok: true,
      user: { id, team_id: team, tz: 'UTC', profile: { real_name: id } },
    }),
    'conversations.replies': ({ channel, ts }) => found(channel, (one) => one.thread === ts),
    'conversations.history': ({ channel }) => found(channel, (one) => one.thread === undefined),
  };
  const found = (channel: string | undefined, accept: (message: Posted) => boolean) => ({
    ok: true,
    messages: [...messages.values()]
      .filter((one) => one.channel === channel && accept(one))
      .map(({ ts, text, card }) => ({
        ...{ ts, text },
        metadata: { event_type: 'factotum_card', event_payload: { card } },
      })),
  });
  const server = createServer(async (request, response) => {
    const args = Object.fromEntries(new URLSearchParams(await bodyOf(request)));
    const name = (request.url ?? '').slice(1);
    if (!methods[name]) unknown.add(name);
    const answer = methods[name]?.(args) ?? { ok: false, error: 'unknown_method' };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    messages,
    unknown,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** The direct messages with somebody. */
export const directOf = (user: string): string => `D${user.slice(1)}`;

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}
