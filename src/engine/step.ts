/**
 * One try of a tool step, as a job. Whoever takes a step up raises its claim, and every write is
 * fenced by the claim: a late survivor of a program that was thought dead changes nothing.
 */
import { openCall } from '../db/call.ts';
import { type Tx, transaction } from '../db/client.ts';
import type { JobPayloads } from '../db/job.ts';
import { findPlan } from '../db/plan.ts';
import { findRun } from '../db/run.ts';
import { findStep, type Step, updateStep } from '../db/step.ts';
import { lockTask } from '../db/task.ts';
import { FactotumError } from '../errors.ts';
import type { Engine } from './context.ts';
import { createOutside } from './outside.ts';
import {
  assertHeld,
  discardIfOver,
  failStep,
  finishStep,
  Overtaken,
  recordPart,
} from './step-outcome.ts';
import type { Tool } from './tools/tool.ts';
import { type Plan, readPlan, type ToolStep, walk } from './workflow/plan.ts';

type Job = JobPayloads['step'];
/** A try that may begin; `known` is the result of an earlier one that was made but not recorded. */
type Prepared = {
  step: Step;
  plan: Plan;
  toolStep: ToolStep;
  tool: Tool;
  callId: string;
  idempotencyKey: string;
  known?: { output: unknown };
};

/** How often, in milliseconds, a running tool looks whether it may go on, and tells of its parts. */
const lookMs = 80;

/** @param signal aborted when the program stops: the try ends where it is and is repeated after the start */
export async function runStep(engine: Engine, job: Job, signal: AbortSignal): Promise<void> {
  const scope = { workspaceId: job.workspaceId };
  const prepared = await transaction(engine.db, scope, (tx) => prepare(tx, engine, job));
  if (!prepared) return;
  const { step, callId, tool } = prepared;
  try {
    const output = prepared.known
      ? prepared.known.output
      : await callTool(engine, prepared, signal);
    await transaction(engine.db, scope, (tx) => finishStep(tx, engine, step, callId, output));
  } catch (error) {
    if (signal.aborted) throw error;
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
  const step = await updateStep(tx, found, ['running'], { claim: found.claim + 1 });
  const run = await findRun(tx, task.id);
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
  const { call, first } = await openCall(tx, {
    workspaceId: task.workspaceId,
    taskId: task.id,
    stepId: step.id,
    idempotencyKey: `${run.id}:${step.key}`,
    tool: tool.name,
    input: toolStep.input,
  });
  const { idempotencyKey } = call;
  const prepared = { step, plan, toolStep, tool, callId: call.id, idempotencyKey };
  if (call.status === 'completed') return { ...prepared, known: { output: call.output } };
  // Begun before and never ended: a program died, or the answer was lost.
  if (!first && !tool.idempotent) {
    const words = `"${step.name}" was begun before an interruption, and it is not known whether it happened. Look, then choose Retry or Skip.`;
    const attempted = { callId: call.id, idempotent: false };
    await failStep(tx, engine, step, new FactotumError('CONFLICT', words), attempted);
    return undefined;
  }
  return prepared;
}

async function callTool(engine: Engine, prepared: Prepared, signal: AbortSignal): Promise<unknown> {
  const { tool, toolStep, plan, step } = prepared;
  const { db } = engine;
  const scope = { workspaceId: step.workspaceId };
  let current = step;
  let lookedAt = 0;
  let announcedAt = 0;
  return tool.run(
    {
      db,
      scope,
      taskId: step.taskId,
      rehearsalRunId: null,
      idempotencyKey: prepared.idempotencyKey,
      outside: createOutside(db, scope, step.taskId),
      subject: plan.subject,
      signal,
      renderPage: (path) => engine.renderPage(scope, path),
      substep: async (name, work) => {
        signal.throwIfAborted();
        if (current.substeps.some((part) => part.name === name && part.done)) return;
        if (Date.now() - lookedAt >= lookMs) {
          await transaction(db, scope, (tx) => assertHeld(tx, step));
          lookedAt = Date.now();
        }
        await work();
        const isDue = Date.now() - announcedAt >= lookMs;
        if (isDue) announcedAt = Date.now();
        current = await transaction(db, scope, (tx) => recordPart(tx, engine, step, name, isDue));
        lookedAt = Date.now();
      },
    },
    toolStep.input,
  );
}
