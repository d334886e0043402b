/** A step whose call could cost more than it may: it was not called, and people decide how it goes on. */
import { failCall } from '../../db/call.ts';
import type { Step } from '../../db/step.ts';
import type { Tx } from '../../db/tx.ts';
import type { Engine } from '../context.ts';
import { moveStep } from '../move.ts';
import { discardIfOver, hold, isOver } from '../step-outcome.ts';
import { blockForBudget } from './block.ts';
import { type Shortage, shortageText } from './shortage.ts';

/**
 * Puts a step in hand back to where it was before it began, and has people decide how it goes on.
 * @param callId of the call that was written down and is not made
 */
export async function stopForBudget(
  tx: Tx,
  engine: Engine,
  claimed: Step,
  shortage: Shortage,
  callId?: string,
): Promise<void> {
  const held = await hold(tx, claimed);
  if (!held) return;
  const { task, step } = held;
  if (isOver(task)) return discardIfOver(tx, claimed);
  const reason = shortageText(shortage);
  if (callId) await failCall(tx, callId, reason);
  moveStep(tx, step, { event: 'retry', change: { retryAt: null }, data: { reason } });
  blockForBudget(tx, engine, task, shortage);
}
