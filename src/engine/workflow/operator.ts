/** Operators and how tight they bind: or, and, not, comparisons, + - &, * / mod, sign. */
import type { BinaryOperator } from './ast.ts';

const levels: Record<BinaryOperator, number> = {
  or: 1,
  and: 2,
  ...{ '=': 4, '<>': 4, '<': 4, '<=': 4, '>': 4, '>=': 4 },
  ...{ in: 4, contains: 4, 'starts with': 4, 'ends with': 4 },
  ...{ '+': 5, '-': 5, '&': 5 },
  ...{ '*': 6, '/': 6, mod: 6 },
};
export const levelOf = (operator: BinaryOperator): number => levels[operator];
export const loosest = 1;
export const notLevel = 3;
export const comparisonLevel = 4;
export const signLevel = 7;

const spellings: Record<string, BinaryOperator> = {
  ...{ OR: 'or', AND: 'and', IN: 'in', CONTAINS: 'contains', MOD: 'mod' },
  ...{ '=': '=', '==': '=', '<>': '<>', '!=': '<>', '<': '<', '<=': '<=', '>': '>', '>=': '>=' },
  ...{ '+': '+', '-': '-', '&': '&', '*': '*', '/': '/', '%': 'mod' },
};
export const operatorOf = (key: string): BinaryOperator | undefined =>
  Object.hasOwn(spellings, key) ? spellings[key] : undefined;
