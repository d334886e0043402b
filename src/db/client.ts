/**
 * The two connections to Postgres and the one transaction function.
 *
 * `orm` serves the engine's own tables. `raw` serves generated apps, whose tables
 * are only known at run time. They are separate clients because wrapping a client
 * with drizzle changes how that client serialises JSON and dates.
 */
import type { Socket } from 'node:net';
import { drizzle } from 'drizzle-orm/postgres-js';
import postgres, { type Sql } from 'postgres';
import { FactotumError } from '../errors.ts';
import { begin, onConnection, type Send, usePool, type Watch, watchClient } from './begin.ts';
import { applicationName, idleSeconds, type Limits, usualLimits } from './limit.ts';
import { type Opening, openingOf, type Rows, type Scope } from './opening.ts';
import { outageOf } from './outage.ts';
import { createPool, type Pool } from './pool.ts';
import { createSocket, type Target } from './socket.ts';
import { emptyTail, finish, leaves, sendWrites } from './tail.ts';
import { dialect, type Orm, type Tx, txOf } from './tx.ts';

export type Database = {
  orm: Orm;
  raw: Sql;
  url: string;
  /** How long it may take; for connections that others open to it. */
  limits: Limits;
  /** Returns when all that was committed before the call is on the disk. */
  flush(): Promise<void>;
  close(): Promise<void>;
};

/**
 * Opens both clients, each with connections of its own for transactions.
 * @param max connections of each kind
 * @param limits how long it may take
 */
export function connect(url: string, max = 8, limits = usualLimits): Database {
  const options = { ...optionsFor(limits), max, idle_timeout: idleSeconds };
  const client = postgres(url, options);
  const raw = postgres(url, options);
  const orm = drizzle(client, dialect) as Orm;
  // Where one line turns out to be dead the others probably are; each would be found out only when it is used, and
  // whoever uses it would wait for as long as the first one did.
  const renew = () => {
    for (const pool of opened) pool.renew();
  };
  const opened: Pool[] = [client, raw].map((one) => {
    // The engine's statements find their rows by key whatever the values are, and to plan some takes longer than
    // to carry them out. A plan that is kept must not read a whole table because that was small when it was made: so a
    // page in the middle costs hardly more than the next one, as it does in memory and on an SSD. What people look
    // for in apps is planned for what they look for.
    const engine = { plan_cache_mode: 'force_generic_plan', random_page_cost: 1.1 };
    const planned = one === client ? engine : {};
    const connection = { ...options.connection, ...planned };
    const pool = createPool(
      max,
      (onclose) => {
        let socket: Socket | undefined;
        let silenceMs = 0;
        const own = postgres(url, {
          ...{ ...options, connection, max: 1, onclose },
          // Not ended by its age while a transaction is on it.
          ...{ max_lifetime: null, idle_timeout: 0 },
          ...{ socket: (target: Target) => (socket = createSocket(target, silenceMs)) },
        });
        // It serialises as the client does that it is for.
        if (one === client) drizzle(own, dialect);
        const watch = (isUsed: boolean) => {
          silenceMs = isUsed ? limits.silenceMs : 0;
          socket?.setTimeout(silenceMs);
        };
        return { client: own, watch };
      },
      renew,
    );
    usePool(one, pool);
    return pool;
  });
  return {
    orm,
    raw,
    url,
    limits,
    flush: createFlush(client),
    async close() {
      await Promise.all([...opened, client, raw].map((one) => one.end({ timeout: 5 })));
    },
  };
}

function optionsFor({ session, silenceMs, connectSeconds }: Limits) {
  return {
    // Notices are for people at a psql prompt ("relation exists, skipping"), not for our log.
    onnotice: () => {},
    connect_timeout: connectSeconds,
    // Types of arrays, which no statement here returns: each connection would ask for them before its first
    // statement, and one that is ended meanwhile would end the program, since nobody catches that. Without it the
    // driver's `reserve` never returns on a new connection: transactions have connections of their own (`begin`).
    fetch_types: false,
    // In seconds: a database that is back is found soon, and nobody is kept waiting for the answer that it is not.
    backoff: (failures: number) => Math.min(1, 0.05 * 2 ** failures),
    connection: { application_name: applicationName, ...session },
    // The driver documents it, its types leave it out.
    socket: (target: Target) => createSocket(target, silenceMs),
  };
}

