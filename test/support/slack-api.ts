/** A server of the test that answers as Slack's Web API does, where the emulator cannot. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll } from 'vitest';
import { readManifest } from '../../src/bot/slack/manifest.ts';
import { scopes } from '../../src/bot/slack/surface.ts';

export type Reply = { status?: number; headers?: Record<string, string>; body?: unknown };
export type Answer = (body: string, headers: IncomingMessage['headers']) => Reply;

/** A server of the test: an answer by path. */
export async function serve(answers: Record<string, Answer>): Promise<string> {
  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const path = new URL(request.url ?? '/', 'http://x').pathname;
    const answer = answers[path] ?? ((): Reply => ({ status: 404 }));
    const {
      status = 200,
      headers = {},
      body,
    } = answer(Buffer.concat(chunks).toString(), request.headers);
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export const botToken = 'xoxb-1111-2222-abcdefgh';
export const appToken = 'xapp-1-A0FACTOTUM-3333-abcdefgh';
export const secret = 'a1b2c3d4'.repeat(4);
export const identity = {
  ok: true,
  team: 'Store',
  team_id: 'T0STORE',
  user: 'factotum',
  bot_id: 'B0BOT',
};
export const every = { 'x-oauth-scopes': Object.keys(scopes).join(',') };

type Slack = Partial<
  Record<'auth.test' | 'bots.info' | 'apps.connections.open' | 'apps.manifest.export', Answer>
>;
/** Slack with everything as it should be, but for what is given. */
export const slack = (changed: Slack = {}) => {
  const answers: Slack = {
    'auth.test': () => ({ headers: every, body: identity }),
    'bots.info': () => ({ body: { ok: true, bot: { app_id: 'A0FACTOTUM' } } }),
    'apps.connections.open': () => ({ body: { ok: true, url: 'wss://example.com/link' } }),
    'apps.manifest.export': () => ({ body: { ok: true, manifest: readManifest() } }),
    ...changed,
  };
  return serve(
    Object.fromEntries(Object.entries(answers).map(([name, answer]) => [`/api/${name}`, answer])),
  );
};
export const failing = (error: string) => () => ({ body: { ok: false, error } });
