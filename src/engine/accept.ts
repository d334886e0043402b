import type { Rows } from '../db/opening.ts';
import { byTask, plannedOf, readPlanned, withPlan, withPlans } from '../db/planned.ts';
import { insertRun, type Run } from '../db/run.ts';
import { insertSteps } from '../db/step.ts';
import type { RunMode, Task } from '../db/task.ts';
import type { Tx } from '../db/tx.ts';
import { conflict, FactotumError } from '../errors.ts';
import { advanceFrom, completed } from './advance.ts';
import { approvedBudget } from './budget/measure.ts';
import { isFree } from './budget/most.ts';
import type { Actor, Engine } from './context.ts';
import { recordEstimate } from './estimate.ts';
import { onLocked, onTask, steering } from './hold.ts';
import { announce, moveTask } from './move.ts';
import { stepRows } from './step-rows.ts';
import { type Subject, sharing } from './together.ts';
import { readPlan } from './workflow/plan.ts';

const share = sharing({
  opening: (wanted: (Subject & { version: number })[]) => withPlans(wanted),
  found: byTask,
});

/**
 * Accepts exactly the version that the person saw: by itself (`automatic`), with a question before each
 * step (`supervised`), or as a rehearsal that leaves nothing behind (`dry_run`).
 * @throws CONFLICT when the plan has changed since, or is already running
 */
export async function acceptPlan(
  engine: Engine,
  actor: Actor,
  taskId: string,
  version: number,
  mode: RunMode = 'automatic',
): Promise<void> {
  const work = steering(actor, (tx, task, rows) =>
    accept(tx, engine, actor, task, rows, version, mode),
  );
  const { workspaceId } = actor;
  await share(
    engine,
    { workspaceId, taskId, version },
    {
      inPart: (part, rows) => onLocked(part, rows, work),
      alone: () => onTask(engine, actor, taskId, work, withPlan(taskId, version)),
    },
  );
}

/**
 * The same in the transaction that has proposed it: for what is done at once and asks nobody.
 * @param task as it was proposed
 */
export async function acceptProposed(
  tx: Tx,
  engine: Engine,
  actor: Actor,
  task: Task,
): Promise<void> {
  const rows = await readPlanned(tx, task.id, task.planVersion);
  await accept(tx, engine, actor, task, rows, task.planVersion, 'automatic');
}

async function accept(
  tx: Tx,
  engine: Engine,
  actor: Actor,
  task: Task,
  found: Rows,
  version: number,
  mode: RunMode,
): Promise<void> {
  if (task.status === 'ready' && task.planVersion !== version) {
    throw conflict(
      `This plan was replaced by version ${task.planVersion}. Look at the newer card.`,
    );
  }
  const rows = plannedOf(found);
  const most = rows.plan && (await approvedBudget(tx, engine, task, readPlan(rows.plan)));
  const isShown = most && !isFree(most);
  const data = { version, mode, ...(isShown ? { most } : {}) };
  const change = most ? { budget: most } : {};
  const accepted = moveTask(tx, engine, task, { event: 'accept', actor: actor.id, change, data });
  if (!rows.plan) throw new FactotumError('INTERNAL', 'The accepted plan is missing.');
  const { workspaceId, id: taskId } = task;
  const isDry = mode === 'dry_run';
  const run = insertRun(tx, {
    ...{ workspaceId, taskId, planVersion: version, mode },
    rehearsedRunId: isDry ? null : (rehearsalOf(rows.runs, version)?.id ?? null),
    continuesRunId: isDry
      ? null
      : (rows.runs.findLast((earlier) => earlier.mode !== 'dry_run')?.id ?? null),
  });
  const plan = readPlan(rows.plan);
  const owner = { workspaceId, taskId, runId: run.id, parentId: null };
  const steps = insertSteps(tx, [...stepRows(engine, plan.steps, owner)]);
  recordEstimate(tx, run, plan);
  announce(tx, accepted);
  const known = { ...rows, plan: rows.plan, task: accepted, run, steps, checks: [] };
  await advanceFrom(tx, engine, await completed(tx, engine, known));
}

/** The newest dry run of the same version: what the person saw is what may happen. */
const rehearsalOf = (runs: Run[], version: number): Run | undefined =>
  runs.findLast(
    (run) => run.mode === 'dry_run' && run.planVersion === version && run.finishedAt !== null,
  );
