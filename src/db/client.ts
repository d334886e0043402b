/**
 * The two connections to Postgres and the one transaction function.
 *
 * `orm` serves the engine's own tables. `raw` serves generated apps, whose tables
 * are only known at run time. They are separate clients because wrapping a client
 * with drizzle changes how that client serialises JSON and dates.
 */
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres, { type Sql } from 'postgres';
import { FactotumError } from '../errors.ts';
import { isLost, outageOf } from './outage.ts';
import { type Connection, createPool, type Pool } from './pool.ts';

type Orm = PostgresJsDatabase & { $client: Sql };
/** A drizzle session inside a transaction, or outside one for single reads by the system. */
export type Tx = PostgresJsDatabase;

export type Database = {
  orm: Orm;
  raw: Sql;
  url: string;
  /** Returns when all that was committed before the call is on the disk. */
  flush(): Promise<void>;
  close(): Promise<void>;
};

/** Whose rows a transaction may see: row-level security compares this with `workspace_id`. */
export type Scope = { workspaceId: string };

/** The role that runs all engine statements; created by the first migration, it owns nothing. */
const engineRole = 'factotum_engine';

/** Columns are snake case in Postgres and camel case here. drizzle.config.ts says the same. */
const dialect = { casing: 'snake_case' } as const;

/**
 * Opens both clients, each with connections of its own for transactions.
 * @param max connections of each kind
 */
export function connect(url: string, max = 8): Database {
  // Notices are for people at a psql prompt ("relation exists, skipping"), not for our log.
  const options = {
    max,
    onnotice: () => {},
    connect_timeout: 10,
    // In seconds: a database that is back is found soon, and nobody is kept waiting for the answer that it is not.
    backoff: (failures: number) => Math.min(1, 0.05 * 2 ** failures),
    connection: { application_name: 'factotum' },
  };
  const client = postgres(url, options);
  const raw = postgres(url, options);
  const opened = [client, raw].map((one) => {
    // Not ended by its age while a transaction is on it.
    const alone = { ...options, max: 1, max_lifetime: null };
    const pool = createPool(max, (onclose) => postgres(url, { ...alone, onclose }));
    pools.set(one, pool);
    return pool;
  });
  return {
    orm: drizzle(client, dialect) as Orm,
    raw,
    url,
    flush: createFlush(client),
    async close() {
      await Promise.all([...opened, client, raw].map((one) => one.end({ timeout: 5 })));
    },
  };
}

/** For the transactions of a client. */
const pools = new WeakMap<Sql, Pool>();

/**
 * Runs `work` in one transaction that sees one workspace's rows only.
 *
 * The connection is the transaction's own before BEGIN is sent. The driver's own `begin` can
 * send BEGIN as the query that fills a connection's pipeline, without reserving it;
 * later statements of others then run inside the abandoned transaction and are lost
 * although they were acknowledged (porsager/postgres #823, #1189, #1204).
 */
export function transaction<T>(
  db: Database,
  scope: Scope,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  return withTail(
    db,
    work,
    (sql) =>
      sql`select set_config('role', ${engineRole}, true), set_config('factotum.workspace_id', ${scope.workspaceId}, true)`,
  );
}

/**
 * The same for the program itself, as the owner of the tables: start-up, sweeps over
 * all workspaces, and finding out which workspace something belongs to.
 */
export function systemTransaction<T>(db: Database, work: (tx: Tx) => Promise<T>): Promise<T> {
  return withTail(db, work);
}

/**
 * What a transaction leaves for its end: events of the ledger, jobs and signals. They are written by
 * one statement just before COMMIT, since each would otherwise be a round trip of its own, and the end
 * of the ledger would stay locked for the whole transaction.
 */
type Tail = {
  events: object[];
  jobs: { key: string | null }[];
  signals: string[];
  /** Sent and not yet answered. */
  sent: Promise<unknown>[];
};
const tails = new WeakMap<Tx, Tail>();

/** @throws when `tx` is no transaction of `transaction` or `systemTransaction` */
export function tailOf(tx: Tx): Tail {
  const tail = tails.get(tx);
  if (!tail) throw new Error('Events, jobs and signals are part of a transaction.');
  return tail;
}

/**
 * Sends a statement without waiting for its answer, so that several are one round trip. The transaction
 * fails if one of them does. Only for writes whose outcome is known beforehand, since a lock is held.
 */
export function send(tx: Tx, statement: PromiseLike<unknown>): void {
  const sent = Promise.resolve(statement);
  // It is looked at by whoever reads next, or at the end.
  sent.catch(() => {});
  tailOf(tx).sent.push(sent);
}

/** Waits for all that was sent: what is read from here on is read after it. */
export async function settled(tx: Tx): Promise<void> {
  await Promise.all(tailOf(tx).sent.splice(0));
}

