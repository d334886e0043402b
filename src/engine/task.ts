/** The verbs on tasks. Each holds the task's lock, checks the state table, and ends in `advance`. */
import { decideApproval, listApprovals } from '../db/approval.ts';
import { type Tx, transaction } from '../db/client.ts';
import { appendEvents } from '../db/event.ts';
import { newId } from '../db/id.ts';
import { addJob } from '../db/job.ts';
import { findPlan, insertPlan } from '../db/plan.ts';
import { findRun, insertRun, moveStage } from '../db/run.ts';
import { insertSteps, listSteps, type NewStep, type Step } from '../db/step.ts';
import {
  countRetry,
  finalStatuses,
  insertTask,
  lockTask,
  type NewTask,
  type Task,
  type TaskChange,
} from '../db/task.ts';
import { conflict, FactotumError, notFound } from '../errors.ts';
import { advanceIn, announce, moveStep, moveTask } from './advance.ts';
import { type Actor, type Engine, engineActor } from './context.ts';
import type { Question } from './model/model.ts';
import { childrenOf, Plan, type PlanStep, readPlan } from './workflow/plan.ts';

type Verb<T = void> = (tx: Tx, task: Task) => Promise<T>;

/**
 * Runs `work` on a locked task.
 * @throws NOT_FOUND when the actor's workspace has no such task
 */
async function onTask<T>(engine: Engine, actor: Actor, taskId: string, work: Verb<T>): Promise<T> {
  return transaction(engine.db, actor, async (tx) => {
    const task = await lockTask(tx, taskId);
    if (!task) throw notFound('There is no such task.');
    return work(tx, task);
  });
}

type Request = Pick<NewTask, 'channel' | 'conversation' | 'title' | 'shortName' | 'description'> & {
  restartedFromId?: string;
};

/** Files what was asked: a draft in phase discover, at once in planning. */
export async function createTask(
  tx: Tx,
  engine: Engine,
  actor: Actor,
  request: Request,
): Promise<Task> {
  const task = await insertTask(tx, {
    ...request,
    id: newId('task'),
    workspaceId: actor.workspaceId,
    requestedBy: actor.id,
  });
  await appendEvents(tx, [
    {
      workspaceId: task.workspaceId,
      taskId: task.id,
      event: 'create',
      to: 'draft',
      actor: actor.id,
    },
  ]);
  return moveTask(tx, engine, task, { event: 'plan', actor: actor.id });
}

/** Puts a question to the person; the task waits for the answer as long as it takes. */
export async function askQuestion(
  tx: Tx,
  engine: Engine,
  task: Task,
  question: Question,
): Promise<Task> {
  const change: TaskChange = {
    question: { text: question.text, suggestions: question.suggestions },
    blockedAt: engine.now(),
    blockedKind: 'clarification',
    blockedReason: question.text,
  };
  const asked = await moveTask(tx, engine, task, { event: 'ask', change });
  await announce(tx, asked);
  return asked;
}

/** Stores the next plan version and shows it. Nothing runs before somebody accepts it. */
export async function proposePlan(
  tx: Tx,
  engine: Engine,
  task: Task,
  plan: Plan,
  changes: string[],
  about: TaskChange = {},
): Promise<Task> {
  const version = task.planVersion + 1;
  await insertPlan(tx, {
    workspaceId: task.workspaceId,
    taskId: task.id,
    version,
    plan: Plan.parse(plan),
    changes,
  });
  const change: TaskChange = {
    ...about,
    title: plan.title,
    planVersion: version,
    estimatedMs: plan.estimatedMs,
    aiConfidence: plan.confidence,
    aiContext: [...plan.understood, ...plan.guessed].join(' '),
    question: null,
  };
  const proposed = await moveTask(tx, engine, task, {
    event: 'propose',
    phase: 'plan',
    change,
    data: { version },
  });
  await announce(tx, proposed);
  return proposed;
}

/** Back to planning, to revise: from a question, a proposed plan, or a stop in the middle. */
export async function reopenPlanning(
  tx: Tx,
  engine: Engine,
  actor: Actor,
  task: Task,
  change: TaskChange = {},
): Promise<Task> {
  return moveTask(tx, engine, task, { event: 'plan', actor: actor.id, change });
}

