/** What becomes of a transaction whose connection is lost, and of the pool that it came from. */
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { begin } from '../src/db/begin.ts';
import { connect, type Database, systemTransaction } from '../src/db/client.ts';
import { limitsOf, usualLimits } from '../src/db/limit.ts';
import type { Tx } from '../src/db/tx.ts';
import { testDatabase } from './support/database.ts';
import { startLine } from './support/line.ts';

const db = await testDatabase();
const notReady = { code: 'NOT_READY', transient: true, message: expect.stringMatching(/\.$/) };

/** A pool of one connection, so that a connection that is not given back is missed at once. */
async function withPool<T>(
  url: string,
  work: (pool: Database) => Promise<T>,
  limits = usualLimits,
): Promise<T> {
  const pool = connect(url, 1, limits);
  try {
    return await work(pool);
  } finally {
    await pool.close();
  }
}
const works = (pool: Database) =>
  expect(systemTransaction(pool, (tx) => tx.execute(sql`select 1 as one`))).resolves.toEqual([
    { one: 1 },
  ]);

/** Ends the connection of a transaction from outside and waits until the server has nothing of it. */
async function end(tx: Tx): Promise<void> {
  const [row] = await tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`);
  await db.raw`select pg_terminate_backend(${row?.pid ?? 0}, 5000)`;
}

test('a connection that is ended under a statement fails its transaction, and the next one works', async () => {
  await withPool(db.url, async (pool) => {
    const lost = systemTransaction(pool, (tx) =>
      tx.execute(sql`select pg_terminate_backend(pg_backend_pid()), pg_sleep(60)`),
    );
    await expect(lost).rejects.toMatchObject(notReady);
    await works(pool);
  });
});

test('a connection that is ended between two statements fails its transaction, and the next one works', async () => {
  await withPool(db.url, async (pool) => {
    const lost = systemTransaction(pool, async (tx) => {
      await end(tx);
      await new Promise((resolve) => setTimeout(resolve, 50));
      await tx.execute(sql`select 1`);
    });
    await expect(lost).rejects.toMatchObject(notReady);
    await works(pool);
  });
});

test('work that swallows the loss of its connection does not commit', async () => {
  await withPool(db.url, async (pool) => {
    const lost = begin(pool.raw, async (tx) => {
      await tx`select pg_terminate_backend(pg_backend_pid())`.catch(() => {});
      return 'done';
    });
    await expect(lost).rejects.toMatchObject(notReady);
    await works(pool);
  });
});

test('a server that refuses fails a transaction with a sentence, until it is back', async () => {
  const line = await startLine(db.url);
  await withPool(line.url, async (pool) => {
    await works(pool);
    await line.cut();
    for (let again = 0; again < 4; again += 1)
      await expect(
        systemTransaction(pool, (tx) => tx.execute(sql`select 1`)),
      ).rejects.toMatchObject(notReady);
    await line.mend();
    // The first may still be answered by an attempt that was made before.
    await expect
      .poll(() => systemTransaction(pool, async () => 'back'), { timeout: 10_000 })
      .toBe('back');
    await works(pool);
  });
});

test('a line that is cut under a statement fails its transaction, and the next one works', async () => {
  const line = await startLine(db.url);
  await withPool(line.url, async (pool) => {
    const lost = systemTransaction(pool, async (tx) => {
      const sleeping = tx.execute(sql`select pg_sleep(60)`);
      setTimeout(() => line.cut(), 50);
      await sleeping;
    });
    await expect(lost).rejects.toMatchObject(notReady);
    await line.mend();
    await expect
      .poll(() => systemTransaction(pool, async () => 'back'), { timeout: 10_000 })
      .toBe('back');
  });
});

test('whoever waits for a connection when all are lost is answered', async () => {
  const pool = connect(db.url, 2);
  const waiting = Array.from({ length: 20 }, (_, place) =>
    systemTransaction(pool, (tx) =>
      tx.execute(place < 2 ? sql`select pg_terminate_backend(pg_backend_pid())` : sql`select 1`),
    ).then(
      () => 'done',
      () => 'failed',
    ),
  );
  const lost = Array.from({ length: 2 }, () => 'failed');
  expect(await Promise.all(waiting)).toEqual([
    ...lost,
    ...Array.from({ length: 18 }, () => 'done'),
  ]);
  await pool.close();
});

/** A second, so that the tests do not last. */
const brief = limitsOf(1);

test('a statement that takes too long is given up with a sentence, and the next one works', async () => {
  await withPool(
    db.url,
    async (pool) => {
      const slow = systemTransaction(pool, (tx) => tx.execute(sql`select pg_sleep(60)`));
      await expect(slow).rejects.toMatchObject({
        ...notReady,
        message: expect.stringMatching(/took too long/),
      });
      await works(pool);
    },
    brief,
  );
});

test('a lock that does not come free is given up with a sentence, and the next one works', async () => {
  await withPool(
    db.url,
    async (pool) => {
      await systemTransaction(db, async (tx) => {
        await tx.execute(sql`select pg_advisory_xact_lock(4711)`);
        const waiting = systemTransaction(pool, (other) =>
          other.execute(sql`select pg_advisory_xact_lock(4711)`),
        );
        await expect(waiting).rejects.toMatchObject({
          ...notReady,
          message: expect.stringMatching(/at work on the same/),
        });
      });
      await works(pool);
    },
    brief,
  );
});

test('a transaction that is left open keeps its locks no longer than that', async () => {
  await withPool(
    db.url,
    async (pool) => {
      let leave = () => {};
      const left = new Promise<void>((resolve) => {
        leave = resolve;
      });
      let hold = () => {};
      const held = new Promise<void>((resolve) => {
        hold = resolve;
      });
      const forgotten = systemTransaction(pool, async (tx) => {
        await tx.execute(sql`select pg_advisory_xact_lock(4711)`);
        hold();
        await left;
      });
      await held;
      await systemTransaction(db, (tx) => tx.execute(sql`select pg_advisory_xact_lock(4711)`));
      leave();
      await expect(forgotten).rejects.toMatchObject(notReady);
      await works(pool);
    },
    brief,
  );
});

test('a line on which nothing arrives any more fails what waits on it, and the next one works', async () => {
  const line = await startLine(db.url);
  await withPool(
    line.url,
    async (pool) => {
      await works(pool);
      // One that was connected, and one that connects.
      line.swallow();
      const began = Date.now();
      await expect(systemTransaction(pool, async () => 'never')).rejects.toMatchObject(notReady);
      expect(Date.now() - began).toBeLessThan(brief.silenceMs + 5000);
      await expect(systemTransaction(pool, async () => 'never')).rejects.toMatchObject(notReady);
      line.clear();
      await expect
        .poll(() => systemTransaction(pool, async () => 'back'), { timeout: 10_000 })
        .toBe('back');
      await works(pool);
    },
    brief,
  );
}, 60_000);

test('where one line is found dead, nobody waits for another one that was opened with it', async () => {
  const line = await startLine(db.url);
  const pool = connect(line.url, 2, brief);
  const clients = [pool.orm.$client, pool.raw];
  const all = clients.flatMap((client) => [client, client]);
  // Each has two connections, all of which are used at the same time and then by nobody.
  await Promise.all(all.map((client) => begin(client, (tx) => tx`select pg_sleep(0.2)`)));
  line.swallow();
  await expect(begin(pool.raw, (tx) => tx`select 1`)).rejects.toMatchObject(notReady);
  line.clear();
  const began = Date.now();
  await Promise.all(all.map((client) => begin(client, (tx) => tx`select 1`)));
  expect(Date.now() - began).toBeLessThan(brief.silenceMs / 2);
  await pool.close();
}, 30_000);

test('a line that is swallowed during COMMIT leaves it open whether that was saved', async () => {
  const line = await startLine(db.url);
  await withPool(
    line.url,
    async (pool) => {
      const saving = systemTransaction(pool, async (tx) => {
        await tx.execute(sql`select 1`);
        line.swallow();
      });
      await expect(saving).rejects.toMatchObject({
        code: 'NOT_READY',
        message: expect.stringMatching(/not known whether/),
      });
      line.clear();
    },
    brief,
  );
}, 30_000);

test('a line that nobody uses stays, however long', async () => {
  await withPool(
    db.url,
    async (pool) => {
      const pid = async () => {
        const [row] = await systemTransaction(pool, (tx) =>
          tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`),
        );
        return row?.pid;
      };
      const before = await pid();
      await new Promise((resolve) => setTimeout(resolve, brief.silenceMs + 500));
      expect(await pid()).toBe(before);
    },
    brief,
  );
}, 20_000);
