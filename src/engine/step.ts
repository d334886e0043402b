/** One try of a tool step, as a job. Every write is fenced by the try, so a late survivor changes nothing. */
import { completeCall, failCall, openCall } from '../db/call.ts';
import { type Tx, transaction } from '../db/client.ts';
import { addJob, type JobPayloads } from '../db/job.ts';
import { findPlan } from '../db/plan.ts';
import { findRun } from '../db/run.ts';
import { findStep, listSteps, type Step, type StepError, updateStep } from '../db/step.ts';
import { findTask, lockTask, raiseProgress, type Task } from '../db/task.ts';
import { FactotumError, sentenceOf } from '../errors.ts';
import { advanceIn, announce, moveStep } from './advance.ts';
import type { Engine } from './context.ts';
import { overallPercent, stepPercent } from './progress.ts';
import { backoffMs, isTransient } from './retry.ts';
import type { Tool } from './tools/tool.ts';
import { type Plan, readPlan, type ToolStep, walk } from './workflow/plan.ts';

type Job = JobPayloads['step'];
type Prepared = {
  task: Task;
  step: Step;
  plan: Plan;
  toolStep: ToolStep;
  tool: Tool;
  callId: string;
  known?: { output: unknown };
};

/** The task was cancelled, or this try was overtaken by a newer one. */
class Overtaken extends Error {}

/** @param signal aborted when the program stops: the try ends where it is and is repeated after the start */
export async function runStep(engine: Engine, job: Job, signal: AbortSignal): Promise<void> {
  const scope = { workspaceId: job.workspaceId };
  const prepared = await transaction(engine.db, scope, (tx) => prepare(tx, engine, job));
  if (!prepared) return;
  try {
    const output = prepared.known
      ? prepared.known.output
      : await callTool(engine, { ...job, attempt: prepared.step.attempt }, prepared, signal);
    await transaction(engine.db, scope, (tx) => finish(tx, engine, prepared, output));
  } catch (error) {
    if (error instanceof Overtaken || signal.aborted) {
      await transaction(engine.db, scope, (tx) => discardIfCancelled(tx, job));
      if (signal.aborted) throw error;
      return;
    }
    engine.log.error('step.failed', error, {
      taskId: job.taskId,
      stepId: job.stepId,
      attempt: job.attempt,
    });
    await transaction(engine.db, scope, (tx) => fail(tx, engine, prepared, error));
  }
}

/** Writes the call down before it is made; a completed call of an earlier try is not made again. */
async function prepare(tx: Tx, engine: Engine, job: Job): Promise<Prepared | undefined> {
  const task = await findTask(tx, job.taskId);
  const step = await findStep(tx, job.stepId);
  if (!task || !step || step.status !== 'running' || step.attempt !== job.attempt) return undefined;
  const run = await findRun(tx, task.id);
  const row = run && (await findPlan(tx, task.id, run.planVersion));
  if (!run || !row) return undefined;
  const plan = readPlan(row);
  const toolStep = [...walk(plan.steps)].find(
    (candidate): candidate is ToolStep => candidate.key === step.key && candidate.kind === 'tool',
  );
  const tool = toolStep && engine.tools.get(toolStep.tool);
  if (!toolStep || !tool)
    throw new FactotumError(
      'INTERNAL',
      `The plan uses a tool "${step.tool}" that is not installed.`,
    );
  const { call, first } = await openCall(tx, {
    workspaceId: task.workspaceId,
    taskId: task.id,
    stepId: step.id,
    idempotencyKey: `${run.id}:${step.key}`,
    tool: tool.name,
    input: toolStep.input,
  });
  // Begun before and never ended: the program died. A new try number shuts out a survivor of the old one.
  const isRepeated = !first && call.status === 'started';
  const current = isRepeated
    ? await updateStep(tx, step, ['running'], { attempt: step.attempt + 1 })
    : step;
  if (!current) return undefined;
  const prepared = { task, step: current, plan, toolStep, tool, callId: call.id };
  if (call.status === 'completed') return { ...prepared, known: { output: call.output } };
  if (isRepeated && !tool.idempotent) {
    const error = new FactotumError(
      'CONFLICT',
      `"${step.name}" was begun before an interruption, and it is not known whether it happened. Look, then choose Retry or Skip.`,
    );
    await fail(tx, engine, prepared, error);
    return undefined;
  }
  return prepared;
}

