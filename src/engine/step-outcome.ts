/** What came of a try: a part is done, the step is done, or it failed. All writes are fenced by the claim. */
import { markPerformed } from '../db/approval.ts';
import { completeCall, failCall } from '../db/call.ts';
import { elapsedMs } from '../db/column.ts';
import { addJob } from '../db/job.ts';
import { findRunById } from '../db/run.ts';
import {
  changeStep,
  findStep,
  listSteps,
  type Step,
  type StepError,
  type StepErrorKind,
} from '../db/step.ts';
import { countRetry, lockTask, raiseProgress, type Task } from '../db/task.ts';
import type { Tx } from '../db/tx.ts';
import { FactotumError, sentenceOf } from '../errors.ts';
import { advanceFrom, advanceIn, loadSnapshot } from './advance.ts';
import type { Cached } from './cache.ts';
import type { Made, Prepared } from './call.ts';
import type { Engine } from './context.ts';
import type { Snapshot } from './decide.ts';
import { differenceOf } from './difference.ts';
import { digestOf } from './digest.ts';
import type { Hand } from './hand.ts';
import { announce, moveStep } from './move.ts';
import { overallPercent, stepPercent } from './progress.ts';
import { isTransient, nextTry } from './retry.ts';
import { Unsaid } from './unsaid.ts';

/** The task is over, or a newer claim holds the step. */
export class Overtaken extends Error {}

type Held = { task: Task; step: Step };

/** Locks the task and reads the step, if it is still this claim's. The task's lock comes first, as everywhere. */
export async function hold(tx: Tx, claimed: Step): Promise<Held | undefined> {
  const task = await lockTask(tx, claimed.taskId);
  const step = await findStep(tx, claimed.id);
  const isOurs = step?.status === 'running' && step.claim === claimed.claim;
  return task && step && isOurs ? { task, step } : undefined;
}

/** @throws Overtaken when the task was given up or somebody else holds the step */
export async function assertHeld(tx: Tx, claimed: Step): Promise<void> {
  const held = await hold(tx, claimed);
  if (!held || isOver(held.task)) throw new Overtaken();
}

/**
 * Records a part as done; told to listeners when `isDue`, since several parts may end within a blink.
 * @throws Overtaken when the task was given up or somebody else holds the step
 */
export async function recordPart(
  tx: Tx,
  engine: Engine,
  claimed: Step,
  name: string,
  isDue: boolean,
): Promise<Step> {
  const held = await hold(tx, claimed);
  if (!held || isOver(held.task)) throw new Overtaken();
  const { task, step } = held;
  const substeps = step.substeps.map((part) =>
    part.name === name ? { ...part, done: true } : part,
  );
  const now = engine.now();
  const progress = Math.max(step.progress, stepPercent({ ...step, substeps }, now));
  const recorded = changeStep(tx, step, { substeps, progress });
  if (isDue) {
    const percent = await raiseOverall(tx, held, now);
    announce(tx, task, { type: 'progress', percent: Math.max(percent, task.progress) });
  }
  return recorded;
}

/** @returns the percent of the run, which is also the task's unless it is a rehearsal */
async function raiseOverall(tx: Tx, { task, step }: Held, now: Date): Promise<number> {
  const percent = overallPercent(await listSteps(tx, step.runId), now);
  const run = await findRunById(tx, step.runId);
  if (run?.mode !== 'dry_run') raiseProgress(tx, task, percent);
  return percent;
}

/**
 * Records what a try has made and decides what is next; nothing when the step is somebody else's by now.
 * A step that did something else than the dry run showed is not done until a person says that this is fine.
 * @param hand takes up what is next
 * @returns what is known of the task afterwards
 */
export async function finishStep(
  tx: Tx,
  engine: Engine,
  snapshot: Snapshot | undefined,
  prepared: Prepared,
  made: Made,
  hand?: Hand,
): Promise<Snapshot | undefined> {
  const { id, claim } = prepared.step;
  const current = snapshot?.steps.find((one) => one.id === id);
  const step = current ?? (await findStep(tx, id));
  if (!snapshot || step?.status !== 'running' || step.claim !== claim) return undefined;
  const { task } = snapshot;
  const { callId, rehearsed, known } = prepared;
  // As it will be read again.
  const output: unknown = JSON.parse(JSON.stringify(made.output ?? null));
  completeCall(tx, callId, output);
  const now = engine.now();
  const change = {
    progress: 100,
    completedAt: now,
    durationMs: step.startedAt ? elapsedMs(step.startedAt, now) : 0,
    substeps: step.substeps.map((part) => ({ ...part, done: true })),
    result: output,
    effect: made.effect,
  };
  const difference =
    rehearsed && made.effect
      ? differenceOf(rehearsed, made.effect, known !== undefined)
      : undefined;
  const data = { call: callId, digest: digestOf(output) };
  const moved = difference
    ? differ(tx, step, difference, change)
    : moveStep(tx, step, { event: 'complete', change, data });
  snapshot.steps = snapshot.steps.map((other) => (other.id === id ? moved : other));
  if (!difference) {
    await notePerformed(tx, engine, snapshot, moved);
    announce(tx, task, { type: 'step_complete', step: step.stepOrder });
  }
  if (isOver(task)) await discardIfOver(tx, step);
  // The step of an earlier run changes what this one waits for.
  const after = current ? snapshot : await loadSnapshot(tx, engine, task.id);
  return after && advanceFrom(tx, engine, after, hand);
}

