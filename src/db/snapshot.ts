/** A task with all that is known of it, in one round trip: to decide about it, and to show it. */
import { sql } from 'drizzle-orm';
import { type AppRow, apps } from './app.ts';
import { type Approval, type ApprovalDecision, approvalDecisions, approvals } from './approval.ts';
import { type TaskCheck, taskChecks } from './check.ts';
import { settled, type Tx } from './client.ts';
import { rowReader, rowsReader } from './json-row.ts';
import { type PlanRow, plans } from './plan.ts';
import { type Policy, policies } from './policy.ts';
import { type Run, runs } from './run.ts';
import { type Step, taskSteps } from './step.ts';
import { type Task, tasks } from './task.ts';
import { type Workspace, workspaces } from './workspace.ts';

export type TaskRows = {
  task: Task;
  run: Run;
  /** The version that is run. */
  plan: PlanRow;
  steps: Step[];
  checks: TaskCheck[];
  approvals: Approval[];
  policies: Policy[];
  workspace: Workspace;
};

export type ShownRows = Pick<TaskRows, 'task' | 'steps' | 'checks' | 'approvals'> & {
  run: Run | undefined;
  /** All versions, oldest first. */
  plans: PlanRow[];
  decisions: ApprovalDecision[];
  app: AppRow | undefined;
};

const read = {
  task: rowReader(tasks),
  run: rowReader(runs),
  plan: rowReader(plans),
  steps: rowsReader(taskSteps),
  checks: rowsReader(taskChecks),
  approvals: rowsReader(approvals),
  policies: rowsReader(policies),
  workspace: rowReader(workspaces),
  plans: rowsReader(plans),
  decisions: rowsReader(approvalDecisions),
  app: rowReader(apps),
};

type Json<T> = {
  [K in keyof T]: T[K] extends unknown[]
    ? object[] | null
    : undefined extends T[K]
      ? object | null
      : object;
};

const newestRun = sql`(select * from runs where runs.task_id = task.id order by created_at desc limit 1)`;
const itsParts = sql`
  (select json_agg(step order by step.step_order, step.key) from task_steps as step where step.run_id = run.id) as steps,
  (select json_agg(c order by c.position) from task_checks as c where c.run_id = run.id) as checks,
  (select json_agg(a order by a.created_at, a.id) from approvals as a where a.task_id = task.id) as approvals`;

/** Locks the task as `lockTask` does and reads it with its newest run; undefined when it has none. */
export async function lockSnapshot(tx: Tx, taskId: string): Promise<TaskRows | undefined> {
  await settled(tx);
  // Sent together. The second statement sees what the one that held the lock before has committed.
  const [, [row]] = await Promise.all([
    tx.execute(sql`select from tasks where id = ${taskId} for update`),
    tx.execute<Json<TaskRows>>(sql`
      select to_json(task) as task, to_json(run) as run, to_json(planned) as plan, to_json(workspace) as workspace,
        ${itsParts},
        (select json_agg(p order by p.effect, p.tool) from policies as p) as policies
      from tasks as task
      join workspaces as workspace on workspace.id = task.workspace_id
      join lateral ${newestRun} as run on true
      join plans as planned on planned.task_id = task.id and planned.version = run.plan_version
      where task.id = ${taskId}`),
  ]);
  if (!row) return undefined;
  return {
    task: read.task(row.task),
    run: read.run(row.run),
    plan: read.plan(row.plan),
    steps: read.steps(row.steps),
    checks: read.checks(row.checks),
    approvals: read.approvals(row.approvals),
    policies: read.policies(row.policies),
    workspace: read.workspace(row.workspace),
  };
}

/** Reads a task as it is shown; undefined when the workspace of the transaction has no such task. */
export async function readShown(tx: Tx, taskId: string): Promise<ShownRows | undefined> {
  await settled(tx);
  const [row] = await tx.execute<Json<ShownRows>>(sql`
    select to_json(task) as task, to_json(run) as run, to_json(app) as app, ${itsParts},
      (select json_agg(v order by v.version) from plans as v where v.task_id = task.id) as plans,
      (select json_agg(d order by d.at) from approval_decisions as d
        join approvals as a on a.id = d.approval_id where a.task_id = task.id) as decisions
    from tasks as task
    left join lateral ${newestRun} as run on true
    left join apps as app on app.task_id = task.id
    where task.id = ${taskId}`);
  if (!row) return undefined;
  return {
    task: read.task(row.task),
    run: row.run ? read.run(row.run) : undefined,
    app: row.app ? read.app(row.app) : undefined,
    plans: read.plans(row.plans),
    steps: read.steps(row.steps),
    checks: read.checks(row.checks),
    approvals: read.approvals(row.approvals),
    decisions: read.decisions(row.decisions),
  };
}
