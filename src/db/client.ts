/**
 * The two connections to Postgres and the one transaction function.
 *
 * `orm` serves the engine's own tables. `raw` serves generated apps, whose tables
 * are only known at run time. They are separate clients because wrapping a client
 * with drizzle changes how that client serialises JSON and dates.
 */
import type { Socket } from 'node:net';
import { PgDialect } from 'drizzle-orm/pg-core';
import { drizzle, PostgresJsDatabase, PostgresJsSession } from 'drizzle-orm/postgres-js';
import postgres, { type Sql } from 'postgres';
import { FactotumError } from '../errors.ts';
import { applicationName, idleSeconds, type Limits, usualLimits } from './limit.ts';
import { isLost, outageOf } from './outage.ts';
import { type Connection, createPool, type Pool } from './pool.ts';
import { createSocket, type Target } from './socket.ts';
import { emptyTail, finish, leaves, longestKept, sendWrites, type Tail } from './tail.ts';

type Orm = PostgresJsDatabase & { $client: Sql };
/** A drizzle session inside a transaction, or outside one for single reads by the system. */
export type Tx = PostgresJsDatabase;

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

/** Whose rows a transaction may see: row-level security compares this with `workspace_id`. */
export type Scope = { workspaceId: string };

/** Columns are snake case in Postgres and camel case here. drizzle.config.ts says the same. */
const dialect = { casing: 'snake_case' } as const;

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
    pools.set(one, pool);
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

/** For the transactions of a client. */
const pools = new WeakMap<Sql, Pool>();

/** What a transaction begins with, sent with its BEGIN: what it locks, and what it reads then. */
export type Opening = {
  /**
   * The rows of these tasks are locked, besides those that somebody else holds, whose rows are left out of what is read:
   * each row that is read has its `task`. For several parts (`part.ts`).
   */
  tasks?: string[];
  /** The row of this task is locked. */
  task?: string;
  /** The cards of this task: one transaction at a time has the turn to show them, and they are locked. */
  cardsOf?: string;
  text: string;
  values: string[];
};
/** Rows as the driver returns them. */
export type Rows = Record<string, unknown>[];

/**
 * Runs `work` in one transaction that sees one workspace's rows only.
 *
 * The connection is the transaction's own before BEGIN is sent. The driver's own `begin` can
 * send BEGIN as the query that fills a connection's pipeline, without reserving it;
 * later statements of others then run inside the abandoned transaction and are lost
 * although they were acknowledged (porsager/postgres #823, #1189, #1204).
 *
 * @param opening read on the way; `work` gets the rows
 */
export function transaction<T>(
  db: Database,
  scope: Scope,
  work: (tx: Tx, rows: Rows) => Promise<T>,
  opening?: Opening,
): Promise<T> {
  return withTail(db, work, async (sql) => {
    const { task = null, cardsOf = null } = opening ?? {};
    // Nothing that is read together with BEGIN is used unless each of these statements has succeeded.
    const opened = sql`select factotum_open(${scope.workspaceId}, ${task}, ${cardsOf})`.execute();
    const held =
      opening?.tasks &&
      sql.unsafe(holding, [JSON.stringify(opening.tasks)], { prepare: true }).execute();
    const read = opening && sql.unsafe<Rows>(opening.text, opening.values, { prepare: true });
    const [, rows, free] = await Promise.all([opened, read, held]);
    if (!free) return rows ?? [];
    const ids = new Set(free.map(({ id }) => id));
    return (rows ?? []).filter((row) => ids.has((row['task'] as { id: string }).id));
  });
}

/**
 * The same for the program itself, as the owner of the tables: start-up, sweeps over
 * all workspaces, and finding out which workspace something belongs to.
 */
export function systemTransaction<T>(db: Database, work: (tx: Tx) => Promise<T>): Promise<T> {
  return withTail(db, work);
}

/** Each found by its key; sent with BEGIN, and seen by what is read after it. */
const holding = `select id from tasks where id = any(array(select json_array_elements_text($1::json))) order by id
  for no key update skip locked`;

