/**
 * Changing a plan in words: before it is accepted, while it runs, or at a failed step (F62, F72, F116).
 * The change makes the next version, which somebody accepts; what is finished and not touched is kept.
 */
import { AppSpec } from '../apps/spec.ts';
import { supersedeApprovals } from '../db/approval.ts';
import { transaction } from '../db/client.ts';
import { addJob } from '../db/job.ts';
import { findPlan, type PlanRow } from '../db/plan.ts';
import { findRealRun, findRun, finishRun, type Run } from '../db/run.ts';
import { listSteps, unitDurations } from '../db/step.ts';
import { findTask, lockTask, type Task, type TaskChange, type TaskStatus } from '../db/task.ts';
import type { Tx } from '../db/tx.ts';
import { findWorkflowById } from '../db/workflow.ts';
import { getWorkspace } from '../db/workspace.ts';
import { conflict, notFound } from '../errors.ts';
import { budgetOfPerson } from './budget/reserve.ts';
import type { Actor, Engine } from './context.ts';
import { keptSteps } from './continue.ts';
import { assertMaySteer } from './hold.ts';
import { assertMayLoosen, loosenedApprovals } from './loosened.ts';
import type { Context, Question, Spent } from './model/model.ts';
import { readInputs } from './model/offline/workflow-input.ts';
import { isAppPlan, planApp } from './plan-app.ts';
import { recordSpent } from './spent.ts';
import { proposePlan, reopenPlanning } from './task.ts';
import { isContainer, type Plan, readPlan, walk } from './workflow/plan.ts';
import { unfold } from './workflow/unfold.ts';
import { type Inputs, planWorkflow } from './workflow-start.ts';

export type Changed = { kind: 'changed'; changes: string[] } | Question;

const changeable: TaskStatus[] = ['ready', 'running', 'paused', 'approval_pending', 'blocked'];

/** Whether a change in words can be meant for it. */
export const isChangeable = (task: Task): boolean =>
  changeable.includes(task.status) && task.planVersion > 0 && task.blockedKind !== 'clarification';

/**
 * Reads the change and proposes the next version, or asks what was meant.
 * @param alongside what else belongs to the transaction that proposes it; false keeps it from happening
 * @throws CONFLICT when the task has nothing to change or has changed meanwhile; FORBIDDEN for
 * somebody who may not steer it, or may not take away an approval
 */
export async function changePlan(
  engine: Engine,
  actor: Actor,
  taskId: string,
  words: string,
  alongside: (tx: Tx) => Promise<boolean> = async () => true,
): Promise<Changed> {
  const { task, row, run, failedKey, context } = await transaction(engine.db, actor, (tx) =>
    load(tx, engine, actor, taskId),
  );
  if (!isChangeable(task)) throw conflict(unchangeable(task));
  const before = readPlan(row);
  const spent: Spent[] = [];
  const counting = { ...context, spent: (one: Spent) => spent.push(one) };
  const given = await reviseInputs(engine, actor, task, words);
  const revised = given ?? (await revise(engine, actor, before, words, counting, failedKey));
  if (revised.kind === 'question') return revised;
  const { plan, changes } = revised;
  // Other inputs make the plan that somebody could have begun with.
  const loosened = given ? [] : loosenedApprovals(before, plan);
  await transaction(engine.db, actor, async (tx) => {
    const current = await lockTask(tx, taskId);
    if (current?.version !== task.version && current?.planVersion !== row.version)
      throw conflict('The plan has changed meanwhile. Look at the newest card.');
    if (!current || !isChangeable(current)) throw conflict(unchangeable(current ?? task));
    await assertMayLoosen(tx, actor, current, loosened);
    if (!(await alongside(tx))) return;
    await recordSpent(tx, taskId, spent);
    const description = `${current.description}\n${words}`;
    const about = { description, ...(revised.inputs ? { inputs: revised.inputs } : {}) };
    await proposeChange(tx, engine, actor, current, { run, plan, changes }, about);
  });
  return { kind: 'changed', changes };
}

/**
 * Proposes the next version in a transaction that holds the task: what is finished and not touched is kept.
 * @param run the one that is under way, if one is
 */
export async function proposeChange(
  tx: Tx,
  engine: Engine,
  actor: Actor,
  current: Task,
  { run, plan, changes }: { run: Run | undefined; plan: Plan; changes: string[] },
  about: TaskChange,
): Promise<void> {
  const { words: fate, kept } = run
    ? await fateOf(tx, engine, run, plan)
    : { words: [], kept: new Set<string>() };
  await supersedeApprovals(tx, current.id);
  await endRehearsal(tx, engine, current);
  const replanned = await reopenPlanning(tx, engine, actor, current, about);
  await proposePlan(tx, engine, replanned, plan, [...changes, ...fate], {}, kept);
}

type Loaded = {
  task: Task;
  row: PlanRow;
  /** The run that is under way, if one is. */
  run: Run | undefined;
  failedKey: string | undefined;
  context: Context;
};

