import { send } from '../db/client.ts';
import { newId } from '../db/id.ts';
import { findPlan } from '../db/plan.ts';
import { insertRun, listRuns, type Run } from '../db/run.ts';
import { insertSteps, type NewStep } from '../db/step.ts';
import type { RunMode } from '../db/task.ts';
import { conflict, FactotumError } from '../errors.ts';
import { advanceIn } from './advance.ts';
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
  await onOwnTask(engine, actor, taskId, async (tx, task) => {
    if (task.status === 'ready' && task.planVersion !== version) {
      throw conflict(
        `This plan was replaced by version ${task.planVersion}. Look at the newer card.`,
      );
    }
    // Sent together: on one connection the driver pipelines them.
    const [row, runs] = await Promise.all([findPlan(tx, taskId, version), listRuns(tx, taskId)]);
    const accepted = await moveTask(tx, engine, task, {
      event: 'accept',
      actor: actor.id,
      data: { version, mode },
    });
    if (!row) throw new FactotumError('INTERNAL', 'The accepted plan is missing.');
    const run = await insertRun(tx, {
      workspaceId: task.workspaceId,
      taskId,
      planVersion: version,
      mode,
      rehearsedRunId: mode === 'dry_run' ? null : (rehearsalOf(runs, version)?.id ?? null),
      continuesRunId:
        mode === 'dry_run'
          ? null
          : (runs.findLast((earlier) => earlier.mode !== 'dry_run')?.id ?? null),
    });
    const { workspaceId } = task;
    const owner = { workspaceId, taskId, runId: run.id, parentId: null };
    const plan = readPlan(row);
    send(tx, insertSteps(tx, [...stepRows(engine, plan.steps, owner)]));
    send(tx, recordEstimate(tx, run, plan));
    announce(tx, accepted);
    await advanceIn(tx, engine, taskId);
  });
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
