/** From a saved workflow and its inputs to a task with a plan, as from any description. */
import { transaction } from '../db/client.ts';
import { namedId, newId } from '../db/id.ts';
import { unitDurations } from '../db/step.ts';
import { findTask, lockTask, type Task } from '../db/task.ts';
import type { Tx } from '../db/tx.ts';
import { findWorkflowById, holdName, type WorkflowRow } from '../db/workflow.ts';
import { conflict, invalid } from '../errors.ts';
import type { Actor, Engine } from './context.ts';
import type { Question } from './model/model.ts';
import { settledCheck } from './settled-check.ts';
import { askQuestion, createTask, proposePlan, reopenPlanning } from './task.ts';
import { check } from './workflow/check.ts';
import { compile } from './workflow/compile.ts';
import type { Value } from './workflow/function.ts';
import type { Plan } from './workflow/plan.ts';
import { nearest } from './workflow/suggest.ts';
import { variableKey } from './workflow/visit.ts';
import { lookHere, sentencesOf } from './workflow-text.ts';

export type Inputs = Record<string, Value>;

export type Start = {
  workflow: WorkflowRow;
  inputs: Inputs;
  channel: string;
  /** Without one the task has a conversation of its own, named as its id. */
  conversation: string | undefined;
  /** What was said, or what stands for it. */
  description: string;
  /** The caller's own name for it; the same id twice is one task. */
  id?: string | undefined;
  /** What was said and is not used; shown with the plan. */
  unused?: string | undefined;
};

/** Those that have no value of their own and were not given, as the workflow writes them. */
export function missingInputs({ inputs }: WorkflowRow, given: Inputs): string[] {
  const keys = new Set(Object.keys(given).map(variableKey));
  return inputs.flatMap(({ name, value }) =>
    value === null && !keys.has(variableKey(name)) ? name : [],
  );
}

/**
 * Files a task that runs a version of a workflow: with its plan, or with one question for all inputs that are
 * missing.
 * @throws INVALID for inputs that it does not have, or where no plan can be made of it here
 */
export async function startWorkflow(
  tx: Tx,
  engine: Engine,
  actor: Actor,
  start: Start,
): Promise<Task> {
  const { workflow, channel, description } = start;
  const isNamed = start.id !== undefined;
  const id = isNamed ? namedId('task', actor.workspaceId, start.id ?? '') : newId('task');
  if (isNamed) {
    await holdName(tx, 'task', id);
    const known = await findTask(tx, id);
    if (known) return known;
  }
  const inputs = named(workflow, start.inputs);
  const missing = missingInputs(workflow, inputs);
  const plan = await planWorkflow(tx, engine, workflow, inputs, start.unused);
  const task = await createTask(tx, engine, actor, {
    id,
    channel,
    conversation: start.conversation ?? id,
    description,
    title: workflow.name,
    shortName: workflow.name.slice(0, 60),
    assignedToType: 'workflow',
    // Not its name, which might also be somebody's.
    assignedToId: workflow.id,
    workflowId: workflow.id,
    inputs,
  });
  if (!plan) return askQuestion(tx, engine, task, questionFor(workflow, missing));
  return proposePlan(tx, engine, task, plan, []);
}

/** By the names that the workflow gives them. */
function named(workflow: WorkflowRow, given: Inputs): Inputs {
  const names = new Map(workflow.inputs.map(({ name }) => [variableKey(name), name]));
  const entries = Object.entries(given).map(([key, value]) => {
    const name = names.get(variableKey(key));
    if (name !== undefined) return [name, value] as const;
    const near = nearest(key, names.values());
    const all = [...names.values()].join(', ');
    const hint = near ? `Did you mean ${near}?` : all ? `It has: ${all}.` : 'It has none.';
    throw invalid(`“${workflow.name}” has no input “${key.slice(0, 60)}”. ${hint}`);
  });
  return Object.fromEntries(entries);
}

/**
 * Undefined when inputs are missing.
 * @throws INVALID with the places of what cannot be done here, also before the inputs are known
 */
export async function planWorkflow(
  tx: Tx,
  engine: Pick<Engine, 'tools'>,
  workflow: WorkflowRow,
  inputs: Inputs,
  unused?: string,
): Promise<Plan | undefined> {
  const missing = missingInputs(workflow, inputs);
  const history = await unitDurations(tx);
  const unitMs = (tool: string) => history.get(tool) ?? engine.tools.get(tool)?.unitMs;
  const { tools, known, stored } = await lookHere(tx, engine);
  // What it names may have changed since it was saved.
  const checked = check(workflow.text, known);
  const request = {
    workflow: workflow.name,
    inputs,
    checks: [settledCheck],
    unitMs,
    tools,
    agents: known.agents ?? [],
    off: known.off ?? [],
    stored,
  };
  const { plan, problems } = compile(checked, request);
  const relevant = problems.filter(({ code }) => missing.length === 0 || code !== 'WF402');
  if (relevant.some(({ severity }) => severity === 'error'))
    throw invalid(`“${workflow.name}” cannot be run. ${sentencesOf(relevant)}`);
  if (missing.length > 0 || !plan) return undefined;
  const version = `Workflow “${workflow.name}”, version ${workflow.version}`;
  return {
    ...plan,
    understood: [version, ...plan.understood],
    guessed: unused ? [`“${unused}” is no input of it and is not used`] : [],
  };
}

function questionFor({ name, inputs }: WorkflowRow, missing: string[]): Question {
  const list = missing.join(', ');
  const example = missing.map((input) => `${input} = …`).join(', ');
  const optional = inputs.filter(({ value }) => value !== null);
  const others = optional.map((input) => `${input.name} (otherwise ${input.value})`).join(', ');
  const what = missing.length === 1 ? `What is ${list}?` : `What are ${list}?`;
  return {
    kind: 'question',
    text: `“${name}” needs ${missing.length === 1 ? 'one more value' : `${missing.length} more values`}. ${what} Write “${example}”.${others ? ` You can also give ${others}.` : ''}`,
    suggestions: [],
  };
}

/**
 * Takes the answer to that question: plans, or asks for what is still missing.
 * @param alongside what else belongs to the transaction
 * @throws INVALID as `startWorkflow`; CONFLICT when it was answered before
 */
export async function answerWorkflow(
  engine: Engine,
  actor: Actor,
  taskId: string,
  answer: { inputs: Inputs; words: string },
  alongside: (tx: Tx) => Promise<boolean>,
): Promise<void> {
  await transaction(engine.db, actor, async (tx) => {
    const current = await lockTask(tx, taskId);
    const workflow = current?.workflowId && (await findWorkflowById(tx, current.workflowId));
    if (!workflow || current.status !== 'blocked' || current.blockedKind !== 'clarification')
      throw conflict('That question was already answered.');
    const inputs = named(workflow, { ...(current.inputs as Inputs | null), ...answer.inputs });
    const plan = await planWorkflow(tx, engine, workflow, inputs);
    if (!(await alongside(tx))) return;
    const description = `${current.description}\n${answer.words}`;
    const change = { description, question: null, inputs };
    const replanned = await reopenPlanning(tx, engine, actor, current, change);
    if (plan) await proposePlan(tx, engine, replanned, plan, []);
    else
      await askQuestion(
        tx,
        engine,
        replanned,
        questionFor(workflow, missingInputs(workflow, inputs)),
      );
  });
}
