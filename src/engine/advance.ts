/**
 * Carries out what `decide` returns: locks the task, loads the snapshot, decides and applies
 * everything in the caller's transaction, until there is nothing more to decide. A person's click
 * and a finished step both end here, and states of tasks and steps are written nowhere else but
 * here and in the verbs, which hold the same lock.
 */
import { transaction } from '../db/client.ts';
import { listKnownWaits } from '../db/event-wait.ts';
import { addJob, addsJob } from '../db/job.ts';
import {
  lockSnapshot,
  snapshotOf,
  snapshotsOf,
  type TaskRows,
  withSnapshot,
  withSnapshots,
} from '../db/snapshot.ts';
import { listSteps, type Step } from '../db/step.ts';
import { raiseProgress, type Task } from '../db/task.ts';
import type { Tx } from '../db/tx.ts';
import { apply } from './apply.ts';
import type { Engine } from './context.ts';
import { decide, type Snapshot } from './decide.ts';
import { canTake, type Hand, isUsual } from './hand.ts';
import { announce, announceAside } from './move.ts';
import { inPlace } from './place.ts';
import { overallPercent } from './progress.ts';
import { type Subject, sharing } from './together.ts';
import { readPlan } from './workflow/plan.ts';
import { unfold } from './workflow/unfold.ts';

/** As a job: decides about one task in a transaction of its own. */
export async function advance(engine: Engine, workspaceId: string, taskId: string): Promise<void> {
  await onSnapshot(engine, { workspaceId, taskId }, async (tx, snapshot) => {
    if (snapshot) await advanceFrom(tx, engine, snapshot);
  });
}

type Work<T> = (tx: Tx, snapshot: Snapshot | undefined) => Promise<T>;

/** Runs `work` in a transaction that locks a task and knows all about it; about none that was never run. */
export function onSnapshot<T>(
  engine: Engine,
  { workspaceId, taskId }: Subject,
  work: Work<T>,
): Promise<T> {
  return transaction(
    engine.db,
    { workspaceId },
    async (tx, found) => {
      const rows = snapshotOf(found);
      return work(tx, rows && (await completed(tx, engine, rows)));
    },
    withSnapshot(taskId),
  );
}

/** What is made there needs connections itself. */
const share = sharing({
  opening: (subjects: Subject[]) => withSnapshots(subjects.map(({ taskId }) => taskId)),
  found: snapshotsOf,
  around: inPlace,
});

/**
 * The same, where many come at once together with others.
 * @param work repeated alone when it was made together with something that cannot be written
 */
export function onSnapshotTogether<T>(engine: Engine, subject: Subject, work: Work<T>): Promise<T> {
  return share(engine, subject, {
    inPart: async (part, rows) => work(part, await completed(part, engine, rows)),
    alone: () => onSnapshot(engine, subject, work),
  });
}

/** Within a transaction that changed something about the task. */
export async function advanceIn(tx: Tx, engine: Engine, taskId: string): Promise<void> {
  const snapshot = await loadSnapshot(tx, engine, taskId);
  if (snapshot) await advanceFrom(tx, engine, snapshot);
}

/**
 * The same where the task is locked and what is known of it is true.
 * @param hand takes up what would otherwise be left to a job
 * @returns what is known of it afterwards
 */
export async function advanceFrom(
  tx: Tx,
  engine: Engine,
  known: Snapshot,
  hand?: Hand,
): Promise<Snapshot> {
  let snapshot = known;
  const taskId = known.task.id;
  // Each round settles something, so the number of rounds is bounded by the plan's size.
  for (let round = 0; round < 3000; round += 1) {
    const commands = decide(snapshot, engine.now());
    if (commands.length === 0) {
      comeToRest(tx, engine, snapshot, hand);
      return snapshot;
    }
    if (hand && !commands.every(isUsual)) hand.isUsual = false;
    const free = hand && !hand.taken && canTake(snapshot, commands) ? hand : undefined;
    let isTrue = true;
    for (const command of commands)
      isTrue = (await apply(tx, engine, snapshot, command, free)) && isTrue;
    if (!isTrue) snapshot = (await loadSnapshot(tx, engine, taskId)) ?? snapshot;
  }
  throw new Error(`Task ${taskId} does not come to rest.`);
}

/** So soon, in milliseconds, work that has a job is mostly under way and told of. */
const takenUpMs = 300;

function comeToRest(tx: Tx, engine: Engine, snapshot: Snapshot, hand: Hand | undefined): void {
  const { task, run, steps } = snapshot;
  setAlarm(tx, engine, snapshot);
  const percent = overallPercent(steps, engine.now());
  // What goes on at once has nothing to say yet.
  if (hand?.taken && hand.isUsual) {
    announceAside(tx, task);
    return;
  }
  // A rehearsal is not progress of the task.
  if (run.mode !== 'dry_run') raiseProgress(tx, task, percent);
  // Whoever takes up what begins now tells of it, often with its end.
  announce(tx, task, undefined, { afterMs: addsJob(tx, 'step', 'check') ? takenUpMs : 0 });
}

/** Locks the task and reads what is known of it; undefined when it was never run. */
export async function loadSnapshot(
  tx: Tx,
  engine: Engine,
  taskId: string,
): Promise<Snapshot | undefined> {
  const rows = await lockSnapshot(tx, taskId);
  return rows && completed(tx, engine, rows);
}

/** What is known of a locked task, with what follows from it. */
export async function completed(tx: Tx, engine: Engine, rows: TaskRows): Promise<Snapshot> {
  const { task, run } = rows;
  const earlier =
    task.status === 'queued' && run.continuesRunId ? await listSteps(tx, run.continuesRunId) : [];
  const waits = rows.steps.some(isWaiting) ? await listKnownWaits(tx, run) : [];
  return {
    ...rows,
    waits,
    plan: unfold(readPlan(rows.plan), rows.steps),
    tools: engine.tools,
    isEarlierBusy: earlier.some((step) => step.kind === 'tool' && step.status === 'running'),
  };
}

/** Also one that is about to be asked about again. */
const isWaiting = ({ kind, status, startedAt }: Step) =>
  kind === 'wait_event' &&
  (status === 'running' || status === 'approval' || (status === 'pending' && startedAt !== null));

const active: Task['status'][] = ['running', 'approval_pending', 'blocked'];

/**
 * A job for the next time at which something goes on: the end of a wait, or a retry, whose own job may have run
 * a moment too early.
 */
function setAlarm(tx: Tx, engine: Engine, { task, steps }: Snapshot): void {
  const due = steps
    .filter(
      ({ status, kind, retryAt }) =>
        (status === 'pending' || (status === 'running' && kind === 'wait')) &&
        retryAt &&
        retryAt > engine.now(),
    )
    .map((step) => step.retryAt?.getTime() ?? 0);
  if (due.length === 0 || !active.includes(task.status)) return;
  const payload = { workspaceId: task.workspaceId, taskId: task.id };
  addJob(tx, 'advance', payload, { key: `wake:${task.id}`, runAt: new Date(Math.min(...due)) });
}
