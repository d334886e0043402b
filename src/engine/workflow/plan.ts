/**
 * A plan: a versioned tree of steps with acceptance checks, as data. A plan proposed by a
 * model, written as workflow text or drawn is this same value. Plans are stored with the run
 * that uses them, so that a new program never changes work in flight.
 */
import { z } from 'zod';
import { priorities } from '../../db/task.ts';
import { remember } from '../../recent.ts';

const StepBase = {
  /** Unique in the plan. */
  key: z.string().regex(/^[a-z][a-z0-9_-]{0,59}$/),
  name: z.string().min(1).max(120),
  /** What the notice says when it is done: "Database created". */
  completedLabel: z.string().max(120).optional(),
  /** The line behind the arrow on the plan card. */
  detail: z.string().max(600).default(''),
  priority: z.enum(priorities).default('medium'),
  /** Steps that it cannot do without: left out with them, and done again with them. */
  needs: z.array(z.string()).max(100).optional(),
};

/** A comparison on the results of earlier steps: `ref` is "step key" or "step key.path.in.result". */
export const Condition = z.object({
  ref: z.string().min(1),
  op: z.enum(['eq', 'ne', 'lt', 'lte', 'gt', 'gte', 'exists']),
  value: z.union([z.string(), z.number(), z.boolean(), z.null()]).optional(),
});
export type Condition = z.infer<typeof Condition>;

export type ToolStep = z.infer<typeof ToolStep>;
const ToolStep = z.object({
  ...StepBase,
  kind: z.literal('tool'),
  tool: z.string(),
  input: z.record(z.string(), z.unknown()).default({}),
  /** What it is expected to take, in milliseconds, where more is known than the tool's usual time. */
  expectedMs: z.number().positive().optional(),
  /** The parts whose completion is shown while it runs. */
  substeps: z.array(z.string().max(160)).max(500).default([]),
});

const HumanStep = z.object({
  ...StepBase,
  kind: z.literal('human'),
  instruction: z.string().max(2000),
});

const ApprovalStep = z.object({
  ...StepBase,
  kind: z.literal('approval'),
  /** Who may decide; empty means whoever may steer the task. */
  from: z.array(z.string()).default([]),
  /** How many of them have to agree. */
  needed: z.int().min(1).max(20).default(1),
  timeoutSeconds: z
    .int()
    .positive()
    .max(10 * 365 * 86_400)
    .optional(),
  /** What happens when the time is over (R8): never silent approval. */
  onTimeout: z.enum(['escalate', 'reject']).default('escalate'),
  /** Who is asked next, in order. */
  escalateTo: z.array(z.string()).max(20).default([]),
});
export type ApprovalStep = z.infer<typeof ApprovalStep>;

export type PlanStep =
  | z.infer<typeof ToolStep>
  | z.infer<typeof HumanStep>
  | ApprovalStep
  | ParallelStep
  | IfStep;
type Base = {
  key: string;
  name: string;
  completedLabel?: string | undefined;
  detail: string;
  priority: (typeof priorities)[number];
  needs?: string[] | undefined;
};
type ParallelStep = Base & { kind: 'parallel'; branches: PlanStep[][] };
type IfStep = Base & {
  kind: 'if';
  condition: Condition;
  do: PlanStep[];
  otherwise: PlanStep[];
};

export const PlanStep: z.ZodType<PlanStep, unknown> = z.lazy(() =>
  z.discriminatedUnion('kind', [
    ToolStep,
    HumanStep,
    ApprovalStep,
    z.object({
      ...StepBase,
      kind: z.literal('parallel'),
      branches: z.array(z.array(PlanStep).min(1)).min(1).max(20),
    }),
    z.object({
      ...StepBase,
      kind: z.literal('if'),
      condition: Condition,
      do: z.array(PlanStep).min(1),
      otherwise: z.array(PlanStep).default([]),
    }),
  ]),
);

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

/** The steps directly inside a step. */
export function childrenOf(step: PlanStep): PlanStep[] {
  if (step.kind === 'parallel') return step.branches.flat();
  if (step.kind === 'if') return [...step.do, ...step.otherwise];
  return [];
}

/** Every step of a tree, parents before children. */
export function* walk(steps: PlanStep[]): Generator<PlanStep> {
  for (const step of steps) {
    yield step;
    yield* walk(childrenOf(step));
  }
}

/** Conditions on what has not happened yet, and parts that cannot be told apart. Adds what it passes to `earlier`. */
function problemsOf(steps: PlanStep[], earlier: Set<string>): string[] {
  const problems: string[] = [];
  for (const step of steps) {
    const ref = step.kind === 'if' ? step.condition.ref.split('.')[0] : undefined;
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
    const branches =
      step.kind === 'parallel'
        ? step.branches
        : step.kind === 'if'
          ? [step.do, step.otherwise]
          : [];
    // Branches run side by side or instead of each other: none may depend on another.
    for (const branch of branches) problems.push(...problemsOf(branch, new Set(earlier)));
    for (const passed of [step, ...walk(childrenOf(step))]) earlier.add(passed.key);
  }
  return problems;
}
