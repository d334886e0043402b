/**
 * Taking back a delivered task, the last step first. Each step is taken back outside of a transaction
 * and then recorded in one: after a crash in between it is taken back again, which changes nothing.
 */
import { transaction } from '../db/client.ts';
import { addJob, type JobPayloads } from '../db/job.ts';
import { findPlan } from '../db/plan.ts';
import { findRunById } from '../db/run.ts';
import { findStep } from '../db/step.ts';
import { changeTask, lockTask, type Task } from '../db/task.ts';
import type { Tx } from '../db/tx.ts';
import {
  findUndo,
  insertUndo,
  listDone,
  type Undo,
  type UndoItem,
  updateUndo,
} from '../db/undo.ts';
import { conflict, FactotumError, sentenceOf } from '../errors.ts';
import type { Actor, Engine } from './context.ts';
import { onTask } from './hold.ts';
import { announce, appendTaskEvent } from './move.ts';
import { backoffMs, isTransient } from './retry.ts';
import type { UndoContext, UndoResult } from './tools/tool.ts';
import { type UndoRecord, undoOffer } from './undo-offer.ts';
import { readPlan } from './workflow/plan.ts';

/** Undefined for a task that was not delivered: it is cancelled, not taken back. */
async function loadUndo(tx: Tx, task: Task): Promise<UndoRecord | undefined> {
  if (task.status !== 'completed') return undefined;
  const [done, newest] = await Promise.all([listDone(tx, task.id), findUndo(tx, task.id)]);
  return { done, newest };
}

/**
 * Shows what would be taken back and waits for a word; nothing is taken back yet.
 * @throws FORBIDDEN for anybody but the task's owner, CONFLICT when it cannot be taken back
 */
export async function askUndo(engine: Engine, actor: Actor, taskId: string): Promise<void> {
  await onOffer(engine, actor, taskId, async (tx, task, { items, open }) => {
    const { workspaceId } = task;
    if (!open)
      await insertUndo(tx, { workspaceId, taskId, askedBy: actor.id, items, status: 'stopped' });
  });
}

/**
 * Begins to take back, or goes on after a stop.
 * @param options.force take back also what somebody has worked with since: after a stop, what it stopped at
 * @throws FORBIDDEN for anybody but the task's owner, CONFLICT when it cannot be taken back
 */
export async function startUndo(
  engine: Engine,
  actor: Actor,
  taskId: string,
  options: { force: boolean },
): Promise<void> {
  await onOffer(engine, actor, taskId, async (tx, task, { items, open }) => {
    const { workspaceId } = task;
    const undo = open
      ? await updateUndo(tx, open.id, 'stopped', { status: 'running', items })
      : await insertUndo(tx, { workspaceId, taskId, askedBy: actor.id, items, status: 'running' });
    if (!undo) throw new Error(`Undo ${open?.id} changed under the task's lock.`);
    const asked = open?.items.filter((item) => item.status === 'kept') ?? [];
    const meant = asked.length > 0 ? asked : items;
    const force = options.force ? meant.map((item) => item.stepId) : [];
    appendTaskEvent(tx, task, 'undo', actor.id, { undo: undo.id, force });
    const job = { workspaceId, taskId, undoId: undo.id, force };
    addJob(tx, 'undo', job, { queue: `undo:${taskId}` });
  });
}

/**
 * Leaves things as they are. What was taken back before stays so, and the rest can be asked for again.
 * @throws FORBIDDEN for anybody but the task's owner, CONFLICT when nothing is being asked
 */
export async function keepUndo(engine: Engine, actor: Actor, taskId: string): Promise<void> {
  await onTask(engine, actor, taskId, async (tx, task) => {
    assertOwner(actor, task);
    const open = openOf(await findUndo(tx, taskId));
    const kept = open && (await updateUndo(tx, open.id, 'stopped', { finishedAt: engine.now() }));
    if (!kept) throw conflict(`Nothing is waiting for your word about undoing ${task.shortName}.`);
    appendTaskEvent(tx, task, 'undo_ended', actor.id, { undo: kept.id });
    announce(tx, task);
  });
}

type Offered = { items: UndoItem[]; open: Undo | undefined };

/** Runs `work` on a locked task that can be taken back now. */
async function onOffer(
  engine: Engine,
  actor: Actor,
  taskId: string,
  work: (tx: Tx, task: Task, offered: Offered) => Promise<void>,
): Promise<void> {
  await onTask(engine, actor, taskId, async (tx, task) => {
    assertOwner(actor, task);
    const undo = await loadUndo(tx, task);
    const { refusal, items } = undoOffer({ task, undo }, engine.tools, engine.now());
    if (refusal) throw conflict(refusal);
    await work(tx, task, { items, open: openOf(undo?.newest) });
    announce(tx, task);
  });
}

function assertOwner(actor: Actor, task: Task): void {
  if (actor.id === task.requestedBy) return;
  const words = `Only ${task.requestedBy}, who asked for ${task.shortName}, can undo it. Ask them.`;
  throw new FactotumError('FORBIDDEN', words);
}

const openOf = (undo: Undo | undefined) => (undo && !undo.finishedAt ? undo : undefined);

/**
 * As a job: takes back one step after the other until all is done or something is in the way. What goes
 * away by itself is tried again later, as often as a step is; then it stops and waits for a word.
 */
