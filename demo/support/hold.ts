/** A moment long enough to say “pause” in: an app takes less than a second to build. */
import type { Database } from '../../src/db/client.ts';

/**
 * Nothing can be built until it is released.
 * @returns the release
 */
export async function holdApps({ raw }: Database): Promise<() => Promise<void>> {
  const held = await raw.reserve();
  await held`begin`;
  await held`lock table apps in share mode`;
  return async () => {
    await held`commit`;
    held.release();
  };
}
