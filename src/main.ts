/** The program: starts everything, says where it is, and stops in order. */
import { runTerminal } from './bot/terminal/terminal.ts';
import { usage } from './config/request.ts';
import { readConfig } from './config.ts';
import { FactotumError } from './errors.ts';
import { createLog } from './log.ts';
import { start } from './start.ts';

async function main(): Promise<number> {
  const config = readConfig(process.env, process.argv.slice(2));
  if (config.request.help) {
    console.log(usage);
    return 0;
  }
  const log = createLog({ quiet: config.request.sentence !== undefined });
  const factotum = await start(config, log);
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= factotum.stop();
    return stopping;
  };
  const asked = new Promise<number>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(signal, () => resolve(0));
  });
  const where = factotum.address || 'a worker on the shared database';
  console.log(`Factotum is ready: ${where}`);
  const { sentence, yes, exit } = config.request;
  const delivered =
    sentence === undefined ? undefined : runTerminal(factotum, { sentence, yes, exit });
  const code = await Promise.race([
    asked,
    ...(exit && delivered ? [delivered.then((done) => (done ? 0 : 1))] : []),
  ]);
  await stop();
  return code;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    // What a person can mend is a sentence; anything else is a fault of the program and shown whole.
    console.error(error instanceof FactotumError ? error.message : error);
    process.exit(1);
  },
);
