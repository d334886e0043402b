/**
 * The jobs that work on a task: one try of a step, or the acceptance checks, and then what follows, one
 * piece after the other. Each is written down as begun before it is, and ends in a transaction that also
 * decides what is next, so that a program may die between any two statements.
 */
import { type Tx, transaction } from '../db/client.ts';
import type { JobPayloads } from '../db/job.ts';
import { onSnapshot } from './advance.ts';
import { callTool, type Prepared, type Signals } from './call.ts';
import { type Checking, claimChecks, observeChecks, prepareChecks, recordChecks } from './check.ts';
import type { Engine } from './context.ts';
import type { Snapshot } from './decide.ts';
import type { Hand } from './hand.ts';
import { announce } from './move.ts';
import { claimStep, prepareStep } from './step.ts';
import { discardIfOver, failStep, finishStep, Overtaken } from './step-outcome.ts';
import { adopt } from './sweep.ts';

type Piece = { kind: 'step'; prepared: Prepared } | { kind: 'check'; checking: Checking };

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
  return follow(engine, job, signal, goOn, async () => {
    const prepared = await onSnapshot(engine, job, (tx, snapshot) =>
      claimStep(tx, engine, snapshot, job),
    );
    return prepared && { kind: 'step', prepared };
  });
}

/** Red before the work, green after it (PAINS 23). */
export function runChecks(
  engine: Engine,
  job: JobPayloads['check'],
  signal: AbortSignal = new AbortController().signal,
  goOn = onlyOne,
): Promise<void> {
  return follow(engine, job, signal, goOn, async () => {
    const checking = await onSnapshot(engine, job, (tx, snapshot) =>
      claimChecks(tx, snapshot, job),
    );
    return checking && { kind: 'check', checking };
  });
}

async function follow(
  engine: Engine,
  job: { workspaceId: string; taskId: string },
  stopping: AbortSignal,
  goOn: GoOn,
  begin: () => Promise<Piece | undefined>,
): Promise<void> {
  // Before the claim, so that no cancellation falls between that and the call.
  const watched = engine.stops.watch(job.taskId);
  const signals = { stopping, cancelled: watched.signal };
  try {
    let piece = await begin();
    // A job that died in the middle of what followed comes back to a piece that is done.
    if (!piece) await adopt(engine, job);
    for (let isFirst = true; piece; isFirst = false) {
      const hand: Hand | undefined = !stopping.aborted && goOn() ? { isUsual: true } : undefined;
      const work = carryOut(engine, piece, signals, hand);
      piece = await (isFirst ? work : shownMeanwhile(engine, job, work));
    }
  } finally {
    watched.release();
  }
}

/** How long, in milliseconds, cards may lag behind work that goes on by itself. */
const lagMs = 250;

/** What begins within a job has told nobody of it: if it lasts, cards are brought up to date while it does. */
async function shownMeanwhile<T>(
  engine: Engine,
  { workspaceId, taskId }: { workspaceId: string; taskId: string },
  work: Promise<T>,
): Promise<T> {
  const timer = setTimeout(() => {
    transaction(engine.db, { workspaceId }, async (tx) =>
      announce(tx, { id: taskId, workspaceId }),
    ).catch((error) => engine.log.error('work.show', error, { taskId }));
  }, lagMs);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
}

const carryOut = (
  engine: Engine,
  piece: Piece,
  signals: Signals,
  hand: Hand | undefined,
): Promise<Piece | undefined> =>
  piece.kind === 'step'
    ? tryStep(engine, piece.prepared, signals, hand)
    : check(engine, piece.checking, hand);

async function tryStep(
  engine: Engine,
  prepared: Prepared,
  signals: Signals,
  hand: Hand | undefined,
): Promise<Piece | undefined> {
  const { step, callId, tool } = prepared;
  const scope = { workspaceId: step.workspaceId };
  try {
    const made = await callTool(engine, prepared, signals);
    return await onSnapshot(engine, step, async (tx, known) => {
      const snapshot = await finishStep(tx, engine, known, prepared, made, hand);
      return snapshot && takeUp(tx, engine, snapshot, hand);
    });
  } catch (error) {
    if (signals.stopping.aborted) throw error;
    if (error instanceof Overtaken) {
      await transaction(engine.db, scope, (tx) => discardIfOver(tx, step));
      return undefined;
    }
    const { taskId, name, attempt } = step;
    engine.log.error('step.failed', error, { taskId, step: name, attempt });
    const attempted = { callId, idempotent: tool.idempotent };
    await transaction(engine.db, scope, (tx) => failStep(tx, engine, step, error, attempted));
    return undefined;
  }
}

async function check(
  engine: Engine,
  checking: Checking,
  hand: Hand | undefined,
): Promise<Piece | undefined> {
  const observed = await observeChecks(engine, checking);
  return onSnapshot(engine, checking, async (tx, known) => {
    const snapshot = await recordChecks(tx, engine, known, checking, observed, hand);
    return snapshot && takeUp(tx, engine, snapshot, hand);
  });
}

/** Writes down that what lies in the hand begins; nothing when it has failed before it began. */
async function takeUp(
  tx: Tx,
  engine: Engine,
  snapshot: Snapshot,
  hand: Hand | undefined,
): Promise<Piece | undefined> {
  const taken = hand?.taken;
  if (!taken) return undefined;
  if (taken.kind === 'check')
    return { kind: 'check', checking: await prepareChecks(tx, snapshot, taken.stage) };
  const prepared = await prepareStep(tx, engine, snapshot, taken.step);
  return prepared && { kind: 'step', prepared };
}
