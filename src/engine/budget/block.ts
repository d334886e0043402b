/** A task that waits because what comes next could cost more than it may. */
import { addJob } from '../../db/job.ts';
import type { Task, TaskBudget } from '../../db/task.ts';
import type { Tx } from '../../db/tx.ts';
import type { Engine } from '../context.ts';
import { announce, moveTask } from '../move.ts';
import type { BudgetSettings } from './settings.ts';
import { type Shortage, shortageText, stopOf } from './shortage.ts';

/** What a task may spend; one that was accepted before there were budgets may spend what any may. */
export const budgetOfTask = (
  { budget }: Pick<Task, 'budget'>,
  settings: BudgetSettings,
): TaskBudget => budget ?? settings.task;

/**
 * Also where one branch waits for a person already: what they owe is asked again when it goes on. A paused task stays
 * so, and finds out when it goes on.
 * @returns the task as it is from here on
 */
export function blockForBudget(tx: Tx, engine: Engine, task: Task, shortage: Shortage): Task {
  announce(tx, task);
  if (task.status === 'paused' || task.blockedKind === 'budget') return task;
  const { until } = shortage;
  const change = {
    blockedAt: engine.now(),
    blockedKind: 'budget',
    blockedReason: shortageText(shortage),
    budget: { ...budgetOfTask(task, engine.budget), stop: stopOf(shortage) },
  } as const;
  const going = task.status === 'blocked' ? moveTask(tx, engine, task, { event: 'unblock' }) : task;
  const { scope, what, lacks } = shortage;
  const data = { kind: 'budget', scope, what, lacks };
  const { workspaceId, id: taskId } = task;
  if (until)
    addJob(tx, 'advance', { workspaceId, taskId }, { key: `budget:${taskId}`, runAt: until });
  const log = { reason: change.blockedReason };
  return moveTask(tx, engine, going, { event: 'block', change, log, data });
}

/** Without what it waited for. */
export function withoutStop({ stop: _, ...budget }: TaskBudget): TaskBudget {
  return budget;
}