/**
 * Accepts exactly the version that the person saw.
 * @throws CONFLICT when the plan has changed since, or is already running
 */
export async function acceptPlan(
  engine: Engine,
  actor: Actor,
  taskId: string,
  version: number,
): Promise<void> {
  await onTask(engine, actor, taskId, async (tx, task) => {
    if (task.status === 'ready' && task.planVersion !== version) {
      throw conflict(
        `This plan was replaced by version ${task.planVersion}. Look at the newer card.`,
      );
    }
    const accepted = await moveTask(tx, engine, task, {
      event: 'accept',
      actor: actor.id,
      data: { version },
    });
    const row = await findPlan(tx, taskId, version);
    if (!row) throw new FactotumError('INTERNAL', 'The accepted plan is missing.');
    const run = await insertRun(tx, {
      workspaceId: task.workspaceId,
      taskId,
      planVersion: version,
      mode: 'automatic',
    });
    const plan = readPlan(row);
    await insertSteps(tx, [
      ...stepRows(engine, plan.steps, {
        workspaceId: task.workspaceId,
        taskId,
        runId: run.id,
        parentId: null,
      }),
    ]);
    await announce(tx, accepted);
    await advanceIn(tx, engine, taskId);
  });
}

type Owner = Pick<NewStep, 'workspaceId' | 'taskId' | 'runId' | 'parentId'>;

function* stepRows(engine: Engine, steps: PlanStep[], owner: Owner): Generator<NewStep> {
  for (const [index, step] of steps.entries()) {
    const id = newId('step');
    const substeps = step.kind === 'tool' ? step.substeps : [];
    const tool = step.kind === 'tool' ? step.tool : null;
    yield {
      ...owner,
      id,
      key: step.key,
      stepOrder: index + 1,
      name: step.name,
      completedLabel: step.completedLabel ?? step.name,
      detail: step.kind === 'human' ? step.instruction : step.detail,
      kind: step.kind,
      tool,
      priority: step.priority,
      substeps: substeps.map((name) => ({ name, done: false })),
      expectedMs: step.kind === 'tool' ? expectedMs(engine, step) : 0,
    };
    yield* stepRows(engine, childrenOf(step), { ...owner, parentId: id });
  }
}

function expectedMs(engine: Engine, step: Extract<PlanStep, { kind: 'tool' }>): number {
  const given = step.input['expectedMs'];
  if (typeof given === 'number') return Math.max(1, Math.round(given));
  return (engine.tools.get(step.tool)?.unitMs ?? 1000) * Math.max(1, step.substeps.length);
}

/**
 * Stops after the step in hand.
 * @throws CONFLICT when nothing is under way, for example while a question waits for its answer
 */
