/** A database of one test file: cloned from the migrated template, dropped afterwards. */
import { randomBytes } from 'node:crypto';
import postgres from 'postgres';
import { afterAll, inject } from 'vitest';
import { connect, type Database } from '../../src/db/client.ts';
import { dropDatabase } from './drop-database.ts';

/** Call at the top of a test file (top-level await) or in beforeAll. */
export async function testDatabase(): Promise<Database> {
  const template = new URL(inject('databaseUrl'));
  const name = `test_${randomBytes(6).toString('hex')}`;
  const admin = postgres(asDatabase(template, 'postgres'), { max: 1, onnotice: () => {} });
  // Two files may clone at once; Postgres lets one at a time copy a template.
  await admin`select pg_advisory_lock(7)`;
  await admin.unsafe(`create database ${name} template ${template.pathname.slice(1)}`);
  await admin`select pg_advisory_unlock(7)`;
  const db = connect(asDatabase(template, name), 6);
  afterAll(async () => {
    await db.close();
    await dropDatabase(admin, name);
    await admin.end({ timeout: 2 });
  });
  return db;
}

function asDatabase(url: URL, name: string): string {
  const copy = new URL(url);
  copy.pathname = `/${name}`;
  return copy.href;
}
