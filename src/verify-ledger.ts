/**
 * `npm run verify-ledger`: whether the ledger is as it was written. Reads only. Exit code 0 when every
 * chain is whole, 1 when one is not, 2 when it could not be looked at.
 */
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { readConfig } from './config.ts';
import { connect } from './db/client.ts';
import { visitEmbedded } from './db/embedded.ts';
import { type LedgerEntry, type LedgerRow, readLedger } from './db/ledger.ts';
import { createLedgerCheck, type LedgerVerdict } from './db/ledger-check.ts';
import { openLedgerFile, readLedgerFile } from './db/ledger-file.ts';
import { unlimited } from './db/limit.ts';
import { isLost } from './db/outage.ts';
import { FactotumError, invalid, sentenceOf } from './errors.ts';
import { hideSecrets } from './secret.ts';

const usage = `Checks the ledger: every decision, call and result is a row that carries the hash of the one before it.

  npm run verify-ledger                        the database in DATABASE_URL or FACTOTUM_HOME
  npm run verify-ledger -- --export FILE       the same, and writes the rows to FILE, one JSON a line
  npm run verify-ledger -- --file FILE         checks such a file, without a database
     --holds HASH   also fails unless a row has this hash: one that was noted earlier (8 digits or more)

  Exit code 0: whole. 1: altered; the first altered row is named. 2: it could not be checked.`;

type Visit = (entry: LedgerEntry) => Promise<void>;

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    console.log(usage);
    return 0;
  }
  const { file, holds } = options;
  const check = createLedgerCheck();
  const copy = options.export === undefined ? undefined : await openLedgerFile(options.export);
  let isHeld = holds === undefined;
  const visit: Visit = async (entry) => {
    check.add(entry);
    if (holds !== undefined && entry.kind === 'row' && entry.hash.startsWith(holds)) isHeld = true;
    await copy?.write(entry);
  };
  if (file === undefined) await visitDatabase(visit);
  else for await (const entry of readLedgerFile(file)) await visit(entry);
  await copy?.close();

  const verdicts = check.verdicts();
  for (const verdict of verdicts) console.log(printVerdict(verdict));
  if (verdicts.length === 0) console.log('The ledger is empty.');
  if (!isHeld)
    console.log(`BROKEN: no row has the hash ${holds}, so what stands here is another ledger.`);
  return isHeld && verdicts.every(({ fault }) => fault === undefined) ? 0 : 1;
}

function readOptions(args: string[]) {
  const text = { type: 'string' } as const;
  const options = {
    export: text,
    file: text,
    holds: text,
    help: { type: 'boolean', short: 'h' },
  } as const;
  try {
    const { values } = parseArgs({ args, options });
    if (values.holds !== undefined && !/^[0-9a-f]{8,64}$/.test(values.holds))
      throw new Error('--holds takes 8 to 64 hexadecimal digits, as they were printed.');
    if (values.file !== undefined && values.export !== undefined)
      throw new Error('--file and --export cannot be used together.');
    return values;
  } catch (cause) {
    throw invalid(`${cause instanceof Error ? cause.message : String(cause)}\n\n${usage}`, cause);
  }
}

async function visitDatabase(visit: Visit): Promise<void> {
  const { databaseUrl, home } = readConfig(process.env, []);
  const server = databaseUrl === undefined ? await visitEmbedded(home) : undefined;
  const db = connect(databaseUrl ?? server?.url ?? '', 1, unlimited);
  try {
    await readLedger(db, visit);
  } catch (cause) {
    if (cause instanceof FactotumError && !isLost(cause)) throw cause;
    const reason = cause instanceof Error ? (cause.cause ?? cause) : cause;
    const words = `The database cannot be used: ${sentenceOf(reason)}. Check DATABASE_URL and that the server runs.`;
    throw new FactotumError('NOT_READY', words, { cause });
  } finally {
    await db.close();
    await server?.stop();
  }
}

/** "wsp_local: 1,204 rows, unbroken, ends with 3f7a91c2d0e4…" */
function printVerdict({ workspace, rows, hash, fault }: LedgerVerdict): string {
  const name = plain(workspace);
  if (!fault)
    return `${name}: ${rows.toLocaleString('en-US')} ${rows === 1 ? 'row' : 'rows'}, unbroken, ends with ${hash.slice(0, 12)}…`;
  const now = fault.row ? ` It says now: ${plain(describe(fault.row))}.` : '';
  return `${name}: BROKEN at row ${fault.seq}: ${fault.problem}.${now}`;
}

/** What a row is, in words; a row that was altered may be anything. */
function describe({ line }: LedgerRow): string {
  try {
    const [, , task, step, event, , , actor, , at] = z.array(z.unknown()).parse(JSON.parse(line));
    return `task ${task}${step ? `, step ${step}` : ''}, event ${event} by ${actor} at ${at}`;
  } catch {
    return 'nothing that can be read';
  }
}

/** Words of a stranger must not steer a terminal. */
const plain = (words: string) => hideSecrets(words.replace(/[\p{Cc}\p{Cf}]/gu, ''));

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof FactotumError ? error.message : error);
    process.exitCode = 2;
  },
);
