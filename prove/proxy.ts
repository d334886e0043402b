/** Stands between the program and the server and lets every commit of every connection pass a gate. */
import { connect, createServer, type Socket } from 'node:net';
import { createSession, type Line } from './session.ts';

export type Proxy = {
  /** The address of the same database by way of the proxy. */
  url: string;
  /** Drops all connections and listens no more. */
  close(): Promise<void>;
};

/** @param gate false stops everything on every connection at once: what has not passed never will */
export async function startProxy(databaseUrl: string, gate: Line['gate']): Promise<Proxy> {
  const server = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let isShut = false;
  const pass: Line['gate'] = (commit, moment) => {
    isShut ||= !gate(commit, moment);
    return !isShut;
  };
  const listener = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ host: server.hostname, port: Number(server.port), noDelay: true });
    const session = createSession({
      toServer: (bytes) => void upstream.write(bytes),
      toClient: (bytes) => void client.write(bytes),
      gate: pass,
    });
    for (const [socket, other, take] of [
      [client, upstream, session.fromClient],
      [upstream, client, session.fromServer],
    ] as const) {
      sockets.add(socket);
      socket.on('data', (chunk) => {
        if (!isShut) take(chunk);
      });
      // A side that is gone takes the other along; while the gate is shut the server waits for the word.
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        if (!isShut) other.end();
      });
    }
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const address = listener.address();
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String(typeof address === 'object' && address ? address.port : 0);
  return {
    url: url.href,
    async close() {
      isShut = true;
      const closed = new Promise<void>((resolve) => listener.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
