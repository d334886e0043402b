/** The program as a person starts it: a process of its own that can be killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll } from 'vitest';

export type Started = { child: ChildProcess; address: string; said(): string };

const root = join(import.meta.dirname, '../..');
const running = new Set<ChildProcess>();

export const ended = (child: ChildProcess) =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise<void>((resolve) => child.once('exit', () => resolve()));

/** Starts the program and waits for its address, or for what it is instead; it ends with the test file. */
export async function startProcess(
  env: Record<string, string>,
  options: string[] = [],
): Promise<Started> {
  if (running.size === 0) afterAll(endAll);
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts', ...options], {
    cwd: root,
    env: { PATH: process.env['PATH'], PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  let said = '';
  return new Promise((resolve, reject) => {
    const read = (chunk: Buffer) => {
      said += chunk;
      const address = /Factotum is ready: (.+)\n/.exec(said)?.[1];
      if (address) resolve({ child, address, said: () => said });
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => reject(new Error(`The program ended with ${code}:\n${said}`)));
  });
}

async function endAll(): Promise<void> {
  const all = [...running];
  for (const child of all) {
    // One that a test has stopped does not hear of its end before it goes on.
    child.kill('SIGCONT');
    child.kill('SIGTERM');
  }
  await Promise.all(all.map(ended));
}
