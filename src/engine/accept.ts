import { newId } from '../db/id.ts';
import { findPlan } from '../db/plan.ts';
import { insertRun } from '../db/run.ts';
import { insertSteps, type NewStep } from '../db/step.ts';
import { conflict, FactotumError } from '../errors.ts';
import { advanceIn, announce, moveTask } from './advance.ts';
import type { Actor, Engine } from './context.ts';
import { onTask } from './hold.ts';
import { childrenOf, type PlanStep, readPlan } from './workflow/plan.ts';

/**
 * Accepts exactly the version that the person saw.
 * @throws CONFLICT when the plan has changed since, or is already running
 */
export async function acceptPlan(
  engine: Engine,
  actor: Actor,
  taskId: string,
  version: number,
): Promise<void> {
  await onTask(engine, actor, taskId, async (tx, task) => {
    if (task.status === 'ready' && task.planVersion !== version) {
      throw conflict(
        `This plan was replaced by version ${task.planVersion}. Look at the newer card.`,
      );
    }
    const accepted = await moveTask(tx, engine, task, {
      event: 'accept',
      actor: actor.id,
      data: { version },
    });
    const row = await findPlan(tx, taskId, version);
    if (!row) throw new FactotumError('INTERNAL', 'The accepted plan is missing.');
    const run = await insertRun(tx, {
      workspaceId: task.workspaceId,
      taskId,
      planVersion: version,
      mode: 'automatic',
    });
    const plan = readPlan(row);
    await insertSteps(tx, [
      ...stepRows(engine, plan.steps, {
        workspaceId: task.workspaceId,
        taskId,
        runId: run.id,
        parentId: null,
      }),
    ]);
    announce(tx, accepted);
    await advanceIn(tx, engine, taskId);
  });
}

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
  const given = step.input['expectedMs'];
  if (typeof given === 'number') return Math.max(1, Math.round(given));
  return (engine.tools.get(step.tool)?.unitMs ?? 1000) * Math.max(1, step.substeps.length);
}
