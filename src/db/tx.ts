/** A transaction as the rest of the program sees it: a drizzle session on one connection, with what it puts off. */
import { PgDialect } from 'drizzle-orm/pg-core';
import { PostgresJsDatabase, PostgresJsSession } from 'drizzle-orm/postgres-js';
import type { Sql } from 'postgres';
import { emptyTail, longestKept, sendWrites, type Tail } from './tail.ts';

/** A drizzle session inside a transaction, or outside one for single reads by the system. */
export type Tx = PostgresJsDatabase;
export type Orm = PostgresJsDatabase & { $client: Sql };

/** Columns are snake case in Postgres and camel case here. drizzle.config.ts says the same. */
export const dialect = { casing: 'snake_case' } as const;

const sessions = new WeakMap<Tx, { sql: Sql; tail: Tail }>();

/** Makes the transaction that goes on at a connection; what it puts off is put into `tail`. */
export function txOf(sql: Sql, tail: Tail): Tx {
  const tx = ormOf(asClient(sql, tail));
  sessions.set(tx, { sql, tail });
  return tx;
}

/** A transaction within one, on its connection, that leaves what it leaves to the end of that one (`part.ts`). */
export const partIn = (tx: Tx): Tx => txOf(sessionOf(tx).sql, emptyTail());

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
 * The same, besides what the transaction has put off, which is not sent for it: for rows that the transaction
 * does not write.
 */
export function queryAside<T extends object>(tx: Tx, text: string, values: string[]): Promise<T[]> {
  const { sql } = sessionOf(tx);
  return sql.unsafe<T[]>(text, values, { prepare: true }).execute();
}

/**
 * Nobody is told of this commit and nothing is done because of it that would outlive its loss: what is derived,
 * and what a job does whose own end is written, and waited for, after it.
 */
export function waitForNoDisk(tx: Tx): void {
  tailOf(tx).isLater = true;
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
