/**
 * One try of a tool step, as a job. Whoever takes a step up raises its claim, and every write is
 * fenced by the claim: a late survivor of a program that was thought dead changes nothing.
 */
import { listApprovals } from '../db/approval.ts';
import { openCall } from '../db/call.ts';
import { type Tx, transaction } from '../db/client.ts';
import type { JobPayloads } from '../db/job.ts';
import { findPlan } from '../db/plan.ts';
import { listPolicies } from '../db/policy.ts';
import { findRunById } from '../db/run.ts';
import { countDone, findStep, listSteps, updateStep } from '../db/step.ts';
import { lockTask } from '../db/task.ts';
import { getWorkspace } from '../db/workspace.ts';
import { FactotumError } from '../errors.ts';
import { advanceIn } from './advance.ts';
import { callTool, type Prepared, type Signals } from './call.ts';
import type { Engine } from './context.ts';
import { workOf } from './continue.ts';
import { digestOf } from './digest.ts';
import { judge } from './gate.ts';
import { appendTaskEvent, moveStep } from './move.ts';
import { isOver } from './steer.ts';
import { discardIfOver, failStep, finishStep, Overtaken, UnknownOutcome } from './step-outcome.ts';
import { readPlan, type ToolStep, walk } from './workflow/plan.ts';

type Job = JobPayloads['step'];

/** @param signal aborted when the program stops: the try ends where it is and is repeated after the start */
export async function runStep(engine: Engine, job: Job, signal: AbortSignal): Promise<void> {
  // Before the claim, so that no cancellation falls between that and the call.
  const watched = engine.stops.watch(job.taskId);
  try {
    await tryStep(engine, job, { stopping: signal, cancelled: watched.signal });
  } finally {
    watched.release();
  }
}

async function tryStep(engine: Engine, job: Job, signals: Signals): Promise<void> {
  const scope = { workspaceId: job.workspaceId };
  const prepared = await transaction(engine.db, scope, (tx) => prepare(tx, engine, job));
  if (!prepared) return;
  const { step, callId, tool } = prepared;
  try {
    const made = await callTool(engine, prepared, signals);
    await transaction(engine.db, scope, (tx) => finishStep(tx, engine, prepared, made));
  } catch (error) {
    if (signals.stopping.aborted) throw error;
    if (error instanceof Overtaken) {
      await transaction(engine.db, scope, (tx) => discardIfOver(tx, step));
      return;
    }
    const { taskId, name, attempt } = step;
    engine.log.error('step.failed', error, { taskId, step: name, attempt });
    const attempted = { callId, idempotent: tool.idempotent };
    await transaction(engine.db, scope, (tx) => failStep(tx, engine, step, error, attempted));
  }
}

/** Claims the step and writes the call down before it is made; a completed call is not made again. */
async function prepare(tx: Tx, engine: Engine, job: Job): Promise<Prepared | undefined> {
  const task = await lockTask(tx, job.taskId);
  const found = await findStep(tx, job.stepId);
  if (!task || found?.status !== 'running' || found.attempt !== job.attempt) return undefined;
  if (isOver(task)) {
    await discardIfOver(tx, found);
    return undefined;
  }
  const step = await updateStep(tx, found, ['running'], { claim: found.claim + 1 });
  const run = step && (await findRunById(tx, step.runId));
  const row = run && (await findPlan(tx, task.id, run.planVersion));
  if (!step || !run || !row) return undefined;
  const plan = readPlan(row);
  const toolStep = [...walk(plan.steps)].find(
    (candidate): candidate is ToolStep => candidate.key === step.key && candidate.kind === 'tool',
  );
  const tool = toolStep && engine.tools.get(toolStep.tool);
  if (!toolStep || !tool) {
    const words = `The plan uses a tool "${step.tool}" that is not installed here.`;
    await failStep(tx, engine, step, new FactotumError('NOT_FOUND', words));
    return undefined;
  }
  // Looked at once more, with what is about to be called: what was approved is what runs (PAINS 7).
  const verdict = judge(
    {
      ...{ task, run, plan, tools: engine.tools },
      steps: await listSteps(tx, run.id),
      approvals: await listApprovals(tx, task.id),
      policies: await listPolicies(tx),
      workspace: await getWorkspace(tx, task.workspaceId),
    },
    step,
    toolStep,
  );
  if (verdict.kind !== 'pass') {
    await moveStep(tx, step, { event: 'retry', data: { reason: 'It is no longer approved.' } });
    await advanceIn(tx, engine, task.id);
    return undefined;
  }
  const idempotencyKey = await keyOf(tx, engine, { step, run, plan, toolStep });
  const { call, first } = await openCall(tx, {
    workspaceId: task.workspaceId,
    taskId: task.id,
    stepId: step.id,
    idempotencyKey,
    tool: tool.name,
    input: toolStep.input,
  });
  const about = { call: call.id, tool: tool.name, digest: digestOf(toolStep.input), first };
  appendTaskEvent(tx, task, 'call', undefined, about, step.id);
  const rehearsed = run.rehearsedRunId
    ? (await listSteps(tx, run.rehearsedRunId)).find((seen) => seen.key === step.key)?.effect
    : undefined;
  const prepared: Prepared = {
    ...{ step, run, plan, toolStep, tool, callId: call.id, idempotencyKey },
    rehearsed: rehearsed ?? null,
  };
  if (call.status === 'completed') return { ...prepared, known: { output: call.output } };
  // Begun before and never ended: a program died, or the answer was lost.
  if (!first && !tool.idempotent) {
    const words = `"${step.name}" was begun before an interruption, and it is not known whether it happened. Look, then say whether it did.`;
    const attempted = { callId: call.id, idempotent: false };
    await failStep(tx, engine, step, new UnknownOutcome(words), attempted);
    return undefined;
  }
  return prepared;
}

/**
 * Names a call. In a later run of the task it is the same one, so that what may have happened is not made
 * twice; unless that run does again what an earlier one had finished. A rehearsal is by itself.
 */
async function keyOf(
  tx: Tx,
  engine: Engine,
  { step, run, plan, toolStep }: Pick<Prepared, 'step' | 'run' | 'plan' | 'toolStep'>,
): Promise<string> {
  const work = workOf(toolStep, plan, engine.tools).slice(0, 16);
  if (run.mode === 'dry_run') return `${run.id}:${step.key}:${work}`;
  const before = run.continuesRunId ? await countDone(tx, step) : 0;
  return `${step.taskId}:${step.key}:${work}${before > 0 ? `:${before + 1}` : ''}`;
}
