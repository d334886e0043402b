/**
 * What calls may cost, written down before they are made, and what they did cost afterwards. A row that nobody has
 * settled counts in full: the program may have died after the call.
 */
import { sql } from 'drizzle-orm';
import { bigint, boolean, index, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { createdColumn, moment, oneOf, workspaceColumn } from './column.ts';
import { newId } from './id.ts';
import { takeTurn } from './part.ts';
import { workspacePolicy } from './row-security.ts';
import { type TaskBudget, tasks } from './task.ts';
import { query, type Tx } from './tx.ts';

const reservationKinds = ['model', 'message'] as const;
const reservationStatuses = ['open', 'settled', 'released'] as const;
/** Millionths of a dollar, and other counts that outgrow 32 bits. */
const large = () => bigint({ mode: 'number' });

export const reservations = pgTable(
  'reservations',
  {
    id: text().primaryKey(),
    workspaceId: workspaceColumn(),
    /** Null until it is known which task it is for: a message is read before there is one. */
    taskId: text().references(() => tasks.id, { onDelete: 'set null' }),
    /** The topmost task that `taskId` is a part of, or itself. */
    rootTaskId: text(),
    stepId: text(),
    /** On whose day it counts: who asked for the task, or who wrote the message. */
    person: text().notNull(),
    /** Names the call: it is reserved once, however often it is taken up. */
    key: text().notNull(),
    kind: text({ enum: reservationKinds }).notNull(),
    /** The prompt or the tool. */
    what: text().notNull(),
    model: text(),
    status: text({ enum: reservationStatuses }).notNull().default('open'),
    /** The most that it may take; once settled, what it took. */
    tokensIn: integer().notNull(),
    tokensOut: integer().notNull(),
    microdollars: large().notNull(),
    messages: integer().notNull(),
    /** The server did not say what it took, or there is no price: the money is a guess to the safe side. */
    isEstimate: boolean().notNull().default(false),
    createdAt: createdColumn(),
    settledAt: moment(),
  },
  (table) => [
    oneOf('reservations_kind_check', table.kind, reservationKinds),
    oneOf('reservations_status_check', table.status, reservationStatuses),
    uniqueIndex('reservations_key').on(table.workspaceId, table.key),
    index('reservations_root_index').on(table.rootTaskId),
    index('reservations_task_index').on(table.taskId),
    index('reservations_day_index').on(table.workspaceId, table.createdAt),
    workspacePolicy('reservations', table.workspaceId),
  ],
);
export type Reservation = typeof reservations.$inferSelect;

/** What was spent, or may have been. */
export type Sum = {
  calls: number;
  tokensIn: number;
  tokensOut: number;
  microdollars: number;
  messages: number;
  /** How many of the calls are guesses to the safe side. */
  estimates: number;
};

const sumOf = (where: string) => `json_build_object(
  'calls', count(*) filter (where ${where} and kind = 'model'),
  'tokensIn', coalesce(sum(tokens_in) filter (where ${where}), 0),
  'tokensOut', coalesce(sum(tokens_out) filter (where ${where}), 0),
  'microdollars', coalesce(sum(microdollars) filter (where ${where}), 0),
  'messages', coalesce(sum(messages) filter (where ${where}), 0),
  'estimates', count(*) filter (where ${where} and kind = 'model' and is_estimate))`;

/** Everything that a new reservation is held against. */
export type Standing = {
  /** The task itself, then what it is a part of, the topmost last; empty where there is none yet. */
  tasks: { id: string; requestedBy: string; shortName: string; budget: TaskBudget | null }[];
  own: Sum;
  tree: Sum;
  person: Sum;
  workspace: Sum;
  /** The end of the day of the workspace's zone. */
  dayEnds: Date;
  zone: string;
};

/**
 * Who reserves in a workspace does so one after the other until the transaction ends, so that no two of them take
 * what is left for one. Taken after the lock of a task, never before it.
 */
export async function lockBudget(tx: Tx, workspaceId: string): Promise<void> {
  await takeTurn(tx);
  await query(tx, 'select pg_advisory_xact_lock(hashtextextended($1, 0))', [
    `budget:${workspaceId}`,
  ]);
}

/** @param person whose day it is where there is no task */
export async function readStanding(
  tx: Tx,
  { workspaceId, taskId, person }: { workspaceId: string; taskId: string | null; person: string },
  now: Date,
): Promise<Standing> {
  const [row] = await query<Omit<Standing, 'dayEnds'> & { dayEnds: string }>(
    tx,
    `with recursive up as (
      select id, parent_task_id, requested_by, short_name, budget, 0 as depth from tasks where id = $2
      union all
      select above.id, above.parent_task_id, above.requested_by, above.short_name, above.budget, depth + 1
      from tasks as above join up on above.id = up.parent_task_id
    ), day as (
      select timezone, date_trunc('day', $4::timestamptz at time zone timezone) at time zone timezone as starts,
        (date_trunc('day', $4::timestamptz at time zone timezone) + interval '1 day') at time zone timezone as ends
      from workspaces where id = $1
    ), root as (select id from up order by depth desc limit 1),
    whose as (select coalesce((select requested_by from up where depth = 0), $3) as person),
    counted as (
      select reservations.*, created_at >= starts and created_at < ends as is_today
      from reservations, day where status <> 'released'
        and (root_task_id = (select id from root) or (created_at >= starts and created_at < ends))
    )
    select (select coalesce(json_agg(json_build_object('id', id, 'requestedBy', requested_by, 'shortName', short_name,
        'budget', budget) order by depth), '[]'::json) from up) as tasks,
      ${sumOf('task_id = $2')} as own,
      ${sumOf('root_task_id = (select id from root)')} as tree,
      ${sumOf('is_today and counted.person = (select person from whose)')} as person,
      ${sumOf('is_today')} as workspace,
      (select to_json(ends) from day) as "dayEnds", (select timezone from day) as zone from counted`,
    [workspaceId, taskId, person, now.toISOString()],
  );
  if (!row) throw new Error('What was spent could not be read.');
  return { ...row, dayEnds: new Date(row.dayEnds) };
}

export type NewReservation = Pick<
  Reservation,
  | 'workspaceId'
  | 'taskId'
  | 'rootTaskId'
  | 'stepId'
  | 'person'
  | 'key'
  | 'kind'
  | 'what'
  | 'model'
  | 'tokensIn'
  | 'tokensOut'
  | 'microdollars'
  | 'messages'
  | 'isEstimate'
> & { createdAt: Date };

/** Writes one down; one that nothing came of is taken up again. */
export async function insertReservation(tx: Tx, row: NewReservation): Promise<void> {
  const { tokensIn, tokensOut, microdollars, messages, createdAt } = row;
  await tx
    .insert(reservations)
    .values({ ...row, id: newId('reservation') })
    .onConflictDoUpdate({
      target: [reservations.workspaceId, reservations.key],
      set: {
        ...{ status: 'open', tokensIn, tokensOut, microdollars, messages, createdAt },
        settledAt: null,
      },
      setWhere: sql`${reservations.status} = 'released'`,
    });
}

/** Whether the call has a reservation that counts. */
export async function isReserved(tx: Tx, key: string): Promise<boolean> {
  const rows = await query(
    tx,
    `select 1 from reservations where key = $1 and status <> 'released'`,
    [key],
  );
  return rows.length > 0;
}

/** What it took; null where the server did not say: what was reserved stays. */
export async function settleReservation(
  tx: Tx,
  key: string,
  took: Pick<Reservation, 'tokensIn' | 'tokensOut' | 'microdollars' | 'isEstimate'> | null,
): Promise<void> {
  await query(
    tx,
    `update reservations set status = 'settled', settled_at = now(),
      tokens_in = coalesce($2::integer, tokens_in), tokens_out = coalesce($3::integer, tokens_out),
      microdollars = coalesce($4::bigint, microdollars), is_estimate = coalesce($5::boolean, true)
    where key = $1 and status = 'open'`,
    [
      key,
      took?.tokensIn?.toString() ?? null,
      took?.tokensOut?.toString() ?? null,
      took?.microdollars?.toString() ?? null,
      took?.isEstimate?.toString() ?? null,
    ],
  );
}

/** Nothing was used: it does not count. */
export async function releaseReservation(tx: Tx, key: string): Promise<void> {
  await query(
    tx,
    `update reservations set status = 'released', settled_at = now() where key = $1 and status = 'open'`,
    [key],
  );
}

/** What was taken before it was known for which task. */
export async function giveReservations(tx: Tx, taskId: string, keys: string[]): Promise<void> {
  if (keys.length === 0) return;
  await query(
    tx,
    `with recursive up as (
      select id, parent_task_id, 0 as depth from tasks where id = $1
      union all select above.id, above.parent_task_id, depth + 1
      from tasks as above join up on above.id = up.parent_task_id
    )
    update reservations set task_id = $1, root_task_id = (select id from up order by depth desc limit 1)
    where key in (select jsonb_array_elements_text($2::text::jsonb)) and task_id is null`,
    [taskId, JSON.stringify(keys)],
  );
}

/** A task with all its parts, at any depth, or the whole workspace; since and until a moment. */
export async function sumReservations(
  tx: Tx,
  {
    taskId = null,
    from = null,
    to = null,
  }: { taskId?: string | null; from?: Date | null; to?: Date | null },
): Promise<Sum> {
  const values: string[] = [];
  const given = (value: string) => `$${values.push(value)}`;
  const wheres = [
    `status <> 'released'`,
    ...(taskId
      ? [
          `task_id in (with recursive down as (
            select id from tasks where id = ${given(taskId)}
            union all select below.id from tasks as below join down on below.parent_task_id = down.id
          ) select id from down)`,
        ]
      : []),
    ...(from ? [`created_at >= ${given(from.toISOString())}::timestamptz`] : []),
    ...(to ? [`created_at < ${given(to.toISOString())}::timestamptz`] : []),
  ];
  // Only what is asked for is in the text, so that each has a plan of its own, by index.
  const [row] = await query<{ sum: Sum }>(
    tx,
    `select ${sumOf('true')} as sum from reservations where ${wheres.join(' and ')}`,
    values,
  );
  if (!row) throw new Error('What was spent could not be read.');
  return row.sum;
}
