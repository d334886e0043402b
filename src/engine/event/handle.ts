/** The job that begins what a workflow does whenever an event comes: a task for each handler and event, once. */
import { transaction } from '../../db/client.ts';
import {
  type EventHandler,
  findHandler,
  hasProblem,
  insertStarts,
  listHandlers,
  lockStart,
  settleStart,
} from '../../db/event-handler.ts';
import { addJob, type JobPayloads } from '../../db/job.ts';
import { findTask } from '../../db/task.ts';
import type { Tx } from '../../db/tx.ts';
import { findWorkflowById, type WorkflowRow } from '../../db/workflow.ts';
import { findEvent, type WorkflowEvent } from '../../db/workflow-event.ts';
import { FactotumError } from '../../errors.ts';
import { acceptPlan } from '../accept.ts';
import type { Engine } from '../context.ts';
import { createTask, failTask, proposePlan } from '../task.ts';
import type { Value } from '../workflow/function.ts';
import { planWorkflow } from '../workflow-start.ts';
import { matches } from './filter.ts';
import { workflowOf } from './handler.ts';

/** In the transaction of a delivery. @returns the event of each handler that has begun, as often as there are */
export async function giveToHandlers(
  tx: Tx,
  workspaceId: string,
  events: WorkflowEvent[],
): Promise<string[]> {
  const handlers = await listHandlers(tx, [...new Set(events.map(({ name }) => name))]);
  const fitting = events.flatMap((event) =>
    handlers
      .filter((handler) => handler.event === event.name && matches(handler.filter, event.payload))
      .map((handler) => ({ workspaceId, handlerId: handler.id, eventId: event.id })),
  );
  const begun = await insertStarts(tx, fitting);
  for (const { handlerId, eventId } of begun)
    addJob(
      tx,
      'handle',
      { workspaceId, handlerId, eventId },
      { key: `handle:${handlerId}:${eventId}` },
    );
  return begun.map(({ eventId }) => eventId);
}

/** Files the task and starts it: whoever saved the workflow has agreed to that by saving it. */
export async function handleEvent(engine: Engine, job: JobPayloads['handle']): Promise<void> {
  const { workspaceId } = job;
  try {
    const found = await transaction(engine.db, { workspaceId }, (tx) => fileTask(tx, engine, job));
    if (!found) return;
    const { taskId, version, actor } = found;
    await acceptPlan(engine, { workspaceId, id: actor }, taskId, version);
  } catch (error) {
    if (!(error instanceof FactotumError) || error.code === 'NOT_READY') throw error;
    // What cannot be planned now cannot be planned a minute later.
    engine.log.warn('event.handler', { handler: job.handlerId, problem: error.message });
    const { message } = error;
    await transaction(engine.db, { workspaceId }, (tx) => tellProblem(tx, engine, job, message));
  }
}

/** Whoever saved the workflow gets a task that failed, with its card: once for each problem, however often the event comes. */
async function tellProblem(
  tx: Tx,
  engine: Engine,
  job: JobPayloads['handle'],
  problem: string,
): Promise<void> {
  const start = await lockStart(tx, job);
  const handler = await findHandler(tx, job.handlerId);
  const event = await findEvent(tx, job.eventId);
  if (!start || start.problem !== null) return;
  const isTold = start.taskId !== null || (await hasProblem(tx, job.handlerId, problem));
  await settleStart(tx, job, { problem });
  const workflow = handler && (await findWorkflowById(tx, handler.workflowId));
  if (isTold || !workflow || !event) return;
  const task = await createTask(tx, engine, ownerOf(handler), requestOf(handler, workflow, event));
  const what = `“${workflow.name}” could not act on the event ${event.name}. ${problem}`;
  const help =
    'Put that right, or change the workflow and save it: it acts on events that come afterwards. Publish this one again if it still matters. The same problem is not told again.';
  await failTask(tx, engine, task, `${what} ${help}`);
}

const ownerOf = ({ workspaceId, requestedBy: id }: EventHandler) => ({ workspaceId, id });

function requestOf(
  { channel, conversation }: EventHandler,
  { id, name }: WorkflowRow,
  event: WorkflowEvent,
) {
  return {
    ...{ channel, conversation, title: name, shortName: name.slice(0, 60) },
    description: `The event ${event.name} came.`,
    ...{ assignedToType: 'workflow' as const, assignedToId: id, workflowId: id },
  };
}

/** @returns the task that has to be accepted; undefined when there is nothing more to do */
async function fileTask(
  tx: Tx,
  engine: Engine,
  job: JobPayloads['handle'],
): Promise<{ taskId: string; version: number; actor: string } | undefined> {
  const start = await lockStart(tx, job);
  const handler = await findHandler(tx, job.handlerId);
  const event = await findEvent(tx, job.eventId);
  if (!start || start.problem !== null || !handler || !event) return undefined;
  const actor = handler.requestedBy;
  if (start.taskId) {
    // Filed by a job that died before it was accepted.
    const task = await findTask(tx, start.taskId);
    const isOpen = task?.status === 'ready';
    return isOpen ? { taskId: task.id, version: task.planVersion, actor } : undefined;
  }
  const task = await planFor(tx, engine, handler, event);
  await settleStart(tx, job, { taskId: task.id });
  return { taskId: task.id, version: task.planVersion, actor };
}

async function planFor(tx: Tx, engine: Engine, handler: EventHandler, event: WorkflowEvent) {
  const saved = await findWorkflowById(tx, handler.workflowId);
  const own = saved && workflowOf(saved, handler.place);
  if (!saved || !own) throw new FactotumError('NOT_FOUND', 'The workflow of this handler is gone.');
  const inputs = { event: event.payload as Value };
  const plan = await planWorkflow(tx, engine, { ...saved, ...own }, inputs);
  if (!plan) throw new FactotumError('INVALID', `“${own.name}” needs more than the event.`);
  const task = await createTask(tx, engine, ownerOf(handler), requestOf(handler, saved, event));
  // It is the workflow that does it, and remembers.
  return proposePlan(tx, engine, task, { ...plan, title: saved.name }, []);
}
