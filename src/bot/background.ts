/** Work that goes on after a platform has its answer; stopping waits for it. */
import type { Log } from '../log.ts';

export type Background = {
  /** Faults go to the log. The promise says when it has ended, for whoever wants to know; it never fails. */
  run(name: string, work: () => Promise<unknown>): Promise<void>;
  settle(): Promise<void>;
};

export function createBackground(log: Log, platform: string): Background {
  const open = new Set<Promise<unknown>>();
  return {
    run(name, work) {
      const one = work()
        .catch((error) => log.error(`${platform}.${name}`, error))
        .finally(() => open.delete(one));
      open.add(one);
      return one.then(() => {});
    },
    async settle() {
      while (open.size > 0) await Promise.all(open);
    },
  };
}
