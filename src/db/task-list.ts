/** Pages of tasks, the newest first, chosen by what programs ask for. */
import { and, desc, eq, inArray, isNull, type SQL, sql } from 'drizzle-orm';
import {
  type executionStatuses,
  type executionTypes,
  type Priority,
  type Task,
  type TaskStatus,
  tasks,
} from './task.ts';
import type { Tx } from './tx.ts';

export type TaskFilter = {
  statuses?: TaskStatus[] | undefined;
  executionStatuses?: (typeof executionStatuses)[number][] | undefined;
  executionType?: (typeof executionTypes)[number] | undefined;
  priority?: Priority | undefined;
  /** The parts of this task; null means tasks that are no part of another. */
  parentTaskId?: string | null | undefined;
};

/**
 * @param after the last task of the page before: what is older comes next, also when others were added
 * @returns one more than `limit` when there are more
 */
export async function listTaskPage(
  tx: Tx,
  filter: TaskFilter,
  limit: number,
  after?: string,
): Promise<Task[]> {
  return tx
    .select()
    .from(tasks)
    .where(and(...conditionsOf(filter), after === undefined ? undefined : olderThan(after)))
    .orderBy(desc(tasks.createdAt), desc(tasks.id))
    .limit(limit + 1);
}

function conditionsOf(filter: TaskFilter): (SQL | undefined)[] {
  const { statuses, executionStatuses, executionType, priority, parentTaskId } = filter;
  return [
    statuses && inArray(tasks.status, statuses),
    executionStatuses && inArray(tasks.executionStatus, executionStatuses),
    executionType && eq(tasks.executionType, executionType),
    priority && eq(tasks.priority, priority),
    parentTaskId === null ? isNull(tasks.parentTaskId) : undefined,
    parentTaskId ? eq(tasks.parentTaskId, parentTaskId) : undefined,
  ];
}

/** Compared where the moments are exact: here they are rounded to milliseconds. */
const olderThan = (id: string): SQL =>
  sql`(${tasks.createdAt}, ${tasks.id}) < (select last.created_at, last.id from tasks as last where last.id = ${id})`;
