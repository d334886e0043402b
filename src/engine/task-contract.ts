/**
 * Tasks as programs give them and get them: the types of the autonomous task execution document
 * (F241), inferred from what is checked at run time.
 */
import { z } from 'zod';
import { executionTypes, priorities } from '../db/task.ts';
import { Condition, Plan } from './workflow/plan.ts';

/** Text that people write and that Postgres can keep. */
const words = (most: number) => z.string().trim().min(1, 'must not be empty').max(most);
const TaskId = z.string().regex(/^tsk_[0-9a-z]{1,40}$/, 'must be the id of a task');
const Name = words(200);

/** When a task may be executed without being asked. Kept for whoever reads it; nothing here acts on it yet. */
export const AutomationRule = z.strictObject({
  /** `ref` names a field of the task, such as `priority`. */
  condition: Condition,
  action: z.enum(['execute', 'queue']),
});
export type AutomationRule = z.infer<typeof AutomationRule>;

/** The fields that a person may set at any time, in the words of the AE document. */
const Changeable = {
  description: z.string().trim().max(100_000),
  short_name: words(60),
  execution_type: z.enum(executionTypes),
  priority: z.enum(priorities),
  due_at: z.iso.datetime({ offset: true }).nullable(),
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

export const CreateTaskInput = z
  .strictObject({
    title: words(200),
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
  })
  .partial()
  .required({ title: true });
export type CreateTaskInput = z.infer<typeof CreateTaskInput>;
