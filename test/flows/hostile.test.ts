/** What strangers send over the wire: nothing of it may end the program or reach the database raw. */
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { testProgram } from '../support/program.ts';

const program = await testProgram();
const { hostname, port } = new URL(program.address);

/** Sends raw bytes, optionally resetting the connection, and returns what came back. */
function send(bytes: string, options: { reset?: boolean } = {}): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(Number(port), hostname, () => {
      socket.write(bytes);
      if (options.reset) socket.resetAndDestroy();
    });
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', () => resolve(answer));
    socket.setTimeout(2000, () => socket.destroy());
  });
}

const upgrade = (path: string, host = `${hostname}:${port}`) =>
  `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;

test('an upgrade to an address that is none is refused, and the program lives', async () => {
  for (const path of ['//', '/ws/tasks/../..//', '/%ff', '/ws/conversations/%00']) {
    expect(await send(upgrade(path))).toMatch(/^HTTP\/1\.1 (400|404)/);
  }
  expect(await send(upgrade('//', 'evil.example'))).toMatch(/^HTTP\/1\.1 421/);
  expect(await program.get('/healthz')).toEqual({ status: 'alive' });
});

test('connections that are reset while they are refused leave the program alive', async () => {
  await Promise.all(
    Array.from({ length: 20 }, () => send(upgrade('/nowhere', 'evil.example'), { reset: true })),
  );
  expect(await program.get('/healthz')).toEqual({ status: 'alive' });
});

test('null characters in ids are the sender’s mistake, not ours', async () => {
  const message = await program.post('/api/messages', { conversation: 'c', text: 'x', id: 'a\0b' });
  expect(message.status).toBe(400);
  expect((await program.post('/api/actions', { id: 'a\0b' })).status).toBe(400);
  expect((await fetch(`${program.address}/api/tasks/tsk%00`)).status).toBe(404);
});

test('a long conversation keeps its newest messages', async () => {
  for (let index = 0; index < 510; index += 1) {
    await program.say('long', `thanks ${index}`);
  }
  const { messages } = await program.get<{ messages: { text: string }[] }>(
    '/api/conversations/long',
  );
  expect(messages.length).toBeLessThanOrEqual(500);
  expect(messages.some((message) => message.text === 'thanks 509')).toBe(true);
});
