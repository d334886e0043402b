import type { z } from 'zod';
import { appendEvents } from '../db/event.ts';
import { newId } from '../db/id.ts';
import { addJob } from '../db/job.ts';
import { insertPlan } from '../db/plan.ts';
import { listPolicies } from '../db/policy.ts';
import { insertTask, type NewTask, type Task, type TaskChange } from '../db/task.ts';
import type { Tx } from '../db/tx.ts';
import { invalid } from '../errors.ts';
import { measureMost } from './budget/measure.ts';
import { type Actor, type Engine, engineActor } from './context.ts';
import { endRehearsal } from './discard.ts';
import { estimatePlan } from './estimate.ts';
import type { Question } from './model/model.ts';
import { announce, moveTask } from './move.ts';
import { executionTypeOf } from './policy.ts';
import { Plan } from './workflow/plan.ts';

type Request = Pick<NewTask, 'channel' | 'conversation' | 'title' | 'shortName' | 'description'> &
  Partial<
    Pick<
      NewTask,
      'id' | 'restartedFromId' | 'workflowId' | 'inputs' | 'assignedToType' | 'assignedToId'
    >
  >;

/** Files what was asked: a draft in phase discover, at once in planning. */
export async function createTask(
  tx: Tx,
  engine: Engine,
  actor: Actor,
  request: Request,
): Promise<Task> {
  const task = await insertTask(tx, {
    id: newId('task'),
    ...request,
    workspaceId: actor.workspaceId,
    requestedBy: actor.id,
  });
  appendEvents(tx, [
    {
      workspaceId: task.workspaceId,
      taskId: task.id,
      event: 'create',
      to: 'draft',
      actor: actor.id,
    },
  ]);
  return moveTask(tx, engine, task, { event: 'plan', actor: actor.id });
}

/** Puts a question to the person; the task waits for the answer as long as it takes. */
export async function askQuestion(
  tx: Tx,
  engine: Engine,
  task: Task,
  question: Question,
): Promise<Task> {
  const change: TaskChange = {
    question: { text: question.text, suggestions: question.suggestions },
    blockedAt: engine.now(),
    blockedKind: 'clarification',
    blockedReason: question.text,
  };
  const asked = moveTask(tx, engine, task, { event: 'ask', change });
  announce(tx, asked);
  return asked;
}

/**
 * Stores the next plan version and shows it. Nothing runs before somebody accepts it.
 * @param done keys of steps that are finished and kept: they cost nothing more
 * @throws INVALID with what is wrong with a plan that cannot be run
 */
export async function proposePlan(
  tx: Tx,
  engine: Engine,
  task: Task,
  proposal: Plan,
  changes: string[],
  about: TaskChange = {},
  done: ReadonlySet<string> = new Set(),
): Promise<Task> {
  const version = task.planVersion + 1;
  const estimated = await estimatePlan(tx, engine, checked(proposal));
  const plan = { ...estimated, most: await measureMost(tx, engine, estimated, done) };
  await insertPlan(tx, {
    workspaceId: task.workspaceId,
    taskId: task.id,
    version,
    plan,
    changes,
  });
  const change: TaskChange = {
    ...about,
    title: plan.title,
    executionType: executionTypeOf(plan, await listPolicies(tx), engine.tools),
    planVersion: version,
    estimatedMs: plan.estimatedMs,
    aiConfidence: plan.confidence,
    aiContext: [...plan.understood, ...plan.guessed].join(' '),
    question: null,
  };
  const proposed = moveTask(tx, engine, task, {
    event: 'propose',
    phase: 'plan',
    change,
    data: { version },
  });
  announce(tx, proposed);
  return proposed;
}

function checked(proposal: Plan): Plan {
  const parsed = Plan.safeParse(proposal);
  if (parsed.success) return parsed.data;
  throw invalid(parsed.error.issues.slice(0, 5).map(sentenceOfIssue).join(' '), parsed.error);
}

/** Those of the plan's own rules are sentences; the others only say what was expected where. */
const sentenceOfIssue = ({ code, path, message }: z.core.$ZodIssue): string =>
  /\.$/.test(message) || code === 'custom' ? message : `The plan's ${path.join('.')}: ${message}.`;

/** Back to planning, to revise: from a question, a proposed plan, or a stop in the middle. */
export async function reopenPlanning(
  tx: Tx,
  engine: Engine,
  actor: Actor,
  task: Task,
  change: TaskChange = {},
): Promise<Task> {
  await endRehearsal(tx, engine, task);
  return moveTask(tx, engine, task, { event: 'plan', actor: actor.id, change });
}

/** Ends a task that nobody can bring to an end: kept as failed, with the reason. */
export async function failTask(tx: Tx, engine: Engine, task: Task, reason: string): Promise<void> {
  const failed = moveTask(tx, engine, task, {
    event: 'fail',
    actor: engineActor,
    change: { failedAt: engine.now(), failureReason: reason },
  });
  addJob(tx, 'discard', { workspaceId: task.workspaceId, taskId: task.id });
  announce(tx, failed);
}
