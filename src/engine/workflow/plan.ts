/**
 * A plan: a versioned tree of steps with acceptance checks, as data. A plan proposed by a
 * model, written as workflow text or drawn is this same value. Plans are stored with the run
 * that uses them, so that a new program never changes work in flight.
 */
import { z } from 'zod';
import { remember } from '../../recent.ts';
import { blocksOf, childrenOf, PlanStep, walk } from './plan-step.ts';

export type {
  ApprovalStep,
  Comparison,
  EachStep,
  HumanStep,
  ParallelStep,
  RoundStep,
  ToolStep,
} from './plan-step.ts';
export {
  blocksOf,
  Condition,
  childrenOf,
  isContainer,
  mapBlocks,
  PlanStep,
  walk,
} from './plan-step.ts';

/** More than anybody reads on a card; each is a row. */
const mostSteps = 1000;

/** More than fits on a card without being inside of others. */
const mostOnTop = 100;

/** Steps inside of steps: deeper than anybody reads. */
const deepest = 20;

/** Looks without recursion, so that what is too deep does no harm. */
function isTooDeep(steps: unknown): boolean {
  const waiting: { value: unknown; depth: number }[] = [{ value: steps, depth: 0 }];
  for (let at = waiting.pop(); at; at = waiting.pop()) {
    const { value, depth } = at;
    if (depth > deepest) return true;
    if (Array.isArray(value)) for (const inner of value) waiting.push({ value: inner, depth });
    else if (typeof value === 'object' && value !== null)
      for (const key of ['branches', 'do', 'otherwise'] as const)
        if (Object.hasOwn(value, key))
          waiting.push({ value: (value as Record<string, unknown>)[key], depth: depth + 1 });
  }
  return false;
}

const risks = ['low', 'medium', 'high'] as const;

/** How long the work takes, in milliseconds, without waiting for people; made when the plan is proposed. */
const PlanEstimate = z.object({
  /** Four of five runs are to land inside; `midMs` is the middle. */
  lowMs: z.int().positive(),
  midMs: z.int().positive(),
  highMs: z.int().positive(),
  /** Of the middle, what the checks take. */
  checksMs: z.int().nonnegative(),
  /** How many earlier tasks like this were measured, and how many of them landed inside theirs. */
  measured: z.int().nonnegative(),
  inside: z.int().nonnegative(),
});

const PlanMost = z.object({
  tokens: z.int().nonnegative(),
  /** Millionths of a dollar. */
  microdollars: z.int().nonnegative(),
  /** Of work, without waiting. */
  minutes: z.int().nonnegative(),
  messages: z.int().nonnegative(),
});

export const Plan = z
  .object({
    title: z.string().min(1).max(200),
    /** The thing made or changed, as the completion card counts it: "4 database tables (…)". */
    creates: z.array(z.object({ icon: z.string(), text: z.string() })).default([]),
    confidence: z.number().min(0).max(1),
    understood: z.array(z.string()).default([]),
    guessed: z.array(z.string()).default([]),
    risk: z.enum(risks),
    /** Failure modes named now, not after the fact (F70). */
    risks: z.array(z.string()).default([]),
    estimatedMs: z.int().nonnegative(),
    estimate: PlanEstimate.optional(),
    /** The most that it may spend; accepting the plan accepts it. Made when the plan is proposed. */
    most: PlanMost.optional(),
    steps: z
      .unknown()
      .superRefine((steps, context) => {
        if (isTooDeep(steps))
          context.addIssue({
            code: 'custom',
            message: `The steps are nested more than ${deepest} deep.`,
            continue: false,
          });
      })
      .pipe(
        z
          .array(PlanStep)
          .min(1, 'The plan has no steps.')
          .max(
            mostOnTop,
            `The plan has more than ${mostOnTop} steps. Split it into several tasks.`,
          ),
      ),
    /** What is known before it begins, by name: the inputs of a workflow. */
    variables: z.record(z.string().max(120), z.unknown()).optional(),
    /** Acceptance criteria; each layer above knows its own kinds. */
    checks: z
      .array(
        z
          .object({
            id: z.string(),
            label: z.string(),
            /** The step whose work it proves; not held against the result when that step was skipped. */
            step: z.string().optional(),
          })
          .loose(),
      )
      .min(1),
    /** What the steps work on, an AppSpec for apps; validated by the tools that read it. */
    subject: z.unknown(),
  })
  .superRefine((plan, context) => {
    const seen = new Set<string>();
    for (const step of walk(plan.steps)) {
      if (seen.size === mostSteps) {
        context.addIssue({
          code: 'custom',
          message: `The plan has more than ${mostSteps} steps. Split it into several tasks.`,
        });
        return;
      }
      if (seen.has(step.key))
        context.addIssue({ code: 'custom', message: `Two steps are called "${step.key}".` });
      seen.add(step.key);
    }
    for (const problem of problemsOf(plan.steps, new Set())) {
      context.addIssue({ code: 'custom', message: problem });
    }
  });
export type Plan = z.infer<typeof Plan>;

const planOf = remember(100, (plan: unknown) => Plan.parse(plan));

/** The plan of a stored version. Plans are immutable, so each is checked once in a while only. */
export function readPlan(row: { id: string; plan: unknown }): Plan {
  return planOf(row.id, row.plan);
}

/** Conditions on what has not happened yet, and parts that cannot be told apart. Adds what it passes to `earlier`. */
function problemsOf(steps: PlanStep[], earlier: Set<string>): string[] {
  const problems: string[] = [];
  for (const step of steps) {
    const ref =
      step.kind === 'if' && 'ref' in step.condition ? step.condition.ref.split('.')[0] : undefined;
    if (ref !== undefined && !earlier.has(ref)) {
      problems.push(`"${step.name}" depends on "${ref}", which is no earlier step.`);
    }
    for (const need of step.needs ?? []) {
      if (!earlier.has(need))
        problems.push(`"${step.name}" needs "${need}", which is no earlier step.`);
    }
    if (step.kind === 'tool' && new Set(step.substeps).size < step.substeps.length) {
      problems.push(`"${step.name}" has two parts of one name.`);
    }
    // Branches run side by side or instead of each other: none may depend on another.
    for (const branch of blocksOf(step)) problems.push(...problemsOf(branch, new Set(earlier)));
    for (const passed of [step, ...walk(childrenOf(step))]) earlier.add(passed.key);
  }
  return problems;
}
