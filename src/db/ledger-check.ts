/** Whether a chain is whole. Pure: a file that was exported is checked like the database. */
import { createHash } from 'node:crypto';
import type { LedgerEntry, LedgerHead, LedgerRow } from './ledger.ts';

/** The first row that does not fit, or the end that is missing. `row` is what stands there now. */
export type LedgerFault = { seq: number; problem: string; row?: LedgerRow };
/** `rows` were read; of an unbroken chain `hash` is the end. */
export type LedgerVerdict = {
  workspace: string;
  rows: number;
  hash: string;
  fault: LedgerFault | undefined;
};

/** What the first row of every chain is hashed with. */
export const genesis = '0'.repeat(64);

export const hashOf = (before: string, line: string): string =>
  createHash('sha256').update(`${before}\n${line}`).digest('hex');

/** Takes heads and rows as they come, those of a workspace in order. */
export function createLedgerCheck() {
  const chains = new Map<string, Chain>();
  return {
    add(entry: LedgerEntry): void {
      const chain = chains.get(entry.workspace) ?? startChain();
      chains.set(entry.workspace, chain);
      if (entry.kind === 'row') addRow(chain, entry);
      else if (chain.head || chain.rows > 0)
        chain.fault ??= {
          seq: chain.seq,
          problem: 'the end of the chain is told in a wrong place',
        };
      else chain.head = entry;
    },
    /** Of every workspace that was seen, in the order of their names. */
    verdicts(): LedgerVerdict[] {
      return [...chains]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([workspace, chain]) => {
          const { rows, hash } = chain;
          return { workspace, rows, hash, fault: chain.fault ?? endFault(chain) };
        });
    },
  };
}

type Chain = {
  head: LedgerHead | undefined;
  rows: number;
  seq: number;
  place: number;
  hash: string;
  fault: LedgerFault | undefined;
};
const startChain = (): Chain => ({
  head: undefined,
  rows: 0,
  seq: 0,
  place: Number.NEGATIVE_INFINITY,
  hash: genesis,
  fault: undefined,
});

function addRow(chain: Chain, row: LedgerRow & { place?: number }): void {
  chain.rows += 1;
  // Behind a break nothing fits any more: the first one is what matters.
  if (chain.fault) return;
  const problem = problemOf(chain, row);
  if (problem) {
    const isMissing = row.seq > chain.seq + 1;
    chain.fault = isMissing ? { seq: chain.seq + 1, problem } : { seq: row.seq, problem, row };
    return;
  }
  chain.seq = row.seq;
  chain.place = row.place ?? chain.place;
  chain.hash = row.hash;
}

function problemOf(chain: Chain, row: LedgerRow & { place?: number }): string | undefined {
  const { seq, head } = chain;
  if (row.seq <= seq) return 'it was put in';
  if (row.seq > seq + 1) return missing(seq + 1, row.seq - 1);
  if (!row.line.startsWith(`[${row.seq}, ${JSON.stringify(row.workspace)}, `))
    return 'it says another number or workspace';
  if (hashOf(chain.hash, row.line) !== row.hash) return 'it was altered';
  if (row.place !== undefined && row.place <= chain.place)
    return 'it was moved among the rows of its task';
  if (head && row.seq > head.seq) return 'it was added behind the end of the chain';
  if (head && row.seq === head.seq && row.hash !== head.hash)
    return 'it is not what the end of the chain says';
  return undefined;
}

function endFault({ head, seq, rows }: Chain): LedgerFault | undefined {
  if (!head) return { seq, problem: `the end of the chain is not told; ${rows} rows stand there` };
  if (head.seq <= seq) return undefined;
  return { seq: seq + 1, problem: missing(seq + 1, head.seq) };
}

const missing = (from: number, to: number) =>
  from === to ? 'it is missing' : `the rows up to ${to} are missing`;
