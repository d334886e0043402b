/** What people answer where a task has met the bound of what it may spend: add to it, go on cheaper, or end it here. */
import { supersedeApprovals } from '../../db/approval.ts';
import { findPlan } from '../../db/plan.ts';
import { readStanding, type Standing } from '../../db/reservation.ts';
import { findRealRun, findRun } from '../../db/run.ts';
import { listSteps, type Step } from '../../db/step.ts';
import type { Task, TaskBudget } from '../../db/task.ts';
import { query, type Tx } from '../../db/tx.ts';
import { conflict } from '../../errors.ts';
import { advanceIn } from '../advance.ts';
import { proposeChange } from '../change.ts';
import type { Actor, Engine } from '../context.ts';
import { onOwnTask } from '../hold.ts';
import { appendTaskEvent, moveStep, moveTask } from '../move.ts';
import { waitAgain } from '../wait-again.ts';
import { isContainer, readPlan } from '../workflow/plan.ts';
import { addition, additionText } from './addition.ts';
import { budgetOfTask, withoutStop } from './block.ts';
import { cheaper } from './cheaper.ts';
import { bounds, type Envelope, minus, plus } from './envelope.ts';
import { envelopeOf, meansOf } from './measure.ts';
import { placesOf } from './shortage.ts';

type Stop = NonNullable<TaskBudget['stop']>;

/** @throws CONFLICT where nobody is asked */
function stopOfTask(task: Task): Stop {
  const stop = task.budget?.stop;
  if (task.status !== 'blocked' || task.blockedKind !== 'budget' || !stop)
    throw conflict(`${task.shortName} does not wait for more budget.`);
  return stop;
}

/**
 * Raises what the task may spend by as much again as its plan had asked for, and by enough for what comes next.
 * @returns what was added
 * @throws CONFLICT where it does not wait for that, or where a day's bound was met, which nobody raises for one task
 */
export async function addBudget(engine: Engine, actor: Actor, taskId: string): Promise<string> {
  return onOwnTask(engine, actor, taskId, async (tx, task) => {
    const stop = stopOfTask(task);
    if (stop.scope !== 'task')
      throw conflict(
        `What may be spent in a day is used up, and that is not raised for one task. It goes on when the next day begins; whoever runs Factotum can raise FACTOTUM_${stop.scope.toUpperCase()}_DAY_LIMIT.`,
      );
    const run = await findRun(tx, taskId);
    const row = run && (await findPlan(tx, taskId, run.planVersion));
    const added = addition(row && readPlan(row).most, stop);
    const before = withoutStop(budgetOfTask(task, engine.budget));
    const budget = { ...before, ...plus(before, added) };
    if (stop.taskId) await raise(tx, stop.taskId, added);
    appendTaskEvent(tx, task, 'add_budget', actor.id, { added, of: stop.taskId ?? task.id });
    await goOn(tx, engine, actor, task, budget);
    return additionText(added);
  });
}

/** The bound of what the task is a part of. */
async function raise(tx: Tx, taskId: string, added: Envelope): Promise<void> {
  await query(
    tx,
    `update tasks set version = version + 1, budget = budget || (
      select jsonb_object_agg(key, (budget->>key)::numeric + value::numeric) from jsonb_each_text($2::text::jsonb)
    ) where id = $1 and budget is not null`,
    [taskId, JSON.stringify(added)],
  );
}

async function goOn(
  tx: Tx,
  engine: Engine,
  actor: Actor,
  task: Task,
  budget: TaskBudget,
): Promise<void> {
  const moved = moveTask(tx, engine, task, {
    event: 'unblock',
    actor: actor.id,
    change: { budget },
  });
  await waitAgain(tx, engine, moved);
  await advanceIn(tx, engine, task.id);
}

/**
 * Proposes a next version of the plan whose rest fits into what is left, which somebody accepts like any change.
 * @returns the names of the steps that it leaves out
 * @throws CONFLICT where nothing can be left out so that it fits
 */
export async function finishCheaper(
  engine: Engine,
  actor: Actor,
  taskId: string,
): Promise<{ dropped: string[] }> {
  return onOwnTask(engine, actor, taskId, async (tx, task) => {
    const stop = stopOfTask(task);
    const run = await findRealRun(tx, taskId);
    const row = run && (await findPlan(tx, taskId, run.planVersion));
    const steps = run ? await listSteps(tx, run.id) : [];
    const none = `Nothing can be left out of ${task.shortName} so that the rest fits. Add to its budget, or stop here.`;
    if (!run || !row || stop.what === 'minutes') throw conflict(none);
    const plan = readPlan(row);
    const { workspaceId, requestedBy: person } = task;
    const standing = await readStanding(tx, { workspaceId, taskId, person }, engine.now());
    const left = leftOf(standing, task, engine);
    const done = new Set(
      steps
        .filter(({ status }) => status === 'completed' || status === 'skipped')
        .map(({ key }) => key),
    );
    const found = cheaper(plan, done, left, await meansOf(tx, engine, plan));
    if (!found) throw conflict(none);
    const { dropped } = found;
    const changes = dropped.map((name) => `Left out to fit the budget: ${name}.`);
    const budget = withoutStop(budgetOfTask(task, engine.budget));
    await proposeChange(tx, engine, actor, task, { run, plan: found.plan, changes }, { budget });
    return { dropped };
  });
}

/** The least of what is left by each bound that holds. */
function leftOf(standing: Standing, task: Task, engine: Engine): Envelope {
  const places = placesOf(standing, task.requestedBy, engine.budget);
  const lefts = places.map(({ limit, sum }) => {
    const used = { ...envelopeOf(sum), minutes: 0 };
    const most = Object.fromEntries(
      bounds.map((bound) => [
        bound,
        (limit as Partial<Envelope>)[bound] ?? Number.MAX_SAFE_INTEGER,
      ]),
    ) as Envelope;
    return minus(most, used);
  });
  return lefts.reduce((one, other) => ({
    tokens: Math.min(one.tokens, other.tokens),
    microdollars: Math.min(one.microdollars, other.microdollars),
    minutes: Math.min(one.minutes, other.minutes),
    messages: Math.min(one.messages, other.messages),
  }));
}

/**
 * Leaves out all that has not begun and delivers what is done, with what was left out.
 * @returns the names of what was left out
 */
export async function stopAndDeliver(
  engine: Engine,
  actor: Actor,
  taskId: string,
): Promise<{ dropped: string[] }> {
  return onOwnTask(engine, actor, taskId, async (tx, task) => {
    stopOfTask(task);
    const run = await findRun(tx, taskId);
    const steps = run ? await listSteps(tx, run.id) : [];
    const left = steps.filter(isLeftOut);
    const reason = 'It was left out: the budget was used up.';
    await supersedeApprovals(tx, taskId);
    for (const step of left)
      moveStep(tx, step, {
        event: 'skip',
        actor: actor.id,
        change: { completedAt: engine.now() },
        data: { reason },
      });
    const budget: TaskBudget = { ...withoutStop(budgetOfTask(task, engine.budget)), isCut: true };
    await goOn(tx, engine, actor, task, budget);
    return { dropped: left.filter(({ kind }) => !isContainer(kind)).map(({ name }) => name) };
  });
}

/** A call under way ends by itself, and what holds it with it. */
const isLeftOut = ({ status, kind }: Step): boolean =>
  status === 'pending' ||
  status === 'approval' ||
  status === 'paused' ||
  (status === 'running' && kind !== 'tool' && !isContainer(kind));
