/** Transactions that waited for each other: PostgreSQL ends one of them, which can be made again. */
import { setTimeout as pause } from 'node:timers/promises';

/** A third one that loses again would be no accident. */
const mostTries = 3;

/**
 * Milliseconds: begun at once, it could take its lock again before the other one has been woken for it. Little beside
 * the second after which PostgreSQL looks for deadlocks.
 */
const pauseMs = 200;

/**
 * Makes a transaction once more when PostgreSQL ended it as one of those that waited for each other (SQLSTATE 40P01).
 * @param work does nothing that lasts but in its transaction
 */
export async function pastDeadlocks<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries === mostTries || !isDeadlock(error)) throw error;
      await pause(pauseMs * (1 + Math.random()));
    }
  }
}

const isDeadlock = (error: unknown): boolean =>
  error instanceof Error &&
  (('code' in error && error.code === '40P01') || isDeadlock(error.cause));
