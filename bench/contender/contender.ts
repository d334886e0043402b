/** One of those that are compared: how it is set up, asked, and made to work in a process of its own. */
import type { Sql } from 'postgres';

/** What a working process can be told to do; the program ends when it has stopped. */
type Work = { stop(): Promise<void> };

export type Contender = {
  name: string;
  /** Makes its tables. */
  setUp(url: string): Promise<void>;
  /** Runs in a child process: takes up whatever is asked until it is told to stop. */
  work(url: string): Promise<Work>;
  /** Opens what the asking side needs. */
  connect(url: string): Promise<Client>;
};

type Client = {
  /** What has to be there before anybody can ask: not measured. */
  prepare(count: number): Promise<void>;
  /** Asks for the prepared tasks, one after another as fast as they are taken: measured. */
  ask(): Promise<void>;
  /** How many of all that were asked are done, with everything about them written. */
  countDone(sql: Sql): Promise<number>;
  /** @throws when what should have been written for `count` tasks is not there */
  verify(sql: Sql, count: number): Promise<void>;
  close(): Promise<void>;
};

/** Steps of a task, and what each writes at least: its one row. */
export const stepsPerTask = 5;
/** How many jobs a process works on at once, and how many tasks are asked for at once. */
export const concurrency = 16;

/** Runs `work` on each value, `concurrency` at a time. */
export async function forAll<T>(values: T[], work: (value: T) => Promise<unknown>): Promise<void> {
  const rest = values.values();
  const lane = async () => {
    for (const value of rest) await work(value);
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
}
