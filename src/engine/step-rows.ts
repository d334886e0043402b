/** The rows that steps of a plan have in a run. */
import { newId } from '../db/id.ts';
import type { NewStep } from '../db/step.ts';
import type { Engine } from './context.ts';
import { longestMs } from './estimate/longest.ts';
import { childrenOf, type PlanStep } from './workflow/plan.ts';

type Owner = Pick<NewStep, 'workspaceId' | 'taskId' | 'runId' | 'parentId'>;

/** Rows of steps and of those inside of them. What is in an `each` has none before that begins. */
export function* stepRows(engine: Engine, steps: PlanStep[], owner: Owner): Generator<NewStep> {
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
      expectedMs: expectedOf(engine, step),
    };
    if (step.kind !== 'each') yield* stepRows(engine, childrenOf(step), { ...owner, parentId: id });
  }
}

function expectedOf(engine: Engine, step: PlanStep): number {
  if (step.kind === 'tool') return expectedMs(engine, step);
  if (step.kind !== 'each') return 0;
  return Math.round(longestMs(step.do, (inner) => expectedOf(engine, inner)));
}

function expectedMs(engine: Engine, step: Extract<PlanStep, { kind: 'tool' }>): number {
  if (step.expectedMs !== undefined) return Math.max(1, Math.round(step.expectedMs));
  return (engine.tools.get(step.tool)?.unitMs ?? 1000) * Math.max(1, step.substeps.length);
}
