/** The ledger as a file: JSON by lines, the head of each chain before its rows. */

import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { FactotumError, invalid } from '../errors.ts';
import type { LedgerEntry } from './ledger.ts';

const about = {
  workspace: z.string(),
  seq: z.int(),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
};
const Line = z.union([
  z.strictObject({ ...about, line: z.string() }),
  z.strictObject({ ...about, head: z.literal(true) }),
]);

/** `{"workspace","seq","line","hash"}` of a row, `{"workspace","seq","hash","head":true}` of an end. */
function printEntry(entry: LedgerEntry): string {
  const { workspace, seq, hash } = entry;
  return entry.kind === 'row'
    ? JSON.stringify({ workspace, seq, line: entry.line, hash })
    : JSON.stringify({ workspace, seq, hash, head: true });
}

/**
 * Opens `path` for writing, for its owner's eyes only; a file that is there is replaced.
 * @throws INVALID when it cannot be written
 */
export async function openLedgerFile(path: string) {
  const stream = createWriteStream(path, { mode: 0o600 });
  const broken = new Promise<never>((_, reject) =>
    stream.once('error', (cause) =>
      reject(invalid(`${path} cannot be written: ${cause.message}`, cause)),
    ),
  );
  broken.catch(() => {});
  await Promise.race([once(stream, 'open'), broken]);
  return {
    async write(entry: LedgerEntry): Promise<void> {
      if (!stream.write(`${printEntry(entry)}\n`))
        await Promise.race([once(stream, 'drain'), broken]);
    },
    async close(): Promise<void> {
      stream.end();
      await Promise.race([once(stream, 'close'), broken]);
    },
  };
}

/**
 * The entries of a file, one after the other.
 * @throws NOT_FOUND when it cannot be read, INVALID naming the line that is none of a ledger
 */
export async function* readLedgerFile(path: string): AsyncGenerator<LedgerEntry> {
  const stream = createReadStream(path, 'utf8');
  let number = 0;
  try {
    for await (const text of createInterface({
      input: stream,
      crlfDelay: Number.POSITIVE_INFINITY,
    })) {
      number += 1;
      yield readEntry(text, `Line ${number} of ${path}`);
    }
  } catch (cause) {
    if (cause instanceof FactotumError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new FactotumError('NOT_FOUND', `${path} cannot be read: ${reason}`, { cause });
  }
}

function readEntry(text: string, where: string): LedgerEntry {
  try {
    const entry = Line.parse(JSON.parse(text));
    if ('line' in entry) return { kind: 'row', ...entry };
    const { workspace, seq, hash } = entry;
    return { kind: 'head', workspace, seq, hash };
  } catch (cause) {
    throw invalid(`${where} was altered: it is no line of a ledger.`, cause);
  }
}
