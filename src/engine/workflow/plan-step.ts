/** The steps of a plan, as data. What comes out of one can go into a later one (`scope.ts`). */
import { z } from 'zod';
import { priorities } from '../../db/task.ts';
import { longestExpression, problemOf } from './expression.ts';

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

/** An expression of the workflow language: `order.total * 1.19`, `"Order {order.id}"`. */
const ExpressionText = z
  .string()
  .min(1)
  .max(longestExpression)
  .refine((text) => problemOf(text) === undefined, {
    error: ({ input }) =>
      `The expression ${String(input).slice(0, 80)} is not understood: ${problemOf(String(input))}`,
  });

/** The name of a variable, whatever its case. */
const VariableName = z
  .string()
  .max(120)
  .regex(/^[\p{L}_][\p{L}\p{M}\p{N}_]*$/u);

/** The variable that keeps what came out of the step. */
const kept = { as: VariableName.optional() };

/** A comparison on the results of earlier steps: `ref` is "step key" or "step key.path.in.result". */
const Comparison = z.object({
  ref: z.string().min(1),
  op: z.enum(['eq', 'ne', 'lt', 'lte', 'gt', 'gte', 'exists']),
  value: z.union([z.string(), z.number(), z.boolean(), z.null()]).optional(),
});
export type Comparison = z.infer<typeof Comparison>;

export const Condition = z.union([Comparison, z.object({ expression: ExpressionText })]);
export type Condition = z.infer<typeof Condition>;

export type ToolStep = z.infer<typeof ToolStep>;
const ToolStep = z.object({
  ...StepBase,
  ...kept,
  kind: z.literal('tool'),
  tool: z.string(),
  input: z.record(z.string(), z.unknown()).default({}),
  /** Fields of the input whose values are known only when it is about to start. */
  bind: z.record(z.string().min(1).max(120), ExpressionText).optional(),
  /** The field of what it gives that `as` keeps, instead of all of it. */
  take: z.string().max(120).optional(),
  /** For so long, in seconds, what it gave for the same input is good enough. */
  cachedSeconds: z.number().positive().optional(),
  /** What it is expected to take, in milliseconds, where more is known than the tool's usual time. */
  expectedMs: z.number().positive().optional(),
  /** The parts whose completion is shown while it runs. */
  substeps: z.array(z.string().max(160)).max(500).default([]),
});

const HumanStep = z.object({
  ...StepBase,
  ...kept,
  kind: z.literal('human'),
  instruction: z.string().max(2000),
  /** The instruction as an expression, where results of earlier steps stand in it. */
  say: ExpressionText.optional(),
});
export type HumanStep = z.infer<typeof HumanStep>;

