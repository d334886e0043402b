/** Another program to compare with, as a process of its own: it says its port, and ends when it is told to. */
import { fork } from 'node:child_process';
import { join } from 'node:path';

export type Child = { address: string; stop(): Promise<void> };

/** @param name of its file in `contender/` */
export async function startChild(name: string): Promise<Child> {
  const child = fork(join(import.meta.dirname, `../contender/${name}.ts`), {
    execArgv: ['--import', 'tsx'],
  });
  const port = await new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code}.`)));
  });
  return {
    address: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.send('stop');
      }),
  };
}
