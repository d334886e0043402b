/** How people steer a task while it runs: pause, resume, cancel, and what to do about a failed step. */
import { supersedeApprovals } from '../db/approval.ts';
import { completeCall, failCall, findCallOfStep } from '../db/call.ts';
import { addJob, sendSignal } from '../db/job.ts';
import { findPlan } from '../db/plan.ts';
import { findRun, moveStage } from '../db/run.ts';
import { listSteps, type Step, type StepError, type StepErrorKind } from '../db/step.ts';
import { countRetry, finalStatuses, type Task, type TaskChange } from '../db/task.ts';
import type { Tx } from '../db/tx.ts';
import { conflict } from '../errors.ts';
import { advanceIn } from './advance.ts';
import type { Actor, Engine } from './context.ts';
import { onOwnTask } from './hold.ts';
import { announce, moveStep, moveTask } from './move.ts';
import { judgeSkip, leaningOn } from './skip.ts';
import { saidCode } from './unsaid.ts';
import { waitAgain } from './wait-again.ts';
import { isContainer, readPlan } from './workflow/plan.ts';

/** What has happened already when somebody stops: names of finished steps, in order. */
export type Stopped = { done: string[]; inHand: string | undefined };

/**
 * Stops after the step in hand.
 * @throws CONFLICT when nothing is under way, for example while a question waits for its answer
 */
export async function pauseTask(engine: Engine, actor: Actor, taskId: string): Promise<Stopped> {
  return onOwnTask(engine, actor, taskId, async (tx, task) => {
    if (task.blockedKind === 'clarification') {
      throw conflict(`${task.shortName} is waiting for an answer, so it cannot be paused.`);
    }
    announce(tx, moveTask(tx, engine, task, { event: 'pause', actor: actor.id }));
    return stoppedAt(await stepsOf(tx, task));
  });
}

/** Goes on from exactly where it stopped. */
export async function resumeTask(engine: Engine, actor: Actor, taskId: string): Promise<void> {
  await onOwnTask(engine, actor, taskId, async (tx, task) => {
    // Paused before its first step: it waits for its turn and then starts, as after Accept.
    const begins = task.status === 'paused' && task.phase === 'plan';
    const event = begins ? 'queue' : 'resume';
    const moved = moveTask(tx, engine, task, { event, actor: actor.id });
    if (!begins) await waitAgain(tx, engine, moved);
    await advanceIn(tx, engine, taskId);
  });
}

/** Stops for good, also the step in hand. What was half built is removed; what was delivered stays. */
export async function cancelTask(engine: Engine, actor: Actor, taskId: string): Promise<Stopped> {
  const stopped = await onOwnTask(engine, actor, taskId, async (tx, task) => {
    const steps = await stepsOf(tx, task);
    const change: TaskChange = { cancelledAt: engine.now(), question: null };
    const cancelled = moveTask(tx, engine, task, {
      event: 'cancel',
      actor: actor.id,
      change,
      data: { done: steps.filter((step) => step.status === 'completed').map((step) => step.name) },
    });
    await supersedeApprovals(tx, taskId);
    const { workspaceId } = task;
    addJob(tx, 'discard', { workspaceId, taskId });
    // Whichever program runs the step hears it and aborts the call.
    sendSignal(tx, { kind: 'stop', workspaceId, taskId });
    announce(tx, cancelled);
    return stoppedAt(steps);
  });
  engine.stops.stop(taskId);
  return stopped;
}

/** Tries what failed once more: the failed steps, or the checks when all steps are done. */
export async function retryTask(engine: Engine, actor: Actor, taskId: string): Promise<void> {
  await onOwnTask(engine, actor, taskId, async (tx, task) => {
    const run = await findRun(tx, taskId);
    if (!run || task.blockedKind !== 'error')
      throw conflict(`${task.shortName} has no failed step to try again.`);
    const failed = (await listSteps(tx, run.id)).filter((step) => step.status === 'failed');
    for (const step of failed) await tryAgain(tx, actor, step);
    if (failed.length === 0) moveStage(tx, run, 'checksAfter', 'waiting');
    moveTask(tx, engine, task, { event: 'unblock', actor: actor.id });
    await countRetry(tx, taskId);
    await advanceIn(tx, engine, taskId);
  });
}

async function tryAgain(
  tx: Tx,
  actor: Actor,
  step: Step,
  more: Partial<Pick<Step, 'effect'>> = {},
): Promise<void> {
  // Not known to have happened: the person has looked and wants it made.
  if (step.error?.kind === 'unknown') await forgetCall(tx, step);
  // A tool that failed for good may have undone its parts: all of them are looked at again.
  const substeps = step.substeps.map((part) => ({ ...part, done: false }));
  const change = { retryAt: null, failures: 0, substeps, ...more };
  moveStep(tx, step, { event: 'retry', actor: actor.id, change });
}

