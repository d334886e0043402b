/** Runs a run's acceptance checks, as a job: red before the work, green after it (PAINS 23). */

import { toApp } from '../apps/app.ts';
import { Check, runCheck } from '../apps/check.ts';
import { findAppOf } from '../db/app.ts';
import { recordCheck } from '../db/check.ts';
import { transaction } from '../db/client.ts';
import type { JobPayloads } from '../db/job.ts';
import { findPlan } from '../db/plan.ts';
import { findRun, moveStage } from '../db/run.ts';
import { findTask, lockTask } from '../db/task.ts';
import { advanceIn } from './advance.ts';
import type { Engine } from './context.ts';
import { type Plan, readPlan } from './workflow/plan.ts';

export async function runChecks(engine: Engine, job: JobPayloads['check']): Promise<void> {
  const scope = { workspaceId: job.workspaceId };
  const loaded = await transaction(engine.db, scope, async (tx) => {
    const task = await findTask(tx, job.taskId);
    const run = await findRun(tx, job.taskId);
    const rehearsalRunId = run?.mode === 'dry_run' ? run.id : null;
    const row = await findAppOf(tx, { taskId: job.taskId, rehearsalRunId });
    const plan = run && (await findPlan(tx, job.taskId, run.planVersion));
    return task && run && plan
      ? { task, run, plan: readPlan(plan), app: row && toApp(row) }
      : undefined;
  });
  if (!loaded || loaded.run.id !== job.runId) return;
  const { run, plan, app } = loaded;
  const observed: { check: Plan['checks'][number]; passed: boolean; evidence: string }[] = [];
  for (const check of plan.checks) {
    observed.push({ check, ...(await observe(engine, scope, app, check)) });
  }
  const at = engine.now().toISOString();
  await transaction(engine.db, scope, async (tx) => {
    if (!(await lockTask(tx, job.taskId))) return;
    const stage = job.stage === 'before' ? 'checksBefore' : 'checksAfter';
    // A job that is repeated after its commit must not overwrite what was seen the first time.
    if (!(await moveStage(tx, run.id, stage, 'running', 'done'))) return;
    for (const [position, { check, passed, evidence }] of observed.entries()) {
      const row = {
        workspaceId: job.workspaceId,
        taskId: job.taskId,
        runId: run.id,
        key: check.id,
        position,
        label: check.label,
      };
      await recordCheck(tx, row, job.stage, { passed, evidence, at });
    }
    await advanceIn(tx, engine, job.taskId);
  });
}

type App = ReturnType<typeof toApp>;

/** A check that cannot be run has failed: it is never green by accident. */
async function observe(
  engine: Engine,
  scope: { workspaceId: string },
  app: App | undefined,
  check: unknown,
): Promise<{ passed: boolean; evidence: string }> {
  const parsed = Check.safeParse(check);
  if (!parsed.success) return { passed: false, evidence: 'This check cannot be run here.' };
  try {
    return await runCheck(
      { db: engine.db, app, render: (path) => engine.renderPage(scope, path) },
      parsed.data,
    );
  } catch (error) {
    engine.log.error('check.failed', error, { check: parsed.data.id });
    return { passed: false, evidence: 'The check itself failed to run.' };
  }
}
