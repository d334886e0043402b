/** The line to a database, which can be cut: what is connected is dropped, what connects is refused. */
import { connect, createServer, type Socket } from 'node:net';
import { afterAll } from 'vitest';

export type Line = {
  /** The address of the same database by way of this line. */
  url: string;
  /** Resets all connections and refuses new ones. */
  cut(): Promise<void>;
  /** Lets connect again, at the same address. */
  mend(): Promise<void>;
};

/** Call at the top of a test file or in a test; it ends with the file. */
export async function startLine(databaseUrl: string): Promise<Line> {
  const server = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const listener = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ host: server.hostname, port: Number(server.port), noDelay: true });
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on('data', (chunk) => other.write(chunk));
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.end();
      });
    }
  });
  const listen = (port: number) =>
    new Promise<void>((resolve) => listener.listen(port, '127.0.0.1', resolve));
  await listen(0);
  const address = listener.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String(port);
  const cut = async () => {
    const closed = new Promise<void>((resolve) => listener.close(() => resolve()));
    for (const socket of sockets) socket.resetAndDestroy();
    await closed;
  };
  afterAll(cut);
  return { url: url.href, cut, mend: () => listen(port) };
}
