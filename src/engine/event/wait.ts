/** Beginning and ending to wait for an event, in the transaction that decides about the task. */
import { updateApproval } from '../../db/approval.ts';
import {
  type EventWait,
  holdDeliveries,
  insertReceipts,
  insertWait,
  lookBack,
  stopEscalating,
} from '../../db/event-wait.ts';
import { listRuns } from '../../db/run.ts';
import type { Step, StepError } from '../../db/step.ts';
import type { Tx } from '../../db/tx.ts';
import { countTaken } from '../../db/workflow-event.ts';
import { openApproval } from '../ask.ts';
import type { Engine } from '../context.ts';
import type { Command, Snapshot } from '../decide.ts';
import { digestOf } from '../digest.ts';
import { moveStep, moveTask } from '../move.ts';
import { peopleOf } from '../policy.ts';
import { waitAgain } from '../wait-again.ts';
import { matches } from './filter.ts';
import { keyOf } from './key.ts';
import { checkName } from './payload.ts';

type Of<Kind extends Command['kind']> = Extract<Command, { kind: Kind }>;

/**
 * Waits, and looks back to the beginning of the task: an event that came before is taken at once (PAINS 13). No
 * event of the workspace is delivered between the look and the commit.
 */
export async function beginWait(
  tx: Tx,
  engine: Engine,
  { task, run }: Snapshot,
  { step, plan, filter, after }: Of<'wait_event'>,
): Promise<void> {
  const { workspaceId, id: taskId } = task;
  const now = engine.now();
  const name = nameOf(plan.event);
  if (name === undefined) {
    const reason = `"${plan.event.slice(0, 60)}" is no name of an event, so it never comes.`;
    moveStep(tx, step, {
      event: 'fail',
      change: { error: errorOf(step, reason) },
      data: { reason },
    });
    return;
  }
  const dueAt = new Date(now.getTime() + plan.timeoutSeconds * 1000);
  await holdDeliveries(tx, workspaceId);
  const runs = await listRuns(tx, taskId);
  const first = runs.find(({ mode }) => mode !== 'dry_run') ?? run;
  const wait = await insertWait(tx, {
    ...{ workspaceId, taskId, runId: run.id, stepId: step.id, stepKey: step.key },
    ...{ name, key: keyOf(filter), filter, since: first.createdAt, dueAt },
  });
  const eventId = await findEarlier(tx, wait, after);
  if (eventId !== undefined) {
    await insertReceipts(tx, [{ waitId: wait.id, workspaceId, eventId }]);
    await countTaken(tx, eventId);
  }
  const data = { wait: wait.id, event: name, until: dueAt };
  moveStep(tx, step, { event: 'start', change: { startedAt: now, retryAt: null }, data });
}

function nameOf(name: string): string | undefined {
  try {
    return checkName(name);
  } catch {
    return undefined;
  }
}

/** The first event since the beginning that fits and that no step before has taken. */
async function findEarlier(tx: Tx, wait: EventWait, after: string[]): Promise<string | undefined> {
  for (let beyond = 0; ; ) {
    const events = await lookBack(tx, wait, after, beyond);
    const found = events.find(({ payload }) => matches(wait.filter, payload));
    const last = events.at(-1);
    if (found || !last) return found?.id;
    beyond = last.seq;
  }
}

/** The event has come: what it says is what comes out of the step. */
export async function endWait(
  tx: Tx,
  engine: Engine,
  { task, approvals }: Snapshot,
  { step, wait }: Of<'end_wait'>,
): Promise<void> {
  const change = { progress: 100, completedAt: engine.now(), result: wait.event?.payload ?? null };
  const data = { wait: wait.id, event: wait.event?.id ?? null };
  if (step.status === 'running' || step.status === 'pending') {
    moveStep(tx, step, { event: 'complete', change, data });
    return;
  }
  // Nobody has to decide any more whether to go on without it.
  moveStep(tx, step, { event: 'approve', change, data });
  for (const { id, status, stepIds } of approvals)
    if ((status === 'open' || status === 'expired') && stepIds.includes(step.id))
      await updateApproval(tx, id, status, { status: 'superseded', nextAt: null });
  if (task.status === 'approval_pending')
    await waitAgain(tx, engine, moveTask(tx, engine, task, { event: 'unblock' }));
}

/** Its time is over: the workflow goes on without it, somebody is asked, or the step has failed (F304). */
export async function endOfTime(
  tx: Tx,
  engine: Engine,
  snapshot: Snapshot,
  { step, plan, wait }: Of<'wait_due'>,
): Promise<void> {
  const data = { wait: wait.id, timeout: true };
  if (plan.onTimeout === 'continue') {
    const change = { progress: 100, completedAt: engine.now(), result: null };
    moveStep(tx, step, { event: 'complete', change, data });
  } else if (plan.onTimeout === 'reject') {
    const reason = `The event ${wait.name} did not come within ${spanOf(plan.timeoutSeconds)}.`;
    moveStep(tx, step, {
      event: 'fail',
      change: { error: errorOf(step, reason) },
      data: { reason },
    });
  } else {
    await stopEscalating(tx, wait.id);
    const isAskedAgain = step.status === 'pending';
    const pending = isAskedAgain ? step : moveStep(tx, step, { event: 'retry', data });
    await openApproval(tx, engine, snapshot, {
      kind: 'ask',
      step: pending,
      ask: askOf(snapshot, pending, plan, wait.name),
    });
  }
}

const errorOf = (step: Step, reason: string): StepError => ({
  message: `"${step.name}" was in vain.`,
  reason,
  kind: 'permanent',
});

/** Approved, it goes on without the event; when that comes first, nobody has to decide. */
function askOf(
  { task, run, workspace }: Snapshot,
  step: Step,
  plan: Of<'wait_due'>['plan'],
  name: string,
): Of<'ask'>['ask'] {
  const named = plan.escalateTo.length > 0 ? plan.escalateTo : [workspace.fallbackApprover ?? ''];
  const [first = '', ...others] = named;
  const lines = [
    `The event ${name} has not come within ${spanOf(plan.timeoutSeconds)}.`,
    'Approve to go on without it. If it comes before, it goes on by itself.',
  ];
  return {
    ...{ stepIds: [step.id], cause: 'plan', needed: 1, selfApproval: true },
    approvers: peopleOf(first === '' ? [] : [first], task, workspace),
    effect: { lines, impact: null, undo: '' },
    digest: digestOf({ version: run.planVersion, step: plan }),
    ...{ timeoutSeconds: plan.timeoutSeconds, onTimeout: 'escalate', escalateTo: others },
  };
}

const units = [
  [86_400, 'day'],
  [3600, 'hour'],
  [60, 'minute'],
] as const;

/** 7200 → "2 hours". */
function spanOf(seconds: number): string {
  const [size, word] = units.find(([unit]) => seconds % unit === 0) ?? [1, 'second'];
  const count = seconds / size;
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
