/**
 * A Slack workspace on this machine: `emulate` with two people, a channel and our app, behind a recorder that
 * notes every call of the Web API. What Slack would send is signed and sent by `createDelivery`.
 */
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, createServer as createSocketServer } from 'node:net';
import { webApi } from '@slack/bolt';
import { createEmulator } from 'emulate';
import { afterAll } from 'vitest';
import { scopes as named } from '../../src/bot/slack/surface.ts';
import type { SlackOpenId } from './slack-openid.ts';

const scopes = Object.keys(named);

export const app = {
  id: 'A0FACTOTUM',
  clientId: '1.2',
  clientSecret: 'client-secret-of-tests',
  token: 'xoxb-factotum-of-tests',
  botId: 'B0FACTOTUM',
  botUser: 'U0FACTOTUM',
};

type Call = { method: string; args: Record<string, string>; answer: Record<string, unknown> };
type Answer = Record<string, unknown> & { ok: boolean };

/** Methods that the emulator does not have; Slack answers these like this. */
const missing: Record<string, Answer> = { 'assistant.threads.setSuggestedPrompts': { ok: true } };

/** @param signedIn where people come back to who sign in with Slack; without it nobody can */
export async function slackWorkspace(
  redirect = 'http://127.0.0.1/slack/oauth_redirect',
  signedIn?: string,
) {
  const emulator = await createEmulator({
    service: 'slack',
    port: await freePort(),
    seed: {
      slack: {
        strict_scopes: true,
        team: { name: 'Phone Shop', domain: 'phone-shop' },
        users: [
          { name: 'ana', email: 'ana@example.com' },
          { name: 'ben', email: 'ben@example.com' },
        ],
        channels: [{ name: 'shop' }],
        oauth_apps: [
          {
            client_id: app.clientId,
            client_secret: app.clientSecret,
            app_id: app.id,
            name: 'Factotum',
            redirect_uris: [redirect],
            scopes,
            bot_id: app.botId,
            bot_user_id: app.botUser,
          },
        ],
        tokens: [
          {
            token: app.token,
            type: 'bot',
            user_id: app.botUser,
            app_id: app.id,
            client_id: app.clientId,
            bot_id: app.botId,
            bot_user_id: app.botUser,
            scopes,
          },
          // For the tests to look and prepare with.
          { token: 'xoxp-tests', type: 'test', user: 'ana' },
        ],
      },
    },
  });
  afterAll(() => emulator.close());
  const calls: Call[] = [];
  let openId: SlackOpenId | undefined;
  const recorder = createServer(async (request, response) => {
    if (openId?.owns(request.url ?? '')) return openId.handle(request, response);
    const body = await read(request);
    const method = (request.url ?? '').replace('/api/', '');
    const known = missing[method];
    const headers = Object.fromEntries(
      Object.entries(request.headers).flatMap(([name, value]) =>
        typeof value === 'string' && !['host', 'connection', 'content-length'].includes(name)
          ? [[name, value] as [string, string]]
          : [],
      ),
    );
    const forward = () =>
      fetch(emulator.url + request.url, { method: 'POST', headers, body }).then((answered) =>
        answered.json(),
      );
    const answer = (known ?? (await forward())) as Answer;
    calls.push({ method, args: Object.fromEntries(new URLSearchParams(body)), answer });
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => recorder.listen(0, '127.0.0.1', resolve));
  const own = `http://127.0.0.1:${(recorder.address() as AddressInfo).port}`;
  if (signedIn) {
    const client = { id: app.clientId, secret: app.clientSecret, redirectUri: signedIn };
    const { slackOpenId } = await import('./slack-openid.ts');
    openId = slackOpenId(own, client);
  }
  afterAll(() => {
    recorder.close();
    recorder.closeAllConnections();
  });

  const bot = new webApi.WebClient(app.token, { slackApiUrl: `${emulator.url}/api/` });
  const viewer = new webApi.WebClient('xoxp-tests', { slackApiUrl: `${emulator.url}/api/` });
  const { team_id: teamId = '' } = await bot.auth.test();
  const { members = [] } = await viewer.users.list({});
  const idOf = (name: string) => members.find((user) => user.name === name)?.id ?? '';
  const { channels = [] } = await viewer.conversations.list({});
  const shop = channels.find((channel) => channel.name === 'shop')?.id ?? '';
  await viewer.conversations.invite({ channel: shop, users: app.botUser }).catch(() => {});
  const ana = idOf('ana');
  const { channel } = await bot.conversations.open({ users: ana });

  return {
    /** For SLACK_API_URL. */
    apiUrl: `${own}/api/`,
    /** @throws when nobody can sign in */
    get openId(): SlackOpenId {
      if (!openId) throw new Error('Nobody signs in with this Slack.');
      return openId;
    },
    url: emulator.url,
    calls,
    bot,
    teamId,
    ana,
    ben: idOf('ben'),
    shop,
    /** The direct messages with Ana. */
    direct: channel?.id ?? '',
    /** Waits for a call that satisfies `accept`. */
    async call(method: string, accept: (call: Call) => boolean = () => true): Promise<Call> {
      const deadline = Date.now() + 60_000;
      while (Date.now() < deadline) {
        const found = calls.find((call) => call.method === method && accept(call));
        if (found) return found;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      const seen = calls.map((call) =>
        `${call.method} ${JSON.stringify(call.answer)}`.slice(0, 160),
      );
      throw new Error(`No such ${method}. The calls:\n${seen.join('\n')}`);
    },
    /** Slack makes one for every click, command and shortcut; it opens one dialog within 3 seconds. */
    async trigger(user: string): Promise<string> {
      const answer = await bot.apiCall('views.generateTriggerId', { user_id: user });
      return 'trigger_id' in answer ? String(answer.trigger_id) : '';
    },
  };
}
export type SlackWorkspace = Awaited<ReturnType<typeof slackWorkspace>>;

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createSocketServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
