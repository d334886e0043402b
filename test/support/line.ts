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
  /**
   * From now on nothing arrives on either side, and nobody is told: as when a router on the way is gone. What is
   * connected stays so for ever; who connects afterwards, too, until `clear`.
   */
  swallow(): void;
  clear(): void;
};

/** Call at the top of a test file or in a test; it ends with the file. */
export async function startLine(databaseUrl: string): Promise<Line> {
  const server = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  /** Through which nothing comes any more. */
  const dead = new Set<Socket>();
  let isSwallowing = false;
  const listener = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ host: server.hostname, port: Number(server.port), noDelay: true });
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      if (isSwallowing) dead.add(socket);
      socket.on('data', (chunk) => {
        if (!dead.has(socket)) other.write(chunk);
      });
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        if (!dead.has(socket)) other.end();
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
  const swallow = () => {
    isSwallowing = true;
    for (const socket of sockets) dead.add(socket);
  };
  const clear = () => {
    isSwallowing = false;
  };
  afterAll(cut);
  return { url: url.href, cut, mend: () => listen(port), swallow, clear };
}
