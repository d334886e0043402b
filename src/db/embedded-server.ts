/** The server process of the built-in database: taken over, launched, waited for, stopped. */
import { spawn } from 'node:child_process';
import { open, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import postgres, { type Sql } from 'postgres';
import { FactotumError } from '../errors.ts';
import { findBinaries } from './embedded-binary.ts';
import { type Identity, serverEnvironment, wrapCommand } from './embedded-user.ts';

const owner = 'factotum';
const database = 'factotum';

export type Running = { pid: number; url: string };

export const notStarted = (said: string) =>
  new FactotumError(
    'NOT_READY',
    `The built-in database could not start: ${said.trim().split('\n').slice(-3).join(' ') || 'it gave no reason'}. Look at postgres.log in the home folder, or set DATABASE_URL to a PostgreSQL of your own.`,
  );

/** A server that outlived its program (kill -9) is taken over instead of fought with. */
export async function findRunning(data: string, password: string): Promise<Running | undefined> {
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
export async function removeStaleLock(data: string): Promise<void> {
  const file = join(data, 'postmaster.pid');
  const pid = await readFile(file, 'utf8').then(
    (text) => Number(text.split('\n')[0]),
    () => undefined,
  );
  if (pid === undefined || !isAlive(pid)) return;
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
  if (command !== undefined && !command.includes('postgres')) await rm(file, { force: true });
}

/** Servers of tests need no durability, as a person's data does, and have many databases with connections at once. */
const throwAway = {
  ...{ fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' },
  max_connections: 400,
};

/** @param options `port` where it is to be at an address that is known already */
export async function launch(
  paths: { data: string; log: string },
  password: string,
  identity: Identity,
  { fast, port: known }: { fast: boolean; port?: number | undefined },
): Promise<Running> {
  const { postgres: binary } = await findBinaries();
  const port = known ?? (await freePort());
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: 120,
    shared_buffers: '128MB',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // Jobs and cards are written and replaced all the time: what was replaced is cleared away before it is in the way.
    autovacuum_naptime: '10s',
    ...(fast ? throwAway : {}),
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
    env: serverEnvironment,
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

export async function stopServer(pid: number): Promise<void> {
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

export const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
