/**
 * Steps that wait for an event, and which event each got. A wait is closed by the transaction that moves its
 * step; what it got is a row of its own, so that a delivery locks nothing that a task's transaction writes.
 */
import { and, eq, isNull, sql } from 'drizzle-orm';
import { index, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { createdColumn, moment, workspaceColumn } from './column.ts';
import { newId } from './id.ts';
import { workspacePolicy } from './row-security.ts';
import { writeLater } from './rows.ts';
import { taskSteps } from './step.ts';
import { tasks } from './task.ts';
import type { Tx } from './tx.ts';
import { type EventPayload, type WorkflowEvent, workflowEvents } from './workflow-event.ts';
import type { Statement } from './write.ts';

/** What the payload has to be: a condition of the workflow language, and the values of the variables in it. */
export type EventFilter = { where: string; variables: Record<string, unknown> };

export const eventWaits = pgTable(
  'event_waits',
  {
    id: text().primaryKey(),
    workspaceId: workspaceColumn(),
    taskId: text()
      .notNull()
      .references(() => tasks.id, { onDelete: 'cascade' }),
    runId: text().notNull(),
    stepId: text()
      .notNull()
      .references(() => taskSteps.id, { onDelete: 'cascade' }),
    /** The step's name in the plan, which it has in every run of the task. */
    stepKey: text().notNull(),
    name: text().notNull(),
    /** `field=value` that the event must have among its keys; empty when any will do. */
    key: text().notNull(),
    filter: jsonb().$type<EventFilter>(),
    /** Events from then on count. */
    since: moment().notNull(),
    /** When its time is over; null waits for ever. */
    dueAt: moment(),
    createdAt: createdColumn(),
    closedAt: moment(),
  },
  (table) => [
    uniqueIndex('event_waits_step_key').on(table.stepId).where(sql`closed_at is null`),
    index('event_waits_open_index')
      .on(table.workspaceId, table.name, table.key)
      .where(sql`closed_at is null`),
    index('event_waits_due_index').on(table.dueAt).where(sql`closed_at is null`),
    index('event_waits_task_index').on(table.taskId),
    workspacePolicy('event_waits', table.workspaceId),
  ],
);
export type EventWait = typeof eventWaits.$inferSelect;
export type NewEventWait = Omit<EventWait, 'id' | 'createdAt' | 'closedAt'>;

export const eventReceipts = pgTable(
  'event_receipts',
  {
    /** A wait takes one event. */
    waitId: text()
      .primaryKey()
      .references(() => eventWaits.id, { onDelete: 'cascade' }),
    workspaceId: workspaceColumn(),
    eventId: text()
      .notNull()
      .references(() => workflowEvents.id, { onDelete: 'cascade' }),
    at: createdColumn(),
  },
  (table) => [
    index('event_receipts_event_index').on(table.eventId),
    workspacePolicy('event_receipts', table.workspaceId),
  ],
);

/** An open wait with what it got, as far as it has to be known to decide. */
export type KnownWait = Pick<EventWait, 'id' | 'stepId' | 'name' | 'dueAt'> & {
  event: { id: string; payload: EventPayload } | null;
};

export type OpenWait = Pick<EventWait, 'name' | 'filter' | 'dueAt' | 'createdAt'> & {
  task: { id: string; title: string; channel: string; conversation: string };
};

/** Whose turn it is with the events of a workspace: deliveries alone, registrations beside each other. */
const turn = (workspaceId: string) => sql`hashtextextended('events:' || ${workspaceId}, 0)`;

/**
 * Until commit, no event of the workspace is delivered: what was published before is seen by the look back, and
 * what comes later finds the wait. Deliveries take one lock each and no row of a task, so nobody waits in a circle.
 */
export async function holdDeliveries(tx: Tx, workspaceId: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock_shared(${turn(workspaceId)})`);
}
/** Until commit, nobody else delivers, and every wait is either there already or looks back later. */
export async function holdWaits(tx: Tx, workspaceId: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${turn(workspaceId)})`);
}

export async function insertWait(tx: Tx, wait: NewEventWait): Promise<EventWait> {
  const [row] = await tx
    .insert(eventWaits)
    .values({ ...wait, id: newId('eventWait') })
    .returning();
  if (!row) throw new Error('A wait was not stored.');
  return row;
}

/**
 * Events that an open wait may take, oldest first: of its name and key, since its beginning, and not taken
 * already by one of the steps `after` which it comes, nor begun by.
 * @param after keys of the steps of its task that come before it
 */
export async function lookBack(
  tx: Tx,
  { taskId, name, key, since }: Pick<EventWait, 'taskId' | 'name' | 'key' | 'since'>,
  after: string[],
  beyond: number,
): Promise<WorkflowEvent[]> {
  const keyed =
    key === '' ? undefined : sql`${workflowEvents.keys} @> ${JSON.stringify([key])}::jsonb`;
  return tx
    .select()
    .from(workflowEvents)
    .where(
      and(
        eq(workflowEvents.name, name),
        sql`${workflowEvents.createdAt} >= ${since.toISOString()}`,
        sql`${workflowEvents.seq} > ${beyond}`,
        keyed,
        sql`not exists (select from event_receipts as receipt
          join event_waits as wait on wait.id = receipt.wait_id
          where receipt.event_id = ${workflowEvents.id} and wait.task_id = ${taskId}
            and wait.step_key in (select jsonb_array_elements_text(${JSON.stringify(after)}::text::jsonb)))`,
      ),
    )
    .orderBy(workflowEvents.seq)
    .limit(100);
}

