/** What people decide while a run waits for them: approvals and manual steps. */
import {
  type Approval,
  insertDecision,
  listApprovals,
  listDecisions,
  updateApproval,
} from '../db/approval.ts';
import { findRun, setMode } from '../db/run.ts';
import { listSteps, type Step, type StepError } from '../db/step.ts';
import { appendLog, finalStatuses, type Task } from '../db/task.ts';
import type { Tx } from '../db/tx.ts';
import { conflict, FactotumError, notFound } from '../errors.ts';
import { advanceIn } from './advance.ts';
import type { Actor, Engine } from './context.ts';
import { codeOf } from './digest.ts';
import { assertMaySteer, onOwnTask, onTask } from './hold.ts';
import { announce, appendTaskEvent, moveStep, moveTask } from './move.ts';
import { means, type Names, namesOf } from './person.ts';
import { waitAgain } from './wait-again.ts';

/** `rest`: also all that follow in a supervised run; what the policy asks about is still asked. */
type Decision = { approve: boolean; reason: string | null; rest?: boolean };

/**
 * Records a decision once and lets the run go on, or stops it. Where several have to agree, the
 * last of them settles it; one refusal settles it at once.
 * @returns what came of it: settled, or how many are still owed
 * @throws CONFLICT when it was settled before, FORBIDDEN when the actor is not asked
 */
export async function decideStep(
  engine: Engine,
  actor: Actor,
  taskId: string,
  approvalId: string,
  decision: Decision,
): Promise<{ owed: number }> {
  return onTask(engine, actor, taskId, async (tx, task) => {
    const known = await openApprovalOf(tx, task, approvalId);
    // Nobody is named and nobody is set: whoever may steer the task.
    if (known.approvers.length === 0) await assertMaySteer(tx, actor, task);
    assertMayDecide(await namesOf(tx, actor), task, known, decision);
    const { workspaceId } = task;
    const { approve, reason } = decision;
    const vote = { workspaceId, approvalId, actor: actor.id, approve, reason };
    if (!(await insertDecision(tx, vote)))
      throw conflict('You have decided this already; it waits for somebody else.');
    const agreed = (await listDecisions(tx, [approvalId])).filter((one) => one.approve).length;
    const owed = approve ? known.needed - agreed : 0;
    const about = { approval: approvalId, approve, reason, code: codeOf(known.digest) };
    appendTaskEvent(tx, task, 'decide', actor.id, about, known.stepId);
    // A refusal is in the history with the step that it ends.
    if (approve) appendLog(tx, taskId, { event: 'approved', actor: actor.id, reason, owed });
    if (owed > 0) {
      announce(tx, task, undefined, { isUrgent: true });
      return { owed };
    }
    await settle(tx, engine, actor, task, known, decision);
    return { owed: 0 };
  });
}

async function openApprovalOf(tx: Tx, task: Task, approvalId: string): Promise<Approval> {
  if (isFinal(task)) {
    throw conflict(`${task.shortName} is already ${task.status}; there is nothing left to decide.`);
  }
  const known = (await listApprovals(tx, task.id)).find((approval) => approval.id === approvalId);
  if (!known) throw notFound('There is no such approval.');
  if (known.status === 'open') return known;
  const by = known.decidedBy ? ` by ${known.decidedBy}` : '';
  const words: Record<Exclude<Approval['status'], 'open'>, string> = {
    approved: `This was already approved${by}.`,
    rejected: `This was already rejected${by}.`,
    expired: 'Nobody decided this in time. Press Ask again on its card.',
    superseded: 'The plan has changed since this was asked. Look at the newest card.',
  };
  throw conflict(words[known.status]);
}

/** The actor is who the channel signed for, never what a button says (PAINS 3). */
function assertMayDecide(actor: Names, task: Task, known: Approval, decision: Decision): void {
  const { approvers } = known;
  if (approvers.length > 0 && !approvers.some((name) => means(actor, name))) {
    throw new FactotumError('FORBIDDEN', `Only ${approvers.join(' or ')} can decide this.`);
  }
  if (decision.approve && !known.selfApproval && means(actor, task.requestedBy)) {
    const others = approvers.filter((name) => !means(actor, name));
    const who = others.length > 0 ? others.join(' or ') : 'another approver of the workspace';
    throw new FactotumError(
      'FORBIDDEN',
      `You asked for this, and the policy wants somebody else to approve it: ${who}.`,
    );
  }
}

async function settle(
  tx: Tx,
  engine: Engine,
  actor: Actor,
  task: Task,
  known: Approval,
  { approve, reason, rest }: Decision,
): Promise<void> {
  const now = engine.now();
  const decided = await updateApproval(tx, known.id, 'open', {
    status: approve ? 'approved' : 'rejected',
    decidedBy: actor.id,
    reason,
    decidedAt: now,
    nextAt: null,
    // The step of a plan that is an approval is done by deciding it.
    ...(approve && known.cause === 'plan' ? { performedAt: now } : {}),
  });
  if (!decided) throw conflict('Somebody else decided this at the same moment.');
  const run = await findRun(tx, task.id);
  if (run && rest && known.cause === 'supervised') await setMode(tx, run.id, 'automatic');
  const steps = run ? await listSteps(tx, run.id) : [];
  const waiting = steps.filter(
    (step) => step.status === 'approval' && known.stepIds.includes(step.id),
  );
  for (const step of waiting) {
    if (approve && (step.kind === 'approval' || step.kind === 'wait_event')) {
      // Whoever decides to go on without an event says nothing of what would have been in it.
      const result = step.kind === 'approval' ? { approved: true, by: actor.id } : null;
      const change = { progress: 100, completedAt: now, result };
      moveStep(tx, step, { event: 'approve', actor: actor.id, change });
    } else if (!approve) {
      const error: StepError = {
        message: `${actor.id} rejected "${step.name}".`,
        reason: reason ?? 'No reason was given.',
        kind: 'permanent',
      };
      moveStep(tx, step, { event: 'reject', actor: actor.id, change: { error } });
    }
  }
  await goOn(tx, engine, actor, task);
}

/**
 * Asks once more for what nobody decided in time.
 * @throws CONFLICT when it is not expired
 */
export async function askAgain(
  engine: Engine,
  actor: Actor,
  taskId: string,
  approvalId: string,
): Promise<void> {
  await onOwnTask(engine, actor, taskId, async (tx, task) => {
    const known = (await listApprovals(tx, taskId)).find((approval) => approval.id === approvalId);
    if (known?.status !== 'expired' || isFinal(task))
      throw conflict('There is nothing to ask again here. Look at the newest card.');
    await updateApproval(tx, known.id, 'expired', { status: 'superseded' });
    const run = await findRun(tx, taskId);
    const steps = run ? await listSteps(tx, run.id) : [];
    for (const step of steps) {
      if (step.status === 'approval' && known.stepIds.includes(step.id))
        moveStep(tx, step, { event: 'retry', actor: actor.id });
    }
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
    if (isFinal(task))
      throw conflict(`${task.shortName} is already ${task.status}; there is nothing left to do.`);
    const step = await stepOf(tx, task, stepId);
    if (step.kind === 'human' && step.status === 'pending') {
      throw conflict(`It is not yet the turn of "${step.name}".`);
    }
    if (step.kind !== 'human') throw conflict(`"${step.name}" is done by Factotum, not by hand.`);
    moveStep(tx, step, {
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
    const moved = moveTask(tx, engine, task, { event: 'unblock', actor: actor.id });
    await waitAgain(tx, engine, moved);
  }
  announce(tx, task, undefined, { isUrgent: true });
  await advanceIn(tx, engine, task.id);
}
