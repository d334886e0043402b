/** A task as it is shown, with its cards: all of it in one round trip. */
import { type AppRow, apps } from './app.ts';
import { type ApprovalDecision, approvalDecisions, approvals } from './approval.ts';
import { type Artifact, type ArtifactSend, artifacts } from './artifact.ts';
import { type Action, actions, type CardRow, cards } from './card.ts';
import { taskChecks } from './check.ts';
import { rowReader, rowsReader } from './json-row.ts';
import type { Opening, Rows } from './opening.ts';
import { readTogether } from './part.ts';
import { type PlanRow, plans } from './plan.ts';
import { type Run, runs } from './run.ts';
import {
  itsApprovals,
  itsParts,
  type Json,
  newestRun,
  ofSeveral,
  type TaskRows,
} from './snapshot.ts';
import { taskSteps } from './step.ts';
import { tasks } from './task.ts';
import { query, type Tx } from './tx.ts';
import { type DoneStep, doneText, type Undo, undos } from './undo.ts';

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
  steps: rowsReader(taskSteps),
  checks: rowsReader(taskChecks),
  approvals: rowsReader(approvals),
  plans: rowsReader(plans),
  decisions: rowsReader(approvalDecisions),
  artifacts: rowsReader(artifacts),
  app: rowReader(apps),
  undo: rowReader(undos),
  cards: rowsReader(cards),
  actions: rowsReader(actions),
};

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
