/**
 * `npm run slack:check`: whether Slack is set up, in plain sentences. Changes nothing. Exit code 0 only if
 * all is well. With `--manifest`, prints the app's manifest for HTTP at PUBLIC_URL instead.
 */
import { parseArgs } from 'node:util';
import { checkSlack } from './bot/slack/check/check.ts';
import { printFindings } from './bot/slack/check/finding.ts';
import { overHttp, readManifest } from './bot/slack/manifest.ts';
import { FactotumError, invalid } from './errors.ts';
import { hideSecrets } from './secret.ts';

const usage = `Looks whether Slack is set up, and says what is missing and how to cure it.

  npm run slack:check                    with the variables that the program gets
  npm run slack:check -- --manifest      prints the manifest for HTTP at PUBLIC_URL; manifest.json is
                                         the one for Socket Mode

  Exit code 0: all is well. 1: something is missing.`;

async function main(environment: NodeJS.ProcessEnv): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    console.log(usage);
    return 0;
  }
  if (options.manifest) {
    const { PUBLIC_URL: address } = environment;
    if (!address?.startsWith('https://'))
      throw invalid('Set PUBLIC_URL to the address of the program, with https://.');
    const manifest = overHttp(readManifest(), address.replace(/\/+$/, ''));
    console.log(JSON.stringify(manifest, undefined, 2));
    return 0;
  }
  const findings = await checkSlack(environment);
  // What Slack or a proxy said is repeated: none of it may be a token.
  console.log(hideSecrets(printFindings(findings)));
  return findings.some(({ kind }) => kind === 'wrong') ? 1 : 0;
}

function readOptions(args: string[]) {
  try {
    return parseArgs({
      args,
      options: { manifest: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    }).values;
  } catch (cause) {
    throw invalid(`${cause instanceof Error ? cause.message : String(cause)}\n\n${usage}`, cause);
  }
}

main(process.env).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof FactotumError ? error.message : error);
    process.exitCode = 1;
  },
);
