/** What came of a try: a part is done, the step is done, or it failed. All writes are fenced by the claim. */
import { completeCall, failCall } from '../db/call.ts';
import type { Tx } from '../db/client.ts';
import { addJob } from '../db/job.ts';
import { findStep, listSteps, type Step, type StepError, updateStep } from '../db/step.ts';
import { countRetry, findTask, lockTask, raiseProgress, type Task } from '../db/task.ts';
import { sentenceOf } from '../errors.ts';
import { advanceIn, announce, moveStep } from './advance.ts';
import type { Engine } from './context.ts';
import { overallPercent, stepPercent } from './progress.ts';
import { backoffMs, isTransient } from './retry.ts';

/** The task is over, or a newer claim holds the step. */
export class Overtaken extends Error {}

type Held = { task: Task; step: Step };

/** Locks the task and reads the step, if it is still this claim's. The task's lock comes first, as everywhere. */
async function hold(tx: Tx, claimed: Step): Promise<Held | undefined> {
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
  const recorded = await updateStep(tx, step, ['running'], { substeps, progress });
  if (!recorded) throw new Overtaken();
  if (isDue) {
    const percent = overallPercent(await listSteps(tx, step.runId), now);
    await raiseProgress(tx, task.id, percent);
    announce(tx, task, { type: 'progress', percent: Math.max(percent, task.progress) });
  }
  return recorded;
}

export async function finishStep(
  tx: Tx,
  engine: Engine,
  claimed: Step,
  callId: string,
  output: unknown,
): Promise<void> {
  const held = await hold(tx, claimed);
  if (!held) return;
  const { task, step } = held;
  await completeCall(tx, callId, output);
  const now = engine.now();
  const change = {
    progress: 100,
    completedAt: now,
    durationMs: step.startedAt ? now.getTime() - step.startedAt.getTime() : 0,
    substeps: step.substeps.map((part) => ({ ...part, done: true })),
    result: output ?? null,
  };
  if (!(await moveStep(tx, step, { event: 'complete', change }))) return;
  announce(tx, task, { type: 'step_complete', step: step.stepOrder });
  await discardIfOver(tx, step);
  await advanceIn(tx, engine, task.id);
}

/** Tries again later after a transient error, at most `max_retries` times; otherwise a person is asked. */
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
  const transient = isTransient(cause);
  const failures = step.failures + 1;
  const reason = sentenceOf(cause);
  const error: StepError = {
    message: `Could not finish "${step.name}".`,
    reason,
    kind: transient ? 'transient' : 'permanent',
  };
  // What was shown stays shown: a percent never falls.
  await raiseProgress(tx, task.id, overallPercent(await listSteps(tx, step.runId), now));
  const isRetried = transient && failures <= task.maxRetries && !isOver(task);
  // A call that may not be repeated and failed on the way stays open: nobody knows whether it happened.
  if (attempted && (attempted.idempotent || !isRetried)) {
    await failCall(tx, attempted.callId, reason);
  }
  if (isRetried) {
    const retryAt = new Date(now.getTime() + backoffMs(failures, Math.random()));
    const change = { retryAt, error, failures };
    await moveStep(tx, step, { event: 'retry', change, data: { reason, retryAt } });
    await countRetry(tx, task.id);
    addJob(tx, 'advance', { workspaceId: task.workspaceId, taskId: task.id }, { runAt: retryAt });
    announce(tx, task);
    return;
  }
  await moveStep(tx, step, { event: 'fail', change: { error, failures }, data: { reason } });
  await discardIfOver(tx, step);
  await advanceIn(tx, engine, task.id);
}

/** What a given-up task has built meanwhile is removed when its last try has ended. */
export async function discardIfOver(
  tx: Tx,
  step: Pick<Step, 'workspaceId' | 'taskId'>,
): Promise<void> {
  const { workspaceId, taskId } = step;
  const task = await findTask(tx, taskId);
  if (task && isOver(task)) addJob(tx, 'discard', { workspaceId, taskId });
}

const isOver = (task: Task) => task.status === 'cancelled' || task.status === 'failed';
