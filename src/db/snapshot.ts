/** A task with all that is known of it, in one round trip: to decide about it, and to show it. */
import { type AppRow, apps } from './app.ts';
import { type Approval, type ApprovalDecision, approvalDecisions, approvals } from './approval.ts';
import { type Artifact, type ArtifactSend, artifacts } from './artifact.ts';
import type { KnownCall } from './call.ts';
import { type Action, actions, type CardRow, cards } from './card.ts';
import { type TaskCheck, taskChecks } from './check.ts';
import { type Opening, query, type Rows, type Tx } from './client.ts';
import { rowReader, rowsReader } from './json-row.ts';
import { readTogether } from './part.ts';
import { type PlanRow, plans } from './plan.ts';
import { type Policy, policies } from './policy.ts';
import { type Run, runs } from './run.ts';
import { type Step, taskSteps } from './step.ts';
import { type Task, tasks } from './task.ts';
import { type DoneStep, doneText, type Undo, undos } from './undo.ts';
import { type Workspace, workspaces } from './workspace.ts';

/** What binds the runs of a task. */
type Bounds = {
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

export type ShownRows = Pick<TaskRows, 'task' | 'steps' | 'checks' | 'approvals'> & {
  run: Run | undefined;
  /** All versions, oldest first. */
  plans: PlanRow[];
  decisions: ApprovalDecision[];
  /** The newest version of what it has written and the one before, the newest last; and where versions are sent to. */
  artifacts: Artifact[];
  sends: ArtifactSend[];
  app: AppRow | undefined;
  /** The newest try to take it back. */
  undo: Undo | undefined;
  /** What a delivered task did, the last first. */
  done: DoneStep[];
  /** The workspace's. */
  timezone: string;
};

const read = {
  task: rowReader(tasks),
  run: rowReader(runs),
  runs: rowsReader(runs),
  plan: rowReader(plans),
  steps: rowsReader(taskSteps),
  checks: rowsReader(taskChecks),
  approvals: rowsReader(approvals),
  policies: rowsReader(policies),
  workspace: rowReader(workspaces),
  plans: rowsReader(plans),
  decisions: rowsReader(approvalDecisions),
  artifacts: rowsReader(artifacts),
  app: rowReader(apps),
  undo: rowReader(undos),
  cards: rowsReader(cards),
  actions: rowsReader(actions),
};

type Json<T> = {
  [K in keyof T]: T[K] extends unknown[]
    ? object[] | null
    : undefined extends T[K]
      ? object | null
      : object;
};

const newestRun = `(select * from runs where runs.task_id = task.id order by created_at desc limit 1)`;
const itsParts = `
  (select json_agg(step order by step.step_order, step.key) from task_steps as step where step.run_id = run.id) as steps,
  (select json_agg(c order by c.position) from task_checks as c where c.run_id = run.id) as checks`;
const itsApprovals = `
  (select json_agg(a order by a.created_at, a.id) from approvals as a where a.task_id = task.id) as approvals`;
const itsBounds = `
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
const ofSeveral = 'any(array(select json_array_elements_text($1::text::json)))';
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

const boundsOf = (found: Json<Bounds>): Bounds => ({
  approvals: read.approvals(found.approvals),
  policies: read.policies(found.policies),
  workspace: read.workspace(found.workspace),
  calls: (found.calls ?? []) as KnownCall[],
});

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

const shownText = (which: string) => `
  select task.id, to_json(task) as task, to_json(run) as run, to_json(app) as app, workspace.timezone, ${itsParts}, ${itsApprovals},
    (select json_agg(v order by v.version) from plans as v where v.task_id = task.id) as plans,
    (select json_agg(d order by d.at) from approval_decisions as d
      join approvals as a on a.id = d.approval_id where a.task_id = task.id) as decisions,
    (select json_agg(made order by made.version) from
      (select * from artifacts where artifacts.task_id = task.id order by version desc limit 2) as made) as artifacts,
    (select json_agg(json_build_object('sendTaskId', s.send_task_id, 'version', s.version, 'recipient', s.recipient,
        'status', by.status) order by s.created_at)
      from artifact_sends as s join tasks as by on by.id = s.send_task_id where s.task_id = task.id) as sends,
    (select to_json(u) from undos as u where u.task_id = task.id order by u.created_at desc limit 1) as undo,
    case when task.status = 'completed' then (
      select json_agg(json_build_object('id', done.id, 'name', done.name, 'kind', done.kind, 'tool', done.tool)
        order by done.completed_at desc, done.begun_at desc, done.step_order desc)
      from (${doneText}) as done) end as done
  from tasks as task
  join workspaces as workspace on workspace.id = task.workspace_id
  left join lateral ${newestRun} as run on true
  left join apps as app on app.task_id = task.id
  where task.id = ${which}`;
const shownOfOne = shownText('$1');

function shownOf(row: Rows[number]): ShownRows {
  const found = row as Json<ShownRows>;
  return {
    task: read.task(found.task),
    run: found.run ? read.run(found.run) : undefined,
    app: found.app ? read.app(found.app) : undefined,
    plans: read.plans(found.plans),
    steps: read.steps(found.steps),
    checks: read.checks(found.checks),
    approvals: read.approvals(found.approvals),
    decisions: read.decisions(found.decisions),
    artifacts: read.artifacts(found.artifacts),
    sends: (found.sends ?? []) as ArtifactSend[],
    undo: found.undo ? read.undo(found.undo) : undefined,
    done: (found.done ?? []) as DoneStep[],
    timezone: String(row['timezone']),
  };
}

/** Reads a task as it is shown; undefined when the workspace of the transaction has no such task. */
export async function readShown(tx: Tx, taskId: string): Promise<ShownRows | undefined> {
  const [row] = await query<Rows[number]>(tx, shownOfOne, [taskId]);
  return row && shownOf(row);
}

const standingText = `
  select shown.*,
    (select json_agg(c order by c.created_at)
      from (select * from cards where task_id = $1 order by created_at for update) as c) as cards,
    (select json_agg(a order by a.created_at) from actions as a join cards as c on c.id = a.card_id
      where c.task_id = $1 and a.closed_at is null) as actions
  from (${shownOfOne}) as shown`;

/**
 * Begins a transaction with the turn to deliver a task's cards, and all that they are made of: for `standingOf`.
 * What is read is locked, also a card that came after the turn was taken: it is shown by a job of its own as well.
 */
export const withStanding = (taskId: string): Opening => ({
  cardsOf: taskId,
  text: standingText,
  values: [taskId],
});

/** Whether each is locked now: what somebody else holds is left out instead of waited for. */
const heldText = `
  select shown.*, held.cards, pressed.actions,
    held.count = (select count(*) from cards where task_id = shown.id)
      and pressed.count = (select count(*) from actions join cards on cards.id = actions.card_id
        where cards.task_id = shown.id and actions.closed_at is null) as "isHeld"
  from (${shownText(ofSeveral)}) as shown,
    lateral (select json_agg(c order by c.created_at) as cards, count(*) as count
      from (select * from cards where task_id = shown.id order by created_at for update skip locked) as c) as held,
    lateral (select json_agg(a order by a.created_at) as actions, count(*) as count
      from (select actions.* from actions join cards on cards.id = actions.card_id
        where cards.task_id = shown.id and actions.closed_at is null for update of actions skip locked) as a) as pressed`;

/**
 * The same within a transaction that holds the task. Others lock cards and buttons before a task, so nothing is
 * waited for here.
 * @returns undefined when somebody else has the turn, a card or a button
 */
export async function takeStanding(tx: Tx, taskId: string): Promise<StandingRows | undefined> {
  return readTogether(tx, takeStandings, taskId);
}

const turnText = `
  select id from json_array_elements_text($1::text::json) as id
  where pg_try_advisory_xact_lock(hashtextextended('deliver:' || id, 0))`;

async function takeStandings(tx: Tx, taskIds: string[]): Promise<Map<string, StandingRows>> {
  const ids = JSON.stringify(taskIds);
  // Sent together: the second sees what whoever had the turn before has committed.
  const [taken, rows] = await Promise.all([
    query<{ id: string }>(tx, turnText, [ids]),
    query<Rows[number]>(tx, heldText, [ids]),
  ]);
  const turns = new Set(taken.map(({ id }) => id));
  const held = rows.filter((row) => row['isHeld'] && turns.has(String(row['id'])));
  return new Map(
    held.flatMap((row) => {
      const standing = standingOf([row]);
      return standing ? [[String(row['id']), standing] as const] : [];
    }),
  );
}

export type StandingRows = { shown: ShownRows; cards: CardRow[]; actions: Action[] };

/** What `withStanding` has read; undefined when the workspace of the transaction has no such task. */
export function standingOf([row]: Rows): StandingRows | undefined {
  if (!row) return undefined;
  const found = row as Json<StandingRows>;
  return {
    shown: shownOf(row),
    cards: read.cards(found.cards),
    actions: read.actions(found.actions),
  };
}
