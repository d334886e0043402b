import { addJob } from '../db/job.ts';
import { findRun, moveStage } from '../db/run.ts';
import { listSteps } from '../db/step.ts';
import { countRetry, type TaskChange } from '../db/task.ts';
import { conflict } from '../errors.ts';
import { advanceIn, announce, moveStep, moveTask } from './advance.ts';
import type { Actor, Engine } from './context.ts';
import { waitAgain } from './decision.ts';
import { onTask } from './hold.ts';

/**
 * Stops after the step in hand.
 * @throws CONFLICT when nothing is under way, for example while a question waits for its answer
 */
export async function pauseTask(engine: Engine, actor: Actor, taskId: string): Promise<void> {
  await onTask(engine, actor, taskId, async (tx, task) => {
    if (task.blockedKind === 'clarification') {
      throw conflict(`${task.shortName} is waiting for an answer, so it cannot be paused.`);
    }
    announce(tx, await moveTask(tx, engine, task, { event: 'pause', actor: actor.id }));
  });
}

/** Goes on from exactly where it stopped. */
export async function resumeTask(engine: Engine, actor: Actor, taskId: string): Promise<void> {
  await onTask(engine, actor, taskId, async (tx, task) => {
    // Paused before its first step: starting is what comes next.
    const begins = task.status === 'paused' && task.phase === 'plan';
    const start = { phase: 'act', change: { startedAt: engine.now() } } as const;
    const move = { event: 'resume', actor: actor.id, ...(begins ? start : {}) } as const;
    await waitAgain(tx, engine, await moveTask(tx, engine, task, move));
    await advanceIn(tx, engine, taskId);
  });
}

/** Stops for good. What was half built is removed; what was delivered stays. */
export async function cancelTask(engine: Engine, actor: Actor, taskId: string): Promise<void> {
  await onTask(engine, actor, taskId, async (tx, task) => {
    const change: TaskChange = { cancelledAt: engine.now(), question: null };
    const cancelled = await moveTask(tx, engine, task, {
      event: 'cancel',
      actor: actor.id,
      change,
    });
    addJob(tx, 'discard', { workspaceId: task.workspaceId, taskId });
    announce(tx, cancelled);
  });
}

/** Tries what failed once more: the failed steps, or the checks when all steps are done. */
export async function retryTask(engine: Engine, actor: Actor, taskId: string): Promise<void> {
  await onTask(engine, actor, taskId, async (tx, task) => {
    const run = await findRun(tx, taskId);
    if (!run || task.blockedKind !== 'error')
      throw conflict(`${task.shortName} has no failed step to try again.`);
    const failed = (await listSteps(tx, run.id)).filter((step) => step.status === 'failed');
    for (const step of failed) {
      // A tool that failed for good may have undone its parts: all of them are looked at again.
      const substeps = step.substeps.map((part) => ({ ...part, done: false }));
      await moveStep(tx, step, {
        event: 'retry',
        actor: actor.id,
        change: { retryAt: null, failures: 0, substeps },
      });
    }
    if (failed.length === 0) await moveStage(tx, run.id, 'checksAfter', 'done', 'waiting');
    await moveTask(tx, engine, task, {
      event: 'unblock',
      actor: actor.id,
    });
    await countRetry(tx, taskId);
    await advanceIn(tx, engine, taskId);
  });
}

/**
 * Goes on without the failed step.
 * @throws CONFLICT on a critical step, which the result cannot do without (R4)
 */
export async function skipFailedStep(engine: Engine, actor: Actor, taskId: string): Promise<void> {
  await onTask(engine, actor, taskId, async (tx, task) => {
    const run = await findRun(tx, taskId);
    const failed = run
      ? (await listSteps(tx, run.id)).filter((step) => step.status === 'failed')
      : [];
    if (failed.length === 0) throw conflict(`${task.shortName} has no failed step to skip.`);
    const refused = failed.find((step) => step.kind === 'approval');
    if (refused) throw conflict(`"${refused.name}" was refused, and that cannot be skipped.`);
    const critical = failed.find((step) => step.priority === 'critical');
    if (critical)
      throw conflict(`"${critical.name}" cannot be skipped: without it there is no result.`);
    for (const step of failed)
      await moveStep(tx, step, {
        event: 'skip',
        actor: actor.id,
        change: { completedAt: engine.now() },
      });
    await moveTask(tx, engine, task, { event: 'unblock', actor: actor.id });
    await advanceIn(tx, engine, taskId);
  });
}
