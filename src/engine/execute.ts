/**
 * `POST /api/tasks/execute` as a verb: decides whether a task can be executed, and begins it, divides
 * it, or leaves it to a person (F73–F76, F232–F235). What it decided is in the execution log.
 */
import { transaction } from '../db/client.ts';
import {
  actAs,
  addLogEntry,
  blockExecution,
  createSubtask,
  startExecution,
} from '../db/execution.ts';
import { addJob, type JobPayloads } from '../db/job.ts';
import { findRun } from '../db/run.ts';
import { unitDurations } from '../db/step.ts';
import {
  appendLog,
  changeTask,
  finalStatuses,
  findTask,
  listSubtasks,
  setBudget,
  type Task,
} from '../db/task.ts';
import type { Tx } from '../db/tx.ts';
import { conflict, FactotumError, notFound } from '../errors.ts';
import { acceptPlan } from './accept.ts';
import { type Actor, type Engine, engineActor } from './context.ts';
import { composeDraft, keepDraft } from './draft.ts';
import { onOwnTask } from './hold.ts';
import { contextOf, textOf } from './intake.ts';
import type { Draft, DraftWish } from './model/draft.ts';
import type { Assessment, Spent, Subtask, Understanding } from './model/model.ts';
import { announce, appendTaskEvent } from './move.ts';
import { planApp } from './plan-app.ts';
import { recordSpent } from './spent.ts';
import { proposePlan, reopenPlanning } from './task.ts';

/** What came of it: the engine has it (`waitForRest` says how it goes), it has parts, or a person has to act. */
export type Execution =
  | { kind: 'watch' }
  | { kind: 'parts'; subtasks: Subtask[] }
  | { kind: 'stopped'; reason: string };

type How = { byItself?: boolean };
type Seen = { task: Task; hasRun: boolean; subtasks: Subtask[] };
type Next = Execution | { kind: 'accept' } | { kind: 'assess' };

/**
 * Safe to call again: what runs already is not begun anew, what was divided is not divided again.
 * @param how as the bot does it by itself: what no tool does stays as it is, and what is built waits for a go-ahead
 * @throws NOT_FOUND for an unknown task, CONFLICT for one that is over, being planned, or in progress elsewhere
 */
