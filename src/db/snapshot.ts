/** A task with all that is known of it, in one round trip: to decide about it. */
import { type Approval, approvals } from './approval.ts';
import type { KnownCall } from './call.ts';
import { type TaskCheck, taskChecks } from './check.ts';
import { rowReader, rowsReader } from './json-row.ts';
import type { Opening, Rows } from './opening.ts';
import { type PlanRow, plans } from './plan.ts';
import { type Policy, policies } from './policy.ts';
import { type Run, runs } from './run.ts';
import { type Step, taskSteps } from './step.ts';
import { type Task, tasks } from './task.ts';
import { query, type Tx } from './tx.ts';
import { type Workspace, workspaces } from './workspace.ts';

/** What binds the runs of a task. */
export type Bounds = {
  approvals: Approval[];
  policies: Policy[];
  workspace: Workspace;
  /** All of the task so far. */
  calls: KnownCall[];
};

export type TaskRows = Bounds & {
  task: Task;
  run: Run;
  /** The version that is run. */
  plan: PlanRow;
  steps: Step[];
  checks: TaskCheck[];
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
};

/** What a statement gives of these. */
export type Json<T> = {
  [K in keyof T]: T[K] extends unknown[]
    ? object[] | null
    : undefined extends T[K]
      ? object | null
      : object;
};

export const newestRun = `(select * from runs where runs.task_id = task.id order by created_at desc limit 1)`;
export const itsParts = `
  (select json_agg(step order by step.step_order, step.key) from task_steps as step where step.run_id = run.id) as steps,
  (select json_agg(c order by c.position) from task_checks as c where c.run_id = run.id) as checks`;
export const itsApprovals = `
  (select json_agg(a order by a.created_at, a.id) from approvals as a where a.task_id = task.id) as approvals`;
export const itsBounds = `
  ${itsApprovals},
  (select json_agg(p order by p.effect, p.tool) from policies as p) as policies,
  (select json_agg(json_build_object('id', c.id, 'idempotencyKey', c.idempotency_key, 'status', c.status))
    from calls as c where c.task_id = task.id) as calls`;

const snapshotText = (which: string) => `
  select to_json(task) as task, to_json(run) as run, to_json(planned) as plan, to_json(workspace) as workspace,
    ${itsParts}, ${itsBounds}
  from tasks as task
  join workspaces as workspace on workspace.id = task.workspace_id
  join lateral ${newestRun} as run on true
  join plans as planned on planned.task_id = task.id and planned.version = run.plan_version
  where task.id = ${which}`;

const snapshotOfOne = snapshotText('$1');
export const ofSeveral = 'any(array(select json_array_elements_text($1::text::json)))';
const snapshotOfSeveral = snapshotText(ofSeveral);

/** Begins a transaction with the lock of a task and all that is known of it: for `snapshotOf`. */
export const withSnapshot = (task: string): Opening => ({
  task,
  text: snapshotOfOne,
  values: [task],
});

/** The same of several at once, besides those that somebody else holds: for `snapshotsOf`. */
export const withSnapshots = (tasks: string[]): Opening => ({
  tasks,
  text: snapshotOfSeveral,
  values: [JSON.stringify(tasks)],
});

/** What `withSnapshot` has read; undefined when the task has no run. */
export function snapshotOf([row]: Rows): TaskRows | undefined {
  if (!row) return undefined;
  const found = row as Json<TaskRows>;
  return {
    task: read.task(found.task),
    run: read.run(found.run),
    plan: read.plan(found.plan),
    steps: read.steps(found.steps),
    checks: read.checks(found.checks),
    ...boundsOf(found),
  };
}

/** What `withSnapshots` has read, by task; without those that have no run. */
export const snapshotsOf = (rows: Rows): Map<string, TaskRows> =>
  new Map(
    rows.flatMap((row) => {
      const known = snapshotOf([row]);
      return known ? [[known.task.id, known] as const] : [];
    }),
  );

export const boundsOf = (found: Json<Bounds>): Bounds => ({
  approvals: read.approvals(found.approvals),
  policies: read.policies(found.policies),
  workspace: read.workspace(found.workspace),
  calls: (found.calls ?? []) as KnownCall[],
});

/** Begins a transaction with the lock of a task, as `lockTask` does: for `taskOf`, as with each of these. */
export const withTask = (task: string): Opening => ({
  task,
  text: 'select to_json(task) as task from tasks as task where task.id = $1',
  values: [task],
});

/** The task that was locked; undefined when the workspace of the transaction has no such task. */
export const taskOf = ([row]: Rows): Task | undefined => row && read.task(row['task'] as object);

/** Locks the task as `lockTask` does and reads it with its newest run; undefined when it has none. */
export async function lockSnapshot(tx: Tx, taskId: string): Promise<TaskRows | undefined> {
  // Sent together. The second statement sees what the one that held the lock before has committed.
  const [, rows] = await Promise.all([
    query(tx, 'select from tasks where id = $1 for no key update', [taskId]),
    query<Rows[number]>(tx, snapshotOfOne, [taskId]),
  ]);
  return snapshotOf(rows);
}
