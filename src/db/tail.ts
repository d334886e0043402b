/** The end of a transaction: what it leaves, and the statements that write it. */
import type { Sql } from 'postgres';
import { type Alike, addWrite, alike, partsOf, type Write } from './write.ts';

/**
 * What a transaction leaves for its end: events of the ledger, jobs and signals. They are written by
 * one statement just before COMMIT, since each would otherwise be a round trip of its own, and the end
 * of the ledger would stay locked for the whole transaction.
 */
export type Tail = {
  events: object[];
  jobs: { kind: string; key: string | null; run_at: string | null; priority: number }[];
  /** Keys of jobs that are no longer needed. */
  dropped: string[];
  signals: string[];
  /** Writes of known rows (`rows.ts`): sent before whatever else the transaction sends. */
  writes: Write[];
  /** Whether its commit need not be on the disk when it is said to have been made. */
  isLater: boolean;
  /** Sent and not yet answered. */
  sent: Promise<unknown>[];
};

export const emptyTail = (): Tail => ({
  ...{ events: [], jobs: [], dropped: [], signals: [], writes: [] },
  ...{ isLater: false, sent: [] },
});

/** Whether there is more than writes of rows. */
export const leaves = ({ events, jobs, dropped, signals }: Tail): boolean =>
  events.length + jobs.length + dropped.length + signals.length > 0;

/** What parts of a transaction leave is left by the transaction. */
export function leave(tail: Tail, parts: Tail[]): void {
  moveWrites(tail, parts);
  for (const { events, jobs, dropped, signals, sent } of parts) {
    tail.events.push(...events);
    for (const job of jobs) putJob(tail, job);
    tail.dropped.push(...dropped);
    tail.signals = [...new Set([...tail.signals, ...signals])];
    tail.sent.push(...sent);
  }
  tail.isLater = parts.every(({ isLater }) => isLater);
}

/** Of what they leave the writes, which may have to be sent before its end. */
export function moveWrites({ writes }: Tail, parts: Tail[]): void {
  for (const write of parts.flatMap((part) => part.writes.splice(0))) addWrite(writes, write);
}

/** Adds a job; one of the same key is replaced. */
export function putJob({ jobs }: Tail, job: Tail['jobs'][number]): void {
  const at = job.key === null ? -1 : jobs.findIndex(({ key }) => key === job.key);
  if (at < 0) jobs.push(job);
  // What one part of a transaction needs at once, another does not put off.
  else jobs[at] = { ...job, priority: Math.min(job.priority, jobs[at]?.priority ?? 0) };
}

/** Longer statements have many rows, each number of rows being another statement: they are not kept. */
export const longestKept = 4000;

/** So many kinds of writes are one statement at most. */
const together = 30;

/** Sends what was put off. Whatever is sent afterwards is carried out after it, on the same connection. */
export function sendWrites(sql: Sql, tail: Tail): void {
  const groups = alike(tail.writes.splice(0));
  while (groups.length > 0) sendWith(sql, tail, [], groups.splice(0, together), []);
}

/**
 * The end of the ledger is locked until the commit, and a commit lasts until the disk has it: those of a
 * workspace would queue up for the disk one by one. So these commits do not wait for it, and whoever made
 * one waits afterwards until all that was committed so far is on the disk (`flush`), together with others.
 * The log is written in order, so nothing can be there without what it was built on.
 */
export function finish(sql: Sql, tail: Tail): void {
  const groups = alike(tail.writes.splice(0));
  while (groups.length > together) sendWith(sql, tail, [], groups.splice(0, together), []);
  const { events, jobs, signals, dropped } = tail;
  const left = [events, jobs, signals].map((each) => JSON.stringify(each));
  sendWith(sql, tail, [...left, ...dropped], groups, [
    "set_config('synchronous_commit', 'off', true)",
    ...dropped.map((_, index) => `factotum_drop_job($${left.length + index + 1})`),
    'factotum_finish($1::text::json, $2::text::json, $3::text::json)',
  ]);
}

/** Sends writes with what else is to be done after them, and does not wait for the answer. */
function sendWith(sql: Sql, tail: Tail, values: string[], groups: Alike[], then: string[]): void {
  const given: unknown[] = [...values];
  const { parts, musts } = partsOf(groups, (value) => `$${given.push(value)}`);
  const text = `${parts.length > 0 ? `with ${parts.join(', ')} ` : ''}select ${[...musts, ...then].join(', ')}`;
  // However many rows there are, the text is the same.
  const sent = sql.unsafe(text, given as string[], { prepare: true }).execute();
  // It is looked at by whoever reads next, or at the end.
  sent.catch(() => {});
  tail.sent.push(sent);
}
