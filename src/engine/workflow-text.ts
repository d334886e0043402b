/** Workflow text as people and programs send it: what is wrong with it here, and which workflows are in it. */
import { listAgents } from '../db/agent.ts';
import { listOpenWaits } from '../db/event-wait.ts';
import type { Tx } from '../db/tx.ts';
import { listWorkflows, type WorkflowInput, workflowKey } from '../db/workflow.ts';
import { listEventNames } from '../db/workflow-event.ts';
import { FactotumError, invalid } from '../errors.ts';
import type { Engine } from './context.ts';
import { settledCheck } from './settled-check.ts';
import { statementsIn } from './workflow/ast.ts';
import { type Checked, check, type Known } from './workflow/check.ts';
import { type EventNames, eventKey, eventsIn } from './workflow/check-event.ts';
import { compile } from './workflow/compile.ts';
import type { Stored } from './workflow/compile-run.ts';
import { printExpression, printQuoted } from './workflow/print-expression.ts';
import { inOrder, type Problem, Problems } from './workflow/problem.ts';
import { frameOf, positionOf, type Source } from './workflow/source.ts';

/** One workflow with the text that it is saved as. */
export type WorkflowText = {
  name: string;
  text: string;
  inputs: WorkflowInput[];
  runs: string[];
  /** Names of events. */
  publishes: string[];
  awaits: string[];
};

/** As much as a message may have, in characters. */
export const longestText = 200_000;

/** What a text can refer to here, and what plans are made with. */
export type Here = Pick<Engine, 'tools'> & {
  known: Known;
  /** The newest version of a workflow, for RUN WORKFLOW. */
  stored: (name: string) => Stored | undefined;
};

export async function lookHere(tx: Tx, { tools }: Pick<Engine, 'tools'>): Promise<Here> {
  const rows = await listWorkflows(tx);
  const byKey = new Map(rows.map((row) => [row.key, row]));
  const installed = {
    tools: [...tools.keys()],
    inputOf: (tool: string) => tools.get(tool)?.input,
  };
  const known = await listAgents(tx);
  const agents = known.map(({ name }) => name);
  const off = known.filter(({ enabled }) => !enabled).map(({ name }) => name);
  const seen = await listEventNames(tx);
  const waits = (await listOpenWaits(tx)).map(({ name }) => name);
  const events = {
    published: [...seen, ...rows.flatMap(({ publishes }) => publishes)],
    awaited: [...waits, ...rows.flatMap(({ awaits }) => awaits)],
  };
  return {
    tools,
    known: {
      ...{ ...installed, agents, off, events },
      workflows: new Map(rows.map(({ name, runs }) => [name, runs])),
    },
    stored(name) {
      const row = byKey.get(workflowKey(name));
      return row && { checked: check(row.text, installed), version: row.version };
    },
  };
}

/** Reads and checks any text; `problems` are all that keep it from being saved or run here. */
export function readText(
  text: string,
  here: Here,
): { checked: Checked; workflows: WorkflowText[]; problems: Problem[] } {
  const checked = check(text, here.known);
  const workflows = workflowsIn(checked);
  const later = checked.isSound
    ? [...strayIn(checked), ...workflows.flatMap(({ name }) => unrunnable(checked, name, here))]
    : [];
  return { checked, workflows, problems: inOrder([...checked.problems, ...later]) };
}

/** Beside several workflows nobody knows to which of them it belongs. */
function strayIn({ file, source, workflows }: Checked): Problem[] {
  if (workflows.length < 2) return [];
  const problems = new Problems(source);
  for (const item of file.items)
    if (item.kind === 'on_event' || item.kind === 'talk')
      problems.add(
        'WF206',
        item,
        `This stands beside ${workflows.length} workflows, so it belongs to none.`,
        'Put it into the one that it belongs to.',
      );
  return problems.list;
}

/** Whether nothing but warnings keeps a text from being saved. */
export const isSound = (problems: readonly Problem[]): boolean =>
  problems.every(({ severity, code }) => severity === 'warning' || code === 'WF401');

