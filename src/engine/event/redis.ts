/** Redis pub/sub. This is the one file that knows the client. It connects again by itself for as long as it is open. */
import { createClient } from '@redis/client';
import { FactotumError } from '../../errors.ts';

export type Redis = {
  /** @throws UPSTREAM when Redis does not take it now */
  publish(text: string): Promise<void>;
  close(): void;
};

type Listen = {
  heard(text: string): void;
  /** Connected, at first or again. */
  ready(): void;
  /** It is away, and why; told once for each time. */
  away(error: Error): void;
};

const patienceMs = 5000;

/** Two connections, since one that listens can do nothing else. Does not wait until they are there. */
export function openRedis(url: string, channel: string, listen: Listen): Redis {
  const options = {
    url,
    // What cannot be sent now stays in the database, not in memory.
    disableOfflineQueue: true,
    socket: {
      connectTimeout: patienceMs,
      reconnectStrategy: (tries: number) => Math.min(2000, 100 * 2 ** Math.min(tries, 5)),
    },
  };
  const sender = createClient(options);
  const listener = createClient({ ...options, disableOfflineQueue: false });
  let isAway = false;
  for (const client of [sender, listener])
    client.on('error', (error: Error) => {
      if (!isAway) listen.away(error);
      isAway = true;
    });
  sender.on('ready', () => {
    isAway = false;
    listen.ready();
  });
  const ignore = () => {
    // Whatever goes wrong is told as an error of the client, which tries again.
  };
  sender.connect().catch(ignore);
  listener
    .connect()
    .then(() => listener.subscribe(channel, listen.heard))
    .catch(ignore);
  return {
    async publish(text) {
      const late = AbortSignal.timeout(patienceMs);
      try {
        await Promise.race([
          sender.publish(channel, text),
          new Promise<never>((_, reject) => {
            late.onabort = () => reject(new Error('Redis does not answer.'));
          }),
        ]);
      } catch (cause) {
        throw new FactotumError('UPSTREAM', 'Redis cannot be reached now.', {
          cause,
          transient: true,
        });
      } finally {
        late.onabort = null;
      }
    },
    close() {
      sender.destroy();
      listener.destroy();
    },
  };
}
