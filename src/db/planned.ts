/** A task whose plan is to be run, with what a run of it begins with. */
import { rowReader, rowsReader } from './json-row.ts';
import type { Opening, Rows } from './opening.ts';
import { type PlanRow, plans } from './plan.ts';
import { type Run, runs } from './run.ts';
import { type Bounds, boundsOf, itsBounds, type Json, ofSeveral } from './snapshot.ts';
import { query, type Tx } from './tx.ts';

const read = { plan: rowReader(plans), runs: rowsReader(runs) };

/** @param version of the plan, as a text: whatever is asked for need not be one */
const plannedText = (which: string, version: string) => `
  select to_json(task) as task, to_json(planned) as plan, to_json(workspace) as workspace,
    (select json_agg(r order by r.created_at) from runs as r where r.task_id = task.id) as runs, ${itsBounds}
  from tasks as task
  join workspaces as workspace on workspace.id = task.workspace_id
  left join plans as planned on planned.task_id = task.id and planned.version::text = ${version}
  where task.id = ${which}`;

const plannedOfOne = plannedText('$1', '$2');
const plannedOfSeveral = plannedText(ofSeveral, '($2::text::json ->> task.id)');

/** Begins a transaction with the lock of a task, a version of its plan if that is one, and what a run of it would begin with. */
export const withPlan = (task: string, version: number): Opening => ({
  task,
  text: plannedOfOne,
  values: [task, String(version)],
});

/** The same of several at once, besides those that somebody else holds. */
export function withPlans(wanted: { taskId: string; version: number }[]): Opening {
  const tasks = wanted.map(({ taskId }) => taskId);
  const versions = Object.fromEntries(wanted.map(({ taskId, version }) => [taskId, version]));
  const values = [JSON.stringify(tasks), JSON.stringify(versions)];
  return { tasks, text: plannedOfSeveral, values };
}

/** The same within a transaction that holds the task already. */
export const readPlanned = (tx: Tx, task: string, version: number): Promise<Rows> =>
  query<Rows[number]>(tx, plannedOfOne, [task, String(version)]);

/** Each row that was read of several tasks, by its task. */
export const byTask = (rows: Rows): Map<string, Rows> =>
  new Map(rows.map((row) => [(row['task'] as { id: string }).id, [row]]));

export type PlannedRows = Bounds & {
  plan: PlanRow | undefined;
  /** All so far, oldest first. */
  runs: Run[];
};

/** What `withPlan` has read of a task that is there, or `withPlans` of one. */
export function plannedOf([row]: Rows): PlannedRows {
  const found = row as Json<PlannedRows>;
  const plan = found.plan ? read.plan(found.plan) : undefined;
  return { plan, runs: read.runs(found.runs), ...boundsOf(found) };
}
