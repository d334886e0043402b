/**
 * `POST /api/tasks/execute` as a verb: decides whether a task can be executed, and begins it, divides
 * it, or leaves it to a person (F73–F76, F232–F235). What it decided is in the execution log.
 */
import { type Tx, transaction } from '../db/client.ts';
import {
  actAs,
  addLogEntry,
  blockExecution,
  createSubtask,
  startExecution,
} from '../db/execution.ts';
import { findRun } from '../db/run.ts';
import { unitDurations } from '../db/step.ts';
import { changeTask, finalStatuses, findTask, listSubtasks, type Task } from '../db/task.ts';
import { conflict, FactotumError, notFound } from '../errors.ts';
import { acceptPlan } from './accept.ts';
import { type Actor, type Engine, engineActor } from './context.ts';
import { onOwnTask } from './hold.ts';
import { contextOf, textOf } from './intake.ts';
import type { Assessment, Spent, Subtask } from './model/model.ts';
import { announce } from './move.ts';
import { planApp } from './plan-app.ts';
import { recordSpent } from './spent.ts';
import { proposePlan, reopenPlanning } from './task.ts';

/** What came of it: the engine has it (`waitForRest` says how it goes), it has parts, or a person has to act. */
export type Execution =
  | { kind: 'watch' }
  | { kind: 'parts'; subtasks: Subtask[] }
  | { kind: 'stopped'; reason: string };

type Seen = { task: Task; hasRun: boolean; subtasks: Subtask[] };
type Next = Execution | { kind: 'accept' } | { kind: 'assess' };

/**
 * Safe to call again: what runs already is not begun anew, what was divided is not divided again.
 * @throws NOT_FOUND for an unknown task, CONFLICT for one that is over, being planned, or in progress elsewhere
 */
export async function executeTask(
  engine: Engine,
  actor: Actor,
  taskId: string,
): Promise<Execution> {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const seen = await transaction(engine.db, actor, (tx) => look(tx, taskId));
    // What somebody else has begun in the meantime may be over by now.
    const isOver = finalStatuses.some((status) => status === seen.task.status);
    if (attempt > 0 && isOver) return { kind: 'watch' };
    const next = nextOf(seen);
    const begun = await begin(engine, actor, seen.task, next).catch((error: unknown) => {
      if (!(error instanceof FactotumError) || error.code !== 'CONFLICT' || attempt === 4)
        throw error;
      return undefined;
    });
    if (begun) return begun;
  }
  throw conflict('This task is being changed by somebody else at the same time. Try again.');
}

/** Undefined when there is a plan now, which is accepted next. */
async function begin(
  engine: Engine,
  actor: Actor,
  task: Task,
  next: Next,
): Promise<Execution | undefined> {
  if (next.kind === 'assess') return assess(engine, actor, task);
  if (next.kind !== 'accept') return next;
  await acceptPlan(engine, actor, task.id, task.planVersion);
  return { kind: 'watch' };
}

async function look(tx: Tx, taskId: string): Promise<Seen> {
  const task = await findTask(tx, taskId);
  if (!task) throw notFound(`There is no task ${taskId.slice(0, 40)}.`);
  const parts = await listSubtasks(tx, taskId);
  return {
    task,
    hasRun: (await findRun(tx, taskId)) !== undefined,
    subtasks: parts.map(({ title, executionType }) => ({ title, executionType })),
  };
}

/**
 * What a call does with a task as it stands. Pure.
 * @throws CONFLICT for what cannot be executed
 */
function nextOf({ task, hasRun, subtasks }: Seen): Next {
  const { status, title } = task;
  if (status === 'completed' || status === 'failed' || status === 'cancelled')
    throw conflict(`"${title}" is already ${status}.`);
  if (status === 'planning') throw conflict(`"${title}" is being planned. Try again in a moment.`);
  if (status === 'ready') return { kind: 'accept' };
  const isLeft = status === 'blocked' && task.blockedKind === 'human_action';
  const waits = status === 'draft' || status === 'queued' || isLeft;
  if (hasRun || (!waits && status !== 'running')) return { kind: 'watch' };
  if (subtasks.length > 0) return { kind: 'parts', subtasks };
  if (status === 'running') throw conflict(`"${title}" is already in progress.`);
  return { kind: 'assess' };
}

async function assess(engine: Engine, actor: Actor, seen: Task): Promise<Execution | undefined> {
  const context = await transaction(engine.db, actor, (tx) =>
    contextOf(tx, engine, seen.workspaceId),
  );
  const spent: Spent[] = [];
  const assessed = await engine.model.assess(textOf(seen), {
    ...context,
    spent: (one) => spent.push(one),
  });
  const found = restricted(seen, assessed);
  return onOwnTask(engine, actor, seen.id, async (tx, task): Promise<Execution | undefined> => {
    if (task.version !== seen.version) throw conflict(`"${task.title}" has changed meanwhile.`);
    await actAs(tx, actor.id);
    await recordSpent(tx, task.id, spent);
    if (found.note) await addLogEntry(tx, task.id, { event: 'note', note: found.note });
    if (found.strategy === 'immediate') {
      await propose(tx, engine, actor, task, found);
      return undefined;
    }
    if (found.strategy === 'decompose') {
      await divide(tx, task, found.subtasks);
      return { kind: 'parts', subtasks: found.subtasks };
    }
    await leave(tx, task, found.reason);
    return { kind: 'stopped', reason: found.reason };
  });
}

/** A manual task is only tracked (R14); the reason stays the precise one where there is one. */
function restricted(task: Task, found: Assessment): Assessment {
  if (task.executionType !== 'manual' || found.strategy === 'blocked') return found;
  const reason = 'This task is manual: a person carries it out';
  return { executionType: 'manual', strategy: 'blocked', reason };
}

async function propose(
  tx: Tx,
  engine: Engine,
  actor: Actor,
  task: Task,
  { found }: Extract<Assessment, { strategy: 'immediate' }>,
): Promise<void> {
  const { confidence } = found;
  await addLogEntry(tx, task.id, { event: 'assessed', strategy: 'immediate', confidence });
  const planning = await reopenPlanning(tx, engine, actor, task);
  const plan = planApp(found.spec, found, engine.tools, await unitDurations(tx));
  await proposePlan(tx, engine, planning, plan, [], { shortName: found.shortName });
}

async function divide(tx: Tx, task: Task, subtasks: Subtask[]): Promise<void> {
  const entry = { event: 'assessed', strategy: 'decompose', subtasks: subtasks.length };
  await addLogEntry(tx, task.id, entry);
  for (const part of subtasks) await createSubtask(tx, task.id, part);
  await startExecution(tx, task.id, { id: engineActor, type: 'agent' });
}

/** Leaves it to a person, who takes it over by starting it. */
async function leave(tx: Tx, task: Task, reason: string): Promise<void> {
  if (task.status === 'blocked' && task.blockedReason === reason) {
    announce(tx, task);
    return;
  }
  await addLogEntry(tx, task.id, { event: 'assessed', strategy: 'blocked', reason });
  // Blocked for another reason before: it is looked at anew.
  if (task.status === 'blocked')
    await startExecution(tx, task.id, { id: engineActor, type: 'agent' });
  const current = await findTask(tx, task.id);
  if (current) changeTask(tx, current, { executionType: 'manual' });
  await blockExecution(tx, task.id, reason);
}
