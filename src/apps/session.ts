/** A transaction as an app's own role: it sees that app's tables and nothing else. */
import type { Sql } from 'postgres';
import { begin } from '../db/begin.ts';
import type { Database } from '../db/client.ts';
import { FactotumError } from '../errors.ts';
import type { App } from './app.ts';

export type { Sql };
/** What a statement answers: columns by name, as the driver parsed them. */
export type Line = Record<string, unknown>;

/** No page waits longer for one statement. */
const timeoutMs = 10_000;

/**
 * Runs `work` in one transaction as the app's role.
 * @throws LIMIT when a statement takes too long; NOT_READY when two savers block each other
 */
export async function asApp<T>(db: Database, app: App, work: (sql: Sql) => Promise<T>): Promise<T> {
  try {
    return await begin(db.raw, async (sql) => {
      await enterApp(sql, app);
      return work(sql);
    });
  } catch (error) {
    throw translated(error);
  }
}

/** The role and settings of an app, and who works with it, until the end of the transaction. */
export async function enterApp(sql: Sql, app: App): Promise<void> {
  // Dates are read and printed as text: their form must not depend on the server's settings.
  await sql`select set_config('role', ${app.roleName}, true),
    set_config('statement_timeout', ${String(timeoutMs)}, true),
    set_config('datestyle', 'ISO, YMD', true), set_config('timezone', 'UTC', true),
    set_config('factotum.person', ${app.person?.id ?? ''}, true),
    set_config('factotum.person_name', ${app.person?.name ?? ''}, true)`;
}

/** The five-character code of a database error; undefined for anything else. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}

function translated(error: unknown): unknown {
  const state = sqlState(error instanceof FactotumError ? error.cause : error);
  if (state === '57014') {
    return new FactotumError('LIMIT', 'That took too long. Narrow the search or the filters.', {
      cause: error,
    });
  }
  if (state === '40P01' || state === '40001' || state === '55P03') {
    return new FactotumError('NOT_READY', 'Somebody saved at the same moment. Try again.', {
      cause: error,
      transient: true,
    });
  }
  return error;
}

/** A statement's parameters. Each is sent as text and cast, so that no driver guesses its type. */
export type Params = {
  values: (string | null)[];
  /** Adds a value and returns its place: `$3::text::bigint`. */
  add(value: string | number | boolean | null, type?: string): string;
};

export function createParams(): Params {
  const values: (string | null)[] = [];
  return {
    values,
    add(value, type = 'text') {
      values.push(value === null ? null : String(value));
      return type === 'text' ? `$${values.length}::text` : `$${values.length}::text::${type}`;
    },
  };
}

export async function run(sql: Sql, text: string, params?: Params): Promise<Line[]> {
  return sql.unsafe<Line[]>(text, params?.values ?? []);
}
