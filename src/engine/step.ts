/**
 * How a try of a tool step begins. Whoever takes a step up raises its claim, and every write is fenced by
 * the claim: a late survivor of a program that was thought dead changes nothing.
 */
import { openCall, outputOf } from '../db/call.ts';
import type { JobPayloads } from '../db/job.ts';
import { findPlan } from '../db/plan.ts';
import { findRunById } from '../db/run.ts';
import { changeStep, countDone, findStep, listSteps, type Step } from '../db/step.ts';
import type { Tx } from '../db/tx.ts';
import { FactotumError, invalid } from '../errors.ts';
import { advanceFrom, loadSnapshot } from './advance.ts';
import { goesOut } from './budget/most.ts';
import { reserve } from './budget/reserve.ts';
import { stopForBudget } from './budget/stop.ts';
import { cachedFor } from './cache.ts';
import type { Prepared } from './call.ts';
import type { Engine } from './context.ts';
import { workOf } from './continue.ts';
import type { Snapshot } from './decide.ts';
import { digestOf } from './digest.ts';
import { judge } from './gate.ts';
import { appendTaskEvent, moveStep } from './move.ts';
import { isOver } from './steer.ts';
import { discardIfOver, failStep, finishFromCache, UnknownOutcome } from './step-outcome.ts';
import { withAllowed } from './unsaid.ts';
import { type Plan, readPlan, type ToolStep, walk } from './workflow/plan.ts';
import { resolveTool } from './workflow/resolve.ts';
import { unfold } from './workflow/unfold.ts';

/** As a job begins: claims the step and writes its call down; undefined when there is nothing to call. */
export async function claimStep(
  tx: Tx,
  engine: Engine,
  snapshot: Snapshot | undefined,
  job: JobPayloads['step'],
): Promise<Prepared | undefined> {
  const known = snapshot?.steps.find(({ id }) => id === job.stepId);
  const found = known ?? (await findStep(tx, job.stepId));
  if (!snapshot || found?.status !== 'running' || found.attempt !== job.attempt) return undefined;
  if (isOver(snapshot.task)) {
    await discardIfOver(tx, found);
    return undefined;
  }
  const step = changeStep(tx, found, { claim: found.claim + 1 });
  snapshot.steps = snapshot.steps.map((other) => (other.id === step.id ? step : other));
  const basis = known ? snapshot : await asOf(tx, snapshot, step);
  if (!basis) return undefined;
  const planned = plannedAs(basis.plan, step);
  // Looked at once more, with what is about to be called: what was approved is what runs (PAINS 7).
  if (planned && judge(basis, step, planned).kind !== 'pass') {
    moveStep(tx, step, { event: 'retry', data: { reason: 'It is no longer approved.' } });
    await advanceFrom(tx, engine, (await loadSnapshot(tx, engine, job.taskId)) ?? snapshot);
    return undefined;
  }
  return prepareStep(tx, engine, basis, step);
}

/** The same with the run that a step is of, where a newer one has begun since. */
async function asOf(tx: Tx, snapshot: Snapshot, step: Step): Promise<Snapshot | undefined> {
  const run = await findRunById(tx, step.runId);
  const row = run && (await findPlan(tx, step.taskId, run.planVersion));
  const steps = run ? await listSteps(tx, run.id) : [];
  return row && { ...snapshot, run, plan: unfold(readPlan(row), steps), steps };
}

const plannedAs = (plan: Plan, step: Step): ToolStep | undefined =>
  [...walk(plan.steps)].find(
    (candidate): candidate is ToolStep => candidate.key === step.key && candidate.kind === 'tool',
  );

/**
 * Writes the call of a claimed step down before it is made; a completed call is not made again.
 * @returns undefined when there is nothing to call: the step failed before it could begin, or what it gives is known
 */
export async function prepareStep(
  tx: Tx,
  engine: Engine,
  { task, run, plan, calls, steps }: Snapshot,
  step: Step,
): Promise<Prepared | undefined> {
  const planned = plannedAs(plan, step);
  const resolved = planned && resolveTool({ plan, steps }, planned);
  if (resolved && 'problem' in resolved) {
    await failStep(tx, engine, step, invalid(resolved.problem));
    return undefined;
  }
  const toolStep = resolved?.value;
  const tool = toolStep && engine.tools.get(toolStep.tool);
  if (!toolStep || !tool) {
    const words = `The plan uses a tool "${step.tool}" that is not installed here.`;
    await failStep(tx, engine, step, new FactotumError('NOT_FOUND', words));
    return undefined;
  }
  const work = workOf(toolStep, plan, engine.tools).slice(0, 16);
  const cached = await cachedFor(tx, { step, run, toolStep, work });
  if (cached) {
    await finishFromCache(tx, engine, step, cached);
    return undefined;
  }
  const idempotencyKey = await keyOf(tx, { step, run, work });
  const about = {
    workspaceId: task.workspaceId,
    taskId: task.id,
    stepId: step.id,
    idempotencyKey,
    tool: tool.name,
    input: toolStep.input,
  };
  const isMade = calls.some(
    (known) => known.idempotencyKey === idempotencyKey && known.status === 'completed',
  );
  // Before the call is written down, so that neither is there without the other; a rehearsal sends nothing.
  if (goesOut(tool) && run.mode !== 'dry_run' && !isMade) {
    const { workspaceId, requestedBy: person } = task;
    const message = { workspaceId, taskId: task.id, stepId: step.id, person, what: tool.name };
    const wanted = { kind: 'message', messages: 1 } as const;
    const granted = await reserve(tx, engine, { ...message, key: idempotencyKey }, wanted);
    if ('shortage' in granted) {
      await stopForBudget(tx, engine, step, granted.shortage);
      return undefined;
    }
  }
  const { call, first } = openCall(tx, about, calls);
  const data = { call: call.id, tool: tool.name, digest: digestOf(toolStep.input), first };
  appendTaskEvent(tx, task, 'call', undefined, data, step.id);
  const rehearsed = run.rehearsedRunId
    ? (await listSteps(tx, run.rehearsedRunId)).find((seen) => seen.key === step.key)?.effect
    : undefined;
  const prepared: Prepared = {
    ...{ step, run, plan, toolStep, tool, callId: call.id, idempotencyKey },
    rehearsed: rehearsed ? withAllowed(rehearsed, step.effect?.allowed) : null,
  };
  if (call.status === 'completed')
    return { ...prepared, known: { output: await outputOf(tx, call.id) } };
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
  { step, run, work }: Pick<Prepared, 'step' | 'run'> & { work: string },
): Promise<string> {
  if (run.mode === 'dry_run') return `${run.id}:${step.key}:${work}`;
  const before = run.continuesRunId ? await countDone(tx, step) : 0;
  return `${step.taskId}:${step.key}:${work}${before > 0 ? `:${before + 1}` : ''}`;
}