/** What this installation cannot do yet; what inputs decide is found out when they are known. */
function unrunnable(checked: Checked, workflow: string, { tools, stored }: Here): Problem[] {
  const { problems } = compile(checked, { workflow, checks: [settledCheck], tools, stored });
  return problems.filter(({ code }) => code === 'WF401');
}

function workflowsIn({ file, source, workflows }: Checked): WorkflowText[] {
  const uses = file.items.flatMap((item) =>
    item.kind === 'use' ? `${source.text.slice(item.start, item.end)}\n` : [],
  );
  const isAlone = workflows.length === 1;
  return workflows.map(({ workflow, inputs }) => ({
    name: workflow.name.text.trim(),
    // Alone in its text it keeps all of it, comments too.
    text: isAlone
      ? source.text
      : `${uses.join('')}${source.text.slice(workflow.start, workflow.end)}\n`,
    inputs: inputs.map(({ name, value }) => ({
      name,
      value: value ? printExpression(value) : null,
    })),
    runs: statementsIn(workflow.body).flatMap((each) =>
      each.kind === 'run' ? each.workflow.text : [],
    ),
    ...namesOf(eventsIn(isAlone ? file.items : [workflow])),
  }));
}

/** The same text with another name for its workflow; as it is where it has several, or none. */
export function renamed(text: string, name: string): string {
  const { source, workflows } = check(text);
  const [only, ...others] = workflows;
  if (!only || others.length > 0) return text;
  const { start, end } = only.workflow.name;
  return `${source.text.slice(0, start)}${printQuoted({ text: name, start, end })}${source.text.slice(end)}`;
}

const namesOf = ({ publishes, awaits }: EventNames) => ({
  publishes: [...new Set(publishes.map(({ text }) => eventKey(text)))],
  awaits: [...new Set(awaits.map(({ text }) => eventKey(text)))],
});

/**
 * The workflows of a text that can be saved.
 * @throws INVALID with the first problems and their places; LIMIT on a text that is too long
 */
export function assertSound(text: string, here: Here): WorkflowText[] {
  if (text.length > longestText)
    throw new FactotumError(
      'LIMIT',
      `The text has ${text.length} characters; a workflow has up to ${longestText}.`,
    );
  const { workflows, problems } = readText(text, here);
  if (!isSound(problems))
    throw invalid(sentencesOf(problems.filter(({ code }) => code !== 'WF401')));
  if (workflows.length === 0)
    throw invalid('There is no workflow in the text. Begin with ORCHESTRATE WORKFLOW "name".');
  return workflows;
}

/** What is to be looked at in a text although it can be saved: agents that are not here, events without another side. */
export function warningsOf(text: string, here: Here) {
  const { checked, problems } = readText(text, here);
  return problems
    .filter(({ severity }) => severity === 'warning')
    .map((problem) => toProblemView(checked.source, problem));
}

/** "Line 3, column 5: …. Did you mean …?" for the first errors, and how many more there are. */
export function sentencesOf(problems: readonly Problem[]): string {
  const errors = problems.filter(({ severity }) => severity === 'error');
  const shown = errors
    .slice(0, 3)
    .map(({ line, column, message, hint }) =>
      [`Line ${line}, column ${column}: ${message}`, ...(hint ? [hint] : [])].join(' '),
    );
  const rest = errors.length - shown.length;
  return [...shown, ...(rest > 0 ? [`And ${rest} more.`] : [])].join(' ');
}

/** A problem as editors want it; columns count UTF-16 units from 1, `end_column` is behind the last one. */
export function toProblemView(source: Source, problem: Problem) {
  const end = positionOf(source, Math.max(problem.end, problem.start));
  return {
    code: problem.code,
    severity: problem.severity,
    line: problem.line,
    column: problem.column,
    end_line: end.line,
    end_column: end.column,
    message: problem.message,
    hint: problem.hint ?? null,
    frame: frameOf(source, problem),
  };
}
