/** Workflows as cards: lists, one with its text, and one that was pasted and waits to be saved. Pure. */
import type { WorkflowInput, WorkflowRow } from '../db/workflow.ts';
import type { Template } from '../engine/template.ts';
import { print } from '../engine/workflow/printer.ts';
import { printProblem, problemLine } from '../engine/workflow/problem.ts';
import type { readText } from '../engine/workflow-text.ts';
import { text } from './answer.ts';
import type { CardDraft } from './card.ts';
import { listCard } from './list-card.ts';

/** More than anybody reads on one card. */
const mostLines = 60;
const mostProblems = 10;

export function workflowsCard(rows: WorkflowRow[]): CardDraft {
  if (rows.length === 0)
    return text(
      'No workflow is saved yet. Say “show templates” to see some that are ready, or send me the text of one (ORCHESTRATE WORKFLOW "name" …).',
    );
  const lines = rows.map(
    (row) => `${row.name} (version ${row.version}): say “${runPhrase(row.name, row.inputs)}”`,
  );
  return listCard('Workflows', lines);
}

export function templatesCard(templates: Template[]): CardDraft {
  const lines = templates.map(({ name, about }) => (about ? `${name}: ${about}` : name));
  return {
    ...listCard('Workflow templates', lines),
    note: 'Say “use the … template”: it is saved as a workflow of yours, which you can change.',
  };
}

/** "run refund with order_id = …, amount = …" */
function runPhrase(name: string, inputs: readonly WorkflowInput[]): string {
  const needed = inputs.filter(({ value }) => value === null).map((input) => `${input.name} = …`);
  return needed.length === 0 ? `run ${name}` : `run ${name} with ${needed.join(', ')}`;
}

export const savedText = ({ name, version, inputs }: WorkflowRow): string =>
  `“${name}” is saved as version ${version}. Say “${runPhrase(name, inputs)}” to start it.`;

export function workflowCard(row: WorkflowRow): CardDraft {
  return {
    ...listCard(`Workflow “${row.name}”, version ${row.version}`, linesOf(row.text)),
    fields: [...inputsField(row.inputs), { label: 'Saved by', value: row.createdBy }],
    note: `Say “${runPhrase(row.name, row.inputs)}”. Send me its text with changes to save the next version.`,
  };
}

/** What was pasted, as it is understood: nothing is saved before somebody says so. */
export function pastedCard({ checked, workflows, problems }: Read, messageId: string): CardDraft {
  const names = workflows.map(({ name }) => `“${name}”`).join(', ');
  const title = `Save the workflow${workflows.length === 1 ? '' : 's'} ${names}?`;
  const inputs = workflows.flatMap((workflow) => workflow.inputs);
  const shown = problems.map((problem) => printProblem(checked.source, problem));
  const looks = problems.map((problem) => problemLine(checked.source, problem));
  const lines = linesOf(print(checked.file));
  return {
    kind: 'question',
    title,
    text: [title, ...lines, ...shown].join('\n'),
    fields: inputsField(inputs),
    sections: [
      { title: 'As I understand it', items: lines },
      { title: 'To look at', items: looks.slice(0, mostProblems) },
    ].filter(({ items }) => items.length > 0),
    actions: [
      { verb: 'save_workflow', label: 'Save', style: 'primary', subject: { message: messageId } },
    ],
    note: 'Nothing is saved unless you say so: press Save, or say “save it”, “save it as …” or “run it”.',
  };
}

type Read = ReturnType<typeof readText>;

/** All that keeps a text from being saved, each with its place. */
export function problemsCard({ checked, problems }: Read): CardDraft {
  const errors = problems.filter(({ severity }) => severity === 'error');
  const title = `${errors.length === 1 ? 'One thing is' : `${errors.length} things are`} wrong with this workflow`;
  const shown = errors.slice(0, mostProblems);
  const rest = errors.length - shown.length;
  return {
    kind: 'list',
    title,
    text: [title, ...shown.map((one) => printProblem(checked.source, one))].join('\n'),
    sections: [{ title: '', items: shown.map((one) => problemLine(checked.source, one)) }],
    note: `${rest > 0 ? `${rest} more are not shown. ` : ''}Nothing was saved. Change the text and send it to me again.`,
  };
}

function inputsField(inputs: readonly WorkflowInput[]): { label: string; value: string }[] {
  if (inputs.length === 0) return [];
  const words = inputs.map(({ name, value }) => (value === null ? name : `${name} = ${value}`));
  return [{ label: 'Inputs', value: words.join(', ') }];
}

/** Cards keep no blanks at the beginning of a line: dots show how deep it is. */
function linesOf(words: string): string[] {
  const lines = words.split(/\r?\n/).filter((line) => line.trim() !== '');
  const shown = lines
    .slice(0, mostLines)
    .map((line) =>
      line.replace(/^(?: {2}|\t)+/, (lead) => '· '.repeat(lead.replaceAll('\t', '  ').length / 2)),
    );
  return lines.length > mostLines
    ? [...shown, `… and ${lines.length - mostLines} more lines`]
    : shown;
}
