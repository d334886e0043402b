/**
 * Events: named facts with a payload, stored first and then delivered to whoever waits for them (F276, F303).
 * Stored in the transaction of whoever publishes; `processed_at` is when all waits of that moment have been looked at.
 */
import { and, asc, desc, eq, gt, gte, isNull, lt, sql } from 'drizzle-orm';
import { bigint, index, integer, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { createdColumn, moment, oneOf, workspaceColumn } from './column.ts';
import { messages } from './message.ts';
import { workspacePolicy } from './row-security.ts';
import { tasks } from './task.ts';
import type { Tx } from './tx.ts';

/** Who published it: a step of a task, a program by the API or a person, or another installation by Redis. */
export const eventSources = ['task', 'external', 'redis'] as const;
export type EventSource = (typeof eventSources)[number];

export const workflowEvents = pgTable(
  'workflow_events',
  {
    id: text().primaryKey(),
    workspaceId: workspaceColumn(),
    /** The order in which they are delivered. */
    seq: bigint({ mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    name: text().notNull(),
    payload: jsonb().$type<EventPayload>().notNull(),
    /** `field=value` of each field of the payload that a wait may ask for (`engine/event/key.ts`). */
    keys: jsonb().$type<string[]>().notNull(),
    source: text({ enum: eventSources }).notNull(),
    taskId: text(),
    runId: text(),
    stepId: text(),
    /** A person as the channel names them, the engine, or another installation. */
    publishedBy: text().notNull(),
    /** The same key in a workspace is the same event. */
    idempotencyKey: text().notNull(),
    /** SHA-256 of name and payload: the same key with something else is refused. */
    digest: text().notNull(),
    /** The event that made somebody publish this one; the first of that chain; how many lie before it. */
    causeId: text(),
    chainId: text().notNull(),
    depth: integer().notNull().default(0),
    createdAt: createdColumn(),
    processedAt: moment(),
    /** How many waits and handlers took it by then. */
    taken: integer().notNull().default(0),
    /** When it was told to Redis. */
    relayedAt: moment(),
  },
  (table) => [
    oneOf('workflow_events_source_check', table.source, eventSources),
    uniqueIndex('workflow_events_idempotency_key').on(table.workspaceId, table.idempotencyKey),
    index('workflow_events_name_index').on(table.workspaceId, table.name, table.createdAt),
    index('workflow_events_seq_index').on(table.workspaceId, table.seq),
    index('workflow_events_waiting_index')
      .on(table.workspaceId, table.seq)
      .where(sql`processed_at is null`),
    index('workflow_events_relay_index')
      .on(table.workspaceId, table.seq)
      .where(sql`relayed_at is null and source <> 'redis'`),
    index('workflow_events_chain_index').on(table.chainId, table.createdAt),
    index('workflow_events_created_index').on(table.createdAt),
    workspacePolicy('workflow_events', table.workspaceId),
  ],
);
export type EventPayload = { [field: string]: unknown };
export type WorkflowEvent = typeof workflowEvents.$inferSelect;
export type NewWorkflowEvent = Omit<
  WorkflowEvent,
  'seq' | 'createdAt' | 'processedAt' | 'taken' | 'relayedAt'
>;

/** Stores it once: an event of the same key is returned as it is, and `first` is false. */
export async function insertEvent(
  tx: Tx,
  event: NewWorkflowEvent,
): Promise<{ event: WorkflowEvent; first: boolean }> {
  const [row] = await tx.insert(workflowEvents).values(event).onConflictDoNothing().returning();
  if (row) return { event: row, first: true };
  const same = await findEventByKey(tx, event.idempotencyKey);
  if (!same) throw new Error('An event was not stored.');
  return { event: same, first: false };
}

export async function findEvent(tx: Tx, id: string): Promise<WorkflowEvent | undefined> {
  const [row] = await tx.select().from(workflowEvents).where(eq(workflowEvents.id, id));
  return row;
}

export async function findEventByKey(tx: Tx, key: string): Promise<WorkflowEvent | undefined> {
  const [row] = await tx
    .select()
    .from(workflowEvents)
    .where(eq(workflowEvents.idempotencyKey, key));
  return row;
}

/** Newest first. @param before only those whose `seq` is smaller */
export async function listWorkflowEvents(
  tx: Tx,
  { name, before, limit = 50 }: { name?: string; before?: number; limit?: number } = {},
): Promise<WorkflowEvent[]> {
  return tx
    .select()
    .from(workflowEvents)
    .where(
      and(
        name === undefined ? undefined : eq(workflowEvents.name, name),
        before === undefined ? undefined : lt(workflowEvents.seq, before),
      ),
    )
    .orderBy(desc(workflowEvents.seq))
    .limit(limit);
}

/** An event with where it was published: by a task or a message of a conversation; null where by a program. */
export type PlacedEvent = WorkflowEvent & {
  from: { channel: string; conversation: string } | null;
};

/** Before the id of the message that published it, in the key of an event. */
export const saidKey = 'chat:';

/** Newest first. @param since,until bounds of when it was stored, the second one excluded */
export async function listPlacedEvents(
  tx: Tx,
  { name, since, until, limit }: { name?: string; since?: Date; until?: Date; limit: number },
): Promise<PlacedEvent[]> {
  const rows = await tx
    .select({
      event: workflowEvents,
      channel: sql<string | null>`coalesce(${tasks.channel}, ${messages.channel})`,
      conversation: sql<string | null>`coalesce(${tasks.conversation}, ${messages.conversation})`,
    })
    .from(workflowEvents)
    .leftJoin(tasks, eq(tasks.id, workflowEvents.taskId))
    .leftJoin(
      messages,
      sql`${messages.id} = case when ${workflowEvents.idempotencyKey} like ${`${saidKey}%`}
        then substr(${workflowEvents.idempotencyKey}, ${saidKey.length + 1}::int) end`,
    )
    .where(
      and(
        name === undefined ? undefined : eq(workflowEvents.name, name),
        since === undefined ? undefined : gte(workflowEvents.createdAt, since),
        until === undefined ? undefined : lt(workflowEvents.createdAt, until),
      ),
    )
    .orderBy(desc(workflowEvents.seq))
    .limit(limit);
  return rows.map(({ event, channel, conversation }) => ({
    ...event,
    from: channel !== null && conversation !== null ? { channel, conversation } : null,
  }));
}

/** The names of all that was published and is kept, one look at the index each. */
export async function listEventNames(tx: Tx): Promise<string[]> {
  const rows = await tx.execute<{ name: string }>(sql`
    with recursive names as (
      (select name from workflow_events order by name limit 1)
      union all
      select (select event.name from workflow_events as event where event.name > names.name order by event.name limit 1)
      from names where names.name is not null)
    select name from names where name is not null limit 2000`);
  return rows.map(({ name }) => name);
}

/** What has not been delivered, in order. */
export async function listUnprocessed(tx: Tx, limit: number): Promise<WorkflowEvent[]> {
  return tx
    .select()
    .from(workflowEvents)
    .where(isNull(workflowEvents.processedAt))
    .orderBy(asc(workflowEvents.seq))
    .limit(limit);
}

/** @param taken how many took each, by id */
export async function markProcessed(tx: Tx, taken: ReadonlyMap<string, number>): Promise<void> {
  const rows = JSON.stringify([...taken].map(([id, count]) => ({ id, count })));
  await tx.execute(sql`
    update workflow_events as event set processed_at = now(), taken = event.taken + done.count
    from jsonb_to_recordset(${rows}::text::jsonb) as done(id text, count int) where event.id = done.id`);
}

/** One more has taken an event, perhaps long after it was delivered to others. */
export async function countTaken(tx: Tx, id: string): Promise<void> {
  await tx
    .update(workflowEvents)
    .set({ taken: sql`${workflowEvents.taken} + 1` })
    .where(eq(workflowEvents.id, id));
}

/** What of an event its effects carry on. */
export type Cause = Pick<WorkflowEvent, 'id' | 'chainId' | 'depth'>;

/** What made a task do what it does now: of the events that began it and that its steps got, the farthest in its chain. */
export async function findCause(tx: Tx, taskId: string): Promise<Cause | undefined> {
  const rows = await tx.execute<Cause>(sql`
    select event.id, event.chain_id as "chainId", event.depth from (
      select receipt.event_id from event_receipts as receipt
        join event_waits as wait on wait.id = receipt.wait_id where wait.task_id = ${taskId}
      union all select event_id from event_starts where task_id = ${taskId}) as cause
    join workflow_events as event on event.id = cause.event_id
    order by event.depth desc, event.seq desc limit 1`);
  return rows[0];
}

/** How many events a chain has had since. */
export async function countOfChain(tx: Tx, chainId: string, since: Date): Promise<number> {
  return tx.$count(
    workflowEvents,
    and(eq(workflowEvents.chainId, chainId), gt(workflowEvents.createdAt, since)),
  );
}

/** For the program itself: where events wait for their delivery since before a moment without a job. */
export async function listUndelivered(tx: Tx, before: Date): Promise<{ workspaceId: string }[]> {
  return tx
    .selectDistinct({ workspaceId: workflowEvents.workspaceId })
    .from(workflowEvents)
    .where(and(isNull(workflowEvents.processedAt), lt(workflowEvents.createdAt, before)));
}

/**
 * Forgets old events over all workspaces, a thousand at a time: those that were delivered, and that no open
 * wait has taken without having gone on since.
 */
export async function forgetEvents(tx: Tx, before: Date): Promise<void> {
  await tx.execute(sql`
    delete from workflow_events where id in (
      select event.id from workflow_events as event
      where event.created_at < ${before.toISOString()} and event.processed_at is not null
        and not exists (select from event_receipts as receipt join event_waits as wait on wait.id = receipt.wait_id
          where receipt.event_id = event.id and wait.closed_at is null)
      limit 1000)`);
}
