/** Estimates of plans and of the runs that they begin: what a person was shown is what is measured. */
import { z } from 'zod';
import {
  type Complexity,
  insertEstimate,
  listCheckSamples,
  listMeasured,
  listSamples,
} from '../db/estimate.ts';
import type { Run } from '../db/run.ts';
import type { Tx } from '../db/tx.ts';
import type { Engine } from './context.ts';
import { calibrate, landsInside, likeThis } from './estimate/calibration.ts';
import { checksTool, forecast } from './estimate/forecast.ts';
import { learnPace } from './estimate/pace.ts';
import {
  childrenOf,
  mapBlocks,
  type Plan,
  type PlanStep,
  type ToolStep,
  walk,
} from './workflow/plan.ts';

/** The same plan with what its steps and its whole run are expected to take here (F208–F210). */
export async function estimatePlan(tx: Tx, engine: Engine, plan: Plan): Promise<Plan> {
  const tools = [...walk(plan.steps)].flatMap((step) => (step.kind === 'tool' ? [step.tool] : []));
  // Sent together: on one connection the driver pipelines them.
  const [steps, checks, all] = await Promise.all([
    listSamples(tx, [...new Set(tools)]),
    listCheckSamples(tx),
    listMeasured(tx),
  ]);
  const pace = learnPace([...steps, ...checks.map((sample) => ({ ...sample, tool: checksTool }))]);
  const measured = likeThis(all, complexityOf(plan));
  const guessMs = (step: ToolStep) =>
    step.expectedMs === undefined
      ? (engine.tools.get(step.tool)?.unitMs ?? 1000)
      : step.expectedMs / Math.max(1, step.substeps.length);
  const { stepMs, ...interval } = forecast(plan, pace, guessMs, calibrate(measured));
  return {
    ...plan,
    steps: expecting(plan.steps, stepMs),
    estimatedMs: interval.midMs,
    estimate: {
      ...interval,
      measured: measured.length,
      inside: measured.filter(landsInside).length,
    },
  };
}

function expecting(steps: PlanStep[], stepMs: Record<string, number>): PlanStep[] {
  return steps.map((step) =>
    step.kind === 'tool'
      ? { ...step, expectedMs: stepMs[step.key] }
      : mapBlocks(step, (block) => expecting(block, stepMs)),
  );
}

const App = z.object({ entities: z.array(z.unknown()) });

/** By the tables of the app that it builds, or else by its steps: 1–2, 3–5, 6 and more (F211–F213). */
export function complexityOf(plan: Pick<Plan, 'subject' | 'steps'>): Complexity {
  const app = App.safeParse(plan.subject);
  const steps = [...walk(plan.steps)].filter((step) => childrenOf(step).length === 0);
  const size = app.success ? app.data.entities.length : steps.length;
  if (size <= 2) return 'simple';
  return size <= 5 ? 'medium' : 'complex';
}

/**
 * Writes the estimate of a run down when it begins. Left out: rehearsals, and runs that go on from an
 * earlier one, since what that one has done is not done again.
 */
export function recordEstimate(tx: Tx, run: Run, plan: Plan): void {
  if (run.mode === 'dry_run' || run.continuesRunId !== null || !plan.estimate) return;
  const { workspaceId, taskId, id: runId } = run;
  const { lowMs, midMs, highMs } = plan.estimate;
  const complexity = complexityOf(plan);
  insertEstimate(tx, { workspaceId, taskId, runId, complexity, lowMs, midMs, highMs });
}
