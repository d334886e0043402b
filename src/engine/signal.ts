/** Hears what transactions announced, from this and every other process on the database. */
import type { Database } from '../db/client.ts';
import { type Signal, signalChannel } from '../db/job.ts';

export type SignalHub = {
  /**
   * Calls `listener` for every signal, and `missed` when some may not have been heard, since the connection
   * was lost for a while; returns the way to stop.
   */
  subscribe(listener: (signal: Signal) => void, missed?: () => void): () => void;
  /** Whether the connection that listens is up. */
  isReady(): boolean;
  stop(): Promise<void>;
};

/** Opens one listening connection; the driver reconnects it by itself. */
export async function listenSignals(db: Database): Promise<SignalHub> {
  const listeners = new Map<(signal: Signal) => void, () => void>();
  let ready = false;
  const listening = await db.orm.$client.listen(
    signalChannel,
    (payload) => {
      // Said now and then so that the line is not silent (`worker.ts`).
      if (payload === '') return;
      const signal: Signal = JSON.parse(payload);
      for (const listener of listeners.keys()) listener(signal);
    },
    () => {
      if (ready) for (const missed of listeners.values()) missed();
      ready = true;
    },
  );
  return {
    subscribe(listener, missed = () => {}) {
      listeners.set(listener, missed);
      return () => listeners.delete(listener);
    },
    isReady: () => ready,
    stop: () => listening.unlisten(),
  };
}
