/** Tasks that a program files, with a ready-made plan or to be tracked. */
import { transaction } from '../db/client.ts';
import { appendEvents } from '../db/event.ts';
import { namedId, newId } from '../db/id.ts';
import {
  appendLog,
  finalStatuses,
  findTask,
  insertTaskOnce,
  lockTask,
  type Task,
} from '../db/task.ts';
import type { Tx } from '../db/tx.ts';
import { getWorkspace } from '../db/workspace.ts';
import { conflict, invalid } from '../errors.ts';
import { budgetOfPerson } from './budget/reserve.ts';
import type { Actor, Engine } from './context.ts';
import { toColumns } from './edit.ts';
import type { Context, Spent } from './model/model.ts';
import { announce, moveTask } from './move.ts';
import { problemsOfPlan } from './plan-check.ts';
import { recordSpent } from './spent.ts';
import { proposePlan } from './task.ts';
import type { CreateTaskInput } from './task-contract.ts';
import type { Tool } from './tools/tool.ts';
import { type Plan, walk } from './workflow/plan.ts';

/**
 * Files a task; with a plan it is proposed, without one it is a draft that somebody executes later.
 * @returns its id, the same for the same `input.id` of a workspace
 * @throws INVALID naming everything that is wrong with the plan or the parent
 */
export async function fileTask(
  engine: Engine,
  actor: Actor,
  channel: string,
  input: CreateTaskInput,
): Promise<string> {
  const { plan } = input;
  if (plan) assertRunnable(engine, input, plan);
  // A model may take its time: no transaction waits for it.
  const spent: Spent[] = [];
  const executionType = input.execution_type ?? (await typeOf(engine, actor, input, spent));
  return transaction(engine.db, actor, async (tx) => {
    const filed = await insertOnce(tx, engine, actor, channel, { ...input, executionType });
    const { task, isNew } = filed;
    if (!isNew) return task.id;
    await recordSpent(tx, task.id, spent);
    if (!plan) {
      // Whoever works on it for somebody else takes it from the queue (F168).
      const isQueued = input.assigned_to_type === 'agent' || input.assigned_to_type === 'workflow';
      const move = { event: 'queue', actor: actor.id } as const;
      announce(tx, isQueued ? moveTask(tx, engine, task, move) : task);
      return task.id;
    }
    const planning = moveTask(tx, engine, task, { event: 'plan', actor: actor.id });
    // The name that the caller gave is the one that cards show.
    await proposePlan(tx, engine, planning, { ...plan, title: input.title }, []);
    return task.id;
  });
}

function assertRunnable(engine: Engine, input: CreateTaskInput, plan: Plan): void {
  const problems = problemsOfPlan(plan, engine.tools);
  if (input.execution_type === 'manual')
    problems.push('A manual task is done by a person, so it has no plan.');
  if (problems.length > 20)
    problems.splice(20, Infinity, `And ${problems.length - 20} more problems.`);
  if (problems.length > 0) throw invalid(problems.join(' '));
}

async function insertOnce(
  tx: Tx,
  engine: Engine,
  actor: Actor,
  channel: string,
  input: CreateTaskInput & Pick<Task, 'executionType'>,
): Promise<{ task: Task; isNew: boolean }> {
  const { workspaceId } = actor;
  const id = input.id === undefined ? newId('task') : namedId('task', workspaceId, input.id);
  const repeated = input.id === undefined ? undefined : await findTask(tx, id);
  if (repeated) return { task: repeated, isNew: false };
  const parent = input.parent_task_id ? await parentOf(tx, input.parent_task_id) : undefined;
  const log = { event: 'created', actor: actor.id, timestamp: engine.now().toISOString() };
  const task = await insertTaskOnce(tx, {
    ...toColumns(input),
    id,
    workspaceId,
    channel,
    conversation: input.conversation ?? id,
    requestedBy: actor.id,
    title: input.title,
    shortName: input.short_name ?? input.title.slice(0, 60),
    description: input.description || input.title,
    executionType: input.executionType,
    parentTaskId: input.parent_task_id ?? null,
    executionLog: [log],
  });
  if (!task) {
    const known = await findTask(tx, id);
    if (!known) throw new Error('A task conflicts with one that cannot be seen.');
    return { task: known, isNew: false };
  }
  const about = { workspaceId, taskId: id, actor: actor.id };
  appendEvents(tx, [{ ...about, event: 'create', to: 'draft' }]);
  if (parent) {
    const { title, executionType } = task;
    const part = { subtask_id: id, title, execution_type: executionType, actor: actor.id };
    appendLog(tx, parent.id, { event: 'subtask_created', ...part });
  }
  return { task, isNew: true };
}

/** Held until the part is there: it cannot end in between. */
async function parentOf(tx: Tx, id: string): Promise<Task> {
  const parent = await lockTask(tx, id);
  if (!parent) throw invalid(`parent_task_id: there is no task ${id}.`);
  if (finalStatuses.some((status) => status === parent.status))
    throw conflict(`"${parent.title}" is already ${parent.status}, so it gets no more parts.`);
  return parent;
}

/** The type of a task is that of its most guarded step (R11); without steps, what its words tell (F41). */
async function typeOf(
  engine: Engine,
  actor: Actor,
  { id, title, description, plan }: CreateTaskInput,
  spent: Spent[],
): Promise<Task['executionType']> {
  if (plan) return planType(plan, engine.tools);
  const about = { title, description: description || title };
  const { known, context } = await transaction(engine.db, actor, async (tx) => ({
    known:
      id === undefined ? undefined : await findTask(tx, namedId('task', actor.workspaceId, id)),
    context: await contextOf(tx, engine, actor),
  }));
  if (known) return known.executionType;
  return (await engine.model.assess(textOf(about), { ...context, spent: (one) => spent.push(one) }))
    .executionType;
}

function planType(plan: Plan, tools: ReadonlyMap<string, Tool>): Task['executionType'] {
  const guarded = ['send', 'delete', 'external'];
  const asks = [...walk(plan.steps)].some(
    (step) =>
      step.kind === 'human' ||
      step.kind === 'approval' ||
      (step.kind === 'tool' && guarded.includes(tools.get(step.tool)?.effect ?? '')),
  );
  return asks ? 'semi_automated' : 'fully_automated';
}

/** Everything that was said about a task, the title first. */
export function textOf({ title, description }: Pick<Task, 'title' | 'description'>): string {
  return description.startsWith(title) ? description : `${title}\n${description}`;
}

/** What a model needs to know of a workspace to read its words. */
export async function contextOf(tx: Tx, engine: Engine, actor: Actor): Promise<Context> {
  const { locale, currency, timezone } = await getWorkspace(tx, actor.workspaceId);
  const budget = budgetOfPerson(engine, actor);
  return { now: engine.now(), locale, currency, timezone, budget };
}
