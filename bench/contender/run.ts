/**
 * The same work by several engines, all on one server in one run, by turns: this file starts itself once more for
 * each working process.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import postgres, { type Sql } from 'postgres';
import { median, printTable, timed } from '../support/measure.ts';
import { processorMs } from '../support/processor.ts';
import { withCountingServer } from '../support/program.ts';
import type { Contender } from './contender.ts';
import { dbos } from './dbos.ts';
import { factotum } from './factotum.ts';
import { flow, flowQueue } from './flow.ts';
import { queue } from './queue.ts';

const suites = {
  engine: { contenders: [factotum, queue, dbos], what: 'five steps' },
  workflow: { contenders: [flow, flowQueue], what: 'ten steps, four of them in two branches' },
};
const suite = process.env['SUITE'] === 'workflow' ? suites.workflow : suites.engine;
const { contenders } = suite;
const [ours] = contenders;
const fleets = (process.env['PROCESSES'] ?? '1,2').split(',').map(Number);
const only = process.env['ONLY']?.split(',');
const tasks = Number(process.env['TASKS'] ?? 400);
/** Until what runs often has been compiled. */
const warmUp = 200;
const rounds = Number(process.env['ROUNDS'] ?? 3);

type Measured = { perSecond: number; statements: number; processorMs: number };

async function main() {
  await withCountingServer(async ({ urlOf, admin, counted }) => {
    const chosen = contenders.filter((each) => !only || only.includes(each.name));
    for (const each of chosen) await each.setUp(await urlOf(each.name));
    const done = new Map<Contender, number>();
    for (const processes of fleets) {
      const results = new Map<Contender, Measured[]>(chosen.map((each) => [each, []]));
      for (let round = 0; round < rounds; round += 1) {
        for (const each of chosen) {
          const url = await urlOf(each.name);
          const fleet = await Promise.all(
            Array.from({ length: processes }, () => startWork(each, url)),
          );
          const client = await each.connect(url);
          const own = postgres(admin(url), {
            max: 1,
            onnotice: () => {},
            connection: { 'pg_stat_statements.track': 'none' },
          });
          const go = async (count: number) => {
            const wanted = (done.get(each) ?? 0) + count;
            await client.prepare(count);
            await until(each, client, own, wanted - count);
            const before = await counted(own, url);
            const processorBefore = await processorMs();
            const ms = await timed(async () => {
              await client.ask();
              await until(each, client, own, wanted);
            });
            const processor = (await processorMs()) - processorBefore;
            const statements = (await counted(own, url)) - before;
            done.set(each, wanted);
            await client.verify(own, wanted);
            return {
              perSecond: (1000 * count) / ms,
              statements: statements / count,
              processorMs: processor / count,
            };
          };
          await go(warmUp);
          // As the server does by itself a minute after rows came: until then it takes tables to be empty.
          await own`analyze`;
          const measured = await go(tasks);
          console.error(each.name, processes, measured);
          results.get(each)?.push(measured);
          await client.close();
          await own.end();
          await Promise.all(fleet.map(stopWork));
        }
      }
      report(processes, results);
    }
  });
}

function report(processes: number, results: Map<Contender, Measured[]>): void {
  const speedOf = (each: Contender) =>
    median((results.get(each) ?? []).map((measured) => measured.perSecond));
  printTable(
    `${tasks} tasks of ${suite.what}, ${processes} working ${processes === 1 ? 'process' : 'processes'}`,
    ['tasks/s', 'statements/task', 'processor ms/task', 'Factotum ÷ it'],
    [...results].map(([each, measured]) => ({
      what: each.name,
      values: [
        speedOf(each).toFixed(0),
        median(measured.map((one) => one.statements)).toFixed(1),
        median(measured.map((one) => one.processorMs)).toFixed(1),
        each === ours || !ours ? '' : (speedOf(ours) / speedOf(each)).toFixed(2),
      ],
      ...(each === queue ? { aim: '0.60' } : each === dbos ? { aim: '1.00' } : {}),
    })),
  );
}

/** Counted seldom: it takes of the same server, and what is added to the time is next to nothing. */
const countMs = 25;

/** Waits until so many tasks are done. */
async function until(
  each: Contender,
  client: { countDone(own: Sql): Promise<number> },
  own: Sql,
  count: number,
): Promise<void> {
  const deadline = performance.now() + 120_000;
  for (;;) {
    const done = await client.countDone(own);
    if (done >= count) return;
    if (performance.now() > deadline)
      throw new Error(`${each.name} has done ${done} of ${count} tasks after two minutes.`);
    await new Promise((resolve) => setTimeout(resolve, countMs));
  }
}

async function startWork(each: Contender, url: string): Promise<ChildProcess> {
  const child = spawn(
    process.execPath,
    [...(process.env['NODEFLAGS']?.split(' ') ?? []), import.meta.filename, each.name, url],
    {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    },
  );
  await new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('exit', (code) => reject(new Error(`${each.name} ended with ${code}.`)));
  });
  return child;
}

function stopWork(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.send('stop');
  });
}

/** The child's side: works until it is told to stop. */
async function workAs(name: string, url: string): Promise<void> {
  const each = contenders.find((candidate) => candidate.name === name);
  if (!each) throw new Error(`There is no ${name}.`);
  const work = await each.work(url);
  process.once('message', async () => {
    await work.stop();
    process.exit(0);
  });
  process.once('disconnect', () => process.exit(1));
  process.send?.('ready');
}

const [name, url] = process.argv.slice(2);
if (name && url) await workAs(name, url);
else await main();
