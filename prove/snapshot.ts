/** What the database holds when all is said to be done. */
import { isDeepStrictEqual } from 'node:util';
import { sql } from 'drizzle-orm';
import { cardsOf } from '../src/bot/task-card.ts';
import { apps } from '../src/db/app.ts';
import { approvals } from '../src/db/approval.ts';
import { calls } from '../src/db/call.ts';
import { actions, cards } from '../src/db/card.ts';
import { taskChecks } from '../src/db/check.ts';
import { type Database, systemTransaction } from '../src/db/client.ts';
import { taskEvents } from '../src/db/event.ts';
import { eventStarts } from '../src/db/event-handler.ts';
import { eventReceipts, eventWaits } from '../src/db/event-wait.ts';
import { readLedger } from '../src/db/ledger.ts';
import { createLedgerCheck } from '../src/db/ledger-check.ts';
import { memories, memoryHistory } from '../src/db/memory.ts';
import { messages } from '../src/db/message.ts';
import { plans } from '../src/db/plan.ts';
import { runs } from '../src/db/run.ts';
import { taskSteps } from '../src/db/step.ts';
import { tasks } from '../src/db/task.ts';
import type { Tx } from '../src/db/tx.ts';
import { workflowEvents } from '../src/db/workflow-event.ts';
import { installedTools } from '../src/engine/tools/index.ts';
import { loadView } from '../src/engine/view.ts';
import { appRoles } from './database.ts';

export type Snapshot = Awaited<ReturnType<typeof takeSnapshot>>;

export async function takeSnapshot(db: Database) {
  const ledgerFaults = await checkLedger(db);
  return systemTransaction(db, async (tx) => ({
    tasks: await tx.select().from(tasks),
    plans: await tx.select().from(plans),
    runs: await tx.select().from(runs),
    steps: await tx.select().from(taskSteps),
    calls: await tx.select().from(calls),
    checks: await tx.select().from(taskChecks),
    approvals: await tx.select().from(approvals),
    cards: await tx.select().from(cards),
    actions: await tx.select().from(actions),
    messages: await tx.select().from(messages),
    events: await tx.select().from(taskEvents),
    published: await tx.select().from(workflowEvents),
    waits: await tx.select().from(eventWaits),
    receipts: await tx.select().from(eventReceipts),
    starts: await tx.select().from(eventStarts),
    remembered: await tx.select().from(memories),
    versions: await tx.select().from(memoryHistory),
    apps: await tx.select().from(apps),
    roles: await appRoles(db.raw),
    processes: await listNames(tx, sql`select id as name from processes`),
    jobs: await listJobs(tx),
    planned: await listPlanned(tx),
    outdated: await listOutdated(tx),
    ledgerFaults,
    objects: await listObjects(tx),
    counts: await countRows(tx),
  }));
}

async function listNames(tx: Tx, query: ReturnType<typeof sql>): Promise<string[]> {
  return (await tx.execute<{ name: string }>(query)).map((row) => row.name);
}

/** What was planned for later when it was added: to look again at a card, or at what can be taken back. */
const isPlanned = sql`job.attempts = 0 and job.locked_by is null and job.run_at > job.updated_at + interval '1 second'`;

/** Those for another day; what is planned for the next minutes comes and goes by itself. */
async function listPlanned(tx: Tx): Promise<string[]> {
  return listNames(
    tx,
    sql`select task.identifier as name from graphile_worker._private_jobs as job
        join graphile_worker._private_tasks as task on task.id = job.task_id
        where ${isPlanned} and job.run_at > now() + interval '1 hour'`,
  );
}

/** Jobs and queues that are still there or held and should not be, as a person would name them. */
async function listJobs(tx: Tx): Promise<string[]> {
  return listNames(
    tx,
    sql`select task.identifier || case when job.locked_by is not null then ' is held'
          when job.attempts >= job.max_attempts then ' is given up' else ' waits' end
          || coalesce(': ' || job.last_error, '') as name
        from graphile_worker._private_jobs as job
        join graphile_worker._private_tasks as task on task.id = job.task_id
        where not (${isPlanned})
        union all
        select 'the queue ' || queue_name || ' is held' from graphile_worker._private_job_queues
        where locked_by is not null`,
  );
}

