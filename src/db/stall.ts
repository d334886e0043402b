/** What is under way without a job that would move it. For the program itself: over all workspaces. */
import { sql } from 'drizzle-orm';
import type { Tx } from './client.ts';

type Place = { workspaceId: string; taskId: string };

/** Running tool steps that no job of the queue will run, since before `before`. */
export async function listStalled(
  tx: Tx,
  before: Date,
): Promise<(Place & { stepId: string; attempt: number })[]> {
  const rows = await tx.execute<Place & { stepId: string; attempt: number }>(sql`
    select step.workspace_id as "workspaceId", step.task_id as "taskId", step.id as "stepId", step.attempt
    from task_steps as step join tasks as task on task.id = step.task_id
    where step.status = 'running' and step.kind = 'tool' and step.updated_at < ${before.toISOString()}
      and task.status not in ('completed', 'failed', 'cancelled')
      and not exists (
        select from graphile_worker._private_jobs as job
        join graphile_worker._private_tasks as kind on kind.id = job.task_id
        where kind.identifier = 'step' and job.payload->>'stepId' = step.id and job.attempts < job.max_attempts)
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
    order by updated_at limit 100`);
  return [...rows];
}

type Stage = 'before' | 'after';

/** Checks that are said to run, of tasks that stand still since before `before`, without a job that runs them. */
export async function listLostChecks(
  tx: Tx,
  before: Date,
): Promise<(Place & { runId: string; stage: Stage })[]> {
  const rows = await tx.execute<Place & { runId: string; stage: Stage }>(sql`
    select run.workspace_id as "workspaceId", run.task_id as "taskId", run.id as "runId",
      case run.checks_before when 'running' then 'before' else 'after' end as stage
    from runs as run join tasks as task on task.id = run.task_id
    where (run.checks_before = 'running' or run.checks_after = 'running')
      and run.id = (select id from runs where runs.task_id = task.id order by created_at desc limit 1)
      and task.status = 'running' and task.updated_at < ${before.toISOString()}
      and not exists (
        select from graphile_worker._private_jobs as job
        join graphile_worker._private_tasks as kind on kind.id = job.task_id
        where kind.identifier = 'check' and job.payload->>'runId' = run.id and job.attempts < job.max_attempts)
    order by task.updated_at limit 100`);
  return [...rows];
}
