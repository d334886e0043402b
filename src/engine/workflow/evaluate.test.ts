import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FactotumError } from '../../errors.ts';
import type { Expression } from './ast.ts';
import { evaluate, holds } from './evaluate.ts';
import { functions, type Value } from './function.ts';
import { parse } from './parser.ts';

const order: Value = {
  total: 120,
  customer: { name: 'Ana  ' },
  tags: ['new', 'vip'],
  'net total': 100,
  none: null,
};
const variables = new Map<string, Value>([
  ['order', order],
  ['limit', 100],
  ['nothing', null],
]);

function expressionOf(text: string): Expression {
  const { file, problems } = parse(`ORCHESTRATE WORKFLOW "w"\nx = ${text}\nEND WORKFLOW`);
  expect(problems.map(({ message }) => message)).toEqual([]);
  const [workflow] = file.items;
  const [statement] = workflow?.kind === 'workflow' ? workflow.body : [];
  if (statement?.kind !== 'set') throw new Error('There is no expression.');
  return statement.value;
}
const value = (text: string) => evaluate(expressionOf(text), variables);

describe('an expression', () => {
  test.each([
    ['1 + 2 * 3 - 4 / 2', 5],
    ['-(1 + 2) mod 2', -1],
    ['order.total > limit', true],
    ['ORDER.total > Limit', true],
    ['order.total = 120 and not order.total <> 120', true],
    ['order.missing.deeper.still', null],
    ['order.tags[1]', 'vip'],
    ['order.tags[7] is null', true],
    ['order["net total"]', 100],
    ['order.none is not null', false],
    ['order.constructor', null],
    ['order.tags.length', null],
    ['nothing > 5 or nothing < 5', false],
    ['nothing = null', true],
    ['nothing + 5', null],
    ['"5" < 6', false],
    ['"a" < "b"', true],
    ['"2026-12-01" < "2026-12-31"', true],
    ['"2026-12-01 09:00" > "2026-12-01"', true],
    ['DATE("Dec 1st, 2026") = "2026-12-01"', true],
    ['DATE("1 December 2026") < "2026-12-02"', true],
    ['DATE("2026-12-01T09:00Z")', '2026-12-01'],
    ['DATE("12/01/2026") is null and DATE("31 Feb 2026") is null', true],
    ['DATE("12/01/2026") < "2026-12-01"', false],
    ['DAYS("2026-12-01", "2027-01-01")', 31],
    ['DAYS("2026-12-01", "1 Nov 2026")', -30],
    ['DAYS("soon", "2026-12-01")', null],
    ['"vip" in order.tags', true],
    ['order.tags contains "old"', false],
    ['order.customer.name contains "An"', true],
    ['"abc" starts with "ab" and "abc" ends with "bc"', true],
    ['"Order " + order.total + nothing + "!"', 'Order 120!'],
    ['1 & 2', '12'],
    ['"{order.total} for {trim(order.customer.name)}"', '120 for Ana'],
    ['"{order.tags}"', '["new","vip"]'],
    ['[1, { a: [2] }] = [1, { a: [2] }]', true],
    ['false and order', false],
    ['true or order', true],
    ['upper("é") & lower("É")', 'Éé'],
    ['length("😀a") + length(order.tags)', 4],
    ['left("😀ab", 2) & right("ab😀", 1) & mid("abcd", 2, 2) & mid("abcd", 4)', '😀a😀bcd'],
    ['right("abc", 0)', ''],
    ['replace("a.b.c", ".", "$&")', 'a$&b$&c'],
    ['join(split("a-b", "-"), "+")', 'a+b'],
    ['number(" 12.50 ") + 1', 13.5],
    ['number("12 apples")', null],
    ['text(nothing) & text(true)', 'true'],
    ['round(1.005, 2) + round(-2.5)', -1.99],
    ['round(1 / 10000000, 2)', 0],
    ['min(3, 1, 2) + max(3, 1) + abs(-1)', 5],
    ['coalesce(nothing, order.missing, 7)', 7],
    ['upper(nothing)', null],
  ])('%s is %j', (text, expected) => {
    expect(value(text)).toEqual(expected);
  });

  test.each([
    ['1 / 0', '1 / 0 divides by zero.'],
    [
      '"1.12.2026" < "2026-12-31"',
      '"1.12.2026" < "2026-12-31" compares a date with a text: take DATE(…) of what is no 2026-12-31.',
    ],
    ['order.total mod nothing * 0 + 1 mod (1 - 1)', '1 MOD (1 - 1) divides by zero.'],
    ['"a" * 2', '"a" * 2 needs numbers: take NUMBER(…) of a text.'],
    ['-"a"', '"a" is no number.'],
    ['not 5', '5 is neither true nor false: compare it with something.'],
    ['limit and true', 'limit is neither true nor false: compare it with something.'],
    ['shout("a")', 'shout("a") is no function.'],
    ['upper()', 'upper() is written UPPER(text).'],
    ['upper(5)', 'upper(5) needs a text as value 1.'],
    ['constructor(1)', 'constructor(1) is no function.'],
  ])('%s is an error that says what to do', (text, message) => {
    expect(() => value(text)).toThrow(message);
  });

  test('never becomes a text as long as memory', () => {
    const doubled = `replace(${'replace('.repeat(10)}"aaaaaaaaaa"${', "a", "aaaaaaaaaa")'.repeat(10)}, "a", "b")`;
    expect(() => value(doubled)).toThrow('is longer than 100,000 characters');
  });

  test('holds only when it is true', () => {
    expect(holds(expressionOf('order.total > 100'), variables)).toBe(true);
    expect(holds(expressionOf('order.missing'), variables)).toBe(false);
  });

  test('of any functions and values is a value or an error of ours', () => {
    const leaf = fc.constantFrom(
      '1',
      '0',
      '-5',
      '2.5',
      '"a"',
      '"😀é"',
      '"12"',
      'NULL',
      'TRUE',
      'order',
      'order.tags',
      'limit',
      '[]',
      '{}',
    );
    const names = Object.keys(functions);
    const text = fc.letrec<{ any: string }>((tie) => ({
      any: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc
          .tuple(fc.constantFrom(...names), fc.array(tie('any'), { minLength: 1, maxLength: 3 }))
          .map(([name, args]) => `${name}(${args.join(', ')})`),
        fc
          .tuple(
            tie('any'),
            fc.constantFrom(
              '+',
              '-',
              '*',
              '/',
              'MOD',
              '&',
              '=',
              '<',
              'AND',
              'OR',
              'IN',
              'CONTAINS',
            ),
            tie('any'),
          )
          .map(([left, operator, right]) => `(${left} ${operator} ${right})`),
      ),
    })).any;
    fc.assert(
      fc.property(text, (written) => {
        const expression = expressionOf(written);
        try {
          expect(JSON.stringify(evaluate(expression, variables))).toBeTypeOf('string');
        } catch (error) {
          expect(error).toBeInstanceOf(FactotumError);
        }
      }),
      { seed: 42, numRuns: 1000 },
    );
  });
});
