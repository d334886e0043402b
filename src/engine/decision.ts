/** What people decide while a run waits for them: approvals and manual steps. */
import { listApprovals, updateApproval } from '../db/approval.ts';
import type { Tx } from '../db/client.ts';
import { findRun } from '../db/run.ts';
import { listSteps, type Step } from '../db/step.ts';
import { finalStatuses, type Task } from '../db/task.ts';
import { conflict, FactotumError, notFound } from '../errors.ts';
import { advanceIn, announce, moveStep, moveTask } from './advance.ts';
import type { Actor, Engine } from './context.ts';
import { onTask } from './hold.ts';

/**
 * Records a decision once and lets the run go on, or stops it.
 * @throws CONFLICT when somebody else was faster, FORBIDDEN when the actor is not asked
 */
export async function decideStep(
  engine: Engine,
  actor: Actor,
  taskId: string,
  approvalId: string,
  decision: { approve: boolean; reason: string | null },
): Promise<void> {
  await onTask(engine, actor, taskId, async (tx, task) => {
    if (isFinal(task)) {
      throw conflict(
        `${task.shortName} is already ${task.status}; there is nothing left to decide.`,
      );
    }
    const known = (await listApprovals(tx, taskId)).find((approval) => approval.id === approvalId);
    if (!known) throw notFound('There is no such approval.');
    if (known.approvers.length > 0 && !known.approvers.includes(actor.id)) {
      throw new FactotumError('FORBIDDEN', `Only ${known.approvers.join(' or ')} can decide this.`);
    }
    const status = decision.approve ? 'approved' : 'rejected';
    const decided = await updateApproval(tx, approvalId, 'open', {
      status,
      decidedBy: actor.id,
      reason: decision.reason,
      decidedAt: engine.now(),
      nextAt: null,
    });
    if (!decided)
      throw conflict(`This was already ${known.status} by ${known.decidedBy ?? 'somebody else'}.`);
    const step = await stepOf(tx, task, known.stepId);
    const error = {
      message: `${actor.id} rejected "${step.name}".`,
      reason: decision.reason ?? 'No reason was given.',
      kind: 'permanent' as const,
    };
    await moveStep(
      tx,
      step,
      decision.approve
        ? {
            event: 'approve',
            actor: actor.id,
            change: {
              progress: 100,
              completedAt: engine.now(),
              result: { approved: true, by: actor.id },
            },
          }
        : { event: 'reject', actor: actor.id, change: { error } },
    );
    await goOn(tx, engine, actor, task);
  });
}

/** A manual step was ticked off. */
export async function finishHumanStep(
  engine: Engine,
  actor: Actor,
  taskId: string,
  stepId: string,
): Promise<void> {
  await onTask(engine, actor, taskId, async (tx, task) => {
    const step = await stepOf(tx, task, stepId);
    if (step.kind === 'human' && step.status === 'pending') {
      throw conflict(`It is not yet the turn of "${step.name}".`);
    }
    if (step.kind !== 'human') throw conflict(`"${step.name}" is done by Factotum, not by hand.`);
    await moveStep(tx, step, {
      event: 'complete',
      actor: actor.id,
      change: { progress: 100, completedAt: engine.now(), result: { by: actor.id } },
    });
    await goOn(tx, engine, actor, task);
  });
}

const isFinal = (task: Task) => finalStatuses.some((status) => status === task.status);

async function stepOf(tx: Tx, task: Task, stepId: string): Promise<Step> {
  const run = await findRun(tx, task.id);
  const step = run && (await listSteps(tx, run.id)).find((candidate) => candidate.id === stepId);
  if (!step) throw notFound('There is no such step.');
  return step;
}

/** After one of several things owed was done: waits for the next one, or goes on. */
async function goOn(tx: Tx, engine: Engine, actor: Actor, task: Task): Promise<void> {
  if (task.status === 'approval_pending' || task.status === 'blocked') {
    await waitAgain(
      tx,
      engine,
      await moveTask(tx, engine, task, { event: 'unblock', actor: actor.id }),
    );
  }
  announce(tx, task);
  await advanceIn(tx, engine, task.id);
}

/** Puts a running task back to waiting where an approval or a manual step is still owed. */
export async function waitAgain(tx: Tx, engine: Engine, task: Task): Promise<void> {
  const run = await findRun(tx, task.id);
  const steps = run ? await listSteps(tx, run.id) : [];
  const approval = steps.find((step) => step.status === 'approval');
  const manual = steps.find((step) => step.kind === 'human' && step.status === 'running');
  const blockedAt = engine.now();
  if (approval) {
    const change = { blockedAt, blockedKind: 'approval', blockedReason: approval.name } as const;
    await moveTask(tx, engine, task, { event: 'request_approval', change });
  } else if (manual) {
    const change = {
      blockedAt,
      blockedKind: 'human_action',
      blockedReason: manual.detail,
    } as const;
    await moveTask(tx, engine, task, { event: 'block', change });
  }
}
