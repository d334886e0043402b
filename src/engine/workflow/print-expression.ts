/** Expressions → text, with the brackets that they need and no others. */
import type { Argument, Expression, Name, Text } from './ast.ts';
import { comparisonLevel, levelOf, loosest, notLevel, signLevel } from './operator.ts';
import { quote, quoteName } from './text.ts';

const tightest = signLevel + 1;

/** @param least how tight it has to bind to stand without brackets */
export function printExpression(expression: Expression, least: number = loosest): string {
  const [words, level] = printed(expression);
  return level < least ? `(${words})` : words;
}

function printed(expression: Expression): [words: string, level: number] {
  switch (expression.kind) {
    case 'number':
      return [expression.raw, tightest];
    case 'boolean':
      return [expression.value ? 'TRUE' : 'FALSE', tightest];
    case 'null':
      return ['NULL', tightest];
    case 'name':
      return [expression.name, tightest];
    case 'text':
      return [printText(expression), tightest];
    case 'member':
      return [`${printExpression(expression.of, tightest)}.${expression.key}`, tightest];
    case 'index': {
      const index = printExpression(expression.index);
      return [`${printExpression(expression.of, tightest)}[${index}]`, tightest];
    }
    case 'call': {
      const args = expression.args.map((arg) => printExpression(arg)).join(', ');
      return [`${expression.name.text}(${args})`, tightest];
    }
    case 'list':
      return [`[${expression.items.map((item) => printExpression(item)).join(', ')}]`, tightest];
    case 'record': {
      const entries = expression.entries.map(
        ({ name, value }) => `${printField(name)}: ${printExpression(value)}`,
      );
      return [entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`, tightest];
    }
    case 'unary': {
      const { operator, of } = expression;
      if (operator === 'not') return [`NOT ${printExpression(of, notLevel)}`, notLevel];
      if (operator === '-') return [`-${printExpression(of, signLevel)}`, signLevel];
      const words = `${printExpression(of, comparisonLevel + 1)} ${operator.toUpperCase()}`;
      return [words, comparisonLevel];
    }
    case 'binary': {
      const { operator, left, right } = expression;
      const level = levelOf(operator);
      // Comparisons do not follow each other, so both sides bind tighter.
      const least = level === comparisonLevel ? level + 1 : level;
      const words = `${printExpression(left, least)} ${operator.toUpperCase()} ${printExpression(right, level + 1)}`;
      return [words, level];
    }
  }
}

export function printText({ parts }: Text): string {
  const words = parts.map((part) =>
    typeof part === 'string' ? quote(part) : `{${printExpression(part)}}`,
  );
  return `"${words.join('')}"`;
}

export const printQuoted = ({ text }: Name): string => `"${quoteName(text)}"`;

export const printArguments = (list: Argument[]): string =>
  list.map(({ name, value }) => `${printField(name)} = ${printExpression(value)}`).join(', ');

/** Quoted where it is no word. */
const printField = (name: Name): string => (isWord(name.text) ? name.text : printQuoted(name));
export const isWord = (text: string): boolean => /^[\p{L}\p{M}_][\p{L}\p{M}\p{N}_]*$/u.test(text);
