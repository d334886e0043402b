/** What is said of the fields of a tool before it is called. */
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { invalid } from '../../errors.ts';
import { check } from './check.ts';

const schemas: Record<string, z.ZodType> = {
  send: z.object({
    to: z.string().regex(/^[a-z]+:/, 'must be channel:conversation'),
    text: z.string().min(1, 'must not be empty'),
    count: z.int().default(1),
    urgent: z.boolean().optional(),
    kind: z.enum(['letter', 'note']).default('note'),
    note: z.string().nullable().default(null),
  }),
  open: z.object({ entity: z.string() }).loose(),
  any: z.unknown(),
  none: z.object({}),
  named: z.object({
    name: z.string().transform((name) => {
      if (name !== 'paid') throw invalid(`"${name}" is no name.`);
      return name;
    }),
  }),
  odd: z.object({ value: z.unknown().refine(async () => true) }),
};
const known = { tools: Object.keys(schemas), inputOf: (tool: string) => schemas[tool] };

const problemsOf = (call: string) =>
  check(
    `ORCHESTRATE WORKFLOW "w"\nINPUT a = 1\nCALL TOOL ${call}\nEND WORKFLOW\n`,
    known,
  ).problems.map(
    ({ line, column, code, message, hint }) =>
      `${line}:${column} ${code} ${message}${hint ? ` ${hint}` : ''}`,
  );

describe('a call of a tool', () => {
  test.each([
    ['all that it needs', '"send" WITH to = "web:x", text = "Hi {a}"'],
    ['what is known only when it runs', '"send" WITH to = a, text = a, count = a + 1, urgent = a'],
    [
      'what else it takes',
      '"send" WITH to = "web:x", text = "x", kind = "letter", note = NULL, urgent = TRUE',
    ],
    ['more, where that is welcome', '"open" WITH entity = "x", more = 1'],
    ['anything, where it does not say what it takes', '"any" WITH x = 1, y = "z"'],
    ['nothing, where nothing is needed', '"none"'],
    ['a name that is one', '"named" WITH name = "paid"'],
    ['what can be looked at only when it is called', '"odd" WITH value = 1'],
  ])('is sound with %s', (_, call) => {
    expect(problemsOf(call)).toEqual([]);
  });

  test.each([
    [
      'without anything',
      '"send"',
      '3:11 WF312 “send” also needs to and text. Add WITH to = …, text = ….',
    ],
    ['without one', '"send" WITH to = "web:x"', '3:11 WF312 “send” also needs text. Add text = ….'],
    [
      'with a text that is no address',
      '"send" WITH to = "x", text = "x"',
      '3:28 WF312 “send” does not take this to: it must be channel:conversation.',
    ],
    [
      'with a number for a text',
      '"send" WITH to = 1, text = "x"',
      '3:28 WF312 “send” does not take this to: it must be a text.',
    ],
    [
      'with half a number',
      '"send" WITH to = "web:x", text = "x", count = 1.5',
      '3:57 WF312 “send” does not take this count: it must be a whole number.',
    ],
    [
      'with a word for yes',
      '"send" WITH to = "web:x", text = "x", urgent = "yes"',
      '3:58 WF312 “send” does not take this urgent: it must be true or false.',
    ],
    [
      'with another word',
      '"send" WITH to = "web:x", text = "x", kind = "card"',
      '3:56 WF312 “send” does not take this kind: it must be one of letter, note.',
    ],
    [
      'with nothing in it',
      '"send" WITH to = "web:x", text = ""',
      '3:44 WF312 “send” does not take this text: it must not be empty.',
    ],
    [
      'with what it throws away',
      '"none" WITH x = 1',
      '3:23 WF312 “none” has no field “x”. It has none.',
    ],
    [
      'with a name that is none',
      '"named" WITH name = "pa id"',
      '3:31 WF312 “named” does not take this name: "pa id" is no name.',
    ],
  ])('is wrong %s', (_, call, problem) => {
    expect(problemsOf(call)).toEqual([problem]);
  });

  test('is told what a misspelled field was meant to be', () => {
    expect(problemsOf('"send" WITH to = "web:x", txt = "x"')).toEqual([
      '3:11 WF312 “send” also needs text. Add text = ….',
      '3:37 WF312 “send” has no field “txt”. Did you mean text?',
    ]);
    expect(problemsOf('"send" WITH To = "web:x", text = "x", toString = 1')).toEqual([
      '3:11 WF312 “send” also needs to. Add to = ….',
      '3:23 WF312 “send” has no field “To”. Did you mean to?',
      '3:49 WF312 “send” has no field “toString”. It has: to, text, count, urgent, kind, note.',
    ]);
  });
});
