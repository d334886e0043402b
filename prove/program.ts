/** The built program as a child process that can be killed. */
import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { root } from '../src/root.ts';

export type Program = {
  /** Where it listens. @throws when it ends before it does */
  ready: Promise<string>;
  /** Settles when the process is gone. */
  ended: Promise<void>;
  /** SIGKILL: it is not asked and cannot tidy up. */
  kill(): void;
  /** SIGTERM, as from a service manager. */
  stop(): Promise<void>;
};

/** @param log a file that all it says is added to */
export function startProgram(databaseUrl: string, log: string): Program {
  const child = spawn(process.execPath, ['--enable-source-maps', 'dist/main.js'], {
    cwd: root,
    env: {
      PATH: process.env['PATH'],
      PORT: '0',
      FACTOTUM_TIMEZONE: 'UTC',
      DATABASE_URL: databaseUrl,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  // A proof that is interrupted leaves no program behind, which would wait for its database for ever.
  const kill = () => void child.kill('SIGKILL');
  process.on('exit', kill);
  ended.then(() => process.off('exit', kill));
  const ready = new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      appendFileSync(log, chunk);
      said += chunk;
      const address = /ready: (\S+)\n/.exec(said)?.[1];
      if (address) resolve(address);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    ended.then(() => reject(new Error('The program ended before it was ready.')));
  });
  // Who waits for it hears of it; who does not, need not.
  ready.catch(() => {});
  return {
    ready,
    ended,
    kill,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
