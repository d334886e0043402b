/**
 * The ledger: `task_events` as a hash chain per workspace. Reading and checking it; it is written by
 * the database (`factotum_append_events`), which hashes the text that is read here as `line`.
 */
import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { Tx } from './client.ts';

/** One row as it was hashed. `line` is the JSON text of all its columns, in a fixed order. */
export type LedgerRow = { workspace: string; seq: number; line: string; hash: string };
export type LedgerHead = { workspace: string; seq: number; hash: string };

/** The first row that does not fit, or the end that is missing. */
export type LedgerFault = { workspace: string; seq: number; problem: string };

/** What the first row of every chain is hashed with. */
export const genesis = '0'.repeat(64);

/** Up to `limit` rows behind the place `after` of a workspace's chain, in order. */
export async function listLedger(
  tx: Tx,
  workspaceId: string,
  after = 0,
  limit = 5000,
): Promise<LedgerRow[]> {
  const rows = await tx.execute<LedgerRow>(sql`
    select workspace_id as workspace, seq::float8 as seq, factotum_ledger_line(task_events) as line, hash
    from task_events where workspace_id = ${workspaceId} and seq > ${after} order by seq limit ${limit}`);
  return [...rows];
}

/** The end of every chain that the transaction may see. */
export async function listLedgerHeads(tx: Tx): Promise<LedgerHead[]> {
  const rows = await tx.execute<LedgerHead>(
    sql`select workspace_id as workspace, seq::float8 as seq, hash from ledger_heads order by workspace_id`,
  );
  return [...rows];
}

export const hashOf = (before: string, line: string): string =>
  createHash('sha256').update(`${before}\n${line}`).digest('hex');

/** Checks rows as they come, in order. Pure: a file that was exported is checked like the database. */
export function createLedgerCheck(workspace: string) {
  let seq = 0;
  let hash = genesis;
  return {
    /** The first fault among `rows`, if there is one. */
    add(rows: LedgerRow[]): LedgerFault | undefined {
      for (const row of rows) {
        if (row.seq !== seq + 1)
          return { workspace, seq: seq + 1, problem: `row ${seq + 1} is missing` };
        if (!row.line.startsWith(`[${row.seq}, `))
          return { workspace, seq: row.seq, problem: `row ${row.seq} says another number` };
        if (hashOf(hash, row.line) !== row.hash)
          return { workspace, seq: row.seq, problem: `row ${row.seq} was altered` };
        seq = row.seq;
        hash = row.hash;
      }
      return undefined;
    },
    /** Whether the chain ends where it says that it ends. */
    end(head: LedgerHead): LedgerFault | undefined {
      if (head.seq === seq && head.hash === hash) return undefined;
      return {
        workspace,
        seq: seq + 1,
        problem: `the end is missing: row ${head.seq} is the last`,
      };
    },
    rows: () => seq,
  };
}
