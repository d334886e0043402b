/**
 * `npm run prove`: nothing is lost and nothing is done twice, wherever the process is killed.
 * Ends with 0 when that is so, with 1 when not.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from '../bench/support/program.ts';
import { connect } from '../src/db/client.ts';
import { startEmbedded } from '../src/db/embedded.ts';
import { migrate } from '../src/db/migrate.ts';
import { type Proof, prove } from './prove.ts';
import { isProven, printProof } from './report.ts';
import { type ScenarioName, scenarios, usualScenarios } from './scenarios.ts';

const usage = `npm run prove                      kills at every commit boundary
npm run prove -- --every 20        at every twentieth
  --from M         begin with boundary M (1)
  --only K         boundary K alone, of "promises" if nothing else is named
  --scenario NAME  ${Object.keys(scenarios).join(' or ')}; otherwise ${usualScenarios.join(', ')}
  --lanes N        trials at the same time (2)`;

function readOptions() {
  const { values } = parseArgs({
    options: {
      every: { type: 'string', default: '1' },
      from: { type: 'string', default: '1' },
      only: { type: 'string' },
      scenario: { type: 'string' },
      lanes: { type: 'string', default: '2' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const count = (name: 'every' | 'from' | 'only' | 'lanes', text: string): number => {
    if (!/^[1-9]\d{0,5}$/.test(text))
      throw new Error(`--${name} must be a number from 1.\n${usage}`);
    return Number(text);
  };
  const isScenario = (name: string): name is ScenarioName => Object.hasOwn(scenarios, name);
  const named = values.scenario;
  if (named !== undefined && !isScenario(named))
    throw new Error(`There is no scenario "${named}".\n${usage}`);
  // A number says nothing of two scenarios at once.
  const unnamed: ScenarioName[] = values.only === undefined ? usualScenarios : ['promises'];
  const played = named === undefined ? unnamed : [named];
  return {
    help: values.help,
    played,
    every: count('every', values.every),
    from: count('from', values.from),
    lanes: count('lanes', values.lanes),
    ...(values.only === undefined ? {} : { only: count('only', values.only) }),
  };
}

/** A server of its own, whose files need not survive a power cut: only the program is killed. */
async function withTemplate<T>(home: string, work: (url: string) => Promise<T>): Promise<T> {
  const server = await startEmbedded(home, { fast: true });
  const interrupted = () => {
    server.stop().finally(() => process.exit(130));
  };
  process.once('SIGINT', interrupted);
  try {
    const db = connect(server.url, 2);
    await migrate(db).finally(() => db.close());
    return await work(server.url);
  } finally {
    process.off('SIGINT', interrupted);
    await server.stop();
  }
}

async function main(): Promise<number> {
  const { help, played, ...options } = readOptions();
  if (help) {
    console.log(usage);
    return 0;
  }
  build();
  const home = await mkdtemp(join(tmpdir(), 'factotum-prove-'));
  let isClean = false;
  try {
    const proofs = await withTemplate(home, async (templateUrl) => {
      const done: Proof[] = [];
      for (const scenario of played) {
        const folder = join(home, 'logs', scenario);
        const tell = (line: string) => console.log(line);
        tell(`\n${scenario}`);
        const proof = await prove({ ...options, scenario, templateUrl, folder, tell });
        tell(printProof(proof));
        done.push(proof);
      }
      return done;
    });
    isClean = proofs.every(isProven);
    return isClean ? 0 : 1;
  } finally {
    // Of a failure the logs are kept, and nothing else.
    await rm(isClean ? home : join(home, 'postgres'), { recursive: true, force: true });
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
