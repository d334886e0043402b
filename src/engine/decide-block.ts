/** What steps that hold others do next. Pure: see `decide.ts`. */
import { z } from 'zod';
import type { Step } from '../db/step.ts';
import { fail, type Outcome, stepCommands, type Walk } from './decide-step.ts';
import {
  type Comparison,
  childrenOf,
  type EachStep,
  isContainer,
  type ParallelStep,
  type PlanStep,
  type RoundStep,
  walk,
} from './workflow/plan.ts';
import { conditionAt, resolveResult, valueAt } from './workflow/resolve.ts';
import type { Rows } from './workflow/scope.ts';

type Of<Kind extends PlanStep['kind']> = Extract<PlanStep, { kind: Kind }>;

/** Adds what is next of steps that follow one another. */
export function walkSequence(steps: PlanStep[], at: Walk): Outcome {
  for (const plan of steps) {
    const step = at.rows.get(plan.key);
    if (!step) throw new Error(`The run has no step "${plan.key}".`);
    const outcome = walkStep(plan, step, at);
    if (outcome !== 'done') return outcome;
  }
  return 'done';
}

function walkStep(plan: PlanStep, step: Step, at: Walk): Outcome {
  if (step.status === 'completed') return 'done';
  if (step.status === 'skipped') return isContainer(plan.kind) ? leaveOut(plan, step, at) : 'done';
  if (step.status === 'failed') return 'failed';
  const missing = plan.needs
    ?.map((key) => at.rows.get(key))
    .find((row) => row?.status === 'skipped');
  if (missing && step.status === 'pending') {
    skip([plan, ...walk(childrenOf(plan))], `"${missing.name}" was left out.`, at);
    return 'waiting';
  }
  switch (plan.kind) {
    case 'parallel':
      return walkParallel(plan, step, at);
    case 'if':
      return walkIf(plan, step, at);
    case 'each':
      return walkEach(plan, step, at);
    case 'round':
      return walkRound(plan, step, at);
    case 'workflow':
      return walkWorkflow(plan, step, at);
    default:
      stepCommands(plan, step, at);
      return 'waiting';
  }
}

/** What is inside of a step that somebody has left out is left out with it. */
function leaveOut(plan: PlanStep, step: Step, at: Walk): Outcome {
  return skip([...walk(childrenOf(plan))], `"${step.name}" was left out.`, at) ? 'waiting' : 'done';
}

/** @returns whether any of them was still to come */
function skip(plans: Iterable<PlanStep>, reason: string, { rows, commands }: Walk): boolean {
  let isAny = false;
  for (const { key } of plans) {
    const step = rows.get(key);
    if (step?.status !== 'pending') continue;
    commands.push({ kind: 'skip_step', step, reason });
    isAny = true;
  }
  return isAny;
}

/** Keeps its item, which is its result from the beginning. */
function walkRound(plan: RoundStep, step: Step, at: Walk): Outcome {
  if (step.status === 'pending') at.commands.push({ kind: 'open_container', step });
  return close(step, walkSequence(plan.do, at), at, () => step.result);
}

function close(step: Step, outcome: Outcome, { commands }: Walk, result: () => unknown): Outcome {
  if (outcome !== 'done') return outcome;
  commands.push({ kind: 'close_container', step, result: result() });
  return 'waiting';
}

function walkIf(plan: Of<'if'>, step: Step, at: Walk): Outcome {
  const { condition } = plan;
  const found =
    'expression' in condition
      ? conditionAt(at.snapshot, plan.key, condition)
      : { value: test(condition, at.rows) };
  if ('problem' in found) {
    fail(step, found.problem, at);
    return 'waiting';
  }
  if (step.status === 'pending') at.commands.push({ kind: 'open_container', step });
  const [chosen, other] = found.value ? [plan.do, plan.otherwise] : [plan.otherwise, plan.do];
  skip(walk(other), 'The condition chose the other branch.', at);
  const outcome = walkSequence(chosen, at);
  return close(step, outcome, at, () => ({ branch: found.value ? 'do' : 'otherwise' }));
}

function walkEach(plan: EachStep, step: Step, at: Walk): Outcome {
  if (step.status !== 'pending') {
    const rounds: RoundStep[] = plan.rounds ?? [];
    return close(step, walkSequence(rounds, at), at, () => ({ rounds: rounds.length }));
  }
  const found = valueAt(at.snapshot, plan.key, plan.list);
  if ('problem' in found) fail(step, found.problem, at);
  else {
    const items = found.value ?? [];
    const count = Array.isArray(items) ? items.length : undefined;
    if (!Array.isArray(items)) fail(step, `${plan.list.slice(0, 80)} is no list.`, at);
    else if (items.length > plan.most)
      fail(
        step,
        `${plan.list.slice(0, 80)} has ${items.length.toLocaleString('en')} items; at most ${plan.most.toLocaleString('en')} are gone through.`,
        at,
      );
    else if (count === 0) at.commands.push({ kind: 'pass_step', step, result: { rounds: 0 } });
    else at.commands.push({ kind: 'open_each', step, plan, items });
  }
  return 'waiting';
}

