/** What people change about a task besides its work: names, dates, who it is for. */
import { appendEvents } from '../db/event.ts';
import { changeTask, finalStatuses, type NewTask, type TaskChange } from '../db/task.ts';
import { conflict } from '../errors.ts';
import type { Actor, Engine } from './context.ts';
import { onOwnTask } from './hold.ts';
import { announce } from './move.ts';
import type { UpdateTaskInput } from './task-contract.ts';

/**
 * Changes the fields that `input` names.
 * @throws NOT_FOUND for an unknown task, CONFLICT when it is over, has changed since `input.version`, or
 *   would become manual although it has a plan
 */
export async function editTask(
  engine: Engine,
  actor: Actor,
  taskId: string,
  input: UpdateTaskInput,
): Promise<void> {
  const { version, ...wanted } = input;
  await onOwnTask(engine, actor, taskId, async (tx, task) => {
    if (version !== undefined && version !== task.version) {
      throw conflict(
        `"${task.title}" was changed since version ${version}: it is at version ${task.version} now. Read it again.`,
      );
    }
    if (finalStatuses.some((status) => status === task.status))
      throw conflict(`"${task.title}" is already ${task.status}.`);
    if (wanted.execution_type === 'manual' && task.planVersion > 0)
      throw conflict(`"${task.title}" has a plan, so it is not manual. Cancel it instead.`);
    const fields = Object.keys(wanted);
    const entry = { event: 'updated', fields, actor: actor.id };
    const timestamp = engine.now().toISOString();
    const changed = changeTask(tx, task, toColumns(wanted), [{ ...entry, timestamp }]);
    const { workspaceId } = task;
    appendEvents(tx, [{ workspaceId, taskId, event: 'edit', actor: actor.id, data: wanted }]);
    announce(tx, changed);
  });
}

type Fields = Omit<UpdateTaskInput, 'version'>;

/** The fields that were named, as columns; what was not named stays as it is. */
export function toColumns(input: Fields): TaskChange {
  const { due_at, estimated_duration_minutes: minutes } = input;
  const columns: { [K in keyof NewTask]?: NewTask[K] | undefined } = {
    title: input.title,
    shortName: input.short_name,
    description: input.description,
    executionType: input.execution_type,
    priority: input.priority,
    dueAt: typeof due_at === 'string' ? new Date(due_at) : due_at,
    assignedToType: input.assigned_to_type,
    assignedToId: input.assigned_to_id,
    workflowId: input.workflow_id,
    agentId: input.agent_id,
    automationRules: input.automation_rules,
    aiConfidence: input.ai_confidence,
    aiContext: input.ai_context,
    maxRetries: input.max_retries,
    estimatedMs: minutes ? Math.round(minutes * 60_000) : minutes,
  };
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined));
}
