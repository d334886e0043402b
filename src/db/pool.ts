/**
 * Connections for transactions. Each is a client of the driver by itself, which one transaction has at a
 * time, and which is thrown away when its connection is lost. The driver's own pool, when connections are
 * lost, sends statements into closed ones, which ends the program, and answers some that wait never (docs/decisions/0002).
 */
import type { Sql } from 'postgres';

export type Connection = {
  /** Sends statements in order; throws, instead of sending anything, once the connection is lost. */
  sql: Sql;
  isLost(): boolean;
};

export type Pool = {
  /** Waits until one is free. @throws an error with the code CONNECTION_ENDED once the pool has ended */
  take(): Promise<Connection>;
  /** Takes it back; one that is `gone` is replaced when it is needed. */
  give(connection: Connection, gone: boolean): void;
  /** Replaces those that nobody uses when they are needed: one of their neighbours was lost. */
  renew(): void;
  end(): Promise<void>;
};

/** A server keeps what a connection has ever used in memory: after so long it is made anew. */
const longestLifeMs = 45 * 60_000;

type Waiting = { resolve(connection: Connection): void; reject(error: Error): void };

/** A client of one connection, which it opens when it is used. While it is watched a silent line counts as lost. */
type Opened = { client: Sql; watch(isUsed: boolean): void };

/**
 * @param open makes a client, which tells when its connection is lost
 * @param onLost told when one was lost, but not when the pool itself has closed it
 */
export function createPool(
  max: number,
  open: (onclose: () => void) => Opened,
  onLost: () => void,
): Pool {
  const born = new Map<Connection, Opened & { at: number }>();
  const free: Connection[] = [];
  const waiting: Waiting[] = [];
  let isEnded = false;

  const drop = (connection: Connection) => {
    const client = born.get(connection)?.client;
    born.delete(connection);
    return client?.end({ timeout: 0 }).catch(() => {});
  };
  const make = (): Connection => {
    let lost: Error | undefined;
    const opened = open(() => {
      lost = lostError();
      const at = free.indexOf(connection);
      if (at >= 0) free.splice(at, 1);
      const isUnexpected = born.has(connection);
      // Also answers what was sent into it after its fault and before its end: the driver does not.
      drop(connection);
      if (isUnexpected) onLost();
    });
    const stopIfLost = () => {
      if (lost) throw lost;
    };
    const connection = {
      sql: guarded(opened.client, stopIfLost),
      isLost: () => lost !== undefined,
    };
    opened.watch(true);
    born.set(connection, { ...opened, at: Date.now() });
    return connection;
  };
  return {
    async take() {
      if (isEnded) throw endedError();
      const known = free.pop();
      if (known) {
        born.get(known)?.watch(true);
        return known;
      }
      if (born.size < max) return make();
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    },
    give(connection, gone) {
      const isOld = Date.now() - (born.get(connection)?.at ?? 0) > longestLifeMs;
      const isFit = !gone && !isOld && !connection.isLost() && !isEnded;
      if (!isFit) drop(connection);
      if (gone) onLost();
      if (isEnded) return;
      const next = waiting.shift();
      if (next) next.resolve(isFit ? connection : make());
      else if (isFit) {
        born.get(connection)?.watch(false);
        free.push(connection);
      }
    },
    renew() {
      for (const connection of free.splice(0)) drop(connection);
    },
    async end() {
      isEnded = true;
      for (const { reject } of waiting.splice(0)) reject(endedError());
      // What is in a transaction may finish it.
      await Promise.all([...born.values()].map(({ client }) => client.end({ timeout: 5 })));
    },
  };
}

function guarded(client: Sql, stopIfLost: () => void): Sql {
  const { unsafe } = client;
  const checked: typeof unsafe = (...given) => {
    stopIfLost();
    return unsafe(...given);
  };
  return new Proxy(client, {
    get: (target, key) => (key === 'unsafe' ? checked : Reflect.get(target, key)),
    apply(target, self, given) {
      stopIfLost();
      return Reflect.apply(target, self, given);
    },
  });
}

const lostError = () =>
  Object.assign(new Error('The connection is lost.'), { code: 'CONNECTION_CLOSED' });
const endedError = () =>
  Object.assign(new Error('The database was closed.'), { code: 'CONNECTION_ENDED' });