/** A transaction within one, on its connection, that leaves what it leaves to the end of that one (`part.ts`). */
export function partIn(tx: Tx): Tx {
  const { sql } = sessionOf(tx);
  const tail = emptyTail();
  const part = ormOf(asClient(sql, tail));
  sessions.set(part, { sql, tail });
  return part;
}

const sessions = new WeakMap<Tx, { sql: Sql; tail: Tail }>();

/** @throws when `tx` is no transaction of `transaction` or `systemTransaction` */
export function tailOf(tx: Tx): Tail {
  return sessionOf(tx).tail;
}

function sessionOf(tx: Tx): { sql: Sql; tail: Tail } {
  const session = sessions.get(tx);
  if (!session)
    throw new Error('Events, jobs, signals and writes of rows are part of a transaction.');
  return session;
}

/**
 * The same, besides what the transaction has put off, which is not sent for it: for rows that the transaction
 * does not write.
 */
export function queryAside<T extends object>(tx: Tx, text: string, values: string[]): Promise<T[]> {
  const { sql } = sessionOf(tx);
  return sql.unsafe<T[]>(text, values, { prepare: true }).execute();
}

/**
 * A statement that is written out, with $1, $2 …; for those that are too many to be put together each time. Its text
 * is always the same, so it is planned once however long it is.
 */
export function query<T extends object>(
  tx: Tx,
  text: string,
  values: (string | null)[],
): Promise<T[]> {
  return (tx as Orm).$client.unsafe<T[]>(text, values as string[], { prepare: true }).execute();
}

/**
 * Nobody is told of this commit and nothing is done because of it that would outlive its loss: what is derived,
 * and what a job does whose own end is written, and waited for, after it.
 */
export function waitForNoDisk(tx: Tx): void {
  tailOf(tx).isLater = true;
}

async function withTail<T>(
  db: Database,
  work: (tx: Tx, rows: Rows) => Promise<T>,
  open?: Statement<Rows>,
): Promise<T> {
  const client = db.orm.$client;
  const tail = emptyTail();
  const result = await begin(
    client,
    async (sql, rows) => {
      const tx = ormOf(asClient(sql, tail));
      sessions.set(tx, { sql, tail });
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

type Statement<R = unknown> = (sql: Sql) => Promise<R>;

function poolOf(client: Sql): Pool {
  const pool = pools.get(client);
  if (!pool) throw new Error('Transactions are for the clients of `connect`.');
  return pool;
}

/**
 * A plain transaction on a client of tagged templates, for generated apps, on a connection of its own.
 * `open` is sent together with BEGIN, and `work` gets what it has read; `close` is sent together with
 * COMMIT: when it fails, the server answers that COMMIT with a rollback.
 * @throws NOT_READY when the database cannot be reached or the connection is lost
 */
export async function begin<T, R = undefined>(
  client: Sql,
  work: (sql: Sql, opened: R | undefined) => Promise<T>,
  { open, close }: { open?: Statement<R> | undefined; close?: Statement } = {},
): Promise<T> {
  let saving = false;
  return onConnection(client, async (sql) => {
    try {
      const [, opened] = await Promise.all([sql`begin`.execute(), open?.(sql)]);
      const inspect = await watches.get(client)?.(sql);
      const result = await work(sql, opened);
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

/**
 * What drizzle asks of a client. It has statements parsed and planned anew each time, which takes two round
 * trips. What the transaction has put off is sent first, so that whatever reads sees it.
 */
function asClient(sql: Sql, tail: Tail): Sql {
  const { options, unsafe } = sql;
  const kept: typeof unsafe = (text, values, given) => {
    sendWrites(sql, tail);
    return unsafe(text, values, { prepare: text.length <= longestKept, ...given });
  };
  return { options, unsafe: kept } as unknown as Sql;
}

/** One for all transactions: it keeps what it has found out about tables. */
const pgDialect = new PgDialect(dialect);

/** What `drizzle` makes of a client whose serialisation it has changed already. */
function ormOf(client: Sql): Orm {
  const session = new PostgresJsSession(client, pgDialect, undefined);
  return Object.assign(new PostgresJsDatabase(pgDialect, session, undefined), { $client: client });
}

/** @throws NOT_READY when the server does not answer */
export async function ping(db: Database): Promise<void> {
  await onConnection(db.orm.$client, (sql) => sql`select 1`);
}
