/**
 * Expressions, by precedence climbing, from loose to tight:
 *
 *     or < and < not < = <> < <= > >= in contains starts/ends with is [not] null < + - & < * / mod < -x < x.y x[y]
 */
import type { BinaryOperator, Expression, Text } from './ast.ts';
import { type Budget, deeper, newBudget, spend } from './budget.ts';
import { Cursor, describe } from './cursor.ts';
import { reservedWords } from './keyword.ts';
import { lex, type Token } from './lexer.ts';
import { comparisonLevel, levelOf, loosest, notLevel, operatorOf, signLevel } from './operator.ts';
import { readFieldName, readSeveral } from './parse-name.ts';
import type { Span } from './source.ts';
import { partsOf } from './text.ts';

/** @throws unreadable when there is none; its problem has been added then */
export function readExpression(cursor: Cursor): Expression {
  return binary(cursor, loosest, newBudget());
}

/** A text in quotes with its placeholders. */
export function readText(cursor: Cursor, what: string): Text {
  if (cursor.token.kind !== 'text') cursor.fail(what, 'Write it in "quotes".');
  return template(cursor, newBudget());
}

function binary(cursor: Cursor, least: number, budget: Budget): Expression {
  deeper(cursor, budget, 1);
  let left = prefix(cursor, budget);
  for (let found = operatorAt(cursor); found; found = operatorAt(cursor)) {
    const { level } = found;
    if (level < least) break;
    left = continued(cursor, left, found, budget);
    if (level === comparisonLevel && operatorAt(cursor)?.level === comparisonLevel)
      cursor.fail('The end of the comparison', 'Join comparisons with AND or OR.');
  }
  deeper(cursor, budget, -1);
  return left;
}

type Found = { operator: BinaryOperator | 'is'; level: number; words: number };

function operatorAt(cursor: Cursor): Found | undefined {
  const { key } = cursor.token;
  if (key === 'IS') return { operator: 'is', level: comparisonLevel, words: 1 };
  if ((key === 'STARTS' || key === 'ENDS') && cursor.is('WITH', 1)) {
    const operator = key === 'STARTS' ? 'starts with' : 'ends with';
    return { operator, level: comparisonLevel, words: 2 };
  }
  const operator = operatorOf(key);
  return operator && { operator, level: levelOf(operator), words: 1 };
}

function continued(
  cursor: Cursor,
  left: Expression,
  { operator, level, words }: Found,
  budget: Budget,
): Expression {
  const { start } = left;
  for (let word = 0; word < words; word += 1) cursor.next();
  if (operator === 'is') {
    const kind = cursor.take('NOT') ? 'is not null' : 'is null';
    cursor.expect('NULL', 'Write IS NULL or IS NOT NULL.');
    const made = { kind: 'unary', operator: kind, of: left, start, end: cursor.end } as const;
    return spend(cursor, budget, made);
  }
  const right = binary(cursor, level + 1, budget);
  return spend(cursor, budget, { kind: 'binary', operator, left, right, start, end: cursor.end });
}

function prefix(cursor: Cursor, budget: Budget): Expression {
  const { start, key } = cursor.token;
  if (key !== 'NOT' && key !== '-') return postfix(cursor, budget);
  cursor.next();
  const of = binary(cursor, key === 'NOT' ? notLevel : signLevel, budget);
  const operator = key === 'NOT' ? 'not' : '-';
  return spend(cursor, budget, { kind: 'unary', operator, of, start, end: cursor.end });
}

/** `order.total`, `order?.total`, `order["net total"]`, `items[0]`: all null-safe. */
function postfix(cursor: Cursor, budget: Budget): Expression {
  const { start } = cursor.token;
  let of = primary(cursor, budget);
  for (;;) {
    if (cursor.take('.') || cursor.take('?.')) {
      if (cursor.token.kind !== 'word') cursor.fail('A field', 'Write order.total.');
      const key = cursor.next().text;
      of = spend(cursor, budget, { kind: 'member', of, key, start, end: cursor.end });
    } else if (cursor.take('[')) {
      const index = binary(cursor, loosest, budget);
      cursor.expect(']');
      of = spend(cursor, budget, { kind: 'index', of, index, start, end: cursor.end });
    } else return of;
  }
}

function primary(cursor: Cursor, budget: Budget): Expression {
  const { kind, start, end, text, key } = cursor.token;
  const inner = () => binary(cursor, loosest, budget);
  const give = <T extends Expression>(made: T) => spend(cursor, budget, made);
  if (kind === 'text') return give(template(cursor, budget));
  if (kind === 'number') {
    cursor.next();
    return give({ kind: 'number', value: Number(text), raw: text, start, end });
  }
  if (cursor.take('(')) {
    const made = inner();
    cursor.expect(')');
    return made;
  }
  if (cursor.take('[')) {
    const items = readSeveral(cursor, ']', inner);
    return give({ kind: 'list', items, start, end: cursor.end });
  }
  if (cursor.take('{')) {
    const entries = readSeveral(cursor, '}', () => {
      const name = readFieldName(cursor);
      if (!cursor.take('=')) cursor.expect(':', 'Write { field: value }.');
      return { name, value: inner() };
    });
    return give({ kind: 'record', entries, start, end: cursor.end });
  }
  if (key === 'TRUE' || key === 'FALSE') {
    cursor.next();
    return give({ kind: 'boolean', value: key === 'TRUE', start, end });
  }
  if (cursor.take('NULL')) return give({ kind: 'null', start, end });
  if (kind !== 'word' || reservedWords.has(key)) cursor.fail('A value');
  cursor.next();
  if (cursor.is('(') && cursor.token.start === end) {
    cursor.next();
    const args = readSeveral(cursor, ')', inner);
    return give({ kind: 'call', name: { text, start, end }, args, start, end: cursor.end });
  }
  return give({ kind: 'name', name: text, start, end });
}

function template(cursor: Cursor, budget: Budget): Text {
  const token = cursor.next();
  const parts = partsOf(token).map((part) =>
    typeof part === 'string' ? part : placeholder(cursor, budget, part),
  );
  return { kind: 'text', parts, start: token.start, end: token.end };
}

/** What is in braces is an expression without texts of its own. */
function placeholder(cursor: Cursor, budget: Budget, span: Span): Expression {
  const { problems } = cursor;
  const known = problems.list.length;
  const tokens: Token[] = lex(problems, span);
  const inner = new Cursor(problems, tokens);
  const found = inner.attempt<Expression | undefined>(() => {
    const made = binary(inner, loosest, budget);
    return inner.token.kind === 'end' ? made : undefined;
  }, undefined);
  const isClosed = problems.source.text[span.end] === '}';
  if (found && isClosed && problems.list.length === known) return found;
  // One problem stands for whatever was found inside.
  problems.list.length = known;
  const words = problems.source.text.slice(span.start, span.end);
  const shown = words.length > 30 ? `${words.slice(0, 29)}…` : words;
  const message = `The placeholder {${shown}} is not understood: ${isClosed ? `it stops at ${describe(inner.token)}` : 'it is not closed'}.`;
  const hint = 'Write {name} or {name.field}, and {{ for a brace that is meant.';
  return cursor.refuse('WF210', { start: span.start - 1, end: span.end }, message, hint);
}
