import type { Rows, Tx } from '../db/client.ts';
import { newId } from '../db/id.ts';
import { insertRun, type Run } from '../db/run.ts';
import { plannedOf, withPlan } from '../db/snapshot.ts';
import { insertSteps, type NewStep } from '../db/step.ts';
import type { RunMode, Task } from '../db/task.ts';
import { conflict, FactotumError } from '../errors.ts';
import { advanceFrom, completed } from './advance.ts';
import type { Actor, Engine } from './context.ts';
import { recordEstimate } from './estimate.ts';
import { onOwnTask } from './hold.ts';
import { announce, moveTask } from './move.ts';
import { childrenOf, type PlanStep, readPlan } from './workflow/plan.ts';

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
  const accept = async (tx: Tx, task: Task, found: Rows) => {
    if (task.status === 'ready' && task.planVersion !== version) {
      throw conflict(
        `This plan was replaced by version ${task.planVersion}. Look at the newer card.`,
      );
    }
    const data = { version, mode };
    const accepted = moveTask(tx, engine, task, { event: 'accept', actor: actor.id, data });
    const rows = plannedOf(found);
    if (!rows.plan) throw new FactotumError('INTERNAL', 'The accepted plan is missing.');
    const { workspaceId } = task;
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
  };
  await onOwnTask(engine, actor, taskId, accept, withPlan(taskId, version));
}

/** The newest dry run of the same version: what the person saw is what may happen. */
const rehearsalOf = (runs: Run[], version: number): Run | undefined =>
  runs.findLast(
    (run) => run.mode === 'dry_run' && run.planVersion === version && run.finishedAt !== null,
  );

type Owner = Pick<NewStep, 'workspaceId' | 'taskId' | 'runId' | 'parentId'>;

function* stepRows(engine: Engine, steps: PlanStep[], owner: Owner): Generator<NewStep> {
  for (const [index, step] of steps.entries()) {
    const id = newId('step');
    const substeps = step.kind === 'tool' ? step.substeps : [];
    const tool = step.kind === 'tool' ? step.tool : null;
    yield {
      ...owner,
      id,
      key: step.key,
      stepOrder: index + 1,
      name: step.name,
      completedLabel: step.completedLabel ?? step.name,
      detail: step.kind === 'human' ? step.instruction : step.detail,
      kind: step.kind,
      tool,
      priority: step.priority,
      substeps: substeps.map((name) => ({ name, done: false })),
      expectedMs: step.kind === 'tool' ? expectedMs(engine, step) : 0,
    };
    yield* stepRows(engine, childrenOf(step), { ...owner, parentId: id });
  }
}

function expectedMs(engine: Engine, step: Extract<PlanStep, { kind: 'tool' }>): number {
  if (step.expectedMs !== undefined) return Math.max(1, Math.round(step.expectedMs));
  return (engine.tools.get(step.tool)?.unitMs ?? 1000) * Math.max(1, step.substeps.length);
}
