/** Writing a text: what it is made of, and the plan that keeps it. It is inside the workspace, so nobody is asked. */
import { toApp } from '../apps/app.ts';
import { countAll } from '../apps/rehearsal.ts';
import { asApp } from '../apps/session.ts';
import { listApps } from '../db/app.ts';
import { transaction } from '../db/client.ts';
import { listTasks, type Task } from '../db/task.ts';
import type { Tx } from '../db/tx.ts';
import { getWorkspace } from '../db/workspace.ts';
import { acceptProposed } from './accept.ts';
import type { Actor, Engine } from './context.ts';
import { contextOf } from './intake.ts';
import type { Draft, DraftData, DraftWish } from './model/draft.ts';
import type { Question, Spent } from './model/model.ts';
import { planDraft } from './plan-draft.ts';
import { proposePlan } from './task.ts';

const mostLines = 20;
const mostApps = 10;
/** What ended longer ago is no news in a status report. */
const newsMs = 7 * 86_400_000;

/**
 * The text that is wished for.
 * @param person for whom: beyond the local workspace a report is about that person's tasks only
 * @returns a question where what it is to be made of is missing
 */
export async function composeDraft(
  engine: Engine,
  actor: Actor,
  wish: DraftWish,
  spent: (one: Spent) => void,
  person: string,
): Promise<Draft | Question> {
  const context = await transaction(engine.db, actor, (tx) => contextOf(tx, engine, actor));
  const data = wish.artifact === 'status_report' ? await readData(engine, actor, person) : [];
  return engine.model.draft(wish, data, { ...context, spent });
}

/** The workspace's own tasks and apps, as lines that say nothing but what is stored. */
async function readData(engine: Engine, actor: Actor, person: string): Promise<DraftData> {
  const { tasks, apps } = await transaction(engine.db, actor, async (tx) => {
    const isLocal = (await getWorkspace(tx, actor.workspaceId)).kind === 'local';
    return {
      tasks: await listTasks(tx, isLocal ? {} : { requestedBy: person }),
      apps: (await listApps(tx)).slice(0, mostApps).map(toApp),
    };
  });
  const since = engine.now().getTime() - newsMs;
  const isNew = (at: Date | null) => at !== null && at.getTime() >= since;
  const under = (heading: string, fits: (task: Task) => boolean, about: (task: Task) => string) => {
    const lines = tasks.filter(fits).map((task) => `${task.title}${about(task)}`);
    return { heading, lines: cutAt(lines) };
  };
  const counted = await Promise.all(
    apps.map(async (app) => {
      const counts = await asApp(engine.db, app, (sql) => countAll(sql, app)).catch(
        () => undefined,
      );
      const records = app.spec.entities.map(
        (entity) => `${counts?.get(entity.key) ?? '–'} ${entity.label.toLowerCase()}`,
      );
      return `${app.name}: ${records.join(', ')}`;
    }),
  );
  return [
    under(
      'Done in the last 7 days',
      (task) => task.status === 'completed' && isNew(task.completedAt),
      () => '',
    ),
    under(
      'Under way',
      (task) => ['queued', 'running', 'paused'].includes(task.status),
      (task) => ` (${task.progress}%)`,
    ),
    under(
      'Waiting for somebody',
      (task) => ['blocked', 'approval_pending', 'ready'].includes(task.status),
      ({ blockedReason }) =>
        blockedReason ? `: ${blockedReason}` : ': its plan waits for a go-ahead',
    ),
    under(
      'To do',
      (task) => task.status === 'draft',
      ({ dueAt }) => (dueAt ? ` (due ${dueAt.toISOString().slice(0, 10)})` : ''),
    ),
    under(
      'Ended without success',
      (task) => task.status === 'failed' && isNew(task.failedAt),
      ({ failureReason }) => (failureReason ? `: ${failureReason}` : ''),
    ),
    { heading: 'In the apps', lines: counted },
  ].filter(({ lines }) => lines.length > 0);
}

const cutAt = (lines: string[]): string[] =>
  lines.length > mostLines
    ? [...lines.slice(0, mostLines), `and ${lines.length - mostLines} more`]
    : lines;

/**
 * Proposes the plan that keeps the text, and accepts it: a policy that asks about writing still asks.
 * @param task in planning
 */
export async function keepDraft(
  tx: Tx,
  engine: Engine,
  actor: Actor,
  task: Task,
  draft: Draft,
  wish: DraftWish,
): Promise<void> {
  const plan = planDraft(draft, wish);
  // What the caller has called it is what cards show.
  const proposed = await proposePlan(tx, engine, task, { ...plan, title: task.title }, []);
  await acceptProposed(tx, engine, actor, proposed);
}
