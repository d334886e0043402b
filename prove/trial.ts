/** One trial: the work is begun, the program is killed at one boundary, started anew, and must end as if nothing had happened. */
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type Database } from '../src/db/client.ts';
import { audit, auditStuck } from './audit.ts';
import { type Boundary, createCounter, type Target } from './boundary.ts';
import { cloneDatabase } from './database.ts';
import type { Fault } from './fault.ts';
import { createPerson, type Memory, Stop } from './person.ts';
import { type Program, startProgram } from './program.ts';
import { startProxy } from './proxy.ts';
import type { Scenario } from './scenario.ts';
import { isAtRest, progressOf, type Snapshot, takeSnapshot } from './snapshot.ts';

/** In milliseconds: so long without any change, or so long in all after a start, is stuck. A busy machine is slow, and goes on. */
const patienceMs = 60_000;
const longestMs = 600_000;
const lookMs = 25;
const watchMs = 1000;

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
  // What is looked at goes past the proxy.
  const db = connect(database.url, 2);
  const memory: Memory = { said: [], ordered: [], pressed: [] };
  const counter = createCounter(target);
  try {
    let program: Program | undefined;
    const proxy = await startProxy(database.url, (commit, moment) => {
      const goesOn = counter.gate(commit, moment);
      if (!goesOn) program?.kill();
      return goesOn;
    });
    program = startProgram(proxy.url, log);
    let stop = await live(program, scenario, memory, db);
    await proxy.close();
    if (counter.met()) stop = await live(startProgram(database.url, log), scenario, memory, db);
    const snapshot = await takeSnapshot(db);
    const expected = { memory, scenario, ...(unharmed ? { unharmed } : {}) };
    const faults = stop ? auditStuck(snapshot, stop.message) : audit(snapshot, expected);
    return { boundaries: counter.seen(), killedAt: counter.met(), faults, snapshot };
  } finally {
    await db.close();
    await database.drop();
  }
}

/**
 * One life of the program, until all is done and it has stopped in order, or until it was killed.
 * @returns why it came to no good end
 */
async function live(
  program: Program,
  scenario: Scenario,
  memory: Memory,
  db: Database,
): Promise<Error | undefined> {
  const watch = watchProgress(db);
  const patience = watch.signal;
  const death = new AbortController();
  program.ended.then(() => death.abort(new Stop('The program ended.')));
  const signal = AbortSignal.any([patience, death.signal]);
  try {
    const address = await Promise.race([program.ready, rejection(patience)]);
    await scenario.play(createPerson(address, memory, signal));
    while (!(await isAtRest(db))) await sleep(lookMs, undefined, { signal });
    await program.stop();
    return undefined;
  } catch (error) {
    const cause: unknown = patience.aborted ? patience.reason : error;
    return cause instanceof Error ? cause : new Error(String(cause));
  } finally {
    watch.stop();
    program.kill();
    await program.ended;
  }
}

/** Aborted when nothing has changed for a while. */
function watchProgress(db: Database): { signal: AbortSignal; stop(): void } {
  const patience = new AbortController();
  const began = Date.now();
  let changedAt = began;
  let last = '';
  const timer = setInterval(() => {
    progressOf(db).then(
      (now) => {
        if (now !== last) changedAt = Date.now();
        last = now;
      },
      // Looked at again in a moment.
      () => {},
    );
    if (Date.now() - changedAt > patienceMs)
      patience.abort(new Stop(`Nothing has changed for ${patienceMs / 1000} s`));
    else if (Date.now() - began > longestMs)
      patience.abort(new Stop(`Not done after ${longestMs / 1000} s`));
  }, watchMs);
  return { signal: patience.signal, stop: () => clearInterval(timer) };
}

function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
