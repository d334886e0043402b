/** The first start of the built-in database: its data folder, made whole or not at all. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { findBinaries } from './embedded-binary.ts';
import { notStarted } from './embedded-server.ts';
import { type Identity, serverEnvironment, wrapCommand } from './embedded-user.ts';

/** Built beside and renamed, so that a kill in the middle leaves nothing half-made. */
export async function initialise(
  data: string,
  password: string,
  identity: Identity,
): Promise<void> {
  if (existsSync(join(data, 'PG_VERSION'))) return;
  const { initdb } = await findBinaries();
  // A folder of its own: the initdb of a program that was killed may still be writing to another.
  const fresh = `${data}.new-${randomBytes(4).toString('hex')}`;
  const passwordFile = `${fresh}.password`;
  await mkdir(fresh, { mode: 0o700 });
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (identity.uid !== undefined) {
    await chown(fresh, identity.uid, identity.gid);
    await chown(passwordFile, identity.uid, identity.gid);
  }
  try {
    await run(
      initdb,
      [
        `--pgdata=${fresh}`,
        '--auth=scram-sha-256',
        '--username=postgres',
        `--pwfile=${passwordFile}`,
        '--encoding=UTF8',
        '--locale=C',
        '--no-sync',
        '--no-instructions',
      ],
      identity,
    ).catch((error) => {
      if (!existsSync(join(data, 'PG_VERSION'))) throw error;
    });
    await rename(fresh, data).catch((error) => {
      // Another program was faster: its data serves as well.
      if (!existsSync(join(data, 'PG_VERSION'))) throw error;
    });
  } finally {
    await rm(passwordFile, { force: true });
    await sweep(dirname(data), basename(`${data}.`));
  }
}

/** What killed first starts have left. Best effort: the initdb of one of them may still be at it. */
async function sweep(folder: string, prefix: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const isLeft = name.startsWith(`${prefix}new`) || name === `${prefix}init`;
    if (isLeft) await rm(join(folder, name), { recursive: true, force: true }).catch(() => {});
  }
}

function run(command: string, args: string[], identity: Identity): Promise<void> {
  const [file, ...rest] = wrapCommand(identity, command, args);
  return new Promise((resolve, reject) => {
    const child = spawn(file, rest, {
      ...identity.spawn,
      env: serverEnvironment,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk) => {
      said += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve() : reject(notStarted(said))));
  });
}
