/** What a connection of its own for a transaction costs, beside the driver's and the mapper's own transactions. */
import { sql } from 'drizzle-orm';
import { begin } from '../src/db/begin.ts';
import { connect, type Database, transaction } from '../src/db/client.ts';
import { migrate } from '../src/db/migrate.ts';
import type { Tx } from '../src/db/tx.ts';
import { median, printTable } from './support/measure.ts';
import { withServer } from './support/program.ts';

const rows = 1000;
const roundMs = 1000;
const rounds = 7;
const scope = { workspaceId: 'wsp_bench' };

type Work = () => Promise<unknown>;

await withServer(async (url) => {
  const db = connect(url);
  try {
    await migrate(db);
    await db.raw`create table bench (id int primary key, n int not null default 0)`;
    await db.raw`insert into bench (id) select generate_series(0, ${rows - 1})`;
    await db.raw`grant select, update on bench to factotum_engine`;
    const lines = [];
    for (const workers of [1, 8, 32]) {
      lines.push(await compare(`driver, ${workers} at once`, workers, ours(db), driver(db)));
    }
    for (const workers of [1, 8, 32]) {
      lines.push(await compare(`drizzle, ${workers} at once`, workers, scoped(db), mapper(db)));
    }
    printTable(
      'Transactions a second with one write, 8 connections',
      ['ours', 'its own', 'ours ÷ own', 'lowest', 'highest'],
      lines,
    );
  } finally {
    await db.close();
  }
});

function someRow(): number {
  return Math.floor(Math.random() * rows);
}

/** Tagged templates on a connection of its own, and the same through the driver's `begin`. */
function ours({ raw }: Database): Work {
  return () => begin(raw, (own) => own`update bench set n = n + 1 where id = ${someRow()}`);
}
function driver({ raw }: Database): Work {
  return () => raw.begin((own) => own`update bench set n = n + 1 where id = ${someRow()}`);
}

/** The engine's transaction, and drizzle's with the same role and workspace. */
function scoped(db: Database): Work {
  return () => transaction(db, scope, write);
}
function mapper({ orm }: Database): Work {
  return () =>
    orm.transaction(async (tx) => {
      await tx.execute(
        sql`select set_config('role', 'factotum_engine', true), set_config('factotum.workspace_id', ${scope.workspaceId}, true)`,
      );
      await write(tx as unknown as Tx);
    });
}
function write(tx: Tx): Promise<unknown> {
  return tx.execute(sql`update bench set n = n + 1 where id = ${someRow()}`);
}

/** Rounds of both by turns; the ratio is taken within each pair of rounds. */
async function compare(what: string, workers: number, own: Work, other: Work) {
  await perSecond(own, workers);
  await perSecond(other, workers);
  const pairs: { own: number; other: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    pairs.push({ own: await perSecond(own, workers), other: await perSecond(other, workers) });
  }
  const ratios = pairs.map((pair) => pair.own / pair.other);
  const [a, b] = [median(pairs.map((pair) => pair.own)), median(pairs.map((pair) => pair.other))];
  const values = [median(ratios), Math.min(...ratios), Math.max(...ratios)];
  return {
    what,
    values: [a.toFixed(0), b.toFixed(0), ...values.map((value) => value.toFixed(2))],
  };
}

async function perSecond(work: Work, workers: number): Promise<number> {
  const start = performance.now();
  const end = start + roundMs;
  let count = 0;
  const worker = async () => {
    while (performance.now() < end) {
      await work();
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: workers }, worker));
  return (count * 1000) / (performance.now() - start);
}
