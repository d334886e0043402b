/**
 * The two connections to Postgres and the one transaction function.
 *
 * `orm` serves the engine's own tables. `raw` serves generated apps, whose tables
 * are only known at run time. They are separate clients because wrapping a client
 * with drizzle changes how that client serialises JSON and dates.
 */
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres, { type ReservedSql, type Sql } from 'postgres';
import { FactotumError } from '../errors.ts';

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
 * Opens both clients.
 * @param max connections for each of the two
 */
export function connect(url: string, max = 8): Database {
  // Notices are for people at a psql prompt ("relation exists, skipping"), not for our log.
  const options = {
    max,
    onnotice: () => {},
    connect_timeout: 10,
    connection: { application_name: 'factotum' },
  };
  const client = postgres(url, options);
  const raw = postgres(url, options);
  return {
    orm: drizzle(client, dialect) as Orm,
    raw,
    url,
    flush: createFlush(client),
    async close() {
      await Promise.all([client.end({ timeout: 5 }), raw.end({ timeout: 5 })]);
    },
  };
}

/**
 * Runs `work` in one transaction that sees one workspace's rows only.
 *
 * The connection is reserved before BEGIN is sent. The driver's own `begin` can
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
      const tx = drizzle(asClient(sql, client), dialect);
      tails.set(tx, tail);
      const result = await work(tx);
      await settled(tx);
      return result;
    },
    { open, close: (sql) => (leaves() ? finish(sql, tail) : undefined) },
  );
  if (leaves()) await db.flush();
  return result;
}

/** Looks at a transaction after its BEGIN; what it returns is called before COMMIT, and may throw. */
type Watch = (sql: ReservedSql) => Promise<() => Promise<void>>;
const watches = new WeakMap<Sql, Watch>();

/** The same connections, for nothing but transactions of `begin`, each of which is looked at. */
export function watchTransactions(db: Database, watch: Watch): Database {
  const guard = (client: Sql): Sql => {
    const refuse = () => {
      throw new FactotumError('FORBIDDEN', 'Here statements are part of a transaction.');
    };
    const guarded = new Proxy(client, {
      get: (target, key) =>
        key === 'reserve' || key === 'options' ? Reflect.get(target, key) : refuse,
      apply: refuse,
    });
    watches.set(guarded, watch);
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
function finish(sql: ReservedSql, { events, jobs, signals }: Tail): Promise<unknown> {
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
        const written = client`select pg_logical_emit_message(true, 'factotum', '')`.then(() => {});
        current = written;
        return written;
      });
    return next;
  };
}

type Statement = (sql: ReservedSql) => Promise<unknown> | undefined;

/**
 * A plain transaction on a client of tagged templates, for generated apps. Reserved first, as above.
 * `open` is sent together with BEGIN and `close` together with COMMIT: when `close` fails, the server
 * answers that COMMIT with a rollback.
 */
export async function begin<T>(
  client: Sql,
  work: (sql: ReservedSql) => Promise<T>,
  { open, close }: { open?: Statement | undefined; close?: Statement } = {},
): Promise<T> {
  const sql = await client.reserve();
  try {
    await Promise.all([sql`begin`, open?.(sql)]);
    const inspect = await watches.get(client)?.(sql);
    const result = await work(sql);
    // Who watches sees all of the transaction, also what is written at its end.
    if (inspect) await close?.(sql);
    await inspect?.();
    const [, ended] = await Promise.all([inspect ? undefined : close?.(sql), sql`commit`]);
    if (ended.command !== 'COMMIT')
      throw new Error('The transaction was rolled back: a statement in it had failed.');
    return result;
  } catch (error) {
    // A connection that is already gone has rolled back by itself.
    await sql`rollback`.catch(() => {});
    throw error;
  } finally {
    sql.release();
  }
}

/** Longer statements have many rows, each number of rows being another statement: they are not kept. */
const longestKept = 4000;

/**
 * What drizzle asks of a client. It reads `options`, which a reserved connection does not carry, and sends
 * statements to be parsed and planned anew each time, which takes two round trips instead of one.
 */
function asClient(reserved: ReservedSql, client: Sql): Sql {
  const { unsafe } = reserved;
  const kept: typeof unsafe = (text, values, options) =>
    unsafe(text, values, { ...options, prepare: text.length <= longestKept });
  return Object.assign(reserved, { options: client.options, unsafe: kept }) as unknown as Sql;
}

/** Waits until the server answers, or says why it does not. */
export async function ping(db: Database): Promise<void> {
  try {
    await db.orm.$client`select 1`;
  } catch (cause) {
    throw new FactotumError('NOT_READY', 'The database does not answer.', {
      cause,
      transient: true,
    });
  }
}
