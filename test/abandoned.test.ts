/** A program that is stopped in the middle of a message keeps its locks until somebody ends its connection. */
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { Client } from 'pg';
import { afterAll, expect, test } from 'vitest';
import { endAbandoned } from '../src/db/abandoned.ts';
import { connect, systemTransaction } from '../src/db/client.ts';
import { applicationName, limitsOf } from '../src/db/limit.ts';
import { testDatabase } from './support/database.ts';

const { url } = await testDatabase();
const limits = limitsOf(1);
const db = connect(url, 2, limits);
afterAll(() => db.close());

/** The driver's own way to send the parts of a message, which its types leave out. */
type Wire = {
  parse(query: { name: string; text: string; types: number[] }): void;
  describe(what: { type: 'S'; name: string }): void;
  bind(values: { portal: string; statement: string; values: unknown[]; binary: boolean }): void;
  execute(what: { portal: string; rows: number }): void;
  flush(): void;
};

/** Holds a lock in a transaction and has sent a statement but for its end. */
async function stopInTheMiddle(name: string, part: 'prepared' | 'executed') {
  const options = Object.entries(limits.session).map(([key, value]) => `-c ${key}=${value}`);
  const client = new Client({
    ...{ connectionString: url, application_name: name, options: options.join(' ') },
  });
  const lost = new Promise((resolve) => client.once('end', () => resolve('lost')));
  // It is not asked for what comes back.
  client.on('error', () => {});
  await client.connect();
  await client.query('begin; select pg_advisory_xact_lock(5)');
  const { connection } = client as Client & { connection: Wire };
  connection.parse({ name: '', text: 'select 1', types: [] });
  if (part === 'prepared') connection.describe({ type: 'S', name: '' });
  else {
    connection.bind({ portal: '', statement: '', values: [], binary: false });
    connection.execute({ portal: '', rows: 0 });
  }
  connection.flush();
  return { client, lost };
}

const isFree = () =>
  systemTransaction(db, async (tx) => {
    const [row] = await tx.execute<{ free: boolean }>(
      sql`select pg_try_advisory_xact_lock(5) as free`,
    );
    return row?.free;
  });

test.each(['prepared', 'executed'] as const)(
  'a statement that is %s and not ended',
  async (part) => {
    const { lost } = await stopInTheMiddle(applicationName, part);
    expect(await endAbandoned(db)).toBe(0);
    // Longer than each of the limits that the server keeps by itself.
    await sleep(1500);
    expect(await isFree()).toBe(false);
    expect(await endAbandoned(db)).toBe(1);
    expect(await lost).toBe('lost');
    await expect.poll(isFree).toBe(true);
    expect(await endAbandoned(db)).toBe(0);
  },
);

test('a program that is not ours is left alone', async () => {
  const { client } = await stopInTheMiddle('reporting', 'prepared');
  await sleep(1000);
  expect(await endAbandoned(db)).toBe(0);
  expect(await isFree()).toBe(false);
  await client.end();
});
