/** Which version of a card was sent last by this program, to leave out what comes late. */
import type { PostedCard } from './bot.ts';

/** So many cards are remembered. */
const most = 10_000;

type Versions = {
  keep(posted: PostedCard): void;
  /** Whether a newer one was sent. */
  isOlder(posted: PostedCard): boolean;
};

export function createVersions(): Versions {
  const versions = new Map<string, number>();
  return {
    keep({ id, version }) {
      versions.delete(id);
      versions.set(id, version);
      const oldest = versions.keys().next().value;
      if (versions.size > most && oldest !== undefined) versions.delete(oldest);
    },
    isOlder: ({ id, version }) => version < (versions.get(id) ?? 0),
  };
}