/** The same for a step that takes what an earlier call gave: none is made. */
export async function finishFromCache(
  tx: Tx,
  engine: Engine,
  { id, taskId }: Step,
  { callId, output, detail }: Cached,
): Promise<void> {
  const snapshot = await loadSnapshot(tx, engine, taskId);
  const step = snapshot?.steps.find((one) => one.id === id);
  if (!snapshot || step?.status !== 'running') return;
  const now = engine.now();
  const change = { progress: 100, completedAt: now, durationMs: 0, result: output, detail };
  const substeps = step.substeps.map((part) => ({ ...part, done: true }));
  const data = { cached: callId, digest: digestOf(output) };
  const moved = moveStep(tx, step, { event: 'complete', change: { ...change, substeps }, data });
  snapshot.steps = snapshot.steps.map((other) => (other.id === id ? moved : other));
  await notePerformed(tx, engine, snapshot, moved);
  await advanceFrom(tx, engine, snapshot);
}

function differ(
  tx: Tx,
  step: Step,
  reason: string,
  { result, effect }: Pick<Step, 'result' | 'effect'>,
): Step {
  const message = `"${step.name}" did something else than the dry run showed.`;
  const error: StepError = { message, reason, kind: 'different' };
  // Looked at again, it is measured against how it stood before the step.
  const before = step.effect?.before;
  const change = { error, result, effect: effect && before ? { ...effect, before } : effect };
  return moveStep(tx, step, { event: 'fail', change, data: { reason } });
}

/** Approvals are performed when the last of the steps that they allowed has ended (PAINS 2). */
async function notePerformed(
  tx: Tx,
  engine: Engine,
  snapshot: Snapshot,
  step: Step,
): Promise<void> {
  const given = snapshot.approvals.filter(
    (approval) =>
      approval.status === 'approved' &&
      approval.performedAt === null &&
      approval.stepIds.includes(step.id),
  );
  if (given.length === 0) return;
  const steps = step.runId === snapshot.run.id ? snapshot.steps : await listSteps(tx, step.runId);
  const settled = new Set(
    steps
      .filter((other) => other.status === 'completed' || other.status === 'skipped')
      .map((other) => other.id),
  );
  const performed = given
    .filter((approval) => approval.stepIds.every((id) => settled.has(id)))
    .map(({ id }) => id);
  const performedAt = engine.now();
  await markPerformed(tx, performed, performedAt);
  snapshot.approvals = snapshot.approvals.map((approval) =>
    performed.includes(approval.id) ? { ...approval, performedAt } : approval,
  );
}

/**
 * Tries again later after a transient error, at most `max_retries` times; otherwise a person is asked.
 * A call that may not be repeated and broke off is not repeated: nobody knows whether it happened.
 */
export async function failStep(
  tx: Tx,
  engine: Engine,
  claimed: Step,
  cause: unknown,
  attempted?: { callId: string; idempotent: boolean },
): Promise<void> {
  const held = await hold(tx, claimed);
  if (!held) return;
  const { task, step } = held;
  const now = engine.now();
  const kind = kindOf(cause, attempted);
  const failures = step.failures + 1;
  const reason = sentenceOf(cause);
  const wanted = cause instanceof Unsaid ? { wanted: cause.wanted } : {};
  const error: StepError = { message: `Could not finish "${step.name}".`, reason, kind, ...wanted };
  // What was shown stays shown: a percent never falls.
  await raiseOverall(tx, held, now);
  // What may have happened stays open until somebody has looked.
  if (attempted && kind !== 'unknown') await failCall(tx, attempted.callId, reason);
  if (kind === 'transient' && failures <= task.maxRetries && !isOver(task)) {
    const retryAt = nextTry(cause, failures, Math.random(), now);
    const change = { retryAt, error, failures };
    moveStep(tx, step, { event: 'retry', change, data: { reason, retryAt } });
    await countRetry(tx, task.id);
    addJob(tx, 'advance', { workspaceId: task.workspaceId, taskId: task.id }, { runAt: retryAt });
    announce(tx, task);
    return;
  }
  moveStep(tx, step, { event: 'fail', change: { error, failures }, data: { reason, kind } });
  await discardIfOver(tx, step);
  await advanceIn(tx, engine, task.id);
}

/** An error of ours says what is the case; one of the line, or a time limit, leaves it open. */
function kindOf(cause: unknown, attempted?: { idempotent: boolean }): StepErrorKind {
  if (cause instanceof Unsaid) return 'unsaid';
  if (attempted && !attempted.idempotent) {
    const isOpen = isTransient(cause) || cause instanceof UnknownOutcome || isLimit(cause);
    return isOpen ? 'unknown' : 'permanent';
  }
  return isTransient(cause) ? 'transient' : 'permanent';
}

const isLimit = (cause: unknown) => cause instanceof FactotumError && cause.code === 'LIMIT';

/** Thrown where a call was begun by somebody who is gone. */
export class UnknownOutcome extends FactotumError {
  constructor(message: string) {
    super('CONFLICT', message);
  }
}

/**
 * Of a task that was given up: the step in hand is no longer running once its try has ended, and what it has
 * built meanwhile is removed.
 */
export async function discardIfOver(tx: Tx, step: Step): Promise<void> {
  const { workspaceId, taskId } = step;
  const task = await lockTask(tx, taskId);
  if (!task || !isOver(task)) return;
  const held = await hold(tx, step);
  if (held) {
    const message = `"${step.name}" was stopped.`;
    const reason = 'The task was given up while it ran.';
    const error: StepError = { message, reason, kind: 'permanent' };
    await moveStep(tx, held.step, { event: 'fail', change: { error }, data: { reason } });
    announce(tx, task);
  }
  addJob(tx, 'discard', { workspaceId, taskId });
}

export const isOver = (task: Task) => task.status === 'cancelled' || task.status === 'failed';
