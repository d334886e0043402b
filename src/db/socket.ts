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

type Target = { host: string[]; port: number[]; path: string | false };

/** Makes the driver's sockets: connecting, as the driver would leave them. */
export function createSocket({ host, port, path }: Target): Socket {
  const socket = new Socket();
  const [name = 'localhost', number = 5432] = [host[0], port[0]];
  if (path) socket.connect(path);
  else socket.connect(number, name);
  // The driver looks here for the name that a certificate must have. Connecting takes changes of a socket back.
  return Object.assign(bundled(socket), { host: name, port: number });
}