export async function runUndo(engine: Engine, job: JobPayloads['undo']): Promise<void> {
  for (let { tries = 0 } = job; ; tries = 0) {
    const next = await transaction(engine.db, job, (tx) => nextOf(tx, engine, job));
    if (!next) return;
    const outcome = await takeBack(next);
    const isLater = await transaction(engine.db, job, async (tx) => {
      if (outcome.transient && (await tryLater(tx, engine, job, tries + 1))) return true;
      await record(tx, engine, job, next.item, outcome);
      return false;
    });
    if (isLater) return;
  }
}

/** @returns false when it was tried often enough */
async function tryLater(
  tx: Tx,
  engine: Engine,
  job: JobPayloads['undo'],
  tries: number,
): Promise<boolean> {
  const held = await hold(tx, job);
  if (held && tries > held.task.maxRetries) return false;
  const runAt = new Date(engine.now().getTime() + backoffMs(tries, Math.random()));
  if (held) addJob(tx, 'undo', { ...job, tries }, { queue: `undo:${job.taskId}`, runAt });
  return true;
}

type Next = {
  item: UndoItem;
  run: (context: UndoContext) => Promise<UndoResult>;
  context: UndoContext;
};
type Outcome = { status: 'reversed' | 'kept' | 'failed'; note: string; transient?: boolean };

/** The step whose turn it is. Undefined, and the end recorded, when none is left. */
async function nextOf(tx: Tx, engine: Engine, job: JobPayloads['undo']): Promise<Next | undefined> {
  const held = await hold(tx, job);
  if (!held) return undefined;
  const { task, undo } = held;
  const item = undo.items.find((candidate) => candidate.status === 'pending');
  if (!item) {
    await finish(tx, engine, task, undo);
    return undefined;
  }
  const step = await findStep(tx, item.stepId);
  const run = step && (await findRunById(tx, step.runId));
  const row = run && (await findPlan(tx, task.id, run.planVersion));
  const tool = step?.tool ? engine.tools.get(step.tool) : undefined;
  if (!step || !row || !tool?.undo.can) {
    const note = 'Cannot be undone: its tool is not installed here any more.';
    await save(tx, undo, item, { status: 'impossible', note });
    return nextOf(tx, engine, job);
  }
  const context = {
    db: engine.db,
    scope: { workspaceId: job.workspaceId },
    taskId: task.id,
    subject: readPlan(row).subject,
    output: step.result,
    finishedAt: step.completedAt ?? task.updatedAt,
    force: job.force.includes(item.stepId),
  };
  return { item, run: tool.undo.run, context };
}

async function takeBack({ run, context }: Next): Promise<Outcome> {
  try {
    const { outcome, note } = await run(context);
    return { status: outcome, note };
  } catch (error) {
    return { status: 'failed', note: sentenceOf(error), transient: isTransient(error) };
  }
}

async function record(
  tx: Tx,
  engine: Engine,
  job: JobPayloads['undo'],
  item: UndoItem,
  outcome: Outcome,
): Promise<void> {
  const held = await hold(tx, job);
  const current = held?.undo.items.find((candidate) => candidate.stepId === item.stepId);
  // Somebody else has recorded it: a job that was thought dead.
  if (!held || current?.status !== 'pending') return;
  const { task } = held;
  const { status, note } = outcome;
  const undo = await save(tx, held.undo, item, { status, note });
  const { name, stepId } = item;
  const data = { undo: undo.id, step: name, note };
  appendTaskEvent(tx, task, `undo_${status}`, undo.askedBy, data, stepId);
  if (status !== 'reversed') await updateUndo(tx, undo.id, 'running', { status: 'stopped' });
  else if (undo.items.every((each) => each.status !== 'pending'))
    await finish(tx, engine, task, undo);
  announce(tx, task);
}

/** The task, locked, and the undo, if it is still this job's to go on with. */
async function hold(
  tx: Tx,
  job: JobPayloads['undo'],
): Promise<{ task: Task; undo: Undo } | undefined> {
  const task = await lockTask(tx, job.taskId);
  const undo = await findUndo(tx, job.taskId);
  return task && undo?.id === job.undoId && undo.status === 'running' ? { task, undo } : undefined;
}

async function save(
  tx: Tx,
  undo: Undo,
  item: UndoItem,
  change: Pick<UndoItem, 'status' | 'note'>,
): Promise<Undo> {
  const items = undo.items.map((each) =>
    each.stepId === item.stepId ? { ...each, ...change } : each,
  );
  const saved = await updateUndo(tx, undo.id, 'running', { items });
  if (!saved) throw new Error(`Undo ${undo.id} changed under the task's lock.`);
  return saved;
}

async function finish(tx: Tx, engine: Engine, task: Task, undo: Undo): Promise<void> {
  const now = engine.now();
  await updateUndo(tx, undo.id, 'running', { status: 'done', finishedAt: now });
  const entry = { event: 'undone', by: undo.askedBy, timestamp: now.toISOString() };
  changeTask(tx, task, { undoneAt: now }, [entry]);
  const left = undo.items.filter((item) => item.status === 'impossible').map((item) => item.name);
  appendTaskEvent(tx, task, 'undone', undo.askedBy, { undo: undo.id, left });
  announce(tx, task);
}
