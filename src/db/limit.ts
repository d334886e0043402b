/**
 * How long the database may take. The server gives up a statement that takes too long, a lock that does not come
 * free and a transaction that its program has forgotten. What the server cannot tell of, since nothing
 * arrives any more, is a silent line: that is ours to notice.
 */

export type Limits = {
  /** Settings of a session, in ms, by the names that PostgreSQL has for them. */
  session: Record<string, number>;
  /** A line that is waited on and brings nothing for so long is dead; 0 where it may be silent for ever. */
  silenceMs: number;
  /** So many seconds it may take to connect. */
  connectSeconds: number;
};

/** Longer than this nobody waits for a connection, whatever a statement may take. */
const longestConnectSeconds = 10;

/** By which the server knows our connections. */
export const applicationName = 'factotum';

/**
 * What nobody needs for so long is closed, so that a line that is open and silent is one that is waited on: less
 * than the shortest silence.
 */
export const idleSeconds = 8;

/**
 * @param seconds one statement may take. A lock is waited for a little shorter, so that the server names the
 * reason; a silent line is given up a little later, so that a server that answers is the first to say so.
 */
export function limitsOf(seconds: number): Limits {
  const ms = seconds * 1000;
  return {
    session: {
      statement_timeout: ms,
      lock_timeout: Math.round(ms * 0.8),
      // A program that was stopped in the middle, or whose machine is gone, keeps a task locked no longer: well
      // before those who wait for that lock give up, a program that starts among them.
      idle_in_transaction_session_timeout: Math.round(ms / 2),
      // In seconds: the server finds out within a quarter of a minute that a machine is gone. Without these
      // it may take hours, and the lock by which others see that a program is alive would be held as long.
      tcp_keepalives_idle: 5,
      tcp_keepalives_interval: 5,
      tcp_keepalives_count: 2,
    },
    silenceMs: ms + 5000,
    connectSeconds: Math.min(seconds, longestConnectSeconds),
  };
}

export const usualLimits = limitsOf(30);

/** For what may take as long as it takes: changing the schema, reading all of the ledger. */
export const unlimited: Limits = {
  session: {},
  silenceMs: 0,
  connectSeconds: longestConnectSeconds,
};