async function forgetCall(tx: Tx, step: Step): Promise<void> {
  const call = await findCallOfStep(tx, step.id);
  if (call) await failCall(tx, call.id, 'Somebody looked: it did not happen.');
}

/**
 * Goes on without the failed step; what needs it is left out too.
 * @param confirmed whether the person was told what is lost; asked of steps of high priority (R4)
 * @throws CONFLICT on a critical step, which the result cannot do without, and on an unconfirmed high one
 */
export async function skipFailedStep(
  engine: Engine,
  actor: Actor,
  taskId: string,
  confirmed: boolean,
): Promise<void> {
  await onOwnTask(engine, actor, taskId, async (tx, task) => {
    const failed = (await stepsOf(tx, task)).filter((step) => step.status === 'failed');
    if (failed.length === 0) throw conflict(`${task.shortName} has no failed step to skip.`);
    const { refused, ask } = judgeSkip(failed, await leftOutWith(tx, task, failed));
    if (refused) throw conflict(refused);
    if (ask && !confirmed) throw conflict(ask);
    for (const step of failed)
      moveStep(tx, step, {
        event: 'skip',
        actor: actor.id,
        change: { completedAt: engine.now() },
        data: { reason: step.error?.reason ?? null, confirmed },
      });
    moveTask(tx, engine, task, { event: 'unblock', actor: actor.id });
    await advanceIn(tx, engine, taskId);
  });
}

async function leftOutWith(tx: Tx, task: Task, failed: Step[]): Promise<Step[]> {
  const run = await findRun(tx, task.id);
  const row = run && (await findPlan(tx, task.id, run.planVersion));
  return row ? leaningOn(readPlan(row), await listSteps(tx, run.id), failed) : [];
}

/**
 * The answer to "did this happen?", and to "is this difference fine?": the step counts as done. What it was kept from
 * saying is said now.
 * @param wanted which words were seen, where they came by a button
 * @throws CONFLICT when no failed step waits for that answer, or other words would be said by now
 */
export async function confirmStep(
  engine: Engine,
  actor: Actor,
  taskId: string,
  wanted?: string,
): Promise<void> {
  await onOwnTask(engine, actor, taskId, async (tx, task) => {
    const asked = (await stepsOf(tx, task)).filter(
      (step) => step.status === 'failed' && confirmable.includes(step.error?.kind ?? 'permanent'),
    );
    if (asked.length === 0 || task.blockedKind !== 'error')
      throw conflict(`${task.shortName} has no step of which it is not known whether it happened.`);
    for (const step of asked) {
      if (step.error?.wanted) {
        if (wanted !== undefined && wanted !== saidCode(step.error.wanted))
          throw conflict('It would send something else by now. Look at the newest card.');
        await sayWanted(tx, actor, step, step.error.wanted);
        continue;
      }
      const result = step.result ?? { confirmed_by: actor.id };
      const call = await findCallOfStep(tx, step.id);
      if (call && call.status !== 'completed') completeCall(tx, call.id, result);
      const { changes = [], sent = [] } = step.effect ?? {};
      const effect = step.effect && { changes, sent };
      const change = { progress: 100, completedAt: engine.now(), result, effect, error: null };
      moveStep(tx, step, { event: 'complete', actor: actor.id, change });
    }
    moveTask(tx, engine, task, { event: 'unblock', actor: actor.id });
    await advanceIn(tx, engine, taskId);
  });
}

const confirmable: StepErrorKind[] = ['unknown', 'different', 'unsaid'];

/** The step is tried once more, and may say exactly this. */
async function sayWanted(
  tx: Tx,
  actor: Actor,
  step: Step,
  wanted: NonNullable<StepError['wanted']>,
): Promise<void> {
  const { changes = [], sent = [], allowed = [], ...rest } = step.effect ?? {};
  const effect = { changes, sent, ...rest, allowed: [...allowed, wanted] };
  await tryAgain(tx, actor, step, { effect });
}

async function stepsOf(tx: Tx, task: Task): Promise<Step[]> {
  const run = await findRun(tx, task.id);
  return run && run.mode !== 'dry_run' ? listSteps(tx, run.id) : [];
}

function stoppedAt(steps: Step[]): Stopped {
  const own = steps.filter((step) => !isContainer(step.kind));
  return {
    done: own.filter((step) => step.status === 'completed').map((step) => step.completedLabel),
    inHand: own.find((step) => step.status === 'running' && step.kind === 'tool')?.name,
  };
}

export const isOver = (task: Pick<Task, 'status'>): boolean =>
  finalStatuses.some((status) => status === task.status);
