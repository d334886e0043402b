/** "Run refund with order_id = 7": a workflow is started with what was said, and asks for what is missing. */
import { transaction } from '../db/client.ts';
import { markHandled, takeMessage } from '../db/message.ts';
import type { Task } from '../db/task.ts';
import { findWorkflowById, listWorkflows } from '../db/workflow.ts';
import { readAnswer, readInputs } from '../engine/model/offline/workflow-input.ts';
import {
  findNamed,
  nearestNamed,
  type WorkflowIntent,
} from '../engine/model/offline/workflow-intent.ts';
import { listTemplates } from '../engine/template.ts';
import {
  answerWorkflow,
  type Inputs,
  missingInputs,
  startWorkflow,
} from '../engine/workflow-start.ts';
import { conflict, notFound } from '../errors.ts';
import { text } from './answer.ts';
import { say, settle, type Turn } from './turn.ts';
import { clip } from './words.ts';

type Run = Extract<WorkflowIntent, { kind: 'run' }>;

/** @returns whether a workflow was meant */
export async function runWorkflow(turn: Turn, { words, isNamed }: Run): Promise<boolean> {
  const { engine } = turn.bot;
  const rows = await transaction(engine.db, turn.actor, listWorkflows);
  const names = rows.map(({ name }) => name);
  const found = findNamed(words, names);
  const workflow = rows.find(({ name }) => name === found?.name);
  if (!found || !workflow) return refuse(turn, words, names, isNamed);
  const { values, unknown, rest } = readInputs(
    found.rest,
    workflow.inputs.map(({ name }) => name),
  );
  const { channel, conversation, text: description } = turn.message;
  const unused = unknown.length > 0 || rest === '' ? undefined : clip(rest, 200);
  const start = { workflow, channel, conversation, description, unused };
  const inputs = { ...refused(unknown), ...values };
  await settle(turn, (tx) => startWorkflow(tx, engine, turn.actor, { ...start, inputs }));
  return true;
}

/** Given and no input: the start says so, with the name that is near. */
const refused = (unknown: string[]): Inputs =>
  Object.fromEntries(unknown.map((name) => [name, null]));

async function refuse(
  turn: Turn,
  words: string,
  names: string[],
  isNamed: boolean,
): Promise<boolean> {
  const near = nearestNamed(words, names);
  if (near) {
    await say(turn, text(`There is no workflow “${clip(words, 60)}”. Did you mean “${near}”?`));
    return true;
  }
  const templates = (await listTemplates()).map(({ name }) => name);
  const template = findNamed(words, templates)?.name;
  if (template) {
    const hint = `“${template}” is a template. Say “use the ${template} template”, then it can be run.`;
    await say(turn, text(hint));
    return true;
  }
  if (!isNamed) return false;
  const some = names.slice(0, 10).join(', ');
  throw notFound(
    `There is no workflow “${clip(words, 60)}”. ${some ? `There are: ${some}.` : 'None is saved yet: say “show templates”.'}`,
  );
}

/** Whatever comes after the question for inputs is its answer. */
export async function answerInputs(turn: Turn, task: Task): Promise<void> {
  const { engine } = turn.bot;
  const { id: messageId, text: words } = turn.message;
  const workflow = await transaction(engine.db, turn.actor, (tx) =>
    findWorkflowById(tx, task.workflowId ?? ''),
  );
  if (!workflow) throw conflict('The workflow of that question is gone.');
  const names = workflow.inputs.map(({ name }) => name);
  const named = readInputs(words, names);
  const isNamed = Object.keys(named.values).length > 0 || named.unknown.length > 0;
  const missing = missingInputs(workflow, (task.inputs ?? {}) as Inputs);
  const { unknown, values } = isNamed ? named : readAnswer(words, missing);
  const inputs = { ...refused(unknown), ...values };
  if (Object.keys(inputs).length === 0)
    return say(turn, text(`I found no value in that. ${task.question?.text ?? ''}`.trim()));
  await answerWorkflow(engine, turn.actor, task.id, { inputs, words }, async (tx) => {
    if (!(await takeMessage(tx, messageId))) return false;
    await markHandled(tx, messageId);
    return true;
  });
}
