import { setTimeout as sleep } from 'node:timers/promises';
import type { Sql } from 'postgres';

/**
 * Drops a database with the connections that are still there. Autovacuum may be at work in it just then,
 * which an ordinary role may not end (42501): it is gone in a moment, so that is tried again.
 */
export async function dropDatabase(admin: Sql, name: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await admin`drop database ${admin(name)} with (force)`;
      return;
    } catch (error) {
      const isBusy = error instanceof Error && 'code' in error && error.code === '42501';
      if (!isBusy || attempt === 50) throw error;
      await sleep(100);
    }
  }
}
