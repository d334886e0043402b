/**
 * The jobs that work on a task: one try of a step, or the acceptance checks, and then what follows, one
 * piece after the other. A piece is written down as begun before it is made, and ends in a transaction that
 * also decides what is next, so that a program may die between any two statements. Brief pieces (`piece.ts`)
 * follow one another within that transaction: what a crash then takes back is harmless to repeat.
 */
import { transaction } from '../db/client.ts';
import { addsDueJob, dropJob, type JobPayloads } from '../db/job.ts';
import type { Task } from '../db/task.ts';
import { type Tx, waitForNoDisk } from '../db/tx.ts';
import { onSnapshot, onSnapshotTogether } from './advance.ts';
import type { Signals } from './call.ts';
import { claimChecks } from './check.ts';
import type { Engine } from './context.ts';
import type { Snapshot } from './decide.ts';
import type { Hand } from './hand.ts';
import { announce, deliveryKey } from './move.ts';
import { type Begun, isBrief, make, type Outcome, type Piece, settle, unsavedMs } from './piece.ts';
import { claimStep } from './step.ts';
import { failStep } from './step-outcome.ts';
import { adopt } from './sweep.ts';
import type { Subject } from './together.ts';

/** Asked before a piece is finished: whether the next one may follow in the same job. */
export type GoOn = () => boolean;
const onlyOne: GoOn = () => false;

/** For so long, in milliseconds, a job takes up one piece after the other before others have their turn. */
const turnMs = 500;

/** What a program does: short pieces follow at once, long ones one job each. */
export function inTurns(): GoOn {
  const end = performance.now() + turnMs;
  return () => performance.now() < end;
}

/** @param signal aborted when the program stops: the try ends where it is and is repeated after the start */
export function runStep(
  engine: Engine,
  job: JobPayloads['step'],
  signal: AbortSignal,
  goOn = onlyOne,
): Promise<void> {
  return follow(engine, job, signal, goOn, async (tx, snapshot) => {
    const prepared = await claimStep(tx, engine, snapshot, job);
    return snapshot && prepared && { piece: { kind: 'step', prepared }, snapshot };
  });
}

/** Red before the work, green after it (PAINS 23). */
export function runChecks(
  engine: Engine,
  job: JobPayloads['check'],
  signal: AbortSignal = new AbortController().signal,
  goOn = onlyOne,
): Promise<void> {
  return follow(engine, job, signal, goOn, async (tx, snapshot) => {
    const checking = await claimChecks(tx, snapshot, job);
    return snapshot && checking && { piece: { kind: 'check', checking }, snapshot };
  });
}

/** In a transaction that holds the task: what begins there. */
type Begin = (tx: Tx, snapshot: Snapshot | undefined) => Promise<Begun | undefined>;
/** A piece that is written down as begun; `outcome` where it is being made already. */
type Going = { piece: Piece; outcome?: Promise<Outcome>; isOutside: boolean };

async function follow(
  engine: Engine,
  job: Subject,
  stopping: AbortSignal,
  goOn: GoOn,
  begin: Begin,
): Promise<void> {
  // Before the claim, so that no cancellation falls between that and the call.
  const watched = engine.stops.watch(job.taskId);
  const at: At = { engine, job, signals: { stopping, cancelled: watched.signal }, goOn };
  try {
    let isFound = false;
    let going = await goTogether(at, goOn !== onlyOne, async (tx, snapshot) => {
      const begun = await begin(tx, snapshot);
      isFound = begun !== undefined;
      return begun;
    });
    // A job that died in the middle of what followed comes back to a piece that is done.
    if (!isFound) await adopt(engine, job);
    for (let isFirst = true; going; isFirst = false) {
      const { piece } = going;
      const making = going.outcome ?? make(engine, piece, at.signals);
      const outcome = await shownMeanwhile(at, making, isFirst ? firstLagMs : lagMs);
      if ('error' in outcome && stopping.aborted) throw outcome.error;
      going = await finish(at, piece, outcome);
    }
  } catch (error) {
    watched.abandon();
    throw error;
  } finally {
    watched.release();
  }
}

type At = { engine: Engine; job: Subject; signals: Signals; goOn: GoOn };

