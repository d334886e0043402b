/**
 * The part of Slack's Web API that cards need, over HTTP on this machine, with faults on demand. What it
 * keeps is what a person would see.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { webApi } from '@slack/bolt';
import { afterAll } from 'vitest';
import { answer, type Fault, isWritten } from './slack-fault.ts';

export type SlackMessage = {
  channel: string;
  ts: string;
  thread_ts?: string;
  /** Somebody's; ours have none. */
  user?: string;
  text: string;
  blocks?: { type: string; block_id?: string }[];
  metadata?: { event_type: string; event_payload: Record<string, unknown> };
};
type SlackUser = {
  id: string;
  team_id: string;
  name?: string;
  is_restricted?: boolean;
  deleted?: boolean;
  is_bot?: boolean;
  is_stranger?: boolean;
  tz?: string;
  profile: { email?: string; real_name?: string };
};
type Call = { method: string; args: Record<string, string>; at: number };
type Result = Record<string, unknown>;

/** @param now what the calls are recorded with */
export async function slackServer(now: () => Date = () => new Date()) {
  const messages: SlackMessage[] = [];
  const users: SlackUser[] = [];
  const calls: Call[] = [];
  const archived = new Set<string>();
  const faults = new Map<string, Fault[]>();
  const lasting = new Map<string, Fault>();
  const files: { channel: string; thread: string | undefined; content: string }[] = [];
  const uploads: string[] = [];
  let count = 0;

  const refuse = (error: string): Result => ({ ok: false, error });
  const read = <T>(args: Record<string, string>, name: string): T | undefined =>
    args[name] === undefined ? undefined : (JSON.parse(args[name]) as T);
  const withoutChannel = ({ channel: _, ...message }: SlackMessage) => message;
  const page = (found: SlackMessage[], args: Record<string, string>): Result => {
    const from = Number(args['cursor'] ?? 0);
    const end = from + Number(args['limit'] ?? 100);
    const shown = found.slice(from, end).map((message) => {
      const { metadata, ...bare } = withoutChannel(message);
      return metadata && args['include_all_metadata'] === 'true' ? { ...bare, metadata } : bare;
    });
    const cursor = end < found.length ? String(end) : '';
    return { ok: true, messages: shown, response_metadata: { next_cursor: cursor } };
  };

  const methods: Record<string, (args: Record<string, string>) => Result> = {
    'chat.postMessage': (args) => {
      const { channel = '', thread_ts, text = '' } = args;
      if (archived.has(channel)) return refuse('is_archived');
      count += 1;
      const ts = `1700000000.${String(count).padStart(6, '0')}`;
      const blocks = read<NonNullable<SlackMessage['blocks']>>(args, 'blocks');
      const metadata = read<NonNullable<SlackMessage['metadata']>>(args, 'metadata');
      messages.push({
        ...{ channel, ts, text },
        ...(thread_ts ? { thread_ts } : {}),
        ...(blocks ? { blocks } : {}),
        ...(metadata ? { metadata } : {}),
      });
      return { ok: true, channel, ts, message: { text } };
    },
    'chat.update': (args) => {
      const { channel = '', ts = '', text = '' } = args;
      if (archived.has(channel)) return refuse('is_archived');
      const message = messages.find((one) => one.channel === channel && one.ts === ts);
      if (!message) return refuse('message_not_found');
      message.text = text;
      const blocks = read<NonNullable<SlackMessage['blocks']>>(args, 'blocks');
      if (blocks) message.blocks = blocks;
      else delete message.blocks;
      const metadata = read<NonNullable<SlackMessage['metadata']>>(args, 'metadata');
      if (metadata) message.metadata = metadata;
      return { ok: true, channel, ts, text };
    },
    'conversations.replies': (args) => {
      const { channel, ts } = args;
      const inside = messages.filter(
        (one) => one.channel === channel && (one.ts === ts || one.thread_ts === ts),
      );
      return inside.length > 0 ? page(inside, args) : refuse('thread_not_found');
    },
    'conversations.history': (args) =>
      page(
        messages.filter((one) => one.channel === args['channel'] && !one.thread_ts).reverse(),
        args,
      ),
    'conversations.open': ({ users: id = '' }) =>
      users.some((user) => user.id === id)
        ? { ok: true, channel: { id: `D${id.slice(1)}` } }
        : refuse('user_not_found'),
    'users.lookupByEmail': ({ email = '' }) => {
      const found = users.find((user) => user.profile.email?.toLowerCase() === email.toLowerCase());
      return found ? { ok: true, user: found } : refuse('users_not_found');
    },
    'users.list': (args) => {
      const from = Number(args['cursor'] ?? 0);
      const end = from + Number(args['limit'] ?? 100);
      const cursor = end < users.length ? String(end) : '';
      return {
        ok: true,
        members: users.slice(from, end),
        response_metadata: { next_cursor: cursor },
      };
    },
    'auth.test': () => ({ ok: true, user_id: 'U0FACTOTUM', bot_id: 'B0FACTOTUM' }),
    'chat.getPermalink': ({ channel, message_ts = '' }) => ({
      ok: true,
      permalink: `https://shop.slack.com/archives/${channel}/p${message_ts.replace('.', '')}`,
    }),
    'users.info': ({ user: id }) => {
      const found = users.find((user) => user.id === id);
      return found ? { ok: true, user: found } : refuse('user_not_found');
    },
    'files.getUploadURLExternal': () => {
      uploads.push('');
      return {
        ok: true,
        upload_url: `${url}upload/${uploads.length - 1}`,
        file_id: `F${uploads.length - 1}`,
      };
    },
    'files.completeUploadExternal': (args) => {
      const [file] = read<{ id: string }[]>(args, 'files') ?? [];
      const content = uploads[Number(file?.id.slice(1))] ?? '';
      files.push({ channel: args['channel_id'] ?? '', thread: args['thread_ts'], content });
      return { ok: true, files: [{ id: file?.id }] };
    },
  };

  const server = createServer(async (request, response) => {
    const path = (request.url ?? '').slice(1);
    const body = await bodyOf(request);
    if (path.startsWith('upload/')) {
      uploads[Number(path.slice(7))] = body;
      response.end('OK');
      return;
    }
    const args = Object.fromEntries(new URLSearchParams(body));
    calls.push({ method: path, args, at: now().getTime() });
    const fault = faults.get(path)?.shift() ?? lasting.get(path);
    const make = methods[path];
    const result = isWritten(fault) ? (make?.(args) ?? refuse('unknown_method')) : {};
    await answer(response, result, fault);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const quiet = { debug() {}, info() {}, warn() {}, error() {}, setLevel() {}, setName() {} };
  const logger = { ...quiet, getLevel: () => webApi.LogLevel.ERROR };
  return {
    url,
    messages,
    users,
    calls,
    archived,
    files,
    /** The next call of a method goes wrong in this way; several are used up in order. */
    fail(method: string, ...next: Fault[]) {
      faults.set(method, [...(faults.get(method) ?? []), ...next]);
    },
    /** Every call does, until it is mended. */
    failAlways(method: string, fault: Fault) {
      lasting.set(method, fault);
    },
    mend() {
      faults.clear();
      lasting.clear();
    },
    callsOf: (method: string) => calls.filter((call) => call.method === method),
    /** Somebody deletes a message in Slack. */
    remove(ts: string) {
      const at = messages.findIndex((message) => message.ts === ts);
      if (at >= 0) messages.splice(at, 1);
    },
    /** As the program makes its clients: nothing is repeated behind its back. */
    client: () =>
      new webApi.WebClient('xoxb-test', {
        slackApiUrl: url,
        rejectRateLimitedCalls: true,
        retryConfig: { retries: 0 },
        logger,
      }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}
