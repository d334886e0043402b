/**
 * Expressions → values. Nothing is null-unsafe: a path into nothing is null, null compares as false except
 * with = and <>, and adds nothing to a text. What makes no sense is an error that names the expression.
 */
import { isDeepStrictEqual } from 'node:util';
import { invalid } from '../../errors.ts';
import type { BinaryOperator, Expression } from './ast.ts';
import { isOrderedDate } from './date.ts';
import { functions, longestComputed as longest, textOf, type Value } from './function.ts';
import { printExpression } from './print-expression.ts';
import { variableKey } from './visit.ts';

/** By lower-case name. */
export type Variables = ReadonlyMap<string, Value>;

/** @throws INVALID with a sentence that names the expression */
export function evaluate(expression: Expression, variables: Variables): Value {
  const value = compute(expression, variables);
  if (typeof value === 'string' && value.length > longest)
    throw wrong(expression, `is longer than ${longest.toLocaleString('en')} characters`);
  if (typeof value === 'number' && !Number.isFinite(value)) throw wrong(expression, 'is no number');
  return value;
}

/** Whether a condition holds. Null does not; other values are no answer. */
export function holds(condition: Expression, variables: Variables): boolean {
  const value = evaluate(condition, variables);
  if (value === null) return false;
  if (typeof value !== 'boolean')
    throw wrong(condition, 'is neither true nor false: compare it with something');
  return value;
}

function compute(expression: Expression, variables: Variables): Value {
  const inner = (of: Expression) => evaluate(of, variables);
  switch (expression.kind) {
    case 'number':
    case 'boolean':
      return expression.value;
    case 'null':
      return null;
    case 'text':
      return expression.parts
        .map((part) => (typeof part === 'string' ? part : textOf(inner(part))))
        .join('');
    case 'name':
      return variables.get(variableKey(expression.name)) ?? null;
    case 'member':
      return fieldOf(inner(expression.of), expression.key);
    case 'index':
      return fieldOf(inner(expression.of), inner(expression.index));
    case 'list':
      return expression.items.map(inner);
    case 'record':
      return Object.fromEntries(
        expression.entries.map(({ name, value }) => [name.text, inner(value)]),
      );
    case 'call':
      return call(expression, expression.args.map(inner));
    case 'unary': {
      const { operator, of } = expression;
      if (operator === 'not') return !holds(of, variables);
      if (operator === 'is null') return inner(of) === null;
      if (operator === 'is not null') return inner(of) !== null;
      const value = inner(of);
      if (value !== null && typeof value !== 'number') throw wrong(of, 'is no number');
      return value === null ? null : -value;
    }
    case 'binary': {
      const { operator, left, right } = expression;
      if (operator === 'and') return holds(left, variables) && holds(right, variables);
      if (operator === 'or') return holds(left, variables) || holds(right, variables);
      return combine(expression, operator, inner(left), inner(right));
    }
  }
}

/** Own fields only, and list items from 0. */
function fieldOf(value: Value, key: Value): Value {
  if (Array.isArray(value)) return typeof key === 'number' ? (value[key] ?? null) : null;
  if (typeof value !== 'object' || value === null || typeof key !== 'string') return null;
  return Object.hasOwn(value, key) ? (value[key] ?? null) : null;
}

function combine(of: Expression, operator: BinaryOperator, left: Value, right: Value): Value {
  switch (operator) {
    case '=':
      return isDeepStrictEqual(left, right);
    case '<>':
      return !isDeepStrictEqual(left, right);
    case '<':
    case '<=':
    case '>':
    case '>=':
      // A date and a text like "1.12.2026" are two texts, in an order that nobody means.
      if (typeof left === 'string' && typeof right === 'string')
        if (isOrderedDate(left) !== isOrderedDate(right))
          throw wrong(of, 'compares a date with a text: take DATE(…) of what is no 2026-12-31');
      return isOrdered(operator, left, right);
    case 'in':
      return Array.isArray(right) && right.some((item) => isDeepStrictEqual(item, left));
    case 'contains':
      if (Array.isArray(left)) return left.some((item) => isDeepStrictEqual(item, right));
      return typeof left === 'string' && typeof right === 'string' && left.includes(right);
    case 'starts with':
      return typeof left === 'string' && typeof right === 'string' && left.startsWith(right);
    case 'ends with':
      return typeof left === 'string' && typeof right === 'string' && left.endsWith(right);
    case '&':
      return textOf(left) + textOf(right);
    case '+':
      if (typeof left === 'string' || typeof right === 'string')
        return textOf(left) + textOf(right);
      return calculate(of, operator, left, right);
    default:
      return calculate(of, operator, left, right);
  }
}

/** Numbers with numbers and texts with texts; anything else is not in order. */
function isOrdered(operator: '<' | '<=' | '>' | '>=', left: Value, right: Value): boolean {
  const areTexts = typeof left === 'string' && typeof right === 'string';
  const areNumbers = typeof left === 'number' && typeof right === 'number';
  if (!areTexts && !areNumbers) return false;
  const order = left < right ? -1 : left > right ? 1 : 0;
  return { '<': order < 0, '<=': order <= 0, '>': order > 0, '>=': order >= 0 }[operator];
}

function calculate(of: Expression, operator: BinaryOperator, left: Value, right: Value): Value {
  if (left === null || right === null) return null;
  if (typeof left !== 'number' || typeof right !== 'number')
    throw wrong(of, 'needs numbers: take NUMBER(…) of a text');
  if ((operator === '/' || operator === 'mod') && right === 0) throw wrong(of, 'divides by zero');
  if (operator === '+') return left + right;
  if (operator === '-') return left - right;
  if (operator === '*') return left * right;
  return operator === '/' ? left / right : left % right;
}

function call(of: Extract<Expression, { kind: 'call' }>, args: Value[]): Value {
  const name = of.name.text.toUpperCase();
  const found = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (!found) throw wrong(of, 'is no function');
  if (args.length < found.needed || (!found.many && args.length > found.takes.length))
    throw wrong(of, `is written ${found.usage}`);
  if (!found.nulls && args.includes(null)) return null;
  args.forEach((arg, at) => {
    const kind = found.takes[Math.min(at, found.takes.length - 1)];
    const isRight =
      kind === 'any' ||
      (kind === 'text' && typeof arg === 'string') ||
      (kind === 'number' && typeof arg === 'number') ||
      (kind === 'list' && Array.isArray(arg));
    if (!isRight) throw wrong(of, `needs a ${kind} as value ${at + 1}`);
  });
  return found.run(...(args as never[]));
}

function wrong(of: Expression, why: string) {
  const words = printExpression(of);
  return invalid(`${words.length > 80 ? `${words.slice(0, 79)}…` : words} ${why}.`);
}
