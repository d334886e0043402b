/** A plain transaction, on a connection that it alone has. */
import type { Sql } from 'postgres';
import { isLost, outageOf } from './outage.ts';
import type { Connection, Pool } from './pool.ts';

/** Something that is sent on a connection. */
export type Send<R = unknown> = (sql: Sql) => Promise<R>;

/** For the transactions of a client. */
const pools = new WeakMap<Sql, Pool>();

/** Says where the transactions of a client have their connections. */
export function usePool(client: Sql, pool: Pool): void {
  pools.set(client, pool);
}

function poolOf(client: Sql): Pool {
  const pool = pools.get(client);
  if (!pool) throw new Error('Transactions are for the clients of `connect`.');
  return pool;
}

/** Looks at a transaction after its BEGIN; what it returns is called before COMMIT, and may throw. */
export type Watch = (sql: Sql) => Promise<() => Promise<void>>;
const watches = new WeakMap<Sql, Watch>();

/** Has the transactions of `client`, which are those of `like`, looked at. */
export function watchClient(client: Sql, like: Sql, how: Watch): void {
  watches.set(client, how);
  usePool(client, poolOf(like));
}

/**
 * A plain transaction on a client of tagged templates, for generated apps, on a connection of its own.
 * `open` is sent together with BEGIN, and `work` gets what it has read; `close` is sent together with
 * COMMIT: when it fails, the server answers that COMMIT with a rollback.
 *
 * The connection is the transaction's own before BEGIN is sent. The driver's own `begin` can
 * send BEGIN as the query that fills a connection's pipeline, without reserving it;
 * later statements of others then run inside the abandoned transaction and are lost
 * although they were acknowledged (porsager/postgres #823, #1189, #1204).
 *
 * @throws NOT_READY when the database cannot be reached or the connection is lost
 */
export async function begin<T, R = undefined>(
  client: Sql,
  work: (sql: Sql, opened: R | undefined) => Promise<T>,
  { open, close }: { open?: Send<R> | undefined; close?: Send } = {},
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
export async function onConnection<T>(client: Sql, work: (sql: Sql) => Promise<T>): Promise<T> {
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
