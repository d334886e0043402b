/**
 * Workflow text → tree, by recursive descent. What is not understood becomes a problem and costs its line
 * or its clause; the rest is read all the same, so that all problems show at once.
 */
import type { File, Statement, Use, Workflow } from './ast.ts';
import { closeBlock, openBlock } from './closer.ts';
import { Cursor, describe } from './cursor.ts';
import { fileWords, statementWords } from './keyword.ts';
import { lexFile } from './lexer.ts';
import { readBody, readStatement } from './parse-block.ts';
import { readItems } from './parse-line.ts';
import { readQuoted } from './parse-name.ts';
import { inOrder, type Problem, Problems } from './problem.ts';
import { readSource, type Source } from './source.ts';

export type Parsed = { file: File; source: Source; problems: Problem[] } & Pick<Problems, 'unread'>;

/** Reads any text and never throws. What it gives is worth printing or running only without errors. */
export function parse(text: string): Parsed {
  const source = readSource(text);
  const problems = new Problems(source);
  const file = readFile(new Cursor(problems, lexFile(problems)));
  return { file, source, problems: inOrder(problems.list), unread: problems.unread };
}

/** `{ ORCHESTRATE WORKFLOW … | ON EVENT … | USE KB|TOOL "name" | TALK text }` */
function readFile(cursor: Cursor): File {
  const items: File['items'] = [];
  openBlock(cursor, 'FILE', { start: 0, end: 0 });
  const read = createItemReader(cursor);
  do {
    if (cursor.is('ORCHESTRATE')) items.push(readWorkflow(cursor, cursor.gap));
    items.push(...readItems<File['items'][number]>(cursor, read));
  } while (cursor.token.kind !== 'end');
  return { items };
}

type Item = Use | Workflow | Statement | undefined;

function createItemReader(cursor: Cursor): (gap: boolean) => Item {
  // Statements outside of a workflow follow each other: the first is worth a word.
  let isOutside = false;
  return (gap) => {
    const { token } = cursor;
    if (cursor.is('USE')) return cursor.attempt<Item>(() => readUse(cursor, gap), undefined);
    if (cursor.is('TALK') || (cursor.is('ON') && !cursor.is('TIMEOUT', 1)))
      return readStatement(cursor, gap);
    if (Object.hasOwn(statementWords, token.key) || cursor.is('=', 1)) {
      const hint = 'It belongs between ORCHESTRATE WORKFLOW "name" and END WORKFLOW.';
      if (!isOutside)
        cursor.problems.add(
          'WF206',
          token,
          `${describe(token)} stands outside of a workflow.`,
          hint,
        );
      isOutside = true;
      readStatement(cursor, gap);
      return undefined;
    }
    const meant =
      token.kind === 'word'
        ? cursor.problems.suggest('file', token.text, () => fileWords)
        : undefined;
    const hint = meant
      ? `Did you mean ${meant}?`
      : `Outside of workflows lines begin with ${fileWords.join(', ')}.`;
    cursor.problems.add('WF201', token, `${describe(token)} is no keyword.`, hint);
    if (meant === 'ORCHESTRATE') return readWorkflow(cursor, gap);
    cursor.skipLine();
    return undefined;
  };
}

/** `USE KB "name"`, `USE TOOL "name"`: what the agents may use */
function readUse(cursor: Cursor, gap: boolean): Use {
  const { start } = cursor.next();
  const what = cursor.take('KB') ? 'KB' : 'TOOL';
  if (what === 'TOOL') cursor.expect('TOOL', 'Write USE TOOL "name" or USE KB "name".');
  const name = readQuoted(cursor, 'The name');
  return { kind: 'use', what, name, gap, start, end: cursor.end };
}

/** `ORCHESTRATE WORKFLOW "name" … END WORKFLOW` */
function readWorkflow(cursor: Cursor, gap: boolean): Workflow {
  const opener = cursor.next();
  const { start, end } = opener;
  cursor.late.length = 0;
  const block = openBlock(cursor, 'WORKFLOW', opener);
  const name = cursor.attempt(
    () => {
      cursor.expect('WORKFLOW', 'Write ORCHESTRATE WORKFLOW "name".');
      return readQuoted(cursor, 'The name of the workflow');
    },
    { text: '', start, end },
  );
  const body = readBody(cursor);
  closeBlock(cursor, block);
  return { kind: 'workflow', name, body, gap, start, end: cursor.end };
}
