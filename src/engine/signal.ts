/** Hears what transactions announced, from this and every other process on the database. */
import type { Database } from '../db/client.ts';
import { type Signal, signalChannel } from '../db/job.ts';

export type SignalHub = {
  /** Calls `listener` for every signal; returns the way to stop. */
  subscribe(listener: (signal: Signal) => void): () => void;
  /** Whether the connection that listens is up. */
  isReady(): boolean;
  stop(): Promise<void>;
};

/** Opens one listening connection; the driver reconnects it by itself. */
export async function listenSignals(db: Database): Promise<SignalHub> {
  const listeners = new Set<(signal: Signal) => void>();
  let ready = false;
  const listening = await db.orm.$client.listen(
    signalChannel,
    (payload) => {
      const signal: Signal = JSON.parse(payload);
      for (const listener of listeners) listener(signal);
    },
    () => {
      ready = true;
    },
  );
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    isReady: () => ready,
    stop: () => listening.unlisten(),
  };
}
