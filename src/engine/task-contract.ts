/**
 * Tasks as programs give them and get them: the types of the autonomous task execution document
 * (F241), inferred from what is checked at run time.
 */
import { z } from 'zod';
import {
  blockedKinds,
  executionStatuses,
  executionTypes,
  phases,
  priorities,
  taskStatuses,
} from '../db/task.ts';
import { Condition, Plan } from './workflow/plan.ts';

/** Text that people write and that Postgres can keep. */
const words = (most: number) => z.string().trim().min(1, 'must not be empty').max(most);
export const TaskId = z.string().regex(/^tsk_[0-9a-z]{1,40}$/, 'must be the id of a task');
const Name = words(200);
const Moment = z.iso.datetime({ offset: true });

/** What cannot be set is named, so that a typing error is not taken for success. */
const refuseOthers: z.core.$ZodErrorMap = (issue) =>
  issue.code === 'unrecognized_keys'
    ? `${issue.keys.map((key) => `"${key}"`).join(', ')} cannot be set here`
    : undefined;

/** When a task may be executed without being asked. Kept for whoever reads it; nothing here acts on it yet. */
export const AutomationRule = z.strictObject({
  /** `ref` names a field of the task, such as `priority`. */
  condition: Condition,
  action: z.enum(['execute', 'queue']),
});
export type AutomationRule = z.infer<typeof AutomationRule>;

/** The fields that a person may set at any time, in the words of the AE document. */
const Changeable = {
  title: words(200),
  description: z.string().trim().max(100_000),
  short_name: words(60),
  execution_type: z.enum(executionTypes),
  priority: z.enum(priorities),
  due_at: Moment.nullable(),
  assigned_to_type: z.enum(['user', 'agent', 'workflow']).nullable(),
  assigned_to_id: Name.nullable(),
  workflow_id: Name.nullable(),
  agent_id: Name.nullable(),
  automation_rules: z.array(AutomationRule).max(50).nullable(),
  /** 0–1 */
  ai_confidence: z.number().min(0).max(1).nullable(),
  ai_context: z.string().max(20_000).nullable(),
  max_retries: z.int().min(0).max(100),
  estimated_duration_minutes: z.number().positive().max(35_000).nullable(),
};

/** Steps that need nothing to work on need not say so. */
const withSubject = (plan: unknown) =>
  typeof plan === 'object' && plan !== null ? { subject: null, ...plan } : plan;

const Creation = {
  ...Changeable,
  /** Where its cards stand; without one the task has a conversation of its own, named as its id. */
  conversation: z
    .string()
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9_.:-]{0,99}$/,
      'must be 1 to 100 letters, digits, or one of _ . : -',
    ),
  /** The caller's own name for it; the same id twice is one task. */
  id: z.string().min(1).max(200),
  parent_task_id: TaskId,
  /** How it is done, ready-made: it is shown and waits for its acceptance. */
  plan: z.preprocess(withSubject, Plan),
};
export const CreateTaskInput = z
  .strictObject(Creation, { error: refuseOthers })
  .partial()
  .required({ title: true });
export type CreateTaskInput = z.infer<typeof CreateTaskInput>;

/** The status is none of them: it follows from what is done. */
export const UpdateTaskInput = z
  .strictObject(
    {
      ...Changeable,
      /** The version that the caller has seen; with another one nothing is changed. */
      version: z.int().positive(),
    },
    { error: refuseOthers },
  )
  .partial()
  .refine((input) => Object.keys(input).some((key) => key !== 'version'), {
    error: 'must name at least one field to change',
  });
export type UpdateTaskInput = z.infer<typeof UpdateTaskInput>;

/** One line of the history: at least what happened and when. */
const LogLine = z.looseObject({ event: z.string().min(1), timestamp: z.iso.datetime() });
const Started = LogLine.extend({
  event: z.literal('started'),
  executor_id: z.string(),
  executor_type: z.enum(['user', 'agent', 'workflow']),
});
const Completed = LogLine.extend({
  event: z.literal('completed'),
  result: z.looseObject({
    strategy: z.string(),
    output: z.unknown(),
    /** 0–1 */
    confidence: z.number().min(0).max(1).optional(),
  }),
});
/** "started" and "completed" are those of F269 and F270. */
export const ExecutionLogEntry = z.union([Started, Completed, LogLine]);
export type ExecutionLogEntry = z.infer<typeof ExecutionLogEntry>;

const Time = z.iso.datetime().nullable();

/** A task as the API gives it, with all fields of F245–F259. */
export const Task = z.object({
  task_id: TaskId,
  title: z.string(),
  short_name: z.string(),
  description: z.string(),
  conversation: z.string(),
  status: z.enum(taskStatuses),
  execution_status: z.enum(executionStatuses),
  phase: z.enum(phases),
  execution_type: z.enum(executionTypes),
  priority: z.enum(priorities),
  due_at: Time,
  /** 0–100 */
  progress: z.int().min(0).max(100),
  plan_version: z.int(),
  assigned_to_type: z.enum(['user', 'agent', 'workflow']).nullable(),
  assigned_to_id: z.string().nullable(),
  workflow_id: z.string().nullable(),
  agent_id: z.string().nullable(),
  parent_task_id: z.string().nullable(),
  restarted_from_id: z.string().nullable(),
  automation_rules: z.array(AutomationRule).nullable(),
  ai_confidence: z.number().nullable(),
  ai_context: z.string().nullable(),
  blocked_kind: z.enum(blockedKinds).nullable(),
  blocked_reason: z.string().nullable(),
  failure_reason: z.string().nullable(),
  retry_count: z.int(),
  max_retries: z.int(),
  estimated_duration_minutes: z.number().nullable(),
  actual_duration_minutes: z.number().nullable(),
  execution_log: z.array(ExecutionLogEntry),
  result: z.unknown(),
  /** Raised by every change. */
  version: z.int(),
  created_at: Time,
  updated_at: Time,
  started_at: Time,
  blocked_at: Time,
  failed_at: Time,
  completed_at: Time,
  cancelled_at: Time,
  undone_at: Time,
});
export type Task = z.infer<typeof Task>;
