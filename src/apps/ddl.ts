/** A transaction that changes tables: one at a time, as the login role. */
import { begin } from '../db/begin.ts';
import type { Database } from '../db/client.ts';
import type { Line } from './session.ts';

/** Runs one statement. `attempt` runs one that may be forbidden here and says whether it worked. */
export type Ddl = {
  (statement: string): Promise<Line[]>;
  attempt(statement: string): Promise<boolean>;
};

/** "app" in ASCII: concurrent grants and CREATE EXTENSION fail with "tuple concurrently updated". */
const ddlLock = 0x617070;

export function ddl<T>(db: Database, work: (run: Ddl) => Promise<T>): Promise<T> {
  return begin(db.raw, async (sql) => {
    await sql`select pg_advisory_xact_lock(${ddlLock})`;
    // Behind a long reader an ALTER would block every later reader: rather fail and be repeated.
    await sql`select set_config('lock_timeout', '5000', true)`;
    const one = async (statement: string): Promise<Line[]> => sql.unsafe<Line[]>(statement);
    const attempt = async (statement: string): Promise<boolean> => {
      await sql`savepoint attempt`;
      try {
        await sql.unsafe(statement);
        await sql`release savepoint attempt`;
        return true;
      } catch {
        await sql`rollback to savepoint attempt`;
        return false;
      }
    };
    return work(Object.assign(one, { attempt }));
  });
}
