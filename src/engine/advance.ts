/**
 * Carries out what `decide` returns: locks the task, loads the snapshot, decides and applies
 * everything in the caller's transaction, until there is nothing more to decide. A person's click
 * and a finished step both end here, and states of tasks and steps are written nowhere else but
 * here and in the verbs, which hold the same lock.
 */
import { listApprovals } from '../db/approval.ts';
import { listChecks } from '../db/check.ts';
import { type Tx, transaction } from '../db/client.ts';
import { addJob } from '../db/job.ts';
import { findPlan } from '../db/plan.ts';
import { listPolicies } from '../db/policy.ts';
import { findRun } from '../db/run.ts';
import { listSteps } from '../db/step.ts';
import { lockTask, raiseProgress } from '../db/task.ts';
import { getWorkspace } from '../db/workspace.ts';
import { apply } from './apply.ts';
import type { Engine } from './context.ts';
import { decide, type Snapshot } from './decide.ts';
import { announce } from './move.ts';
import { overallPercent } from './progress.ts';
import { readPlan } from './workflow/plan.ts';

/** As a job: decides about one task in a transaction of its own. */
export async function advance(engine: Engine, workspaceId: string, taskId: string): Promise<void> {
  await transaction(engine.db, { workspaceId }, (tx) => advanceIn(tx, engine, taskId));
}

/** Within a transaction that changed something about the task. */
export async function advanceIn(tx: Tx, engine: Engine, taskId: string): Promise<void> {
  // Each round settles something, so the number of rounds is bounded by the plan's size.
  for (let round = 0; round < 3000; round += 1) {
    const snapshot = await loadSnapshot(tx, engine, taskId);
    if (!snapshot) return;
    const commands = decide(snapshot, engine.now());
    if (commands.length === 0) {
      setAlarm(tx, engine, snapshot);
      // A rehearsal is not progress of the task.
      if (snapshot.run.mode !== 'dry_run')
        await raiseProgress(tx, taskId, overallPercent(snapshot.steps, engine.now()));
      announce(tx, snapshot.task);
      return;
    }
    for (const command of commands) await apply(tx, engine, snapshot, command);
  }
  throw new Error(`Task ${taskId} does not come to rest.`);
}

async function loadSnapshot(tx: Tx, engine: Engine, taskId: string): Promise<Snapshot | undefined> {
  const task = await lockTask(tx, taskId);
  const run = task && (await findRun(tx, taskId));
  if (!run) return undefined;
  // Sent together: on one connection the driver pipelines them.
  const [row, steps, checks, approvals, policies, workspace, earlier] = await Promise.all([
    findPlan(tx, taskId, run.planVersion),
    listSteps(tx, run.id),
    listChecks(tx, run.id),
    listApprovals(tx, taskId),
    listPolicies(tx),
    getWorkspace(tx, task.workspaceId),
    task.status === 'queued' && run.continuesRunId ? listSteps(tx, run.continuesRunId) : [],
  ]);
  if (!row) return undefined;
  return {
    task,
    run,
    plan: readPlan(row),
    steps,
    checks,
    approvals,
    policies,
    workspace,
    tools: engine.tools,
    isEarlierBusy: earlier.some((step) => step.kind === 'tool' && step.status === 'running'),
  };
}

/** A retry that is due later has a job of its own; this one makes up for a job that ran a moment too early. */
function setAlarm(tx: Tx, engine: Engine, { task, steps }: Snapshot): void {
  const due = steps
    .filter((step) => step.status === 'pending' && step.retryAt && step.retryAt > engine.now())
    .map((step) => step.retryAt?.getTime() ?? 0);
  if (due.length === 0 || task.status !== 'running') return;
  const payload = { workspaceId: task.workspaceId, taskId: task.id };
  addJob(tx, 'advance', payload, { key: `wake:${task.id}`, runAt: new Date(Math.min(...due)) });
}