function walkWorkflow(plan: Of<'workflow'>, step: Step, at: Walk): Outcome {
  if (step.status === 'pending') {
    for (const text of Object.values(plan.with)) {
      const found = valueAt(at.snapshot, plan.key, text);
      if (!('problem' in found)) continue;
      fail(step, found.problem, at);
      return 'waiting';
    }
  }
  if (step.status === 'pending') at.commands.push({ kind: 'open_container', step });
  const outcome = walkSequence(plan.do, at);
  if (outcome !== 'done') return outcome;
  const found = resolveResult(at.snapshot, plan);
  if ('problem' in found) fail(step, found.problem, at);
  else at.commands.push({ kind: 'close_container', step, result: found.value });
  return 'waiting';
}

function walkParallel(plan: ParallelStep, step: Step, at: Walk): Outcome {
  const { commands } = at;
  const from = commands.length;
  if (step.status === 'pending') commands.push({ kind: 'open_container', step });
  const isRace = plan.until !== undefined && plan.until !== 'all';
  // It has to stand open before its end can be written down in it.
  if (isRace && step.status === 'pending') return 'waiting';
  const outcomes = walkBranches(plan, at);
  const decided = isRace ? decidedBy(plan, step, outcomes) : undefined;
  if (decided !== undefined) {
    const rest = plan.branches.filter((_, at) => at !== decided).flatMap((one) => [...walk(one)]);
    const left = rest.flatMap(({ key }) => {
      const row = at.rows.get(key);
      return row && row.status !== 'completed' && row.status !== 'skipped' ? [row] : [];
    });
    if (left.length > 0) {
      // What the others would do next is not done any more.
      commands.length = from;
      const reason = 'Another branch was first.';
      commands.push({ kind: 'abandon', container: step, branch: decided, steps: left, reason });
      return 'waiting';
    }
    if (outcomes[decided] === 'failed') return 'failed';
  }
  // A failed branch lets the others finish what they are at before the person is asked.
  if (outcomes.includes('waiting')) return 'waiting';
  if (outcomes.includes('failed')) return 'failed';
  return close(step, 'done', at, () => (decided === undefined ? null : { branch: decided }));
}

const Decided = z.object({ branch: z.number() });

/** Which branch has settled it for all: once that is written down, no other, whatever becomes of it. */
function decidedBy(
  { until }: ParallelStep,
  { result }: Step,
  outcomes: Outcome[],
): number | undefined {
  const before = Decided.safeParse(result).data;
  if (before) return before.branch;
  const done = outcomes.indexOf('done');
  const found = done < 0 && until === 'first' ? outcomes.indexOf('failed') : done;
  return found < 0 ? undefined : found;
}

/** Branches in order; with a limit those that have begun go before the others. */
function walkBranches({ branches, limit }: ParallelStep, at: Walk): Outcome[] {
  if (limit === undefined) return branches.map((branch) => walkSequence(branch, at));
  const outcomes = branches.map((branch) =>
    hasBegun(branch, at.rows) ? walkSequence(branch, at) : undefined,
  );
  let busy = outcomes.filter((outcome) => outcome === 'waiting').length;
  return branches.map((branch, place): Outcome => {
    const known = outcomes[place];
    if (known !== undefined) return known;
    if (busy >= limit) return 'waiting';
    const outcome = walkSequence(branch, at);
    if (outcome === 'waiting') busy += 1;
    return outcome;
  });
}

function hasBegun(branch: PlanStep[], rows: Rows): boolean {
  for (const { key } of walk(branch)) {
    const status = rows.get(key)?.status;
    if (status !== undefined && status !== 'pending') return true;
  }
  return false;
}

/** Null-safe: a path into nothing is null, and null compares as false except with `eq`/`ne`. */
function test(condition: Comparison, rows: Rows): boolean {
  const [key = '', ...path] = condition.ref.split('.');
  let found = rows.get(key)?.result ?? null;
  for (const part of path) {
    found =
      typeof found === 'object' && found !== null && Object.hasOwn(found, part)
        ? ((found as Record<string, unknown>)[part] ?? null)
        : null;
  }
  const { op, value = null } = condition;
  if (op === 'exists') return found !== null;
  if (op === 'eq') return found === value;
  if (op === 'ne') return found !== value;
  if (typeof found !== typeof value || found === null || value === null) return false;
  const order = found < value ? -1 : found > value ? 1 : 0;
  return { lt: order < 0, lte: order <= 0, gt: order > 0, gte: order >= 0 }[op];
}
