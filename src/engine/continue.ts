/**
 * A run that goes on after a change of the plan: what an earlier run has finished and what the change
 * does not touch is kept (F72). Kept are outcomes, not calls: nothing is made again.
 */
import { findPlan } from '../db/plan.ts';
import { findRunById } from '../db/run.ts';
import { changeStep, listSteps, type Step } from '../db/step.ts';
import type { Tx } from '../db/tx.ts';
import type { Engine } from './context.ts';
import type { Snapshot } from './decide.ts';
import { digestOf } from './digest.ts';
import { appendTaskEvent } from './move.ts';
import { withdrawUnplanned } from './tools/app.ts';
import type { Tool } from './tools/tool.ts';
import { isContainer, type Plan, type PlanStep, readPlan, walk } from './workflow/plan.ts';
import { compareReading } from './workflow/reads.ts';
import { unfold } from './workflow/unfold.ts';

type Settled = Pick<Step, 'id' | 'key' | 'status'> & { result?: unknown };
type Tools = ReadonlyMap<string, Tool>;

/**
 * Which steps of `after` need not be done again: key → the step whose outcome is kept. Pure. A step
 * is kept when it was completed, is the same as before, its tool's part of the subject is unchanged,
 * what it reads of others cannot have changed, and all that it needs is kept too.
 * @param items of the rounds of the new run, by their keys
 */
export function keptSteps(
  before: { plan: Plan; steps: Settled[] },
  after: Plan,
  tools: Tools,
  items: ReadonlyMap<string, unknown> = new Map(),
): Map<string, string> {
  const reading = compareReading(before, after, items);
  const done = new Map(
    before.steps.filter((step) => step.status === 'completed').map((step) => [step.key, step.id]),
  );
  const old = new Map([...walk(before.plan.steps)].map((step) => [step.key, step]));
  const kept = new Map<string, string>();
  for (const step of walk(after.steps)) {
    const id = done.get(step.key);
    const was = old.get(step.key);
    // Containers only group: they are opened and closed again around what is inside.
    if (isContainer(step.kind)) continue;
    const isSame =
      was !== undefined &&
      workOf(was, before.plan, tools) === workOf(step, after, tools) &&
      (step.needs ?? []).every((need) => kept.has(need)) &&
      reading.isSame(step);
    if (id && isSame) kept.set(step.key, id);
    reading.pass(step, id !== undefined && isSame);
  }
  return kept;
}

/** What a step does, without what it is called and how long it is expected to take. */
export function workOf(step: PlanStep, plan: Plan, tools: Tools): string {
  if (step.kind === 'tool') {
    const tool = tools.get(step.tool);
    const { tool: name, input, bind } = step;
    const basis = tool ? basisOf(tool, input, plan) : plan.subject;
    return digestOf([name, input, basis, ...(bind ? [bind] : [])]);
  }
  const { name, detail, priority, completedLabel, ...work } = step;
  return digestOf(work);
}

/** Input or a subject that the tool cannot read depends on all of it. */
function basisOf(tool: Tool, input: unknown, plan: Plan): unknown {
  try {
    return tool.basis(input, plan.subject);
  } catch {
    return plan.subject;
  }
}

/**
 * Marks in the rows of the new run what is kept of the one that it goes on from.
 * @returns whether there is one
 */
export async function keepFinished(tx: Tx, engine: Engine, snapshot: Snapshot): Promise<boolean> {
  const { run, plan, steps, task } = snapshot;
  if (!run.continuesRunId || run.mode === 'dry_run') return false;
  const kept = await keepAmong(tx, engine, snapshot, plan, steps);
  if (!kept) return true;
  await withdrawUnplanned(tx, task.id, plan.subject);
  appendTaskEvent(tx, task, 'keep', undefined, { steps: [...kept.keys()] });
  return true;
}

/**
 * The same for rows that a list has got when it was opened.
 * @param plan unfolded, with their rounds
 */
export async function keepAmong(
  tx: Tx,
  engine: Engine,
  { run, task }: Pick<Snapshot, 'run' | 'task'>,
  plan: Plan,
  steps: Step[],
): Promise<Map<string, string> | undefined> {
  if (!run.continuesRunId || run.mode === 'dry_run') return undefined;
  const earlier = await listSteps(tx, run.continuesRunId);
  const earlierRun = await findRunById(tx, run.continuesRunId);
  const row = earlierRun && (await findPlan(tx, task.id, earlierRun.planVersion));
  if (!row) return undefined;
  const before = { plan: unfold(readPlan(row), earlier), steps: earlier };
  const rounds = steps.filter(({ kind }) => kind === 'round');
  const items = new Map(rounds.map(({ key, result }) => [key, result]));
  const kept = keptSteps(before, plan, engine.tools, items);
  for (const step of steps) {
    const source = earlier.find((candidate) => candidate.id === kept.get(step.key));
    if (!source || step.status !== 'pending') continue;
    const { result, effect, substeps, completedAt, durationMs, startedAt } = source;
    changeStep(tx, step, {
      ...{ status: 'completed', progress: 100, keptFrom: source.keptFrom ?? source.id },
      ...{ result, effect, substeps, completedAt, durationMs, startedAt },
    });
  }
  return kept;
}
