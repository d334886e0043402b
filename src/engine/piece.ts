/** A piece of work: one try of a step, or the acceptance checks. It is begun, made, and settled in a transaction. */
import type { Tx } from '../db/tx.ts';
import { BudgetSpent } from './budget/shortage.ts';
import { stopForBudget } from './budget/stop.ts';
import { callTool, type Made, type Prepared, type Signals } from './call.ts';
import {
  type Checking,
  type Observed,
  observeChecks,
  prepareChecks,
  recordChecks,
} from './check.ts';
import type { Engine } from './context.ts';
import type { Snapshot } from './decide.ts';
import type { Hand } from './hand.ts';
import { prepareStep } from './step.ts';
import { discardIfOver, failStep, finishStep, Overtaken } from './step-outcome.ts';

export type Piece = { kind: 'step'; prepared: Prepared } | { kind: 'check'; checking: Checking };

/** A piece that has begun, and what is known of its task. */
export type Begun = { piece: Piece; snapshot: Snapshot };

/** What came of a piece; `error` is what the tool has thrown. */
export type Outcome = { made: Made } | { observed: Observed[] } | { error: unknown };

/**
 * For so long, in milliseconds, work may go on before it is written down. Whoever steers the task meanwhile waits for it,
 * so it is what nobody notices; a busy machine needs as much for what takes a quiet one a tenth.
 */
export const unsavedMs = 200;

/** A call that lasts longer, in milliseconds, is no brief one. */
const briefMs = 50;

/**
 * Whether a piece may be written down together with what it gave, though a crash would then repeat it unseen:
 * checks, which leave nothing behind, and short calls that say of themselves that a repetition is harmless and
 * that nothing of them is seen outside of this database.
 */
export function isBrief({ piece, snapshot }: Begun): boolean {
  if (piece.kind === 'check') return true;
  const { tool, step, run, rehearsed } = piece.prepared;
  const isInside = tool.effect === 'read' || tool.effect === 'write';
  return (
    tool.idempotent &&
    isInside &&
    step.substeps.length === 0 &&
    tool.unitMs <= briefMs &&
    run.id === snapshot.run.id &&
    run.mode !== 'dry_run' &&
    rehearsed === null
  );
}

/** Carries a piece out; does not reject. */
export async function make(engine: Engine, piece: Piece, signals: Signals): Promise<Outcome> {
  try {
    return piece.kind === 'step'
      ? { made: await callTool(engine, piece.prepared, signals) }
      : { observed: await observeChecks(engine, piece.checking) };
  } catch (error) {
    return { error };
  }
}

/**
 * Records what came of a piece and decides what is next.
 * @param hand takes up what is next
 * @returns what has begun in its stead
 */
export async function settle(
  tx: Tx,
  engine: Engine,
  snapshot: Snapshot | undefined,
  piece: Piece,
  outcome: Outcome,
  hand: Hand | undefined,
): Promise<Begun | undefined> {
  if ('error' in outcome) {
    if (piece.kind === 'check') throw outcome.error;
    await settleFailed(tx, engine, piece.prepared, outcome.error);
    return undefined;
  }
  const after =
    piece.kind === 'step' && 'made' in outcome
      ? await finishStep(tx, engine, snapshot, piece.prepared, outcome.made, hand)
      : piece.kind === 'check' && 'observed' in outcome
        ? await recordChecks(tx, engine, snapshot, piece.checking, outcome.observed, hand)
        : undefined;
  return after && takeUp(tx, engine, after, hand);
}

async function settleFailed(
  tx: Tx,
  engine: Engine,
  { step, callId, tool }: Prepared,
  error: unknown,
): Promise<void> {
  if (error instanceof Overtaken) return discardIfOver(tx, step);
  if (error instanceof BudgetSpent) return stopForBudget(tx, engine, step, error.shortage, callId);
  const { taskId, name, attempt } = step;
  engine.log.error('step.failed', error, { taskId, step: name, attempt });
  await failStep(tx, engine, step, error, { callId, idempotent: tool.idempotent });
}

/** Writes down that what lies in the hand begins; nothing when it has failed before it began. */
async function takeUp(
  tx: Tx,
  engine: Engine,
  snapshot: Snapshot,
  hand: Hand | undefined,
): Promise<Begun | undefined> {
  const taken = hand?.taken;
  if (!taken) return undefined;
  if (taken.kind === 'check') {
    const checking = await prepareChecks(tx, snapshot, taken.stage);
    return { piece: { kind: 'check', checking }, snapshot };
  }
  const prepared = await prepareStep(tx, engine, snapshot, taken.step);
  return prepared && { piece: { kind: 'step', prepared }, snapshot };
}
