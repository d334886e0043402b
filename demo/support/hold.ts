/** A moment long enough to say “pause” in: an app takes less than a second to build. */
import { begin } from '../../src/db/begin.ts';
import type { Database } from '../../src/db/client.ts';

/**
 * Nothing can be built until it is released.
 * @returns the release
 */
export function holdApps({ raw }: Database): Promise<() => Promise<void>> {
  return new Promise((resolve, reject) => {
    const holding = begin(raw, async (sql) => {
      await sql`lock table apps in share mode`;
      await new Promise<void>((over) =>
        resolve(async () => {
          over();
          await holding;
        }),
      );
    });
    // Once it is held, whoever releases it hears of a failure.
    holding.catch(reject);
  });
}
