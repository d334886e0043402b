/** Calls of tools, written down with their idempotency key before they are made. */
import { and, asc, desc, eq, gt, inArray, isNull, like, ne, sql } from 'drizzle-orm';
import { index, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { createdColumn, moment, workspaceColumn } from './column.ts';
import { newId } from './id.ts';
import { workspacePolicy } from './row-security.ts';
import { rowsOf } from './rows.ts';
import { type Run, runs } from './run.ts';
import { taskSteps } from './step.ts';
import { query, type Tx } from './tx.ts';

export const calls = pgTable(
  'calls',
  {
    id: text().primaryKey(),
    workspaceId: workspaceColumn(),
    taskId: text().notNull(),
    stepId: text()
      .notNull()
      .references(() => taskSteps.id, { onDelete: 'cascade' }),
    /** The call on whose behalf it was made: an agent's. Null for the call of the step itself. */
    parentId: text(),
    /** The same for every try of the same call: the outside world can tell a repetition. */
    idempotencyKey: text().notNull(),
    tool: text().notNull(),
    input: jsonb().notNull(),
    status: text({ enum: ['started', 'completed', 'failed'] })
      .notNull()
      .default('started'),
    output: jsonb(),
    error: text(),
    startedAt: createdColumn(),
    finishedAt: moment(),
  },
  (table) => [
    uniqueIndex('calls_idempotency_key').on(table.workspaceId, table.idempotencyKey),
    index('calls_task_index').on(table.taskId),
    index('calls_cache_index').on(table.workspaceId, table.tool, table.finishedAt),
    workspacePolicy('calls', table.workspaceId),
  ],
);
export type Call = typeof calls.$inferSelect;

const rows = rowsOf(calls);

/** A call as far as has to be known before it is made. */
export type KnownCall = Pick<Call, 'id' | 'idempotencyKey' | 'status'>;

/**
 * Writes a call down.
 * @param known those of its task, read under the lock of the task: one with the same key is the same call
 */
export function openCall(
  tx: Tx,
  call: Pick<Call, 'workspaceId' | 'taskId' | 'stepId' | 'idempotencyKey' | 'tool' | 'input'> &
    Partial<Pick<Call, 'parentId'>>,
  known: KnownCall[],
): { call: KnownCall; first: boolean } {
  const status = 'started';
  const same = known.find(({ idempotencyKey }) => idempotencyKey === call.idempotencyKey);
  if (!same) {
    const id = newId('call');
    rows.put(tx, [{ ...call, id, status }]);
    return { call: { id, idempotencyKey: call.idempotencyKey, status }, first: true };
  }
  if (same.status !== 'failed') return { call: same, first: false };
  // The last try is known to have failed: this one begins afresh, and may be interrupted in turn.
  const again = { status, stepId: call.stepId, error: null, finishedAt: null } as const;
  rows.change(tx, { id: same.id }, { ...again, startedAt: new Date() });
  return { call: { ...same, status }, first: true };
}

export function completeCall(tx: Tx, id: string, output: unknown): void {
  const finishedAt = new Date();
  rows.change(tx, { id }, { status: 'completed', output: output ?? null, finishedAt });
}

/** The call with that key, as far as has to be known before it is made. */
export async function findCallByKey(tx: Tx, idempotencyKey: string): Promise<KnownCall[]> {
  const { id, status } = calls;
  return tx
    .select({ id, status, idempotencyKey: calls.idempotencyKey })
    .from(calls)
    .where(eq(calls.idempotencyKey, idempotencyKey));
}

/** The same for steps that took what an earlier call, of any task, had given: the ledger says which. */
export async function listTakenCalls(
  tx: Tx,
  run: Pick<Run, 'id' | 'taskId'>,
): Promise<{ key: string; tool: string }[]> {
  return query(
    tx,
    `select step.key, call.tool from task_events as event
    join task_steps as step on step.id = event.step_id
    join calls as call on call.id = event.data->>'cached' and call.status = 'completed'
    where event.task_id = $1 and event.event = 'complete' and event.data ? 'cached'`,
    [run.taskId],
  );
}

/** What a completed call gave. */
export async function outputOf(tx: Tx, id: string): Promise<unknown> {
  const [row] = await tx.select({ output: calls.output }).from(calls).where(eq(calls.id, id));
  return row?.output ?? null;
}

/**
 * The newest call of any task that has given something for the same input since then; what was rehearsed is none.
 * @param work the digest of what it does that is part of its key
 */
export async function findCached(
  tx: Tx,
  { tool, input, work, since }: { tool: string; input: unknown; work: string; since: Date },
): Promise<{ id: string; output: unknown; finishedAt: Date } | undefined> {
  const [row] = await tx
    .select({ id: calls.id, output: calls.output, finishedAt: calls.finishedAt })
    .from(calls)
    .where(
      and(
        eq(calls.tool, tool),
        eq(calls.status, 'completed'),
        gt(calls.finishedAt, since),
        like(calls.idempotencyKey, `tsk\\_%:${work}%`),
        sql`${calls.input} = ${JSON.stringify(input)}::jsonb`,
      ),
    )
    .orderBy(desc(calls.finishedAt))
    .limit(1);
  return row?.finishedAt ? { ...row, finishedAt: row.finishedAt } : undefined;
}

export async function failCall(tx: Tx, id: string, error: string): Promise<void> {
  await tx
    .update(calls)
    .set({ status: 'failed', error, finishedAt: new Date() })
    .where(and(eq(calls.id, id), eq(calls.status, 'started')));
}

/** The newest call of a step itself. */
export async function findCallOfStep(tx: Tx, stepId: string): Promise<Call | undefined> {
  const [row] = await tx
    .select()
    .from(calls)
    .where(and(eq(calls.stepId, stepId), isNull(calls.parentId)))
    .orderBy(desc(calls.startedAt))
    .limit(1);
  return row;
}

export async function listCalls(tx: Tx, taskId: string): Promise<Call[]> {
  return tx.select().from(calls).where(eq(calls.taskId, taskId)).orderBy(asc(calls.startedAt));
}

/** Calls that have ended, with the step of the plan that they were made for: those of a rehearsal prove nothing else. */
export async function listDoneCalls(
  tx: Tx,
  run: Pick<Run, 'id' | 'taskId' | 'mode'>,
): Promise<{ key: string; tool: string }[]> {
  return tx
    .select({ key: taskSteps.key, tool: calls.tool })
    .from(calls)
    .innerJoin(taskSteps, eq(taskSteps.id, calls.stepId))
    .innerJoin(runs, eq(runs.id, taskSteps.runId))
    .where(
      and(
        eq(calls.taskId, run.taskId),
        eq(calls.status, 'completed'),
        run.mode === 'dry_run' ? eq(runs.id, run.id) : ne(runs.mode, 'dry_run'),
      ),
    );
}

/** The calls of these tools that steps of a run have made, in their order. */
export async function listMade(
  tx: Tx,
  runId: string,
  tools: string[],
): Promise<Pick<Call, 'tool' | 'input' | 'idempotencyKey'>[]> {
  const { tool, input, idempotencyKey } = calls;
  return tx
    .select({ tool, input, idempotencyKey })
    .from(calls)
    .innerJoin(taskSteps, eq(taskSteps.id, calls.stepId))
    .where(
      and(eq(taskSteps.runId, runId), eq(calls.status, 'completed'), inArray(calls.tool, tools)),
    )
    .orderBy(asc(calls.finishedAt), asc(calls.id));
}
