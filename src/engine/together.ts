/**
 * Decisions about several tasks of a workspace that are to be made at the same time share a transaction (`db/part.ts`):
 * where a program has much to do, most of what each costs is what a transaction costs.
 */
import { type Database, transaction } from '../db/client.ts';
import type { Opening, Rows } from '../db/opening.ts';
import { inParts } from '../db/part.ts';
import type { Tx } from '../db/tx.ts';
import { FactotumError } from '../errors.ts';
import type { Engine } from './context.ts';

/** What a decision is about. */
export type Subject = { workspaceId: string; taskId: string };

/** How several begin together. */
type Beginning<S extends Subject, Found> = {
  /** Locks the tasks that nobody else holds, and reads what is known of them. */
  opening(subjects: S[]): Opening;
  /** What was read, by task. */
  found(rows: Rows): Map<string, Found>;
  /** Within what each transaction is made. */
  around?(db: Database, work: () => Promise<void>): Promise<void>;
};

type Decision<Found, T> = {
  /** May be made a second time, alone, when the first was not written. */
  inPart(part: Tx, found: Found): Promise<T>;
  /** The same in a transaction of its own. */
  alone(): Promise<T>;
};

type Wanted<S, Found> = Decision<Found, void> & {
  engine: Engine;
  subject: S;
  done(): void;
  fail(error: unknown): void;
};

/** So many tasks share a transaction at most, and so many such transactions of a workspace go on at once. */
const size = 8;
const most = 2;
/** So long, in milliseconds, one waits for as many to come as shared the last. */
const gatherMs = 10;

/** What is to be done in a workspace, in the order in which it came. */
type Line<S extends Subject, Found> = {
  beginning: Beginning<S, Found>;
  going: number;
  waiting: Wanted<S, Found>[];
  last: number;
  timer: NodeJS.Timeout | undefined;
  /** Called when nothing is left to do. */
  leave(): void;
};

/**
 * Decisions of one kind. The function that is returned makes one, together with others when many come at once, and alone
 * when it is the only one, its task is held by somebody else, or one of those that it was made together with could not
 * be made.
 * @throws what it has thrown alone; NOT_READY when the database was in the way, for all that were made together
 */
export function sharing<S extends Subject, Found>(beginning: Beginning<S, Found>) {
  const lines = new WeakMap<Database, Map<string, Line<S, Found>>>();
  const lineOf = ({ db }: Engine, { workspaceId }: S): Line<S, Found> => {
    const here = lines.get(db) ?? new Map<string, Line<S, Found>>();
    lines.set(db, here);
    const leave = () => here.delete(workspaceId);
    const nothing = { beginning, going: 0, waiting: [], last: 1, timer: undefined, leave };
    const line = here.get(workspaceId) ?? nothing;
    here.set(workspaceId, line);
    return line;
  };
  return <T>(engine: Engine, subject: S, { inPart, alone }: Decision<Found, T>): Promise<T> =>
    new Promise<T>((resolve, fail) => {
      let result: T;
      const keep = (made: T) => {
        result = made;
      };
      const line = lineOf(engine, subject);
      line.waiting.push({
        ...{ engine, subject, done: () => resolve(result), fail },
        inPart: (part, found) => inPart(part, found).then(keep),
        alone: () => alone().then(keep),
      });
      next(line);
    });
}

function next<S extends Subject, Found>(line: Line<S, Found>, isLate = false): void {
  if (line.going === 0 && line.waiting.length === 0) line.leave();
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
  runBatch(line.beginning, batch).finally(() => {
    line.going -= 1;
    next(line);
  });
}

/** Two decisions about one task follow each other: each knows what the one before has changed. */
function takeBatch<S extends Subject, Found>(line: Line<S, Found>): Wanted<S, Found>[] {
  const batch = new Map<string, Wanted<S, Found>>();
  const left: Wanted<S, Found>[] = [];
  for (const wanted of line.waiting) {
    const { taskId } = wanted.subject;
    if (batch.size < size && !batch.has(taskId)) batch.set(taskId, wanted);
    else left.push(wanted);
  }
  line.waiting = left;
  return [...batch.values()];
}

/** Does not reject. */
async function runBatch<S extends Subject, Found>(
  beginning: Beginning<S, Found>,
  batch: Wanted<S, Found>[],
): Promise<void> {
  const [first, ...others] = batch;
  if (!first) return;
  if (others.length === 0) return runAlone(beginning, first);
  const { engine, subject } = first;
  const apart: Promise<void>[] = [];
  let shared = batch;
  try {
    await within(beginning, engine, () =>
      transaction(
        engine.db,
        { workspaceId: subject.workspaceId },
        async (tx, rows) => {
          const found = beginning.found(rows);
          // Nobody here waits for a task that somebody else holds, or of which nothing is known.
          const left = batch.filter((one) => !found.has(one.subject.taskId));
          apart.push(...left.map((one) => runAlone(beginning, one)));
          shared = batch.filter((one) => !left.includes(one));
          await inParts(
            tx,
            shared.map(({ subject: { taskId }, inPart }) => async (part: Tx) => {
              await inPart(part, found.get(taskId) as Found);
            }),
          );
        },
        beginning.opening(batch.map((one) => one.subject)),
      ),
    );
    for (const { done } of shared) done();
  } catch (error) {
    apart.push(...shared.map((one) => afterFailure(beginning, one, error)));
  }
  await Promise.all(apart);
}

/** One of several was refused or could not be stored, and nothing of any is written: each shows by itself which it is. */
async function afterFailure<S extends Subject, Found>(
  beginning: Beginning<S, Found>,
  wanted: Wanted<S, Found>,
  error: unknown,
): Promise<void> {
  const isKnown = error instanceof FactotumError;
  // Nobody knows whether it was written, and what is in the way of one is in the way of all.
  if (isKnown && error.code === 'NOT_READY') return wanted.fail(error);
  const { engine, subject } = wanted;
  if (!isKnown) engine.log.warn('together.apart', { taskId: subject.taskId, why: String(error) });
  return runAlone(beginning, wanted);
}

/** Does not reject. */
async function runAlone<S extends Subject, Found>(
  beginning: Beginning<S, Found>,
  { engine, alone, done, fail }: Wanted<S, Found>,
): Promise<void> {
  await within(beginning, engine, alone).then(done, fail);
}

const within = <S extends Subject, Found>(
  { around }: Beginning<S, Found>,
  { db }: Engine,
  work: () => Promise<void>,
): Promise<void> => (around ? around(db, work) : work());
