/** One trial: the work is begun, the program is killed at one boundary, started anew, and must end as if nothing had happened. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Sql } from 'postgres';
import { connect } from '../src/db/client.ts';
import { audit, auditStuck, type Fault } from './audit.ts';
import { type Boundary, createCounter, type Target } from './boundary.ts';
import { cloneDatabase, withDatabase } from './database.ts';
import { createPerson, type Memory, Stop } from './person.ts';
import { type Program, startProgram } from './program.ts';
import { startProxy } from './proxy.ts';
import type { Scenario } from './scenario.ts';
import { type Snapshot, takeSnapshot } from './snapshot.ts';

/** How long the work may take after a start, in milliseconds; longer is stuck. */
const patienceMs = 60_000;

export type Trial = {
  /** What was committed while the proxy looked on. */
  boundaries: readonly Boundary[];
  /** Where the program was killed, if the boundary came. */
  killedAt: Boundary | undefined;
  faults: Fault[];
  snapshot: Snapshot;
};

type Setting = {
  templateUrl: string;
  scenario: Scenario;
  /** A file for all that the program says. */
  log: string;
  /** Without one nothing is harmed. */
  target?: Target;
  unharmed?: Snapshot;
};

export async function runTrial(setting: Setting): Promise<Trial> {
  const { templateUrl, scenario, log, target, unharmed } = setting;
  const database = await cloneDatabase(templateUrl);
  const memory: Memory = { said: [], pressed: [] };
  const counter = createCounter(target);
  try {
    let program: Program | undefined;
    const proxy = await startProxy(database.url, (commit, moment) => {
      const goesOn = counter.gate(commit, moment);
      if (!goesOn) program?.kill();
      return goesOn;
    });
    program = startProgram(proxy.url, log);
    let stop = await live(program, scenario, memory, database.url);
    await proxy.close();
    if (counter.met()) {
      stop = await live(startProgram(database.url, log), scenario, memory, database.url);
    }
    const db = connect(database.url, 2);
    try {
      const snapshot = await takeSnapshot(db);
      const { conversation, sends } = scenario;
      const expected = {
        said: memory.said,
        conversation,
        sends,
        ...(unharmed ? { unharmed } : {}),
      };
      const faults = stop ? auditStuck(snapshot, stop.message) : audit(snapshot, expected);
      return { boundaries: counter.seen(), killedAt: counter.met(), faults, snapshot };
    } finally {
      await db.close();
    }
  } finally {
    await database.drop();
  }
}

/** One life of the program, until all is done and it has stopped in order, or until it was killed. */
async function live(
  program: Program,
  scenario: Scenario,
  memory: Memory,
  databaseUrl: string,
): Promise<Error | undefined> {
  const patience = AbortSignal.timeout(patienceMs);
  const work = async () => {
    const address = await program.ready;
    await scenario.play(createPerson(address, memory, patience));
    await withDatabase(databaseUrl, (sql) => rest(sql, patience));
    await program.stop();
  };
  try {
    await work();
    return undefined;
  } catch (error) {
    const asError = error instanceof Error ? error : new Error(String(error));
    if (patience.aborted) return new Stop(`Not done after ${patienceMs / 1000} s.`);
    return asError;
  } finally {
    program.kill();
    await program.ended;
  }
}

/** Waits until no job is left and every card stands as it should. */
async function rest(sql: Sql, signal: AbortSignal): Promise<void> {
  for (;;) {
    const [row] = await sql`
      select (select count(*) from graphile_worker._private_jobs)
        + (select count(*) from cards where version > shown_version) as left`;
    if (Number(row?.['left']) === 0) return;
    await sleep(25, undefined, { signal });
  }
}
