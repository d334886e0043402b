/** One call of a tool: its context, its time limit, and what it changed. */
import { transaction } from '../db/client.ts';
import { confine } from '../db/confine.ts';
import type { Run } from '../db/run.ts';
import type { Step, StepEffect } from '../db/step.ts';
import type { Tx } from '../db/tx.ts';
import { FactotumError } from '../errors.ts';
import type { Engine } from './context.ts';
import { createDelegate, type Delegation } from './delegate.ts';
import { lookAgain, silenceMs } from './look.ts';
import { announce } from './move.ts';
import { orAborted } from './or-aborted.ts';
import { createOutside, createRecorder, expectRehearsed, until } from './outside.ts';
import { type Measure, measureStep } from './rehearsal.ts';
import { assertHeld, Overtaken, recordPart } from './step-outcome.ts';
import type { Tool } from './tools/tool.ts';
import type { Plan, ToolStep } from './workflow/plan.ts';

/** What a call gave, and what it changed where somebody wants to know. */
export type Made = { output: unknown; effect: StepEffect | null };

/** A try that may begin; `known` is the result of an earlier one that was made but not recorded. */
export type Prepared = {
  step: Step;
  run: Run;
  plan: Plan;
  toolStep: ToolStep;
  tool: Tool;
  callId: string;
  idempotencyKey: string;
  /** What the dry run of this plan showed for the step. */
  rehearsed: StepEffect | null;
  known?: { output: unknown };
};

export type Signals = {
  /** The program stops. */
  stopping: AbortSignal;
  /** The task was cancelled; watched since before the step was claimed. */
  cancelled: AbortSignal;
};

/** How often, in milliseconds, a running tool looks whether it may go on, and tells of its parts. */
const lookMs = 80;

/**
 * @throws Overtaken when the task was cancelled; LIMIT when it takes longer than the tool may; what
 * the tool throws
 */
export async function callTool(
  engine: Engine,
  prepared: Prepared,
  { stopping, cancelled }: Signals,
): Promise<Made> {
  const { tool, toolStep, plan, step, run, rehearsed } = prepared;
  const { db } = engine;
  const scope = { workspaceId: step.workspaceId };
  const isRehearsal = run.mode === 'dry_run';
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(tooLate(step, tool)), tool.limitMs);
  // A step that is silent says so on its card: looked at by whoever runs it, so that a short one leaves no job.
  const quiet = setTimeout(() => {
    const at = { id: step.taskId, workspaceId: step.workspaceId };
    transaction(db, scope, async (tx) => lookAgain(tx, at, engine.now())).catch((error) =>
      engine.log.error('step.look', error, { taskId: step.taskId }),
    );
  }, silenceMs);
  // When the program stops the tool ends at its next part, which is then recorded as the last one.
  const ended = AbortSignal.any([cancelled, late.signal]);
  const signal = AbortSignal.any([stopping, ended]);
  const isMeasured = isRehearsal || rehearsed !== null;
  const parts = partsOf(engine, step, signal);
  let delegation: Delegation | undefined;
  try {
    const measure: Measure | undefined = isMeasured
      ? await measureStep(engine, step, run)
      : undefined;
    const recorder = createRecorder(measure?.sent, measure?.keepSent);
    // In a rehearsal the real way out is not even made.
    const real = until(
      signal,
      isRehearsal
        ? recorder
        : createOutside(db, scope, step.taskId, { runId: run.id, stepId: step.id }),
    );
    const outside = rehearsed ? expectRehearsed(real, rehearsed.sent, recorder) : real;
    const plain = {
      ...{ scope, taskId: step.taskId, subject: plan.subject, signal, outside },
      db: isRehearsal ? confine(db, run.id) : db,
      rehearsalRunId: isRehearsal ? run.id : null,
      idempotencyKey: prepared.idempotencyKey,
      renderPage: (path: string) => engine.renderPage(scope, path),
      substep: parts.run,
    };
    delegation = createDelegate(engine, prepared, plain);
    const context = { ...plain, delegate: delegation.delegate };
    // Nothing may lie between this and the call: what is cancelled by now is not begun (PAINS 19).
    ended.throwIfAborted();
    const output = prepared.known
      ? prepared.known.output
      : await orAborted(tool.run(context, toolStep.input), ended);
    const changes = measure && [
      ...(await measure.changes()),
      ...tool.changes(toolStep.input, output),
    ];
    const sent = recorder.sent.map(({ to, text }) => ({ to, text }));
    return { output, effect: changes ? { changes, sent } : null };
  } catch (error) {
    if (cancelled.aborted) throw new Overtaken();
    throw error;
  } finally {
    parts.end();
    await delegation?.settled();
    clearTimeout(timer);
    clearTimeout(quiet);
  }
}

const tooLate = (step: Step, tool: Tool) =>
  new FactotumError(
    'LIMIT',
    `"${step.name}" took longer than ${Math.round(tool.limitMs / 1000)} seconds and was stopped.`,
  );

/** Runs the parts of a step, each recorded when it is done, and none twice. */
function partsOf(engine: Engine, step: Step, signal: AbortSignal) {
  const scope = { workspaceId: step.workspaceId };
  const inTransaction = <T>(work: (tx: Tx) => Promise<T>) => transaction(engine.db, scope, work);
  let current = step;
  let lookedAt = 0;
  let announcedAt = 0;
  let trailing: NodeJS.Timeout | undefined;
  const tell = () => {
    const at = { id: step.taskId, workspaceId: step.workspaceId };
    inTransaction(async (tx) => announce(tx, at)).catch((error) =>
      engine.log.error('step.tell', error, { taskId: step.taskId }),
    );
  };
  const run = async (name: string, work: () => Promise<void>): Promise<void> => {
    signal.throwIfAborted();
    if (current.substeps.some((part) => part.name === name && part.done)) return;
    if (Date.now() - lookedAt >= lookMs) {
      await inTransaction((tx) => assertHeld(tx, step));
      lookedAt = Date.now();
    }
    await work();
    const isDue = Date.now() - announcedAt >= lookMs;
    if (isDue) announcedAt = Date.now();
    current = await inTransaction((tx) => recordPart(tx, engine, step, name, isDue));
    lookedAt = Date.now();
    // What came too soon after another part is told when no further one has told it.
    clearTimeout(trailing);
    if (!isDue) trailing = setTimeout(tell, lookMs);
  };
  return { run, end: () => clearTimeout(trailing) };
}
