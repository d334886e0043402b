/**
 * Everything that people can do to a task, in one place: a button, a phrase and a call of the API are
 * the same verb. Each verb answers in every status: it does what it says, or says why it cannot.
 */
import { listApprovals } from '../db/approval.ts';
import { transaction } from '../db/client.ts';
import { findRealRun, findRun } from '../db/run.ts';
import { listSteps } from '../db/step.ts';
import { findTask, type RunMode, type Task } from '../db/task.ts';
import { conflict, invalid, notFound } from '../errors.ts';
import { acceptPlan } from './accept.ts';
import { addBudget, finishCheaper, stopAndDeliver } from './budget/answer.ts';
import { changePlan } from './change.ts';
import type { Actor, Engine } from './context.ts';
import { askAgain, decideStep, finishHumanStep } from './decision.ts';
import { keepPlan } from './keep-plan.ts';
import type { Question } from './model/model.ts';
import { restartTask } from './restart.ts';
import {
  cancelTask,
  confirmStep,
  pauseTask,
  resumeTask,
  retryTask,
  type Stopped,
  skipFailedStep,
} from './steer.ts';
import { executeNow, trackTask, trackVerbs } from './track.ts';
import { askUndo, keepUndo, startUndo } from './undo.ts';

export const taskVerbs = [
  'accept',
  'modify',
  'cancel',
  'pause',
  'resume',
  'retry',
  'skip',
  'add_budget',
  'finish_cheaper',
  'stop_and_deliver',
  'confirm',
  'approve',
  'reject',
  'ask_again',
  'finish_step',
  'start_over',
  'undo',
  'undo_confirm',
  'undo_keep',
  'execute',
  ...trackVerbs,
] as const;
export type TaskVerb = (typeof taskVerbs)[number];

export type VerbInput = {
  /** accept: the version that was seen; without it the newest. */
  version?: number | undefined;
  mode?: RunMode | undefined;
  /** approve, reject, ask_again: which; without it the only one that waits. */
  approval?: string | undefined;
  /** confirm: the words that were seen (`saidCode`); without it those that it would send now. */
  wanted?: string | undefined;
  /** finish_step: which step; without it the only one that is a person's turn. */
  step?: string | undefined;
  /** modify: what is to be different; reject, fail, block: why; complete: what came of it. */
  text?: string | undefined;
  /** approve: in supervised mode, whether all that follow may run too. */
  rest?: boolean | undefined;
  /** skip: whether the person was told what is lost. */
  confirmed?: boolean | undefined;
  /** undo_confirm: also what somebody has worked with since. */
  force?: boolean | undefined;
  /** fail: whether it is tried again, while a retry is left. */
  retry?: boolean | undefined;
};
/** What to tell the person; the new task of `start_over`; or what `modify` has to ask back. */
export type VerbOutcome = { message: string; taskId?: string; question?: Question };

const begun: Record<RunMode, (title: string) => string> = {
  automatic: (title) => `Accepted. I am starting on ${title}.`,
  supervised: (title) => `Accepted. I am starting on ${title} and ask before each step.`,
  dry_run: (title) => `Rehearsing ${title}. Nothing real is changed or sent.`,
};

/**
 * @throws NOT_FOUND for a task that the actor's workspace does not have; CONFLICT with a sentence when
 * the verb is not possible now; FORBIDDEN when it is not the actor's to do; INVALID on missing input
 */
