/** Trying things on an app's real tables without leaving a trace: always rolled back. */
import { randomInt } from 'node:crypto';
import { begin } from '../db/begin.ts';
import type { Database } from '../db/client.ts';
import type { App } from './app.ts';
import { inSchema } from './column.ts';
import { enterApp, run, type Sql } from './session.ts';
import type { Entity } from './spec.ts';

export type Rehearsal = {
  sql: Sql;
  /** An id below zero: no sequence moves, and no real record has it. */
  nextId(): string;
  /** Entity key → samples made so far. */
  made: Map<string, number>;
  note(entity: Entity): void;
};

class Rolledback<T> extends Error {
  readonly result: T;
  constructor(result: T) {
    super('rolled back on purpose');
    this.result = result;
  }
}

/** Runs `work` as the app's role in a transaction of its own view of the data, and rolls it back. */
export async function rehearse<T>(
  db: Database,
  app: App,
  work: (rehearsal: Rehearsal) => Promise<T>,
): Promise<T> {
  try {
    return await begin<T>(db.raw, async (sql) => {
      // Others' work in the meantime must not change what is counted.
      await sql`set transaction isolation level repeatable read`;
      await enterApp(sql, app);
      // Two rehearsals at once wait for each other if they choose the same ids.
      let id = -randomInt(1_000_000, 2 ** 47);
      const made = new Map<string, number>();
      const result = await work({
        sql,
        made,
        nextId: () => String(--id),
        note: (entity) => made.set(entity.key, (made.get(entity.key) ?? 0) + 1),
      });
      throw new Rolledback(result);
    });
  } catch (error) {
    if (error instanceof Rolledback) return error.result as T;
    throw error;
  }
}

/** How many records every table of the app has now; entity key → count. */
export async function countAll(sql: Sql, app: App): Promise<Map<string, number>> {
  const selects = app.spec.entities.map(
    (entity, index) => `select ${index} as entity, count(*) as n from ${inSchema(app, entity.key)}`,
  );
  const lines = await run(sql, selects.join(' union all '));
  return new Map(
    lines.map((line) => [app.spec.entities[Number(line['entity'])]?.key ?? '', Number(line['n'])]),
  );
}
