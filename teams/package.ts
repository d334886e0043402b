/** `npm run teams:package`: the app package that is uploaded to Teams, made for one bot and one address. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { zipSync } from 'fflate';
import { fillManifest, type Wish } from './manifest.ts';

const usage = `npm run teams:package -- --bot-id GUID --url https://factotum.example.com
  --bot-id ID      the Microsoft App ID of the bot
  --url ADDRESS    where Factotum is reached from the internet: https, without a path
  --out FILE       where the package goes (dist/factotum-teams.zip)
  --app-id ID      the app's own id in Teams, if it is not the bot's
  --version X.Y.Z  a higher one replaces an installed app (as in package.json)
  --privacy-url, --terms-url ADDRESS   pages that your company has (--url)
  --mentions-only  do not ask to read messages that do not mention the bot; answers in
                   its threads are then heard only if they mention it`;

const here = import.meta.dirname;
const read = (...path: string[]) => readFile(join(here, ...path), 'utf8');

/**
 * Microsoft's published schema of Teams app manifests, from its own package. Version 1.19 has everything that
 * we use, and older tenants take it.
 */
export function readSchema(): object {
  const name = '@microsoft/app-manifest/build/json-schemas/teams/v1.19/MicrosoftTeams.schema.json';
  return createRequire(import.meta.url)(name) as object;
}

/** Same content, same bytes. A zip has the time of the clock on the wall, so this one is meant as well. */
const madeAt = new Date(2026, 0, 1);

/** @throws Error saying what was given wrongly */
export async function makePackage(wish: Wish): Promise<Uint8Array> {
  const manifest = fillManifest(await read('appPackage/manifest.json'), readSchema(), wish);
  const icon = (name: string) => readFile(join(here, 'appPackage', name));
  return zipSync(
    {
      'manifest.json': Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`),
      'color.png': await icon('color.png'),
      'outline.png': await icon('outline.png'),
    },
    { level: 9, mtime: madeAt },
  );
}

async function main(): Promise<void> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: {
      ...{ 'bot-id': text, 'app-id': text, url: text, out: text, version: text },
      ...{ 'privacy-url': text, 'terms-url': text },
      'mentions-only': { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  const botId = values['bot-id'];
  if (values.help || botId === undefined || values.url === undefined) {
    process.stdout.write(`${usage}\n`);
    process.exitCode = values.help ? 0 : 1;
    return;
  }
  const { version } = JSON.parse(await read('../package.json')) as { version: string };
  const zip = await makePackage({
    ...{ botId, appId: values['app-id'], url: values.url, version: values.version ?? version },
    ...{ privacyUrl: values['privacy-url'], termsUrl: values['terms-url'] },
    mentionsOnly: values['mentions-only'],
  });
  const file = resolve(values.out ?? 'dist/factotum-teams.zip');
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, zip);
  process.stdout.write(
    `${file}\nUpload it in Teams: Apps, Manage your apps, Upload an app. For everybody in the company an administrator uploads it in the Teams admin center.\n`,
  );
}

if (process.argv[1] === import.meta.filename)
  await main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
