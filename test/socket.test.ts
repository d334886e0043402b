/** A long message waits for what belongs to it, and for nothing else. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { createSocket } from '../src/db/socket.ts';

const server = createServer((client) => client.resume()).listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;
const socket = createSocket({ host: ['127.0.0.1'], port: [port], path: false });
await once(socket, 'connect');
afterAll(() => {
  socket.destroy();
  server.close();
});

const long = Buffer.alloc(2000);
const short = Buffer.alloc(20);

test('a long message goes together with the short one after it', () => {
  socket.write(long);
  expect(socket.writableCorked).toBe(1);
  socket.write(long);
  expect(socket.writableCorked).toBe(1);
  socket.write(short);
  expect(socket.writableCorked).toBe(0);
});

test('a short message goes at once', () => {
  socket.write(short);
  expect(socket.writableCorked).toBe(0);
});

test('a long message that nothing follows goes in a moment', async () => {
  socket.write(long);
  expect(socket.writableCorked).toBe(1);
  for (let count = 0; count < 3; count += 1) await turn();
  expect(socket.writableCorked).toBe(0);
});
