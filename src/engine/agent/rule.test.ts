/** Rules of agents: what they say of values, and what is said of rules that cannot be read. */
import { describe, expect, test } from 'vitest';
import type { Value } from '../workflow/function.ts';
import { askedIn, follow, readRules } from './rule.ts';

const nobody = async (agent: string): Promise<Record<string, Value>> => {
  throw new Error(`${agent} is not to be asked.`);
};
const say = (rules: string, given: Record<string, Value>, ask = nobody) =>
  follow(readRules(rules), given, ask);

const triage = `
' what comes in
IF text CONTAINS "refund" THEN category = "refund", urgent = amount > 100
ELSE IF text CONTAINS "invoice" THEN category = "invoice"
ELSE category = "other"
IF urgent THEN team = "seniors"
`;

test('all that hold are followed, in order, with what earlier ones have set', async () => {
  expect(await say(triage, { text: 'a refund please', amount: 101 })).toEqual({
    category: 'refund',
    urgent: true,
    team: 'seniors',
  });
  expect(await say(triage, { text: 'refund my invoice', amount: 5 })).toEqual({
    category: 'refund',
    urgent: false,
  });
  expect(await say(triage, { text: 'an invoice' })).toEqual({ category: 'invoice' });
  expect(await say(triage, { text: 'hello' })).toEqual({ category: 'other' });
});

test('where none holds there is no answer', async () => {
  const rules = 'IF text CONTAINS "refund" THEN category = "refund"';
  expect(await say(rules, { text: 'hello' })).toBeUndefined();
  expect(await say(rules, {})).toBeUndefined();
  expect(await say('', { text: 'x' })).toBeUndefined();
});

test('a line without IF always holds, and ends the lines that an ELSE belongs to', async () => {
  expect(await say('a = 1\nIF a = 1 THEN b = {"x": [a, 2]}', {})).toEqual({
    a: 1,
    b: { x: [1, 2] },
  });
});

test('another agent is asked, and its fields are known from then on', async () => {
  const rules = 'IF NOT known THEN ASK "front-desk"\nIF room = 3 THEN floor = 1';
  expect(await say(rules, { known: false }, async (agent) => ({ room: 3, by: agent }))).toEqual({
    room: 3,
    by: 'front-desk',
    floor: 1,
  });
  expect(askedIn(readRules(rules))).toEqual(['front-desk']);
});

test('names that objects have by themselves are names like others', async () => {
  const found = await say('constructor = 1\n"__proto__" = 2', {});
  expect(Object.keys(found ?? {})).toEqual(['constructor', '__proto__']);
  expect(({} as Record<string, unknown>)['2']).toBeUndefined();
});

describe('what cannot be read is said with its line', () => {
  test.each([
    ['IF text THEN', 'line 1, column 13'],
    ['a = 1\nIF text CONTAINS "x" category = 1', 'THEN is expected'],
    ['ELSE a = 1', 'ELSE has no line with IF right before it'],
    ['a = 1\nELSE b = 2', 'ELSE has no line with IF right before it'],
    ['IF a THEN b = 1 c = 2', 'Put a comma between two parts'],
    ['IF a THEN SEND "all"', 'Write field = value'],
    ['a = "open', 'not closed'],
    ['just words', 'Write field = value'],
  ])('%s', (rules, words) => {
    expect(() => readRules(rules)).toThrow(words);
  });

  test('a rule of any length ends in an answer, never in a hang', () => {
    expect(() => readRules(`IF ${'('.repeat(5_000)} THEN a = 1`)).toThrow('nested more than');
    expect(() => readRules('a = 1\n'.repeat(501))).toThrow('500 rules');
    expect(() => readRules('IF '.repeat(3_000))).toThrow('cannot be read');
  });
});

test('what cannot be computed is an error that names the expression', async () => {
  await expect(say('IF "x" THEN a = 1', {})).rejects.toThrow('neither true nor false');
  await expect(say('a = 1 / 0', {})).rejects.toThrow('divides by zero');
});
