import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import postgres from 'postgres';
import { FactotumError } from '../errors.ts';
import type { Log } from '../log.ts';
import { guard } from './embedded-guard.ts';
import { initialise } from './embedded-init.ts';
import {
  findRunning,
  launch,
  type Running,
  removeStaleLock,
  sleep,
  stopServer,
} from './embedded-server.ts';
import { serverIdentity } from './embedded-user.ts';

export type EmbeddedServer = {
  url: string;
  /** Stops the server; returns when it has written everything and is gone. */
  stop(): Promise<void>;
};

/** "fact" in ASCII: whoever holds this lock is the one program on this folder. */
const instanceLock = 0x66616374;

/**
 * Starts the server on `home`, creating its data on the first run, and again whenever it ends until `stop`.
 * @throws CONFLICT when another running Factotum uses this folder
 */
export async function startEmbedded(
  home: string,
  options: { fast?: boolean; log?: Pick<Log, 'warn' | 'error'> } = {},
): Promise<EmbeddedServer> {
  const paths = pathsOf(home);
  await mkdir(home, { recursive: true, mode: 0o700 });
  const identity = await serverIdentity(home);
  const password = await readPassword(paths.password);
  await initialise(paths.data, password, identity);

  const find = () => findRunning(paths.data, password);
  const bring = async (port?: number): Promise<Running> => {
    const running = await find();
    if (running) return running;
    await removeStaleLock(paths.data);
    const { fast = false } = options;
    return launch(paths, password, identity, { fast, port }).catch(async (error) => {
      // Two programs may start at once: the other one's server serves both, until the lock decides.
      const other = await find();
      if (!other) throw error;
      return other;
    });
  };
  const first = await bring();
  const { url } = first;
  const again = async (): Promise<Running> => {
    const server = await bring(Number(new URL(url).port));
    if (server.url === url) return server;
    throw new FactotumError(
      'CONFLICT',
      `Another program has started the database of ${home} meanwhile. Stop that one, or this one.`,
    );
  };
  const hold = (server: Running, onLost: () => void) => holdLock(server, paths.address, onLost);
  const { release } = await guard(first, { bring: again, hold }, options.log);
  return {
    url,
    async stop() {
      await stopServer(await release());
    },
  };
}

/**
 * For a look at what is there: the server that runs on `home`, whoever started it, or one that is
 * started for as long as it takes.
 * @throws NOT_FOUND when there is no database on `home`
 */
export async function visitEmbedded(home: string): Promise<EmbeddedServer> {
  const paths = pathsOf(home);
  if (!existsSync(join(paths.data, 'PG_VERSION'))) {
    const words = `There is no database in ${home} yet. Set FACTOTUM_HOME to the folder of the one you mean, or DATABASE_URL.`;
    throw new FactotumError('NOT_FOUND', words);
  }
  const running = await findRunning(paths.data, await readPassword(paths.password));
  if (running) return { url: running.url, stop: async () => {} };
  return startEmbedded(home);
}

const pathsOf = (home: string) => ({
  data: join(home, 'postgres'),
  password: join(home, 'postgres.password'),
  log: join(home, 'postgres.log'),
  address: join(home, 'address'),
});

async function readPassword(file: string): Promise<string> {
  if (!existsSync(file))
    await writeFile(file, randomBytes(24).toString('hex'), { mode: 0o600, flag: 'wx' }).catch(
      () => {},
    );
  return (await readFile(file, 'utf8')).trim();
}

async function holdLock(
  server: Running,
  addressFile: string,
  onLost: () => void,
): Promise<{ end(): Promise<void> }> {
  let isHeld = false;
  // In the maintenance database, so that nothing else is kept from copying ours (tests do).
  const sql = postgres({
    ...partsOf(server.url),
    database: 'postgres',
    max: 1,
    idle_timeout: 0,
    max_lifetime: null,
    onnotice: () => {},
    onclose: () => {
      if (isHeld) onLost();
      isHeld = false;
    },
  });
  const end = async () => {
    isHeld = false;
    await sql.end({ timeout: 1 }).catch(() => {});
  };
  // The lock belongs to the connection: when the program dies, however it dies, it is free.
  for (let attempt = 0; attempt < 8; attempt += 1) {
    const [row] = await sql`select pg_try_advisory_lock(${instanceLock}) as held`;
    if (row?.['held']) {
      isHeld = true;
      return { end };
    }
    await sleep(100);
  }
  await end();
  const address = await readFile(addressFile, 'utf8').catch(() => '');
  throw new FactotumError(
    'CONFLICT',
    `Factotum is already running on this folder${address ? ` at ${address.trim()}` : ''}. Open that address, stop it first, or set FACTOTUM_HOME to another folder.`,
  );
}

function partsOf(url: string) {
  const { hostname, port, username, password } = new URL(url);
  return { host: hostname, port: Number(port), username, password };
}

/** Tells the next start where this one answers. */
export async function writeAddress(home: string, address: string): Promise<void> {
  const file = join(home, 'address');
  await writeFile(file, `${address}\n`, { mode: 0o600 });
  await chmod(file, 0o600);
}