const ApprovalStep = z.object({
  ...StepBase,
  ...kept,
  kind: z.literal('approval'),
  /** What is asked as an expression, where results of earlier steps stand in it: its name and detail then. */
  say: ExpressionText.optional(),
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

/** Gives a variable a value. */
const SetStep = z.object({
  ...StepBase,
  kind: z.literal('set'),
  as: VariableName,
  value: ExpressionText,
});

/** Waits for so many seconds, or until a time such as "2030-01-01 09:00" of the workspace. */
const WaitStep = z
  .object({
    ...StepBase,
    kind: z.literal('wait'),
    seconds: ExpressionText.optional(),
    until: ExpressionText.optional(),
  })
  .refine(({ seconds, until }) => (seconds === undefined) !== (until === undefined), {
    error: 'A wait has either seconds or a time.',
  });

/** Waits until an event comes; `event` is it in `where`. */
const WaitEventStep = z.object({
  ...StepBase,
  ...kept,
  kind: z.literal('wait_event'),
  event: z.string().min(1).max(120),
  where: ExpressionText.optional(),
  timeoutSeconds: z
    .int()
    .positive()
    .max(10 * 365 * 86_400),
  onTimeout: z.enum(['escalate', 'reject', 'continue']).default('reject'),
  escalateTo: z.array(z.string()).max(20).default([]),
});

/** Whose end ends a part with branches: of all, of any that succeeds, or of the first, however it ends. */
const joins = ['all', 'any', 'first'] as const;
type Join = (typeof joins)[number];

type Base = {
  key: string;
  name: string;
  completedLabel?: string | undefined;
  detail: string;
  priority: (typeof priorities)[number];
  needs?: string[] | undefined;
};
export type ParallelStep = Base & {
  kind: 'parallel';
  branches: PlanStep[][];
  /** `all`, where nothing is said. What has not ended by then is not gone on with. */
  until?: Join | undefined;
  /** So many branches at a time. */
  limit?: number | undefined;
};
type IfStep = Base & {
  kind: 'if';
  condition: Condition;
  do: PlanStep[];
  otherwise: PlanStep[];
};
/** One after the other for each item of a list; its steps have rows for each round when it has begun. */
export type EachStep = Base & {
  kind: 'each';
  item: string;
  list: string;
  /** More items are refused. */
  most: number;
  do: PlanStep[];
  /** Once it has begun: see `unfold.ts`. Never stored. */
  rounds?: RoundStep[] | undefined;
};
/** Only where an `each` is unfolded. */
export type RoundStep = Base & { kind: 'round'; do: PlanStep[] };
/** Another workflow's steps as they were when the plan was made, with variables of their own. */
export type WorkflowStep = Base & {
  kind: 'workflow';
  workflow: string;
  version?: number | undefined;
  /** Its inputs: expressions of the variables around it. */
  with: Record<string, string>;
  /** Those that are known already. */
  variables: Record<string, unknown>;
  as?: string | undefined;
  do: PlanStep[];
};

export type PlanStep =
  | ToolStep
  | HumanStep
  | ApprovalStep
  | z.infer<typeof SetStep>
  | z.infer<typeof WaitStep>
  | z.infer<typeof WaitEventStep>
  | ParallelStep
  | IfStep
  | EachStep
  | RoundStep
  | WorkflowStep;

/** As often as a list is gone through at most. */
const mostRounds = 1000;

export const PlanStep: z.ZodType<PlanStep, unknown> = z.lazy(() =>
  z.discriminatedUnion('kind', [
    ToolStep,
    HumanStep,
    ApprovalStep,
    SetStep,
    WaitStep,
    WaitEventStep,
    z.object({
      ...StepBase,
      kind: z.literal('parallel'),
      branches: z.array(z.array(PlanStep).min(1)).min(1).max(20),
      until: z.enum(joins).optional(),
      limit: z.int().min(1).max(20).optional(),
    }),
    z
      .object({
        ...StepBase,
        kind: z.literal('if'),
        condition: Condition,
        do: z.array(PlanStep),
        otherwise: z.array(PlanStep).default([]),
      })
      .refine((step) => step.do.length + step.otherwise.length > 0, {
        error: 'A condition has no steps.',
      }),
    z.object({
      ...StepBase,
      kind: z.literal('each'),
      item: VariableName,
      list: ExpressionText,
      most: z.int().min(1).max(mostRounds).default(mostRounds),
      do: z.array(PlanStep).min(1),
    }),
    z.object({
      ...StepBase,
      ...kept,
      kind: z.literal('workflow'),
      workflow: z.string().min(1).max(120),
      version: z.int().positive().optional(),
      with: z.record(VariableName, ExpressionText).default({}),
      variables: z.record(VariableName, z.unknown()).default({}),
      do: z.array(PlanStep).min(1),
    }),
  ]),
);

const containers = ['parallel', 'if', 'each', 'round', 'workflow'];

/** Whether steps of a kind only group others and do nothing themselves. */
export const isContainer = (kind: string): boolean => containers.includes(kind);

/** The steps directly inside a step, block by block. */
export function blocksOf(step: PlanStep): PlanStep[][] {
  switch (step.kind) {
    case 'parallel':
      return step.branches;
    case 'if':
      return [step.do, step.otherwise];
    case 'each':
      return [step.rounds ?? step.do];
    case 'round':
    case 'workflow':
      return [step.do];
    default:
      return [];
  }
}

/** The same step with each of its blocks changed. An `each` is changed as it was planned. */
export function mapBlocks(step: PlanStep, change: (block: PlanStep[]) => PlanStep[]): PlanStep {
  switch (step.kind) {
    case 'parallel':
      return { ...step, branches: step.branches.map(change) };
    case 'if':
      return { ...step, do: change(step.do), otherwise: change(step.otherwise) };
    case 'each':
    case 'round':
    case 'workflow':
      return { ...step, do: change(step.do) };
    default:
      return step;
  }
}

/** The steps directly inside a step. */
export const childrenOf = (step: PlanStep): PlanStep[] => blocksOf(step).flat();

/** Every step of a tree, parents before children. */
export function* walk(steps: PlanStep[]): Generator<PlanStep> {
  for (const step of steps) {
    yield step;
    yield* walk(childrenOf(step));
  }
}
