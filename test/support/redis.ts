/** A real Redis for a test file, on a port of its own, that keeps nothing on the disk. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@redis/client';

const usual = [
  '/usr/bin/redis-server',
  '/usr/local/bin/redis-server',
  '/opt/homebrew/bin/redis-server',
];

/** The one named in REDIS_SERVER, or the system's. */
const findRedis = (): string | undefined =>
  process.env['REDIS_SERVER'] ?? usual.find((path) => existsSync(path));

/** Continuous integration must have one; another machine without one is told what is left out. */
export function hasRedis(): boolean {
  if (findRedis() !== undefined || process.env['CI'] === 'true') return true;
  process.stderr.write(
    'No Redis was found, so its tests are left out. Install one (Debian: apt-get install redis-server) or name it in REDIS_SERVER.\n',
  );
  return false;
}

export async function testRedis() {
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  let server: ChildProcess | undefined;
  const start = async () => {
    const quiet = ['--save', '', '--appendonly', 'no', '--dir', tmpdir()];
    const own = ['--port', String(port), '--bind', '127.0.0.1', ...quiet];
    server = spawn(findRedis() ?? 'redis-server', own, { stdio: 'ignore' });
    for (;;) {
      const client = createClient({ url, socket: { reconnectStrategy: false } });
      client.on('error', () => {});
      const isUp = await client.connect().then(
        () => true,
        () => false,
      );
      if (isUp) return client.destroy();
      await sleep(50);
    }
  };
  const stop = async () => {
    const ending = server;
    if (!ending || ending.exitCode !== null) return;
    const ended = new Promise((resolve) => ending.once('exit', resolve));
    ending.kill('SIGKILL');
    await ended;
  };
  return { url, start, stop };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject).listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
