/** Expressions that stand in plans, as text of the workflow language. */
import { invalid } from '../../errors.ts';
import { remember } from '../../recent.ts';
import type { Expression } from './ast.ts';
import { Cursor } from './cursor.ts';
import { lex } from './lexer.ts';
import { readExpression } from './parse-expression.ts';
import { Problems } from './problem.ts';
import { readSource } from './source.ts';
import { variableKey, visit } from './visit.ts';

/** A text of 2,000 characters with its quotes doubled, and then some. */
export const longestExpression = 10_000;

type Read = { expression: Expression } | { problem: string };

const readOnce = remember(2000, read);
const known = (text: string) => readOnce(text, text);

function read(text: string): Read {
  const problems = new Problems(readSource(text));
  const cursor = new Cursor(problems, lex(problems, { start: 0, end: text.length }));
  const expression = cursor.attempt<Expression | undefined>(
    () => readExpression(cursor),
    undefined,
  );
  const [first] = problems.list;
  if (first) return { problem: first.message };
  if (!expression || cursor.token.kind !== 'end')
    return { problem: 'It goes on where it should end.' };
  return { expression };
}

/** What is wrong with the text of an expression; undefined when it can be read. */
export function problemOf(text: string): string | undefined {
  const found = known(text);
  return 'problem' in found ? found.problem : undefined;
}

/** @throws INVALID with what is wrong */
export function expressionOf(text: string): Expression {
  const found = known(text);
  if ('expression' in found) return found.expression;
  throw invalid(`The expression ${text.slice(0, 80)} is not understood: ${found.problem}`);
}

/** The variables that an expression reads, by lower-case name. */
export function variablesIn(expression: Expression): Set<string> {
  const names = new Set<string>();
  visit(expression, (found) => {
    if (found.kind === 'name') names.add(variableKey(found.name));
  });
  return names;
}
