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
import { type ScenarioName, scenarios } from './scenario.ts';

const usage = `npm run prove                      kills at every commit boundary
npm run prove -- --every 20        at every twentieth
  --from M         begin with boundary M (1)
  --only K         boundary K alone
  --scenario NAME  ${Object.keys(scenarios).join(' or ')}
  --lanes N        trials at the same time (2)`;

function readOptions() {
  const { values } = parseArgs({
    options: {
      every: { type: 'string', default: '1' },
      from: { type: 'string', default: '1' },
      only: { type: 'string' },
      scenario: { type: 'string', default: 'promises' },
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
  if (!isScenario(values.scenario))
    throw new Error(`There is no scenario "${values.scenario}".\n${usage}`);
  return {
    help: values.help,
    scenario: values.scenario,
    every: count('every', values.every),
    from: count('from', values.from),
    lanes: count('lanes', values.lanes),
    ...(values.only === undefined ? {} : { only: count('only', values.only) }),
  };
}

/** A server of its own, whose files need not survive a power cut: only the program is killed. */
async function withTemplate(home: string, work: (url: string) => Promise<Proof>): Promise<Proof> {
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
  const { help, ...options } = readOptions();
  if (help) {
    console.log(usage);
    return 0;
  }
  build();
  const home = await mkdtemp(join(tmpdir(), 'factotum-prove-'));
  const folder = join(home, 'logs');
  let isClean = false;
  try {
    const proof = await withTemplate(home, (templateUrl) =>
      prove({ ...options, templateUrl, folder, tell: (line) => console.log(line) }),
    );
    console.log(`\n${printProof(proof)}`);
    isClean = isProven(proof);
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
