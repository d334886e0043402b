/** Deliveries at a steady rate, whatever becomes of them. */
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

/** Sends each at its time, however long the answers take. @returns what each send has returned */
export async function drive<T>(perSecond: number, sends: (() => Promise<T>)[]): Promise<T[]> {
  const start = performance.now();
  const answers: Promise<T>[] = [];
  for (const [index, send] of sends.entries()) {
    const wait = start + (1000 * index) / perSecond - performance.now();
    if (wait > 0) await sleep(wait);
    answers.push(send());
  }
  return Promise.all(answers);
}