/** Which open waits without an event may want one of these: pairs, by the order of the events. */
export async function findWaits(
  tx: Tx,
  events: Pick<WorkflowEvent, 'id' | 'name' | 'keys'>[],
): Promise<{ eventId: string; wait: EventWait }[]> {
  const list = JSON.stringify(
    events.map(({ id, name, keys }) => ({ id, name, keys: ['', ...keys] })),
  );
  const found = await tx.execute<{ eventId: string; waitId: string }>(sql`
    select event.id as "eventId", wait.id as "waitId"
    from (select id, name, jsonb_array_elements_text(keys) as key
      from jsonb_to_recordset(${list}::text::jsonb) as given(id text, name text, keys jsonb) limit 100000) as event
    join event_waits as wait on wait.name = event.name and wait.key = event.key and wait.closed_at is null
      and wait.workspace_id = current_setting('factotum.workspace_id', true)
    join task_steps as step on step.id = wait.step_id and step.status in ('running', 'paused', 'approval')
    join tasks as task on task.id = wait.task_id and task.status not in ('completed', 'failed', 'cancelled')
    where not exists (select from event_receipts as receipt where receipt.wait_id = wait.id)`);
  if (found.length === 0) return [];
  const ids = JSON.stringify([...new Set(found.map(({ waitId }) => waitId))]);
  const rows = await tx
    .select()
    .from(eventWaits)
    .where(sql`${eventWaits.id} in (select jsonb_array_elements_text(${ids}::text::jsonb))`);
  const waits = new Map(rows.map((row) => [row.id, row]));
  const places = new Map(events.map(({ id }, at) => [id, at]));
  return found
    .flatMap(({ eventId, waitId }) => {
      const wait = waits.get(waitId);
      return wait ? [{ eventId, wait }] : [];
    })
    .sort((a, b) => (places.get(a.eventId) ?? 0) - (places.get(b.eventId) ?? 0));
}

/** Steps that wait now and have got nothing yet, with the task that each is of; those that have waited longest first. */
export async function listOpenWaits(tx: Tx, name?: string): Promise<OpenWait[]> {
  return tx
    .select({
      name: eventWaits.name,
      filter: eventWaits.filter,
      dueAt: eventWaits.dueAt,
      createdAt: eventWaits.createdAt,
      task: {
        id: tasks.id,
        title: tasks.title,
        channel: tasks.channel,
        conversation: tasks.conversation,
      },
    })
    .from(eventWaits)
    .innerJoin(tasks, eq(tasks.id, eventWaits.taskId))
    .leftJoin(eventReceipts, eq(eventReceipts.waitId, eventWaits.id))
    .where(
      and(
        isNull(eventWaits.closedAt),
        isNull(eventReceipts.waitId),
        name === undefined ? undefined : eq(eventWaits.name, name),
        sql`${tasks.status} not in ('completed', 'failed', 'cancelled')`,
      ),
    )
    .orderBy(eventWaits.createdAt, eventWaits.id)
    .limit(1000);
}

/** The first event that a wait is given stays the one that it got. @returns those waits that have got theirs now */
export async function insertReceipts(
  tx: Tx,
  receipts: (typeof eventReceipts.$inferInsert)[],
): Promise<string[]> {
  if (receipts.length === 0) return [];
  const rows = await tx
    .insert(eventReceipts)
    .values(receipts)
    .onConflictDoNothing()
    .returning({ waitId: eventReceipts.waitId });
  return rows.map(({ waitId }) => waitId);
}

/** The open waits of a run, found by its task: of those that are open anywhere there may be many thousands. */
export async function listKnownWaits(
  tx: Tx,
  { id, taskId }: { id: string; taskId: string },
): Promise<KnownWait[]> {
  return tx
    .select({
      id: eventWaits.id,
      stepId: eventWaits.stepId,
      name: eventWaits.name,
      dueAt: eventWaits.dueAt,
      event: { id: workflowEvents.id, payload: workflowEvents.payload },
    })
    .from(eventWaits)
    .leftJoin(eventReceipts, eq(eventReceipts.waitId, eventWaits.id))
    .leftJoin(workflowEvents, eq(workflowEvents.id, eventReceipts.eventId))
    .where(
      and(eq(eventWaits.taskId, taskId), eq(eventWaits.runId, id), isNull(eventWaits.closedAt)),
    );
}

/** Its time was over once: whoever was asked then has another. */
export async function stopEscalating(tx: Tx, id: string): Promise<void> {
  await tx.update(eventWaits).set({ dueAt: null }).where(eq(eventWaits.id, id));
}

/** The step that waits has ended, by whatever. Written with the state of the step. */
export function closeWaits(tx: Tx, stepId: string): void {
  writeLater(tx, closing, { step: stepId });
}

const closing: Statement = {
  columns: 'step text',
  text: (given) =>
    `update event_waits set closed_at = now() from ${given} where step_id = given.step and closed_at is null`,
};

type Place = { workspaceId: string; taskId: string };

/** For the program itself: tasks with a wait whose time is over, or whose event came and which has not gone on since. */
export async function listDueWaits(tx: Tx, now: Date, before: Date): Promise<Place[]> {
  const rows = await tx.execute<Place>(sql`
    (select wait.workspace_id as "workspaceId", wait.task_id as "taskId" from event_waits as wait
      join tasks as task on task.id = wait.task_id
      where wait.closed_at is null and wait.due_at <= ${now.toISOString()}
        and task.status in ('running', 'approval_pending', 'blocked') order by wait.due_at limit 100)
    union
    (select wait.workspace_id, wait.task_id from event_waits as wait
      join event_receipts as receipt on receipt.wait_id = wait.id
      join tasks as task on task.id = wait.task_id
      where wait.closed_at is null and receipt.at < ${before.toISOString()} and task.status = 'running' limit 100)`);
  return [...rows];
}