async function withTail<T>(
  db: Database,
  work: (tx: Tx) => Promise<T>,
  open?: Statement,
): Promise<T> {
  const client = db.orm.$client;
  const tail: Tail = { events: [], jobs: [], signals: [], sent: [] };
  const leaves = () => tail.events.length + tail.jobs.length + tail.signals.length > 0;
  const result = await begin(
    client,
    async (sql) => {
      const tx = drizzle(asClient(sql), dialect);
      tails.set(tx, tail);
      const result = await work(tx);
      await settled(tx);
      return result;
    },
    { open, close: (sql) => (leaves() ? finish(sql, tail) : undefined) },
  );
  if (leaves()) {
    await db.flush().catch((error) => {
      throw outageOf(error.cause, { saving: true }) ?? error;
    });
  }
  return result;
}

/** Looks at a transaction after its BEGIN; what it returns is called before COMMIT, and may throw. */
type Watch = (sql: Sql) => Promise<() => Promise<void>>;
const watches = new WeakMap<Sql, Watch>();

/** The same connections, for nothing but transactions of `begin`, each of which is looked at. */
export function watchTransactions(db: Database, watch: Watch): Database {
  const guard = (client: Sql): Sql => {
    const refuse = () => {
      throw new FactotumError('FORBIDDEN', 'Here statements are part of a transaction.');
    };
    const guarded = new Proxy(client, {
      get: (target, key) => (key === 'options' ? Reflect.get(target, key) : refuse),
      apply: refuse,
    });
    watches.set(guarded, watch);
    pools.set(guarded, poolOf(client));
    return guarded;
  };
  return {
    orm: drizzle(guard(db.orm.$client), dialect) as Orm,
    raw: guard(db.raw),
    url: '',
    flush: db.flush,
    close: async () => {},
  };
}

/**
 * The end of the ledger is locked until the commit, and a commit lasts until the disk has it: those of a
 * workspace would queue up for the disk one by one. So these commits do not wait for it, and whoever made
 * one waits afterwards until all that was committed so far is on the disk (`flush`), together with others.
 * The log is written in order, so nothing can be there without what it was built on.
 */
function finish(sql: Sql, { events, jobs, signals }: Tail): Promise<unknown> {
  return sql`select set_config('synchronous_commit', 'off', true), factotum_finish(${JSON.stringify(events)}::text::json, ${JSON.stringify(jobs)}::text::json, ${JSON.stringify(signals)}::text::json)`;
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

type Statement = (sql: Sql) => Promise<unknown> | undefined;

function poolOf(client: Sql): Pool {
  const pool = pools.get(client);
  if (!pool) throw new Error('Transactions are for the clients of `connect`.');
  return pool;
}

/**
 * A plain transaction on a client of tagged templates, for generated apps, on a connection of its own.
 * `open` is sent together with BEGIN and `close` together with COMMIT: when `close` fails, the server
 * answers that COMMIT with a rollback.
 * @throws NOT_READY when the database cannot be reached or the connection is lost
 */
export async function begin<T>(
  client: Sql,
  work: (sql: Sql) => Promise<T>,
  { open, close }: { open?: Statement | undefined; close?: Statement } = {},
): Promise<T> {
  let saving = false;
  return onConnection(client, async (sql) => {
    try {
      await Promise.all([sql`begin`, open?.(sql)]);
      const inspect = await watches.get(client)?.(sql);
      const result = await work(sql);
      // Who watches sees all of the transaction, also what is written at its end.
      if (inspect) await close?.(sql);
      await inspect?.();
      const closing = inspect ? undefined : close?.(sql);
      const committing = sql`commit`;
      saving = true;
      const [, ended] = await Promise.all([closing, committing]);
      if (ended.command !== 'COMMIT')
        throw new Error('The transaction was rolled back: a statement in it had failed.');
      return result;
    } catch (error) {
      // A connection that is gone has rolled back by itself.
      if (!isLost(error)) await sql`rollback`;
      throw outageOf(error, { saving }) ?? error;
    }
  });
}

/**
 * Runs `work` with a connection that nobody else uses meanwhile.
 * @throws NOT_READY when the database cannot be reached or the connection is lost
 */
async function onConnection<T>(client: Sql, work: (sql: Sql) => Promise<T>): Promise<T> {
  const pool = poolOf(client);
  let gone = false;
  let connection: Connection | undefined;
  try {
    connection = await pool.take();
    return await work(connection.sql);
  } catch (error) {
    gone = isLost(error);
    throw outageOf(error) ?? error;
  } finally {
    if (connection) pool.give(connection, gone);
  }
}

/** Longer statements have many rows, each number of rows being another statement: they are not kept. */
const longestKept = 4000;

/** What drizzle asks of a client. It has statements parsed and planned anew each time, which takes two round trips. */
function asClient({ options, unsafe }: Sql): Sql {
  const kept: typeof unsafe = (text, values, given) =>
    unsafe(text, values, { ...given, prepare: text.length <= longestKept });
  return { options, unsafe: kept } as unknown as Sql;
}

/** @throws NOT_READY when the server does not answer */
export async function ping(db: Database): Promise<void> {
  await onConnection(db.orm.$client, (sql) => sql`select 1`);
}
