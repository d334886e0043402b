/**
 * The way between the program and the Slack that is played. It hands everything on, and adds what the
 * emulator does not tell: what only one person sees, and with every answer what the token may do.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Whisper = { channel: string; user: string; text: string };
export type Wire = { url: string; whispers: Whisper[]; close(): Promise<void> };

/**
 * @param target where Slack is played, without a slash at its end
 * @param scopes what the app's token may do
 */
export async function openWire(target: string, scopes: string[]): Promise<Wire> {
  const whispers: Whisper[] = [];
  const server = createServer(async (request, response) => {
    const body = await readBody(request);
    if (request.url === '/api/chat.postEphemeral') whispers.push(toWhisper(body));
    const { authorization = '', 'content-type': type = '' } = request.headers;
    const answer = await fetch(target + request.url, {
      method: request.method ?? 'POST',
      headers: { authorization, 'content-type': type },
      ...(body ? { body } : {}),
    });
    response.writeHead(answer.status, {
      'content-type': 'application/json',
      'x-oauth-scopes': scopes.join(','),
    });
    response.end(await answer.text());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    whispers,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function toWhisper(body: string): Whisper {
  const { channel = '', user = '', text = '' } = Object.fromEntries(new URLSearchParams(body));
  return { channel, user, text };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
