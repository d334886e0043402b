/**
 * Decisions about several tasks of a workspace that are to be made at the same time share a transaction (`db/part.ts`):
 * where a program has much to do, most of what each costs is what a transaction costs.
 */
import { type Database, type Tx, transaction } from '../db/client.ts';
import { inParts } from '../db/part.ts';
import { snapshotsOf, withSnapshots } from '../db/snapshot.ts';
import { completed, onSnapshot } from './advance.ts';
import type { Engine } from './context.ts';
import type { Snapshot } from './decide.ts';
import { inPlace } from './place.ts';

type Job = { workspaceId: string; taskId: string };
type Work<T> = (tx: Tx, snapshot: Snapshot | undefined) => Promise<T>;
type Wanted = {
  engine: Engine;
  job: Job;
  work: Work<void>;
  done(): void;
  fail(error: unknown): void;
};

/** So many tasks share a transaction at most, and so many such transactions of a workspace go on at once. */
const size = 8;
const most = 2;
/** So long, in milliseconds, one waits for as many to come as shared the last. */
const gatherMs = 10;

/** What is to be done in a workspace, in the order in which it came. */
type Line = { going: number; waiting: Wanted[]; last: number; timer: NodeJS.Timeout | undefined };
const lines = new WeakMap<Database, Map<string, Line>>();

/**
 * As `onSnapshot`, in a transaction with others or alone.
 * @throws also what the work on another task in the same transaction has thrown: nothing of any of them is written then
 */
export function onSnapshotTogether<T>(engine: Engine, job: Job, work: Work<T>): Promise<T> {
  const line = lineOf(engine.db, job.workspaceId);
  return new Promise<T>((resolve, fail) => {
    let result: T;
    const kept: Work<void> = async (tx, snapshot) => {
      result = await work(tx, snapshot);
    };
    line.waiting.push({ engine, job, work: kept, done: () => resolve(result), fail });
    next(line);
  });
}

function lineOf(db: Database, workspaceId: string): Line {
  const known = lines.get(db) ?? new Map<string, Line>();
  lines.set(db, known);
  const line = known.get(workspaceId) ?? { going: 0, waiting: [], last: 1, timer: undefined };
  known.set(workspaceId, line);
  return line;
}

function next(line: Line, isLate = false): void {
  if (line.going >= most || line.waiting.length === 0) return;
  if (line.waiting.length < line.last && !isLate) {
    line.timer ??= setTimeout(() => {
      line.timer = undefined;
      next(line, true);
    }, gatherMs);
    return;
  }
  clearTimeout(line.timer);
  line.timer = undefined;
  const batch = takeBatch(line);
  line.last = batch.length;
  line.going += 1;
  runBatch(batch).finally(() => {
    line.going -= 1;
    next(line);
  });
}

/** Two pieces of one task follow each other: each knows what the one before has changed. */
function takeBatch(line: Line): Wanted[] {
  const batch = new Map<string, Wanted>();
  const left: Wanted[] = [];
  for (const wanted of line.waiting) {
    const { taskId } = wanted.job;
    if (batch.size < size && !batch.has(taskId)) batch.set(taskId, wanted);
    else left.push(wanted);
  }
  line.waiting = left;
  return [...batch.values()];
}

/** Does not reject. */
async function runBatch(batch: Wanted[]): Promise<void> {
  const [first] = batch;
  if (!first) return;
  const { engine, job } = first;
  const alone: Promise<void>[] = [];
  let shared = batch;
  try {
    await inPlace(engine.db, async () => {
      if (batch.length === 1) return onSnapshot(engine, job, first.work);
      const opening = withSnapshots(batch.map(({ job: { taskId } }) => taskId));
      await transaction(
        engine.db,
        { workspaceId: job.workspaceId },
        async (tx, rows) => {
          const found = snapshotsOf(rows);
          // Nobody here waits for a task that somebody else holds, or that was never run.
          alone.push(
            ...batch.filter(({ job }) => !found.has(job.taskId)).map((one) => runBatch([one])),
          );
          shared = batch.filter(({ job }) => found.has(job.taskId));
          await inParts(
            tx,
            shared.map(({ job, work }) => async (part: Tx) => {
              const known = found.get(job.taskId);
              await work(part, known && (await completed(part, engine, known)));
            }),
          );
        },
        opening,
      );
    });
    for (const { done } of shared) done();
  } catch (error) {
    for (const { fail } of shared) fail(error);
  }
  await Promise.all(alone);
}