async function finish(at: At, piece: Piece, outcome: Outcome): Promise<Going | undefined> {
  const { engine, job, signals } = at;
  try {
    const hand = handOf(at);
    return await goTogether(at, hand !== undefined, (tx, snapshot) =>
      settle(tx, engine, snapshot, piece, outcome, hand && { ...hand }),
    );
  } catch (error) {
    if (signals.stopping.aborted || piece.kind === 'check') throw error;
    // What it gave cannot be stored.
    const { step, callId, tool } = piece.prepared;
    const { taskId, name, attempt } = step;
    engine.log.error('step.failed', error, { taskId, step: name, attempt });
    await transaction(engine.db, job, (tx) =>
      failStep(tx, engine, step, error, { callId, idempotent: tool.idempotent }),
    );
    return undefined;
  }
}

/** A transaction in which something is begun or finished, and what follows is made as long as that is brief. */
async function goTogether(at: At, mayFollow: boolean, begin: Begin): Promise<Going | undefined> {
  const { engine, job } = at;
  const go = (isTogether: boolean) => {
    const decideIn = isTogether ? onSnapshotTogether : onSnapshot;
    return decideIn(engine, job, async (tx, snapshot) => {
      const begun = await begin(tx, snapshot);
      const going = isTogether ? await goOnIn(tx, at, begun) : begun && goingOf(begun);
      if (isTogether && snapshot && !going) await showRest(tx, engine, snapshot.task);
      // The end of the job is written after this, and what is brief may happen again.
      if (!going?.isOutside) waitForNoDisk(tx);
      return going;
    });
  };
  if (!mayFollow) return go(false);
  try {
    return await go(true);
  } catch (error) {
    if (at.signals.stopping.aborted) throw error;
    // What of several pieces cannot be stored is found by storing them one by one.
    engine.log.warn('work.apart', { taskId: job.taskId, why: String(error) });
    return go(false);
  }
}

/**
 * A task that has come to rest is shown as it is in the transaction that ends its work, instead of by a job of its own,
 * where its cards stand in this database.
 */
async function showRest(tx: Tx, engine: Engine, task: Task): Promise<void> {
  const key = deliveryKey(task.id);
  if (addsDueJob(tx, key) && (await engine.showCards?.(tx, task))) dropJob(tx, key);
}

const goingOf = (begun: Begun): Going => ({ piece: begun.piece, isOutside: !isBrief(begun) });

/** Makes what has begun, and what follows it, until something lasts or has to be seen first. */
async function goOnIn(tx: Tx, at: At, begun: Begun | undefined): Promise<Going | undefined> {
  const { engine, signals } = at;
  const end = performance.now() + unsavedMs;
  let current = begun;
  while (current && isBrief(current) && !signals.stopping.aborted) {
    const { piece, snapshot } = current;
    const left = end - performance.now();
    if (left <= 0) break;
    const making = make(engine, piece, signals);
    const outcome = await within(making, left);
    // It lasts: that it has begun is written down, and whoever waits for the task has it.
    if (!outcome) return { piece, outcome: making, isOutside: false };
    if ('error' in outcome && signals.stopping.aborted) throw outcome.error;
    current = await settle(tx, engine, snapshot, piece, outcome, handOf(at));
  }
  return current && goingOf(current);
}

const handOf = ({ goOn, signals }: At): Hand | undefined =>
  !signals.stopping.aborted && goOn() ? { isUsual: true } : undefined;

/** Undefined when it takes longer than so many milliseconds. */
async function within<T>(work: Promise<T>, ms: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, ms, undefined);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** How long, in milliseconds, cards may lag behind work that goes on by itself, and behind its beginning. */
const lagMs = 250;
const firstLagMs = 100;

/** What begins within a job has told nobody of it: if it lasts, cards are brought up to date while it does. */
async function shownMeanwhile<T>({ engine, job }: At, work: Promise<T>, ms: number): Promise<T> {
  const { workspaceId, taskId } = job;
  const timer = setTimeout(() => {
    transaction(engine.db, { workspaceId }, async (tx) =>
      announce(tx, { id: taskId, workspaceId }),
    ).catch((error) => engine.log.error('work.show', error, { taskId }));
  }, ms);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
}