/**
 * One connection that stays, for a lock of its own.
 * @param idleMs the server ends it when nothing was said for so long, as when the program is stopped or cut off
 */
export function connectOnce(
  { url, limits }: Pick<Database, 'url' | 'limits'>,
  idleMs: number,
): Sql {
  const session = { ...limits.session, idle_session_timeout: idleMs };
  const options = optionsFor({ ...limits, session });
  return postgres(url, { ...options, max: 1, idle_timeout: 0, max_lifetime: null });
}

/**
 * Runs `work` in one transaction that sees one workspace's rows only.
 * @param opening read on the way; `work` gets the rows
 */
export function transaction<T>(
  db: Database,
  scope: Scope,
  work: (tx: Tx, rows: Rows) => Promise<T>,
  opening?: Opening,
): Promise<T> {
  return withTail(db, work, openingOf(scope, opening));
}

/**
 * The same for the program itself, as the owner of the tables: start-up, sweeps over
 * all workspaces, and finding out which workspace something belongs to.
 */
export function systemTransaction<T>(db: Database, work: (tx: Tx) => Promise<T>): Promise<T> {
  return withTail(db, work);
}

async function withTail<T>(
  db: Database,
  work: (tx: Tx, rows: Rows) => Promise<T>,
  open?: Send<Rows>,
): Promise<T> {
  const client = db.orm.$client;
  const tail = emptyTail();
  const result = await begin(
    client,
    async (sql, rows) => {
      const tx = txOf(sql, tail);
      try {
        return await work(tx, rows ?? []);
      } catch (error) {
        // What failed first is the reason, also where nobody was waiting for it.
        await Promise.all(tail.sent);
        throw error;
      }
    },
    {
      open,
      close: (sql) => {
        if (leaves(tail)) finish(sql, tail);
        else sendWrites(sql, tail);
        return Promise.all(tail.sent);
      },
    },
  );
  if (leaves(tail) && !tail.isLater) {
    await db.flush().catch((error) => {
      throw outageOf(error.cause, { saving: true }) ?? error;
    });
  }
  return result;
}

/** The same connections, for nothing but transactions of `begin`, each of which is looked at. */
export function watchTransactions(db: Database, how: Watch): Database {
  const guard = (client: Sql): Sql => {
    const refuse = () => {
      throw new FactotumError('FORBIDDEN', 'Here statements are part of a transaction.');
    };
    const guarded = new Proxy(client, {
      get: (target, key) => (key === 'options' ? Reflect.get(target, key) : refuse),
      apply: refuse,
    });
    watchClient(guarded, client, how);
    return guarded;
  };
  return {
    orm: drizzle(guard(db.orm.$client), dialect) as Orm,
    raw: guard(db.raw),
    url: '',
    limits: db.limits,
    flush: db.flush,
    close: async () => {},
  };
}

/** Returns when everything committed before the call is on the disk; calls at the same time share one wait. */
function createFlush(client: Sql): () => Promise<void> {
  let current: Promise<unknown> = Promise.resolve();
  let next: Promise<void> | undefined;
  return () => {
    // One that is under way may have begun too early for this call: the one after it has not.
    next ??= current
      .catch(() => {})
      .then(() => {
        next = undefined;
        // A commit that waits for the disk, as the server is set up to do, of a record that says nothing.
        const written = onConnection(client, async (sql) => {
          await sql`select pg_logical_emit_message(true, 'factotum', '')`;
        });
        current = written;
        return written;
      });
    return next;
  };
}

/** @throws NOT_READY when the server does not answer */
export async function ping(db: Database): Promise<void> {
  await onConnection(db.orm.$client, (sql) => sql`select 1`);
}