export async function executeTask(
  engine: Engine,
  actor: Actor,
  taskId: string,
  how: How = {},
): Promise<Execution> {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const seen = await transaction(engine.db, actor, (tx) => look(tx, taskId));
    // What somebody else has begun in the meantime may be over by now.
    const isOver = finalStatuses.some((status) => status === seen.task.status);
    if (attempt > 0 && isOver) return { kind: 'watch' };
    const next = nextOf(seen);
    const begun = await begin(engine, actor, seen.task, next, how).catch((error: unknown) => {
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
  { byItself = false }: How,
): Promise<Execution | undefined> {
  if (next.kind === 'assess') return assess(engine, actor, task, byItself);
  if (next.kind !== 'accept') return next;
  if (byItself) return { kind: 'watch' };
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

async function assess(
  engine: Engine,
  actor: Actor,
  seen: Task,
  byItself: boolean,
): Promise<Execution | undefined> {
  const context = await transaction(engine.db, actor, (tx) => contextOf(tx, engine, actor));
  const spent: Spent[] = [];
  const assessed = await engine.model.assess(textOf(seen), {
    ...context,
    spent: (one) => spent.push(one),
  });
  const tell = (one: Spent) => spent.push(one);
  const found = await foundOf(engine, actor, seen, restricted(seen, assessed), tell);
  if (byItself && found.strategy !== 'immediate' && found.strategy !== 'write')
    return { kind: 'watch' };
  return onOwnTask(engine, actor, seen.id, async (tx, task): Promise<Execution | undefined> => {
    if (task.version !== seen.version) throw conflict(`"${task.title}" has changed meanwhile.`);
    await actAs(tx, actor.id);
    await recordSpent(tx, task.id, spent);
    if (found.note) noteIn(tx, actor, task, { event: 'note', note: found.note });
    if (found.strategy === 'write') {
      const { draft, wish } = found;
      const { confidence } = draft;
      noteIn(tx, actor, task, { event: 'assessed', strategy: 'immediate', confidence });
      const planning = await reopenPlanning(tx, engine, actor, task);
      await keepDraft(tx, engine, actor, planning, draft, wish);
      return { kind: 'watch' };
    }
    if (found.strategy === 'immediate') {
      await propose(tx, engine, actor, task, found);
      return undefined;
    }
    if (found.strategy === 'decompose') {
      await divide(tx, engine, task, found.subtasks);
      return { kind: 'parts', subtasks: found.subtasks };
    }
    await leave(tx, task, found.reason);
    return { kind: 'stopped', reason: found.reason };
  });
}

/** As a job: does a part of a task by itself where that is possible; else it stays for its person. */
export async function executePart(engine: Engine, job: JobPayloads['part']): Promise<void> {
  const actor = { workspaceId: job.workspaceId, id: engineActor };
  await executeTask(engine, actor, job.taskId, { byItself: true }).catch((error: unknown) => {
    // Somebody was faster: it is theirs, or over.
    if (!(error instanceof FactotumError) || error.code !== 'CONFLICT') throw error;
  });
}

/** A manual task is only tracked (R14); the reason stays the precise one where there is one. */
function restricted(task: Task, found: Assessment): Assessment {
  if (task.executionType !== 'manual' || found.strategy === 'blocked') return found;
  const reason = 'This task is manual: a person carries it out';
  return { executionType: 'manual', strategy: 'blocked', reason };
}

type Found =
  | Extract<Assessment, { strategy: 'decompose' | 'blocked' }>
  | { strategy: 'immediate'; found: Understanding; note?: string | undefined }
  | { strategy: 'write'; draft: Draft; wish: DraftWish; note?: string | undefined };

/** A text that is wished for is written before anybody's transaction waits for it. */
async function foundOf(
  engine: Engine,
  actor: Actor,
  { requestedBy }: Task,
  assessed: Assessment,
  spent: (one: Spent) => void,
): Promise<Found> {
  if (assessed.strategy !== 'immediate') return assessed;
  const { found, note, executionType } = assessed;
  if (found.kind === 'app') return { strategy: 'immediate', found, note };
  const draft = await composeDraft(engine, actor, found, spent, requestedBy);
  if (draft.kind === 'draft')
    return { strategy: 'write', draft, wish: found, note: draft.note ?? note };
  const reason = draft.lacks ?? `Requires more detail: ${draft.text}`;
  return { executionType, strategy: 'blocked', reason };
}

async function propose(
  tx: Tx,
  engine: Engine,
  actor: Actor,
  task: Task,
  { found }: { found: Understanding },
): Promise<void> {
  const { confidence } = found;
  noteIn(tx, actor, task, { event: 'assessed', strategy: 'immediate', confidence });
  const planning = await reopenPlanning(tx, engine, actor, task);
  const planned = planApp(found.spec, found, engine.tools, await unitDurations(tx));
  // A part of an undertaking is known by what it is for.
  const plan = task.parentTaskId ? { ...planned, title: task.title } : planned;
  await proposePlan(tx, engine, planning, plan, [], { shortName: found.shortName });
}

/**
 * A line of the history, with the end of the transaction: written before, the ledger would be held while the jobs of
 * a task that this is a part of are waited for, and whoever ends another part waits the other way around.
 */
function noteIn(
  tx: Tx,
  actor: Actor,
  task: Task,
  entry: { event: string } & Record<string, unknown>,
): void {
  appendLog(tx, task.id, entry);
  appendTaskEvent(tx, task, 'log', actor.id, entry);
}

async function divide(tx: Tx, engine: Engine, task: Task, subtasks: Subtask[]): Promise<void> {
  const entry = { event: 'assessed', strategy: 'decompose', subtasks: subtasks.length };
  await addLogEntry(tx, task.id, entry);
  for (const part of subtasks) {
    const taskId = await createSubtask(tx, task.id, part);
    // What can be done here is done here; the rest waits for its person.
    if (part.executionType !== 'manual')
      addJob(tx, 'part', { workspaceId: task.workspaceId, taskId });
  }
  await startExecution(tx, task.id, { id: engineActor, type: 'agent' });
  // Its parts draw on it together, besides what each of them was accepted with.
  await setBudget(tx, task.id, engine.budget.task);
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
