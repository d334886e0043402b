/** The real program as a child process, and what a person does with it over HTTP. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import postgres, { type Sql } from 'postgres';
import { WebSocket } from 'ws';
import type { Card } from '../../src/bot/card.ts';
import type { MessageView } from '../../src/bot/message.ts';
import { startEmbedded } from '../../src/db/embedded.ts';
import { root } from '../../src/root.ts';

export type Program = { address: string; startMs: number; stop(): Promise<void> };

/** Bundles the program as `npm start` does before it starts. */
export function build(): void {
  execFileSync('npm', ['run', '--silent', 'prestart'], { cwd: root, stdio: 'inherit' });
}

/** Runs `work` with a new folder, which is removed afterwards. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'factotum-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs `work` beside a database server of its own, which ends with it, also by Ctrl-C. */
export function withServer(work: (url: string) => Promise<void>): Promise<void> {
  return withFolder(async (folder) => {
    const server = await startEmbedded(folder);
    const interrupted = () => {
      server.stop().finally(() => process.exit(130));
    };
    process.once('SIGINT', interrupted);
    try {
      await work(server.url);
    } finally {
      process.off('SIGINT', interrupted);
      await server.stop();
    }
  });
}

export type CountingServer = {
  /** A database of that name, made when it is first asked for. */
  urlOf(name: string): Promise<string>;
  /** The same database as its server's superuser sees it. */
  admin(url: string): string;
  /** Statements that clients have sent to that database so far, BEGIN and COMMIT too; those inside functions are part of the call. */
  counted(own: Sql, url: string): Promise<number>;
};

/** A server that counts the statements of all its connections. */
export function withCountingServer(work: (server: CountingServer) => Promise<void>): Promise<void> {
  return withFolder(async (folder) => {
    const asAdmin = (url: string, database?: string) => {
      const copy = new URL(url);
      copy.username = 'postgres';
      if (database) copy.pathname = `/${database}`;
      return copy.href;
    };
    const first = await startEmbedded(folder);
    const admin = postgres(asAdmin(first.url, 'postgres'), { max: 1, onnotice: () => {} });
    await admin`alter system set shared_preload_libraries = 'pg_stat_statements'`;
    await admin.end();
    await first.stop();
    const server = await startEmbedded(folder);
    const sql = postgres(asAdmin(server.url, 'postgres'), { max: 1, onnotice: () => {} });
    await sql`create extension pg_stat_statements`;
    const urls = new Map<string, string>();
    try {
      await work({
        async urlOf(name) {
          const known = urls.get(name);
          if (known) return known;
          const database = `bench_${name.toLowerCase().replace(/[^a-z]+/g, '_')}`;
          await sql.unsafe(`create database ${database} owner factotum`);
          const url = new URL(server.url);
          url.pathname = `/${database}`;
          urls.set(name, url.href);
          return url.href;
        },
        admin: (url) => asAdmin(url),
        async counted(_own, url) {
          const database = new URL(url).pathname.slice(1);
          const [row] = await sql`
            select coalesce(sum(calls), 0) as calls from pg_stat_statements
            join pg_database on pg_database.oid = dbid where datname = ${database}`;
          return Number(row?.['calls']);
        },
      });
    } finally {
      await sql.end({ timeout: 1 });
      await server.stop();
    }
  });
}

/** Starts the program on 127.0.0.1 and waits until it says that it is ready. */
export async function startProgram(
  environment: Record<string, string>,
  args: string[] = [],
): Promise<Program> {
  const start = performance.now();
  const child = spawn(process.execPath, ['dist/main.js', ...args], {
    cwd: root,
    env: { PATH: process.env['PATH'], PORT: '0', FACTOTUM_TIMEZONE: 'UTC', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const address = await new Promise<string>((resolve, reject) => {
    let said = '';
    child.stdout.on('data', (chunk) => {
      said += chunk;
      const ready = /ready: (\S+)\n/.exec(said)?.[1];
      if (ready) resolve(ready);
    });
    child.once('exit', (code) => reject(new Error(`The program ended with ${code}.`)));
  });
  return { address, startMs: performance.now() - start, stop: () => stop(child) };
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}

export async function post(address: string, path: string, body: unknown): Promise<void> {
  const response = await fetch(address + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path} answered ${response.status}.`);
  await response.text();
}

export type Listener = { card(kind: Card['kind']): Promise<Card>; close(): void };

/** Hears a conversation as the web chat does. */
export async function listen(address: string, conversation: string): Promise<Listener> {
  const socket = new WebSocket(`${address.replace('http', 'ws')}/ws/conversations/${conversation}`);
  const seen: Card[] = [];
  let wake = () => {};
  socket.on('message', (data) => {
    const { message }: { message: MessageView } = JSON.parse(String(data));
    if (message.card) seen.push(message.card);
    wake();
  });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  return {
    async card(kind) {
      const signal = AbortSignal.timeout(60_000);
      for (;;) {
        const found = seen.find((card) => card.kind === kind);
        if (found) return found;
        await new Promise<void>((resolve, reject) => {
          wake = resolve;
          signal.onabort = () => reject(new Error(`No ${kind} card came within a minute.`));
        });
      }
    },
    close: () => socket.close(),
  };
}

/** Presses the button of that name. */
export async function press(address: string, card: Card, label: string): Promise<void> {
  const action = card.actions.find((candidate) => candidate.label === label);
  if (!action) throw new Error(`The card has no ${label}.`);
  await post(address, '/api/actions', { id: action.id });
}