async function load(tx: Tx, engine: Engine, actor: Actor, taskId: string): Promise<Loaded> {
  const task = await findTask(tx, taskId);
  if (!task) throw notFound('There is no such task.');
  await assertMaySteer(tx, actor, task);
  const row = await findPlan(tx, taskId);
  if (!row) throw conflict(unchangeable(task));
  const run = await findRealRun(tx, taskId);
  const steps = run ? await listSteps(tx, run.id) : [];
  const failedKey = steps.find((step) => step.status === 'failed' && step.kind === 'tool')?.key;
  return { task, row, run, failedKey, context: await contextOf(tx, engine, actor) };
}

/** How people of a workspace write numbers and dates, for whoever reads their words. */
export async function contextOf(tx: Tx, engine: Engine, actor: Actor): Promise<Context> {
  const { locale, currency, timezone } = await getWorkspace(tx, actor.workspaceId);
  const budget = budgetOfPerson(engine, actor);
  return { now: engine.now(), locale, currency, timezone, budget };
}

function unchangeable(task: Task): string {
  if (task.status === 'completed')
    return `${task.shortName} is delivered; its plan is done. Describe what is to be different as a new task.`;
  if (task.status === 'cancelled' || task.status === 'failed')
    return `${task.shortName} is ${task.status}. Say “start over” to begin it again.`;
  return `${task.shortName} has no plan yet that could be changed.`;
}

type Revised = { kind: 'revision'; plan: Plan; changes: string[]; inputs?: Inputs };

/** Other values for the workflow that it runs; undefined where the words give none. */
async function reviseInputs(
  engine: Engine,
  actor: Actor,
  task: Task,
  words: string,
): Promise<Revised | undefined> {
  const { workflowId } = task;
  if (!workflowId) return undefined;
  return transaction(engine.db, actor, async (tx) => {
    const workflow = await findWorkflowById(tx, workflowId);
    const names = workflow?.inputs.map(({ name }) => name) ?? [];
    const { values } = readInputs(words, names);
    if (!workflow || Object.keys(values).length === 0) return undefined;
    const inputs = { ...(task.inputs as Inputs | null), ...values };
    const plan = await planWorkflow(tx, engine, workflow, inputs);
    if (!plan) return undefined;
    const changes = Object.entries(values).map(
      ([name, value]) => `${name} is ${JSON.stringify(value)}`,
    );
    return { kind: 'revision', plan, changes, inputs };
  });
}

async function revise(
  engine: Engine,
  actor: Actor,
  before: Plan,
  words: string,
  context: Context,
  failedKey: string | undefined,
): Promise<Revised | Question> {
  const { model, tools } = engine;
  const { spent, budget } = context;
  const about = {
    failedKey,
    tools,
    me: actor.id,
    ...(spent ? { spent } : {}),
    ...(budget ? { budget } : {}),
  };
  if (!isAppPlan(before)) return model.revisePlan(before, words, about);
  const revision = await model.revise(AppSpec.parse(before.subject), words, context);
  if (revision.kind === 'question') {
    // Not about what the app is: perhaps about how it is made, such as to go without the step that failed.
    const other = await model.revisePlan(before, words, about);
    return other.kind === 'revision' ? other : revision;
  }
  const { confidence, understood, guessed } = before;
  const certainty = { confidence, understood: [...understood, ...revision.changes], guessed };
  const history = await transaction(engine.db, actor, unitDurations);
  const plan = planApp(revision.spec, certainty, tools, history);
  const notes = revision.note ? [revision.note] : [];
  return { kind: 'revision', plan, changes: [...revision.changes, ...notes] };
}

/** A dry run of a plan that is no more shows nothing any more, and what it has made goes. */
async function endRehearsal(tx: Tx, engine: Engine, task: Task): Promise<void> {
  const run = await findRun(tx, task.id);
  if (run?.mode !== 'dry_run' || run.finishedAt) return;
  finishRun(tx, run.id, engine.now());
  addJob(tx, 'discard', { workspaceId: task.workspaceId, taskId: task.id });
}

/** What becomes of what is finished: kept, or done again. */
async function fateOf(
  tx: Tx,
  engine: Engine,
  run: Run,
  plan: Plan,
): Promise<{ words: string[]; kept: ReadonlySet<string> }> {
  const steps = await listSteps(tx, run.id);
  const row = await findPlan(tx, run.taskId, run.planVersion);
  if (!row) return { words: [], kept: new Set() };
  const kept = keptSteps({ plan: unfold(readPlan(row), steps), steps }, plan, engine.tools);
  const names = new Map([...walk(plan.steps)].map((step) => [step.key, step.name]));
  const finished = steps.filter((step) => step.status === 'completed' && !isContainer(step.kind));
  const list = (keys: string[]) => keys.map((key) => names.get(key) ?? key).join(', ');
  const again = finished.map((step) => step.key).filter((key) => !kept.has(key) && names.has(key));
  const words = [
    ...(kept.size > 0 ? [`Finished and kept: ${list([...kept.keys()])}`] : []),
    ...(again.length > 0 ? [`Finished, but to be done again: ${list(again)}`] : []),
  ];
  return { words, kept: new Set(kept.keys()) };
}
