/** All trials: the boundaries are found in a run without harm, then the program is killed at each, in two ways. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { type Boundary, printBoundary } from './boundary.ts';
import type { Fault } from './fault.ts';
import { type ScenarioName, scenarios } from './scenarios.ts';
import type { Moment } from './session.ts';
import { runTrial } from './trial.ts';

export type Options = {
  /** A migrated database that nobody is connected to; it is only copied. */
  templateUrl: string;
  scenario: ScenarioName;
  /** Where the program's words are kept when something was wrong. */
  folder: string;
  /** Every how-manieth boundary is tried, and from which on, from 1. */
  every: number;
  from: number;
  /** One boundary alone, from 1. */
  only?: number;
  /** Trials at the same time. */
  lanes: number;
  tell?: (line: string) => void;
};

type Failure = { moment: Moment; boundary: Boundary; faults: Fault[]; log: string };
export type Proof = {
  boundaries: readonly Boundary[];
  trials: number;
  kills: number;
  /** Boundaries that depend on timing and did not come again: another one at that place was taken. */
  replaced: number;
  /** The work was over before. */
  missed: number;
  failures: Failure[];
  tookMs: number;
};

const moments: Moment[] = ['after', 'before'];

/** @throws when the work fails without any harm: then there is nothing to prove */
export async function prove(options: Options): Promise<Proof> {
  const { templateUrl, folder, tell = () => {} } = options;
  const start = performance.now();
  const scenario = scenarios[options.scenario];
  await mkdir(folder, { recursive: true });
  const log = join(folder, 'unharmed.log');
  const unharmed = await runTrial({ templateUrl, scenario, log });
  if (unharmed.faults.length > 0) {
    const said = unharmed.faults.map((fault) => fault.what).join('; ');
    throw new Error(`Without any harm the work does not end as it should: ${said}. See ${log}.`);
  }
  await rm(log);
  const { boundaries } = unharmed;
  const chosen = choose(boundaries, options);
  tell(`${boundaries.length} commit boundaries; ${chosen.length} are tried.`);

  const proof = {
    boundaries,
    trials: 0,
    kills: 0,
    replaced: 0,
    missed: 0,
    failures: [] as Failure[],
  };
  const targets = chosen.flatMap((boundary) => moments.map((moment) => ({ boundary, moment })));
  const lane = async () => {
    for (let next = targets.shift(); next; next = targets.shift()) {
      const { moment, boundary } = next;
      const file = join(folder, `${boundary.place}-${moment}.log`);
      const setting = { templateUrl, scenario, log: file, unharmed: unharmed.snapshot };
      let trial = await runTrial({ ...setting, target: { ...next, by: 'turn' } });
      if (!trial.killedAt && trial.faults.length === 0) {
        trial = await runTrial({ ...setting, target: { ...next, by: 'place' } });
        if (trial.killedAt) proof.replaced += 1;
        else proof.missed += 1;
      }
      proof.trials += 1;
      if (trial.killedAt) proof.kills += 1;
      const { faults, killedAt = boundary } = trial;
      if (faults.length > 0) {
        const failure = {
          moment,
          boundary: { ...killedAt, place: boundary.place },
          faults,
          log: file,
        };
        proof.failures.push(failure);
        tell(printFailure(failure));
      } else await rm(file);
    }
  };
  await Promise.all(Array.from({ length: options.lanes }, lane));
  return { ...proof, tookMs: performance.now() - start };
}

/** The boundaries to try. */
function choose(
  boundaries: readonly Boundary[],
  { every, from, only }: Pick<Options, 'every' | 'from' | 'only'>,
): Boundary[] {
  return boundaries.filter(({ place }) =>
    only === undefined ? place >= from && (place - from) % every === 0 : place === only,
  );
}

/** What was wrong after one kill. */
function printFailure({ moment, boundary, faults, log }: Failure): string {
  return [
    `boundary ${boundary.place}, killed ${moment} the commit: ${printBoundary(boundary)}`,
    ...faults.map((fault) => `  ${fault.kind}: ${fault.what}`),
    `  what the program said: ${log}`,
  ].join('\n');
}
