/** Branches that are no longer needed end where they are: what they wait for is not asked any more. */
import { updateApproval } from '../db/approval.ts';
import { changeStep } from '../db/step.ts';
import type { Tx } from '../db/tx.ts';
import type { Engine } from './context.ts';
import type { Command, Snapshot } from './decide.ts';
import { moveStep, moveTask } from './move.ts';
import { waitAgain } from './wait-again.ts';

/**
 * A call that is being made ends at its next part; what it gives is not taken any more, since its step is no
 * longer running.
 */
export async function abandon(
  tx: Tx,
  engine: Engine,
  { task, approvals }: Snapshot,
  { container, branch, steps, reason }: Extract<Command, { kind: 'abandon' }>,
): Promise<void> {
  changeStep(tx, container, { result: { branch } });
  const gone = new Set(steps.map(({ id }) => id));
  for (const step of steps)
    moveStep(tx, step, { event: 'skip', change: { completedAt: engine.now() }, data: { reason } });
  for (const { id, status, stepIds } of approvals)
    if ((status === 'open' || status === 'expired') && stepIds.every((step) => gone.has(step)))
      await updateApproval(tx, id, status, { status: 'superseded', nextAt: null });
  const isHeld = task.status === 'approval_pending' || task.blockedKind === 'human_action';
  if (isHeld) await waitAgain(tx, engine, moveTask(tx, engine, task, { event: 'unblock' }));
}
