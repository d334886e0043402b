/**
 * The driver collects short messages until the end of a turn, but writes a long one at once, and then what
 * belongs to it by itself: a COMMIT after a long last statement, while the end of the ledger is locked. Each
 * write is a call of the system on both sides. This socket holds a long message back for what follows it.
 */
import { Socket } from 'node:net';

/** From so many bytes on the driver writes at once. */
const long = 1024;

function bundled(socket: Socket): Socket {
  const write = socket.write.bind(socket) as (data: Uint8Array, done?: () => void) => boolean;
  let isHeld = false;
  const release = () => {
    if (!isHeld) return;
    isHeld = false;
    socket.uncork();
  };
  const bundle: typeof write = (data, done) => {
    if (data.length >= long && !isHeld) {
      isHeld = true;
      socket.cork();
      // The driver writes what it has collected in the first turn from now; the second is for when that is nothing.
      setImmediate(() => setImmediate(release));
    }
    const isTaken = write(data, done);
    if (data.length < long) release();
    return isTaken;
  };
  return Object.assign(socket, { write: bundle });
}

export type Target = { host: string[]; port: number[]; path: string | false };

/**
 * A socket that breaks, as if the other side had gone, when nothing has gone through it for so long: of a line
 * that was swallowed on the way nothing else would ever be heard. Also where TLS goes through it.
 * @param silenceMs 0 for never
 */
export function watched(socket: Socket, silenceMs: number): Socket {
  const words = 'Nothing came back on this connection for too long.';
  return socket.setTimeout(silenceMs, () =>
    socket.destroy(Object.assign(new Error(words), { code: 'ETIMEDOUT' })),
  );
}

/** Makes the driver's sockets: connecting, as the driver would leave them. */
export function createSocket({ host, port, path }: Target, silenceMs = 0): Socket {
  const socket = watched(new Socket(), silenceMs);
  const [name = 'localhost', number = 5432] = [host[0], port[0]];
  if (path) socket.connect(path);
  else socket.connect(number, name);
  // The driver looks here for the name that a certificate must have. Connecting takes changes of a socket back.
  return Object.assign(bundled(socket), { host: name, port: number });
}
