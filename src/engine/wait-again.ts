/** What a task that goes on still owes: an approval, or a manual step. */
import { listApprovals } from '../db/approval.ts';
import { findRun } from '../db/run.ts';
import { listSteps } from '../db/step.ts';
import type { Task } from '../db/task.ts';
import type { Tx } from '../db/tx.ts';
import type { Engine } from './context.ts';
import { moveTask } from './move.ts';

/** Puts a running task back to waiting where an approval or a manual step is still owed. */
export async function waitAgain(tx: Tx, engine: Engine, task: Task): Promise<void> {
  const run = await findRun(tx, task.id);
  const steps = run ? await listSteps(tx, run.id) : [];
  // What was approved is about to start and owes nothing any more; what was asked about anew does.
  const owed = new Set(
    (await listApprovals(tx, task.id))
      .filter(({ status }) => status === 'open' || status === 'expired')
      .flatMap((approval) => approval.stepIds),
  );
  const approval = steps.find((step) => step.status === 'approval' && owed.has(step.id));
  const manual = steps.find((step) => step.kind === 'human' && step.status === 'running');
  const blockedAt = engine.now();
  if (approval) {
    const change = { blockedAt, blockedKind: 'approval', blockedReason: approval.name } as const;
    moveTask(tx, engine, task, { event: 'request_approval', change });
  } else if (manual) {
    const change = {
      blockedAt,
      blockedKind: 'human_action',
      blockedReason: manual.detail,
    } as const;
    moveTask(tx, engine, task, { event: 'block', change });
  }
}