export async function performVerb(
  engine: Engine,
  actor: Actor,
  taskId: string,
  verb: TaskVerb,
  input: VerbInput = {},
): Promise<VerbOutcome> {
  const task = await transaction(engine.db, actor, (tx) => findTask(tx, taskId));
  if (!task) throw notFound('There is no such task.');
  switch (verb) {
    case 'accept': {
      const mode = input.mode ?? 'automatic';
      await acceptPlan(engine, actor, taskId, input.version ?? task.planVersion, mode);
      return { message: begun[mode](task.title) };
    }
    case 'modify': {
      const words = input.text?.trim();
      if (!words)
        throw invalid(
          'Write what is to be different, for example “add a notes field to customers”.',
        );
      const changed = await changePlan(engine, actor, taskId, words);
      if (changed.kind === 'question') return { message: changed.text, question: changed };
      return { message: `Changed: ${changed.changes.join(' ')} Accept the new plan to go on.` };
    }
    case 'cancel':
      return {
        message: `Cancelled ${task.title}. ${stoppedText(await cancelTask(engine, actor, taskId))}`,
      };
    case 'pause':
      return { message: pausedText(task, await pauseTask(engine, actor, taskId)) };
    case 'resume':
      return resume(engine, actor, task);
    case 'retry':
      await retryTask(engine, actor, taskId);
      return { message: 'Trying again.' };
    case 'skip':
      await skipFailedStep(engine, actor, taskId, input.confirmed ?? false);
      return { message: 'Going on without that step.' };
    case 'add_budget': {
      const added = await addBudget(engine, actor, taskId);
      return { message: `Added ${added}. It goes on.` };
    }
    case 'finish_cheaper': {
      const { dropped } = await finishCheaper(engine, actor, taskId);
      return { message: `Left out: ${dropped.join(', ')}. Accept the new plan to go on.` };
    }
    case 'stop_and_deliver': {
      const { dropped } = await stopAndDeliver(engine, actor, taskId);
      return { message: `${task.title} ends here. Left out: ${dropped.join(', ') || 'nothing'}.` };
    }
    case 'confirm':
      await confirmStep(engine, actor, taskId, input.wanted);
      return { message: 'Noted. It goes on.' };
    case 'approve':
    case 'reject': {
      const decision = { approve: verb === 'approve', reason: input.text?.trim() || null };
      const approval = input.approval ?? (await onlyApproval(engine, actor, task, 'open'));
      const rest = decision.approve && input.rest === true;
      const { owed } = await decideStep(engine, actor, taskId, approval, { ...decision, rest });
      if (owed > 0)
        return {
          message: `Noted. ${owed} more ${owed === 1 ? 'person has' : 'people have'} to agree.`,
        };
      if (!decision.approve) return { message: 'Rejected.' };
      const isPaused = task.status === 'paused';
      return {
        message: isPaused
          ? `Approved. ${task.shortName} is paused: say “continue” to go on.`
          : 'Approved. It is starting.',
      };
    }
    case 'ask_again':
      await askAgain(
        engine,
        actor,
        taskId,
        input.approval ?? (await onlyApproval(engine, actor, task, 'expired')),
      );
      return { message: 'Asked again.' };
    case 'finish_step':
      await finishHumanStep(
        engine,
        actor,
        taskId,
        input.step ?? (await onlyOwed(engine, actor, task)),
      );
      return { message: 'Done. It goes on.' };
    case 'undo':
      await askUndo(engine, actor, taskId);
      return {
        message: `The card says what of ${task.title} can be undone. Nothing is undone before you press Undo it.`,
      };
    case 'undo_confirm':
      await startUndo(engine, actor, taskId, { force: input.force ?? false });
      return { message: `Undoing ${task.title}.` };
    case 'undo_keep':
      await keepUndo(engine, actor, taskId);
      return { message: `${task.title} is kept.` };
    case 'start_over': {
      const next = await restartTask(engine, actor, taskId);
      return { message: `Planned anew. ${task.shortName} waits for your go-ahead.`, taskId: next };
    }
    case 'execute':
      return { message: await executeNow(engine, actor, taskId) };
    case 'start':
    case 'complete':
    case 'fail':
    case 'block': {
      const { text, retry = false } = input;
      return { message: await trackTask(engine, actor, taskId, verb, text, retry) };
    }
  }
}

/** "Continue" means what the status makes of it. */
async function resume(engine: Engine, actor: Actor, task: Task): Promise<VerbOutcome> {
  if (task.status !== 'ready') {
    await resumeTask(engine, actor, task.id);
    return { message: `Going on with ${task.title} from where it stopped.` };
  }
  const run = await transaction(engine.db, actor, (tx) => findRealRun(tx, task.id));
  if (!run) throw conflict(`${task.shortName} has not been started yet. Say “accept” to start it.`);
  await keepPlan(engine, actor, task.id);
  return { message: `Going on with ${task.title} as it was planned before.` };
}

async function onlyApproval(
  engine: Engine,
  actor: Actor,
  task: Task,
  status: 'open' | 'expired',
): Promise<string> {
  const waiting = await transaction(engine.db, actor, async (tx) =>
    (await listApprovals(tx, task.id)).filter((approval) => approval.status === status),
  );
  const [only, ...others] = waiting;
  if (!only) throw conflict(`${task.shortName} has no approval that waits.`);
  if (others.length > 0)
    throw conflict(
      `${waiting.length} approvals of ${task.shortName} wait. Press the button on the card that you mean.`,
    );
  return only.id;
}

async function onlyOwed(engine: Engine, actor: Actor, task: Task): Promise<string> {
  const owed = await transaction(engine.db, actor, async (tx) => {
    const run = await findRun(tx, task.id);
    const steps = run ? await listSteps(tx, run.id) : [];
    return steps.filter((step) => step.kind === 'human' && step.status === 'running');
  });
  const [only, ...others] = owed;
  if (!only) throw conflict(`${task.shortName} has no manual step whose turn it is.`);
  if (others.length > 0)
    throw conflict(
      `${owed.length} manual steps of ${task.shortName} wait. Press the button on the card that you mean, or name the step.`,
    );
  return only.id;
}

function pausedText({ title }: Task, { done, inHand }: Stopped): string {
  const after = inHand
    ? `Pausing ${title} after the step in hand, “${inHand}”.`
    : `Pausing ${title}.`;
  return `${after} ${doneText(done)} Say “continue” to go on.`;
}

function stoppedText({ done, inHand }: Stopped): string {
  const aborted = inHand ? ` “${inHand}” was stopped.` : '';
  return `${doneText(done)}${aborted}`;
}

/** What already happened is listed, whether or not it can be taken back (PAINS 19). */
const doneText = (done: string[]): string =>
  done.length > 0 ? `Done so far: ${done.join(', ')}.` : 'Nothing was done yet.';
