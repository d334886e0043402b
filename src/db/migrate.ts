/** Brings a database to the current schema: ours, then the job queue's. */
import { join } from 'node:path';
import { migrate as applyMigrations } from 'drizzle-orm/postgres-js/migrator';
import { Logger, runMigrations } from 'graphile-worker';
import postgres from 'postgres';
import { FactotumError } from '../errors.ts';
import { root } from '../root.ts';
import { connect, type Database } from './client.ts';
import { unlimited } from './limit.ts';

const folder = join(root, 'drizzle');
/** The queue tells of each of its migrations; a person starting the program need not read them. */
const quietLogger = new Logger(() => () => {});
const migrationLock = 0x6d696772;

/**
 * Applies what is missing. Several programs may start at once: one migrates, the others wait.
 * @throws NOT_READY when the server is older than 14 or the account may not create roles
 */
export async function migrate(db: Database): Promise<void> {
  const client = postgres(db.url, { max: 1, onnotice: () => {} });
  try {
    const [row] = await client`select current_setting('server_version_num')::int as version`;
    if (Number(row?.['version']) < 140000) {
      throw new FactotumError(
        'NOT_READY',
        'Factotum needs PostgreSQL 14 or later. Point DATABASE_URL at a newer server.',
      );
    }
    await client`select pg_advisory_lock(${migrationLock})`;
    const single = connect(db.url, 1, unlimited);
    try {
      await applyMigrations(single.orm, { migrationsFolder: folder });
      await runMigrations({ connectionString: db.url, logger: quietLogger });
    } finally {
      await single.close();
    }
  } catch (cause) {
    if (cause instanceof FactotumError) throw cause;
    const code =
      cause instanceof Error && cause.cause instanceof Error && 'code' in cause.cause
        ? cause.cause.code
        : undefined;
    if (code === '42501') {
      throw new FactotumError(
        'NOT_READY',
        'The account in DATABASE_URL may not create schemas or roles. Ask whoever runs the server to grant it CREATE on the database and the CREATEROLE attribute.',
        { cause },
      );
    }
    throw cause;
  } finally {
    await client.end({ timeout: 5 });
  }
}
