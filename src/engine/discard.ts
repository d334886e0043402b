/** Removes what a task that was given up had begun to build. Delivered apps are never touched. */

import { toApp } from '../apps/app.ts';
import { dropAppSchema } from '../apps/schema.ts';
import { deleteApp, findAppByTask } from '../db/app.ts';
import { transaction } from '../db/client.ts';
import { addJob, type JobPayloads } from '../db/job.ts';
import { findRun } from '../db/run.ts';
import { listSteps } from '../db/step.ts';
import { findTask } from '../db/task.ts';
import type { Engine } from './context.ts';

export async function discard(engine: Engine, job: JobPayloads['discard']): Promise<void> {
  const scope = { workspaceId: job.workspaceId };
  const app = await transaction(engine.db, scope, async (tx) => {
    const task = await findTask(tx, job.taskId);
    if (task?.status !== 'cancelled' && task?.status !== 'failed') return undefined;
    const row = await findAppByTask(tx, job.taskId);
    return row && row.status !== 'live' ? toApp(row) : undefined;
  });
  if (!app) return;
  await dropAppSchema(engine.db, app);
  await transaction(engine.db, scope, async (tx) => {
    await deleteApp(tx, app.id);
    const run = await findRun(tx, job.taskId);
    const isBusy = run && (await listSteps(tx, run.id)).some((step) => step.status === 'running');
    // A step that is still in its last part may create something after this; look once more.
    if (isBusy) addJob(tx, 'discard', job, { runAt: new Date(engine.now().getTime() + 2000) });
  });
}
