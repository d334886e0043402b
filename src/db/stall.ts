/** What is under way without a job that would move it. For the program itself: over all workspaces. */
import { type SQL, sql } from 'drizzle-orm';
import type { Tx } from './tx.ts';

/**
 * After the clock was set back, jobs that were added before would wait until it is that late again: they are
 * moved by as much.
 */
export async function pullJobs(tx: Tx): Promise<void> {
  await tx.execute(sql`
    update graphile_worker._private_jobs
    set run_at = run_at - (created_at - now()), created_at = now()
    where created_at > now() + interval '1 minute' and locked_at is null`);
}

/**
 * A job that was replaced while it ran and then failed, and one that has failed as often as it may, will never run
 * again. The queue keeps them; here they can be looked at for a day.
 */
export async function forgetDeadJobs(tx: Tx): Promise<void> {
  await tx.execute(sql`
    delete from graphile_worker._private_jobs
    where attempts >= max_attempts and locked_at is null and updated_at < now() - interval '1 day'`);
}

type Place = { workspaceId: string; taskId: string };

/** Jobs that work on tasks; one may go on from piece to piece (`engine/work.ts`). */
const working = sql`
  select job.*, kind.identifier as kind from graphile_worker._private_jobs as job
  join graphile_worker._private_tasks as kind on kind.id = job.task_id
  where kind.identifier in ('step', 'check') and job.attempts < job.max_attempts`;

/** A job at work on the task `of` that has gone on from its own piece: whatever runs by itself may be its. */
const wanderer = (of: SQL) => sql`
  select from (${working}) as job where job.payload->>'taskId' = ${of} and job.locked_at is not null
    and not exists (select from task_steps as own where own.id = job.payload->>'stepId' and own.status = 'running')
    and not exists (select from runs as own where own.id = job.payload->>'runId'
      and case job.payload->>'stage' when 'before' then own.checks_before else own.checks_after end = 'running')`;

/**
 * Where to look: at everything that stands still since before a moment and is nobody's; or at one task,
 * by the only job that works on it.
 */
export type Search = { before: Date } | { taskId: string };

const within = (search: Search, id: SQL, at: SQL) =>
  'taskId' in search
    ? sql`${id} = ${search.taskId}`
    : sql`${at} < ${search.before.toISOString()} and not exists (${wanderer(id)})`;

/** How many jobs work on a task or will, the asking one among them. */
export async function countWorking(tx: Tx, taskId: string): Promise<number> {
  const [row] = await tx.execute<{ jobs: number }>(sql`
    select count(*)::int as jobs from graphile_worker._private_jobs as job
    join graphile_worker._private_tasks as kind on kind.id = job.task_id
    where kind.identifier in ('step', 'check') and job.payload->>'taskId' = ${taskId}`);
  return row?.jobs ?? 0;
}

/** Running tool steps that no job of the queue will run or end. */
export async function listStalled(
  tx: Tx,
  search: Search,
): Promise<(Place & { stepId: string; attempt: number })[]> {
  const rows = await tx.execute<Place & { stepId: string; attempt: number }>(sql`
    select step.workspace_id as "workspaceId", step.task_id as "taskId", step.id as "stepId", step.attempt
    from task_steps as step join tasks as task on task.id = step.task_id
    where step.status = 'running' and step.kind = 'tool'
      and ${within(search, sql`step.task_id`, sql`step.updated_at`)}
      and task.status <> 'completed'
      and not exists (select from (${working}) as job where job.payload->>'stepId' = step.id)
    order by step.updated_at limit 100`);
  return [...rows];
}

/** Tasks that should move by themselves and have not since before `before`. */
export async function listForgotten(tx: Tx, before: Date): Promise<Place[]> {
  const rows = await tx.execute<Place>(sql`
    select workspace_id as "workspaceId", id as "taskId" from tasks
    where status in ('queued', 'running') and plan_version > 0 and updated_at < ${before.toISOString()}
      and not exists (
        select from task_steps as step
        where step.task_id = tasks.id and step.status = 'running' and step.kind in ('tool', 'human')
          and (step.kind = 'tool' or step.run_id = (
            select id from runs where runs.task_id = tasks.id order by created_at desc limit 1)))
      and not exists (
        select from task_steps as step
        where step.task_id = tasks.id and step.status = 'running'
          and (step.kind = 'wait_event' or step.kind = 'wait' and step.retry_at > ${before.toISOString()}))
    order by updated_at limit 100`);
  return [...rows];
}

type Stage = 'before' | 'after';

/** Checks that are said to run without a job that runs them. */
export async function listLostChecks(
  tx: Tx,
  search: Search,
): Promise<(Place & { runId: string; stage: Stage })[]> {
  const rows = await tx.execute<Place & { runId: string; stage: Stage }>(sql`
    select run.workspace_id as "workspaceId", run.task_id as "taskId", run.id as "runId",
      case run.checks_before when 'running' then 'before' else 'after' end as stage
    from runs as run join tasks as task on task.id = run.task_id
    where (run.checks_before = 'running' or run.checks_after = 'running')
      and run.id = (select id from runs where runs.task_id = task.id order by created_at desc limit 1)
      and task.status = 'running' and ${within(search, sql`run.task_id`, sql`task.updated_at`)}
      and not exists (select from (${working}) as job where job.kind = 'check' and job.payload->>'runId' = run.id
        and job.payload->>'stage' = case run.checks_before when 'running' then 'before' else 'after' end)
    order by task.updated_at limit 100`);
  return [...rows];
}

/** Undos that are said to run without a job that runs them: the queue has given it up. */
export async function listLostUndos(tx: Tx): Promise<(Place & { undoId: string })[]> {
  const rows = await tx.execute<Place & { undoId: string }>(sql`
    select workspace_id as "workspaceId", task_id as "taskId", id as "undoId" from undos
    where status = 'running' and finished_at is null and not exists (
      select from graphile_worker._private_jobs as job
      join graphile_worker._private_tasks as kind on kind.id = job.task_id
      where kind.identifier = 'undo' and job.payload->>'undoId' = undos.id
        and (job.attempts < job.max_attempts or job.locked_at is not null))
    order by created_at limit 100`);
  return [...rows];
}
