/** Keeps the built-in server running: one that has ended, by whatever hand, is started again at its address. */
import type { Log } from '../log.ts';
import { type Running, sleep } from './embedded-server.ts';

export type Guarded = {
  /** Finds the server or starts it, at the same address. */
  bring(): Promise<Running>;
  /** Takes the lock of the folder; `onLost` is called when its connection ends. */
  hold(server: Running, onLost: () => void): Promise<{ end(): Promise<void> }>;
};

export type Guard = {
  /** The server's process now; lets it be from here on. */
  release(): Promise<number>;
};

const shortestMs = 250;
const longestMs = 30_000;

/** @throws what `hold` throws the first time */
export async function guard(
  first: Running,
  { bring, hold }: Guarded,
  log?: Pick<Log, 'warn' | 'error'>,
): Promise<Guard> {
  let server = first;
  let isReleased = false;
  let recovering = Promise.resolve();
  const onLost = () => {
    if (!isReleased) recovering = recover();
  };
  let lock = await hold(server, onLost);
  const recover = async () => {
    log?.warn('database.ended', {
      message: 'The built-in database has ended, or let go of this program. It is started again.',
    });
    await lock.end();
    for (let failures = 0; !isReleased; failures += 1) {
      try {
        server = await bring();
        lock = await hold(server, onLost);
        log?.warn('database.again', { message: 'The built-in database answers again.' });
        return;
      } catch (error) {
        const waitMs = Math.min(longestMs, shortestMs * 2 ** failures);
        log?.error('database.again', error, { nextTryInMs: waitMs });
        for (let waited = 0; waited < waitMs && !isReleased; waited += 50) await sleep(50);
      }
    }
  };
  return {
    async release() {
      isReleased = true;
      await recovering;
      await lock.end();
      return server.pid;
    },
  };
}
