/**
 * What is wrong with a workflow that can be read: names, numbers, variables, circles. Together with the
 * problems of reading, in the order of the text, fast enough to be asked at each key that is pressed.
 */
import { statementsIn, type Workflow } from './ast.ts';
import { checkReference, type Known } from './check-reference.ts';
import { checkStatement, checkWorkflowNames } from './check-statement.ts';
import { checkVariables, type Input } from './check-variable.ts';
import { type Parsed, parse } from './parser.ts';
import { inOrder, Problems } from './problem.ts';

export type { Known } from './check-reference.ts';

export type Checked = Parsed & {
  /** Each with what it has to be given. */
  workflows: { workflow: Workflow; inputs: Input[] }[];
  /** Whether nothing but warnings is wrong. */
  isSound: boolean;
};

/**
 * Reads and checks any text; never throws.
 * @param known what is installed here; what is left out is not checked
 */
export function check(text: string, known: Known = {}): Checked {
  const { file, source, problems: found, unread } = parse(text);
  const problems = new Problems(source, unread);
  for (const item of file.items) {
    if (item.kind === 'use') continue;
    const statements = statementsIn(item.kind === 'workflow' ? item.body : [item]);
    for (const statement of statements) checkStatement(problems, statement);
  }
  checkWorkflowNames(problems, file);
  checkReference(problems, file, known);
  const workflows = checkVariables(problems, file);
  const all = inOrder([...found, ...problems.list]);
  const isSound = all.every(({ severity }) => severity === 'warning');
  return { file, source, problems: all, unread, workflows, isSound };
}
