/**
 * The helper functions of the autonomous task execution document (F261–F267) as typed verbs. They are
 * functions of the database, for tasks that no run of the engine carries out: each compares and sets,
 * and appends to the execution log and the ledger, where nothing looks like a secret. Reads come back through the ordinary verbs of tasks.
 */
import { inArray, type SQL, sql } from 'drizzle-orm';
import { conflict, type FactotumError, invalid, notFound } from '../errors.ts';
import { redact } from '../redact.ts';
import { newId } from './id.ts';
import { type executionTypes, type Priority, type Task, tasks } from './task.ts';
import type { Tx } from './tx.ts';

type ExecutionType = (typeof executionTypes)[number];
export type Executor = { id: string; type: 'user' | 'agent' | 'workflow' };
export type ExecutionResult = { strategy: string; output: unknown; confidence?: number };
export type NewSubtask = {
  title: string;
  executionType: ExecutionType;
  description?: string;
  priority?: Priority;
  dueAt?: Date;
};

/** Who acts in this transaction, as the audit trail names them. */
export async function actAs(tx: Tx, actorId: string): Promise<void> {
  await tx.execute(sql`select set_config('factotum.actor', ${actorId}, true)`);
}

/** Appends to the history of any task; `entry` names its event, a missing timestamp is now. */
export async function addLogEntry(
  tx: Tx,
  taskId: string,
  entry: { event: string } & Record<string, unknown>,
): Promise<void> {
  await call(tx, sql`add_execution_log_entry(${taskId}, ${JSON.stringify(redact(entry))}::jsonb)`);
}

/** What can be executed now, the most urgent first (F236–F238). Manual tasks only when asked for. */
export async function listExecutable(
  tx: Tx,
  workspaceId: string,
  executionType: ExecutionType | null = null,
  limit = 100,
): Promise<Task[]> {
  const rows = await tx.execute<{ id: string }>(
    sql`select id from get_executable_tasks(${workspaceId}, ${executionType}::text) limit ${limit}`,
  );
  const ids = rows.map((row) => row.id);
  if (ids.length === 0) return [];
  const found = await tx.select().from(tasks).where(inArray(tasks.id, ids));
  return found.sort((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id));
}

/** @throws CONFLICT when the task cannot be started now, or is the engine's */
export async function startExecution(tx: Tx, taskId: string, executor: Executor): Promise<void> {
  await call(tx, sql`start_task_execution(${taskId}, ${executor.id}, ${executor.type})`);
}

/** @throws CONFLICT when the task is not in progress, or is the engine's */
export async function completeExecution(
  tx: Tx,
  taskId: string,
  result: ExecutionResult,
): Promise<void> {
  await call(tx, sql`complete_task_execution(${taskId}, ${JSON.stringify(redact(result))}::jsonb)`);
}

/**
 * @returns whether there will be another try: the task is back in the queue
 * @throws CONFLICT when the task is not in progress, or is the engine's
 */
export async function failExecution(
  tx: Tx,
  taskId: string,
  error: string,
  shouldRetry: boolean,
): Promise<boolean> {
  return call<boolean>(
    tx,
    sql`fail_task_execution(${taskId}, ${redact(error)}, ${shouldRetry}::boolean)`,
  );
}

/** @param kind what it waits for @throws CONFLICT when the task is over, or is the engine's */
export async function blockExecution(
  tx: Tx,
  taskId: string,
  reason: string,
  kind: 'human_action' | 'dependency' = 'human_action',
): Promise<void> {
  await call(tx, sql`block_task_execution(${taskId}, ${redact(reason)}, ${kind})`);
}

/** @returns its id @throws CONFLICT when the parent is over, divided too far, or is the engine's */
export async function createSubtask(
  tx: Tx,
  parentId: string,
  { title, executionType, description, priority, dueAt }: NewSubtask,
): Promise<string> {
  return call<string>(
    tx,
    sql`create_subtask(${parentId}, ${redact(title)}, ${description ?? null}::text, ${executionType},
      ${priority ?? null}::text, ${dueAt?.toISOString() ?? null}::timestamptz, id => ${newId('task')})`,
  );
}

/** Calls a function; its refusals become errors of ours. */
async function call<T>(tx: Tx, invocation: SQL): Promise<T> {
  try {
    const [row] = await tx.execute<{ value: T }>(sql`select ${invocation} as value`);
    // Each of the functions returns one value.
    return row?.value as T;
  } catch (error) {
    throw refusalOf(error) ?? error;
  }
}

const refusals: Record<string, (message: string) => FactotumError> = {
  FT400: invalid,
  FT404: notFound,
  FT409: conflict,
};

/** The driver's error stands behind that of the query builder. */
function refusalOf(error: unknown): FactotumError | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    const refuse = 'code' in at ? refusals[String(at.code)] : undefined;
    if (refuse) return refuse(at.message);
  }
  return undefined;
}