export async function pauseTask(engine: Engine, actor: Actor, taskId: string): Promise<void> {
  await onTask(engine, actor, taskId, async (tx, task) => {
    if (task.blockedKind === 'clarification') {
      throw conflict(`${task.shortName} is waiting for an answer, so it cannot be paused.`);
    }
    await announce(tx, await moveTask(tx, engine, task, { event: 'pause', actor: actor.id }));
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
    await addJob(tx, 'discard', { workspaceId: task.workspaceId, taskId });
    await announce(tx, cancelled);
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

/**
 * Records a decision once and lets the run go on, or stops it.
 * @throws CONFLICT when somebody else was faster, FORBIDDEN when the actor is not asked
 */
export async function decideStep(
  engine: Engine,
  actor: Actor,
  taskId: string,
  approvalId: string,
  decision: { approve: boolean; reason: string | null },
): Promise<void> {
  await onTask(engine, actor, taskId, async (tx, task) => {
    if (isFinal(task)) {
      throw conflict(
        `${task.shortName} is already ${task.status}; there is nothing left to decide.`,
      );
    }
    const known = (await listApprovals(tx, taskId)).find((approval) => approval.id === approvalId);
    if (!known) throw notFound('There is no such approval.');
    if (known.approvers.length > 0 && !known.approvers.includes(actor.id)) {
      throw new FactotumError('FORBIDDEN', `Only ${known.approvers.join(' or ')} can decide this.`);
    }
    const status = decision.approve ? 'approved' : 'rejected';
    const decided = await decideApproval(tx, approvalId, {
      status,
      decidedBy: actor.id,
      reason: decision.reason,
    });
    if (!decided)
      throw conflict(`This was already ${known.status} by ${known.decidedBy ?? 'somebody else'}.`);
    const step = await stepOf(tx, task, known.stepId);
    const error = {
      message: `${actor.id} rejected "${step.name}".`,
      reason: decision.reason ?? 'No reason was given.',
      transient: false,
    };
    await moveStep(
      tx,
      step,
      decision.approve
        ? {
            event: 'approve',
            actor: actor.id,
            change: {
              progress: 100,
              completedAt: engine.now(),
              result: { approved: true, by: actor.id },
            },
          }
        : { event: 'reject', actor: actor.id, change: { error } },
    );
    await goOn(tx, engine, actor, task);
  });
}

/** A manual step was ticked off. */
export async function finishHumanStep(
  engine: Engine,
  actor: Actor,
  taskId: string,
  stepId: string,
): Promise<void> {
  await onTask(engine, actor, taskId, async (tx, task) => {
    const step = await stepOf(tx, task, stepId);
    if (step.kind === 'human' && step.status === 'pending') {
      throw conflict(`It is not yet the turn of "${step.name}".`);
    }
    if (step.kind !== 'human') throw conflict(`"${step.name}" is done by Factotum, not by hand.`);
    await moveStep(tx, step, {
      event: 'complete',
      actor: actor.id,
      change: { progress: 100, completedAt: engine.now(), result: { by: actor.id } },
    });
    await goOn(tx, engine, actor, task);
  });
}

const isFinal = (task: Task) => finalStatuses.some((status) => status === task.status);

async function stepOf(tx: Tx, task: Task, stepId: string): Promise<Step> {
  const run = await findRun(tx, task.id);
  const step = run && (await listSteps(tx, run.id)).find((candidate) => candidate.id === stepId);
  if (!step) throw notFound('There is no such step.');
  return step;
}

/** After one of several things owed was done: waits for the next one, or goes on. */
async function goOn(tx: Tx, engine: Engine, actor: Actor, task: Task): Promise<void> {
  if (task.status === 'approval_pending' || task.status === 'blocked') {
    await waitAgain(
      tx,
      engine,
      await moveTask(tx, engine, task, { event: 'unblock', actor: actor.id }),
    );
  }
  await announce(tx, task);
  await advanceIn(tx, engine, task.id);
}

/** Puts a running task back to waiting where an approval or a manual step is still owed. */
async function waitAgain(tx: Tx, engine: Engine, task: Task): Promise<void> {
  const run = await findRun(tx, task.id);
  const steps = run ? await listSteps(tx, run.id) : [];
  const approval = steps.find((step) => step.status === 'approval');
  const manual = steps.find((step) => step.kind === 'human' && step.status === 'running');
  const blockedAt = engine.now();
  if (approval) {
    const change = { blockedAt, blockedKind: 'approval', blockedReason: approval.name } as const;
    await moveTask(tx, engine, task, { event: 'request_approval', change });
  } else if (manual) {
    const change = {
      blockedAt,
      blockedKind: 'human_action',
      blockedReason: manual.detail,
    } as const;
    await moveTask(tx, engine, task, { event: 'block', change });
  }
}

/** Ends a task that nobody can bring to an end: kept as failed, with the reason. */
export async function failTask(tx: Tx, engine: Engine, task: Task, reason: string): Promise<void> {
  const failed = await moveTask(tx, engine, task, {
    event: 'fail',
    actor: engineActor,
    change: { failedAt: engine.now(), failureReason: reason },
  });
  await addJob(tx, 'discard', { workspaceId: task.workspaceId, taskId: task.id });
  await announce(tx, failed);
}