async function callTool(
  engine: Engine,
  job: Job,
  prepared: Prepared,
  signal: AbortSignal,
): Promise<unknown> {
  const { tool, toolStep, plan } = prepared;
  const scope = { workspaceId: job.workspaceId };
  return tool.run(
    {
      db: engine.db,
      scope,
      taskId: job.taskId,
      subject: plan.subject,
      signal,
      renderPage: (path) => engine.renderPage(scope, path),
      substep: async (name, work) => {
        const step = await transaction(engine.db, scope, (tx) => stillOurs(tx, job));
        signal.throwIfAborted();
        if (step.substeps.some((part) => part.name === name && part.done)) return;
        await work();
        await transaction(engine.db, scope, (tx) => recordSubstep(tx, engine, job, name));
      },
    },
    toolStep.input,
  );
}

/** @throws Overtaken when the task was cancelled or a newer try has begun */
async function stillOurs(tx: Tx, job: Job): Promise<Step> {
  const task = await findTask(tx, job.taskId);
  const step = await findStep(tx, job.stepId);
  const isOurs = step?.status === 'running' && step.attempt === job.attempt;
  if (!step || !isOurs || task?.status === 'cancelled' || task?.status === 'failed')
    throw new Overtaken();
  return step;
}

async function recordSubstep(tx: Tx, engine: Engine, job: Job, name: string): Promise<void> {
  // The task's lock first, as everywhere: two orders would be a deadlock.
  const task = await lockTask(tx, job.taskId);
  const step = await stillOurs(tx, job);
  const substeps = step.substeps.map((part) =>
    part.name === name ? { ...part, done: true } : part,
  );
  const now = engine.now();
  await updateStep(tx, step, ['running'], {
    substeps,
    progress: Math.max(step.progress, stepPercent({ ...step, substeps }, now)),
  });
  const steps = (await listSteps(tx, step.runId)).map((row) =>
    row.id === step.id ? { ...row, substeps } : row,
  );
  const percent = overallPercent(steps, now);
  await raiseProgress(tx, job.taskId, percent);
  if (task)
    await announce(tx, task, { type: 'progress', percent: Math.max(percent, task.progress) });
}

async function finish(tx: Tx, engine: Engine, prepared: Prepared, output: unknown): Promise<void> {
  const { task, callId } = prepared;
  await completeCall(tx, callId, output);
  await lockTask(tx, task.id);
  const step = await findStep(tx, prepared.step.id);
  if (!step || step.attempt !== prepared.step.attempt || step.status !== 'running') return;
  const now = engine.now();
  const change = {
    progress: 100,
    completedAt: now,
    durationMs: step.startedAt ? now.getTime() - step.startedAt.getTime() : 0,
    substeps: step.substeps.map((part) => ({ ...part, done: true })),
    result: output ?? null,
  };
  if (!(await moveStep(tx, step, { event: 'complete', change }))) return;
  await announce(tx, task, { type: 'step_complete', step: step.stepOrder });
  await discardIfCancelled(tx, { workspaceId: task.workspaceId, taskId: task.id });
  await advanceIn(tx, engine, task.id);
}

async function fail(tx: Tx, engine: Engine, prepared: Prepared, cause: unknown): Promise<void> {
  const { task } = prepared;
  await lockTask(tx, task.id);
  const step = await findStep(tx, prepared.step.id);
  if (!step || step.attempt !== prepared.step.attempt || step.status !== 'running') return;
  const transient = isTransient(cause);
  const error: StepError = {
    message: `Could not finish "${step.name}".`,
    reason: sentenceOf(cause),
    transient,
  };
  if (transient && step.attempt <= task.maxRetries) {
    const retryAt = new Date(engine.now().getTime() + backoffMs(step.attempt, Math.random()));
    if (prepared.tool.idempotent) await failCall(tx, prepared.callId, error.reason);
    await moveStep(tx, step, {
      event: 'retry',
      change: { retryAt, error },
      data: { reason: error.reason, retryAt },
    });
    await addJob(
      tx,
      'advance',
      { workspaceId: task.workspaceId, taskId: task.id },
      { runAt: retryAt },
    );
    await announce(tx, task);
    return;
  }
  await failCall(tx, prepared.callId, error.reason);
  await moveStep(tx, step, { event: 'fail', change: { error }, data: { reason: error.reason } });
  await advanceIn(tx, engine, task.id);
}

/** What a cancelled task has built meanwhile is removed when its last try has ended. */
async function discardIfCancelled(
  tx: Tx,
  job: { workspaceId: string; taskId: string },
): Promise<void> {
  const task = await findTask(tx, job.taskId);
  if (task?.status === 'cancelled' || task?.status === 'failed') {
    await addJob(tx, 'discard', { workspaceId: job.workspaceId, taskId: job.taskId });
  }
}