/** Whether nothing is left to be done now and every card stands as it should. */
export async function isAtRest(db: Database): Promise<boolean> {
  return systemTransaction(db, async (tx) => {
    const [row] = await tx.execute<{ left: number }>(sql`
      select ((select count(*) from graphile_worker._private_jobs as job where not (${isPlanned}))
        + (select count(*) from cards where version > shown_version))::int as left`);
    return row?.left === 0;
  });
}

/** How far the work is: something else as soon as anything has been done, taken up or shown. */
export async function progressOf(db: Database): Promise<string> {
  return systemTransaction(db, async (tx) => {
    const [row] = await tx.execute<{ at: string }>(sql`
      select concat_ws(':', (select max(id) from task_events), (select sum(shown_version) from cards),
        (select sum(claim) from task_steps), (select count(*) from processes)) as at`);
    return row?.at ?? '';
  });
}

/** Cards that a task should have now and that do not stand there as they should. */
async function listOutdated(tx: Tx): Promise<string[]> {
  const outdated: string[] = [];
  const standing = await tx.select().from(cards);
  const now = new Date();
  for (const { id } of await tx.select().from(tasks)) {
    const view = await loadView(tx, id, now, installedTools);
    for (const { key, draft } of view ? cardsOf(view, now) : []) {
      const row = standing.find((card) => card.taskId === id && card.key === key);
      if (!row || !isDeepStrictEqual(row.card, asJson(draft))) outdated.push(key);
    }
  }
  return outdated;
}

const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

async function checkLedger(db: Database): Promise<string[]> {
  const check = createLedgerCheck();
  await readLedger(db, (entry) => check.add(entry));
  return check.verdicts().flatMap(({ fault }) => (fault ? [fault.problem] : []));
}

/** Everything that an app consists of in the database; what is named after its random id reads "app". */
async function listObjects(tx: Tx): Promise<string[]> {
  const names = await listNames(
    tx,
    sql`with space as (select oid, nspname from pg_namespace where nspname like 'app\\_%')
      select 'schema ' || nspname as name from space
      union all select 'relation ' || relkind::text || ' ' || nspname || '.' || relname
        from pg_class join space on space.oid = relnamespace
      union all select 'column ' || nspname || '.' || relname || '.' || attname || ' ' || format_type(atttypid, atttypmod)
        from pg_attribute join pg_class on pg_class.oid = attrelid join space on space.oid = relnamespace
        where attnum > 0 and not attisdropped and relkind = 'r'
      union all select 'constraint ' || relname || ' ' || pg_get_constraintdef(pg_constraint.oid)
        from pg_constraint join space on space.oid = connamespace join pg_class on pg_class.oid = conrelid
      union all select 'trigger ' || relname || '.' || tgname
        from pg_trigger join pg_class on pg_class.oid = tgrelid join space on space.oid = relnamespace
        where not tgisinternal
      union all select 'function ' || nspname || '.' || proname || ' ' || md5(regexp_replace(prosrc, 'app_[0-9a-z]{20}', 'app', 'g'))
        from pg_proc join space on space.oid = pronamespace`,
  );
  return names.map((name) => name.replace(/\bapp_[0-9a-z]{20}/g, 'app')).sort();
}

/** Rows of every table of ours. */
async function countRows(tx: Tx): Promise<Record<string, number>> {
  const tables = await listNames(
    tx,
    sql`select tablename as name from pg_tables where schemaname = 'public' order by tablename`,
  );
  const counts: Record<string, number> = {};
  for (const name of tables) {
    const rows = await tx.execute<{ count: number }>(
      sql`select count(*)::int as count from ${sql.identifier(name)}`,
    );
    counts[name] = rows[0]?.count ?? 0;
  }
  return counts;
}
