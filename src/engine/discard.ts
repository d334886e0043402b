/**
 * Removes what a task that was given up had begun to build, and what its dry runs have built. Delivered
 * apps are never touched. All of it may be repeated: after a crash in the middle the rest is still found.
 */
import { dropAppSchema } from '../apps/schema.ts';
import { type AppRow, deleteApp, findAppByTask, listRehearsals, setAppStatus } from '../db/app.ts';
import { type Database, transaction } from '../db/client.ts';
import { addJob, type JobPayloads } from '../db/job.ts';
import type { Scope } from '../db/opening.ts';
import { findRun, finishRun, type Run } from '../db/run.ts';
import { listSteps } from '../db/step.ts';
import { finalStatuses, findTask, type Task } from '../db/task.ts';
import type { Tx } from '../db/tx.ts';
import type { Engine } from './context.ts';

export async function discard(engine: Engine, job: JobPayloads['discard']): Promise<void> {
  const { taskId, workspaceId } = job;
  const scope = { workspaceId };
  const app = await transaction(engine.db, scope, async (tx) => {
    const task = await findTask(tx, taskId);
    if (task?.status !== 'cancelled' && task?.status !== 'failed') return undefined;
    const row = await findAppByTask(tx, taskId);
    return row && row.status !== 'live' ? row : undefined;
  });
  if (app) await removeApp(engine.db, scope, app);
  const rehearsals = await discardRehearsals(engine, scope, taskId);
  if (!app && rehearsals === 0) return;
  await transaction(engine.db, scope, async (tx) => {
    const run = await findRun(tx, taskId);
    const isBusy = run && (await listSteps(tx, run.id)).some((step) => step.status === 'running');
    // A step that is still in its last part may create something after this; look once more.
    if (isBusy) addJob(tx, 'discard', job, { runAt: new Date(engine.now().getTime() + 2000) });
  });
}

/**
 * Removes what the dry runs of a task have made, but for one that is still under way.
 * @returns how many apps were removed
 */
export async function discardRehearsals(
  engine: Pick<Engine, 'db'>,
  scope: Scope,
  taskId: string,
): Promise<number> {
  const { db } = engine;
  const over = await transaction(db, scope, async (tx) => {
    const [task, newest] = [await findTask(tx, taskId), await findRun(tx, taskId)];
    const made = await listRehearsals(tx, taskId);
    return made.filter((app) => !isUnderWay(app.rehearsalRunId, task, newest));
  });
  for (const app of over) await removeApp(db, scope, app);
  return over.length;
}

/** A task has one run at a time: an older one is over even where nobody has noted its end. */
export function isUnderWay(runId: string | null, task: Task | undefined, newest: Run | undefined) {
  const isOver = finalStatuses.some((status) => status === task?.status);
  return task !== undefined && !isOver && newest?.id === runId && newest?.finishedAt === null;
}

/** Ends the dry run of a task whose plan is about to change, and has what it made removed. */
export async function endRehearsal(tx: Tx, engine: Engine, task: Task): Promise<void> {
  const run = await findRun(tx, task.id);
  if (run?.mode !== 'dry_run' || run.finishedAt) return;
  finishRun(tx, run.id, engine.now());
  addJob(tx, 'discard', { workspaceId: task.workspaceId, taskId: task.id });
}

type Removable = Pick<AppRow, 'id' | 'schemaName' | 'roleName'>;

/** Removes an app with everything in it: its schema, its role and its place in the registry. */
export async function removeApp(db: Database, scope: Scope, app: Removable): Promise<void> {
  // First its row: whoever is about to make its schema looks there (`createSchema`) and stops.
  await transaction(db, scope, (tx) => setAppStatus(tx, app.id, 'removed'));
  await dropAppSchema(db, app);
  await transaction(db, scope, (tx) => deleteApp(tx, app.id));
}
