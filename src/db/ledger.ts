/**
 * The ledger: `task_events` as a hash chain per workspace. It is written by the database
 * (`factotum_append_events`), which hashes the text that is read here as `line`. Everything here
 * reads only; `ledger-check.ts` says whether a chain is whole.
 */
import { sql } from 'drizzle-orm';
import { FactotumError } from '../errors.ts';
import { type Database, systemTransaction } from './client.ts';
import type { Tx } from './tx.ts';

/** One row as it was hashed. `line` is the JSON text of what it says, in a fixed order. */
export type LedgerRow = { workspace: string; seq: number; line: string; hash: string };
/** The end of a workspace's chain, as the one who appends keeps it. */
export type LedgerHead = { workspace: string; seq: number; hash: string };
/** `place` is the order in which people see the rows of a task; it must be the order of the chain. */
export type LedgerEntry =
  | (LedgerHead & { kind: 'head' })
  | (LedgerRow & { kind: 'row'; place?: number });

/**
 * What `factotum_ledger_line` makes of a row, written out: whoever may change rows may change that
 * function as well. A year before Christ, which it would print like one after, fits no hash.
 */
const lineOf = sql.raw(`jsonb_build_array(seq, workspace_id, task_id, step_id, event, from_status,
  to_status, actor, data, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
  || case when at < '0001-01-01' then ' BC' else '' end)::text`);
const rowsOf = sql`select workspace_id as workspace, seq::float8 as seq, id::float8 as place, hash,
  ${lineOf} as line from public.task_events`;
const pageRows = 1000;

/** Up to `limit` rows behind the place `after` of a workspace's chain, in order. */
export async function listLedger(
  tx: Tx,
  workspaceId: string,
  after = 0,
  limit = 5000,
): Promise<LedgerRow[]> {
  const rows = await tx.execute<LedgerRow>(sql`
    ${rowsOf} where workspace_id = ${workspaceId} and seq > ${after} order by seq limit ${limit}`);
  return rows.map(({ workspace, seq, line, hash }) => ({ workspace, seq, line, hash }));
}

/**
 * The heads of all chains and then all rows, chain by chain, as they stand at one moment. Rows come
 * in pages: the table is never in memory as a whole. `visit` is awaited for each.
 * @throws NOT_READY when the database has no ledger yet, FORBIDDEN when its rows are kept from the account
 */
export async function readLedger(
  db: Database,
  visit: (entry: LedgerEntry) => Promise<void> | void,
): Promise<void> {
  await systemTransaction(db, async (tx) => {
    await tx.execute(sql`set transaction isolation level repeatable read, read only`);
    // An account that may see a part only gets an error instead of a shorter chain.
    await tx.execute(sql`set local row_security = off`);
    await tx.execute(sql`set local search_path = pg_catalog, pg_temp`);
    const heads = await tx.execute<LedgerHead>(sql`
      select workspace_id as workspace, seq::float8 as seq, hash from public.ledger_heads order by 1`);
    for (const { workspace, seq, hash } of heads)
      await visit({ kind: 'head', workspace, seq, hash });
    await tx.execute(sql`declare ledger no scroll cursor for
      ${rowsOf} order by workspace_id, task_events.seq, id`);
    for (;;) {
      const rows = await tx.execute<LedgerRow & { place: number }>(
        sql.raw(`fetch ${pageRows} from ledger`),
      );
      for (const row of rows) await visit({ kind: 'row', ...row });
      if (rows.length < pageRows) return;
    }
  }).catch((error) => {
    throw explained(error);
  });
}

function explained(error: unknown): unknown {
  const cause = error instanceof Error ? (error.cause ?? error) : undefined;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === '42P01' || code === '42703') {
    const words = 'This database has no ledger yet. Start Factotum on it once, then check it.';
    return new FactotumError('NOT_READY', words, { cause: error });
  }
  if (code === '42501') {
    const words =
      'The account in DATABASE_URL may not see the whole ledger. Use the account that owns the tables.';
    return new FactotumError('FORBIDDEN', words, { cause: error });
  }
  return error;
}
