/** The bounds of a plan when it is proposed, and what its task may spend once it is accepted. */
import { listAgents } from '../../db/agent.ts';
import { readStanding, type Sum } from '../../db/reservation.ts';
import type { Task } from '../../db/task.ts';
import type { Tx } from '../../db/tx.ts';
import { askAgentName } from '../agent/allow.ts';
import type { Engine } from '../context.ts';
import { type Plan, walk } from '../workflow/plan.ts';
import { type Envelope, plus } from './envelope.ts';
import { isFree, type Means, mostOf } from './most.ts';

/** What costs are computed from: the tools, and the agents where the plan asks any. */
export async function meansOf(tx: Tx, engine: Engine, plan: Plan): Promise<Means> {
  const { tools, budget: settings } = engine;
  const asks = [...walk(plan.steps)].some(
    (step) => step.kind === 'tool' && step.tool === askAgentName,
  );
  const agents = asks && engine.model.carryOut ? await listAgents(tx) : undefined;
  return { tools, settings, agents };
}

/** @param done keys of steps that are finished and kept */
export async function measureMost(
  tx: Tx,
  engine: Engine,
  plan: Plan,
  done: ReadonlySet<string>,
): Promise<Envelope> {
  return mostOf(plan, await meansOf(tx, engine, plan), done);
}

export const envelopeOf = (sum: Sum): Omit<Envelope, 'minutes'> => ({
  tokens: sum.tokensIn + sum.tokensOut,
  microdollars: sum.microdollars,
  messages: sum.messages,
});

/**
 * What was spent so far, for planning or by an earlier version, and what the plan adds to it. A plan that costs
 * nothing is accepted without looking.
 */
export async function approvedBudget(
  tx: Tx,
  engine: Engine,
  task: Task,
  plan: Plan,
): Promise<Envelope> {
  const most = plan.most ?? engine.budget.task;
  const minutes = task.budget?.minutes ?? 0;
  if (isFree(most)) return plus(most, { tokens: 0, microdollars: 0, messages: 0, minutes });
  const { id: taskId, workspaceId, requestedBy: person } = task;
  const { own } = await readStanding(tx, { workspaceId, taskId, person }, engine.now());
  return plus(most, { ...envelopeOf(own), minutes });
}
