import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { check } from './check.ts';
import { compile, type Request } from './compile.ts';
import { Plan, walk } from './plan.ts';
import { print } from './printer.ts';
import { printProblem } from './problem.ts';

const checks = [{ id: 'chk_1', label: 'It is done', kind: 'by_hand' }];
const compiled = (text: string, request: Partial<Request> = {}) =>
  compile(check(text), { checks, ...request });
const inside = (lines: string) => `ORCHESTRATE WORKFLOW "w"\n${lines}\nEND WORKFLOW\n`;
const problemsIn = (text: string, request: Partial<Request> = {}) =>
  compiled(text, request).problems.map(({ line, column, code, hint }) =>
    [`${line}:${column} ${code}`, hint].filter(Boolean).join(' '),
  );

describe('the pairs of text and plan', () => {
  const file = join(import.meta.dirname, 'pairs.golden.txt');
  const [head = '', ...rest] = readFileSync(file, 'utf8').split(/^=== /m);
  const sections = rest.map((section) => {
    const [inputs = '', ...lines] = section.split('\n');
    const [text = ''] = lines.join('\n').split(/^---\n/m);
    return { inputs, text };
  });

  test('are as the file says', async () => {
    const shown = sections.map(({ inputs, text }) => {
      const { source } = check(text);
      const { plan, problems } = compiled(text, { inputs: JSON.parse(inputs) });
      const found = plan
        ? JSON.stringify({ understood: plan.understood, steps: plan.steps }, null, 1)
        : problems.map((problem) => printProblem(source, problem)).join('\n');
      return `=== ${inputs}\n${text}---\n${found}\n\n`;
    });
    await expect(head + shown.join('')).toMatchFileSnapshot(file);
    expect(sections.length).toBeGreaterThan(5);
  });

  test('are printed as they were written, and become the same plan again', () => {
    for (const { inputs, text } of sections) {
      const printed = print(check(text).file);
      expect(printed).toBe(text);
      const request = { inputs: JSON.parse(inputs) };
      expect(compiled(printed, request).plan).toEqual(compiled(text, request).plan);
    }
  });

  test('hold plans that survive being stored', () => {
    const plans = sections.flatMap(({ inputs, text }) => {
      const { plan } = compiled(text, { inputs: JSON.parse(inputs) });
      return plan ? [plan] : [];
    });
    expect(plans.length).toBeGreaterThan(3);
    for (const plan of plans) expect(Plan.parse(JSON.parse(JSON.stringify(plan)))).toEqual(plan);
  });
});

test('any lines in any order are a plan, or problems with their places', () => {
  const lines = readFileSync(join(import.meta.dirname, 'pairs.golden.txt'), 'utf8')
    .split('\n')
    .filter((line) => /^ *(?:[A-Z]{2,}|')/.test(line));
  const some = fc.array(fc.constantFrom(...lines), { maxLength: 25 });
  fc.assert(
    fc.property(some, (chosen) => {
      const text = inside(chosen.join('\n'));
      const { plan, problems } = compiled(text, { inputs: { order_amount: 5 } });
      if (plan) expect(Plan.parse(plan)).toEqual(plan);
      else expect(problems.some(({ severity }) => severity === 'error')).toBe(true);
    }),
    { seed: 42, numRuns: 1000 },
  );
});

describe('a workflow', () => {
  test('becomes a plan with its name, its checks and the time of its tools', () => {
    const text = inside('CALL TOOL "a"\nPARALLEL\nBRANCH 1: CALL TOOL "b"\nEND PARALLEL');
    const { plan } = compiled(text, { unitMs: (tool) => (tool === 'a' ? 50 : undefined) });
    expect(plan).toMatchObject({ title: 'w', confidence: 1, estimatedMs: 1050, checks });
  });

  test('has steps with the keys of their numbers', () => {
    const { plan } = compiled(inside('STEP 7: CALL TOOL "a"\nCALL TOOL "b"\nCALL TOOL "c"'));
    expect([...walk(plan?.steps ?? [])].map(({ key }) => key)).toEqual([
      'step-7',
      'tool-1',
      'tool-2',
    ]);
  });

  test.each([
    [99, []],
    [100, []],
    [101, ['Approval by m']],
  ])('with an amount of %d asks for an approval only above 100', (order_amount, expected) => {
    const text = inside(
      'IF order_amount > 100 THEN\nHUMAN APPROVAL FROM "m"\nEND IF\nHUMAN TASK "x"',
    );
    const { plan } = compiled(text, { inputs: { order_amount } });
    expect(plan?.steps.map(({ name }) => name)).toEqual([...expected, 'x']);
    expect(plan?.understood).toHaveLength(2);
  });

  test.each([
    ['is not sound', 'TALK x y', {}, ['2:8 WF203 Each statement has a line of its own.']],
    [
      'lacks an input',
      'HUMAN TASK "{a} {a}"',
      {},
      ['2:14 WF402 Give a when you run the workflow, or write INPUT a = value.'],
    ],
    [
      'is given another input',
      'INPUT amount\nHUMAN TASK "x"',
      { inputs: { ammount: 1 } },
      ['1:22 WF402 Did you mean amount?'],
    ],
    ['computes what cannot be', 'HUMAN TASK "{a / 0}"', { inputs: { a: 1 } }, ['2:12 WF405']],
    [
      'compares what is no condition',
      'IF a THEN\nHUMAN TASK "x"\nEND IF',
      { inputs: { a: 5 } },
      ['2:4 WF405'],
    ],
    [
      'has no step left',
      'IF a > 1 THEN\nHUMAN TASK "x"\nEND IF',
      { inputs: { a: 1 } },
      ['1:22 WF403'],
    ],
    [
      'sets a variable in two places',
      'CALL TOOL "a" AS x\nCALL TOOL "b" AS x\nIF x.y THEN\nHUMAN TASK "x"\nEND IF',
      {},
      [expect.stringMatching(/^4:4 WF401/)],
    ],
    [
      'has too many steps',
      Array.from({ length: 101 }, () => 'HUMAN TASK "x"').join('\n'),
      {},
      ['1:22 WF403'],
    ],
    ['is not the one', 'HUMAN TASK "x"', { workflow: 'other' }, ['1:1 WF404 Name one of "w".']],
  ])('that %s is no plan, and says why', (_, lines, request, expected) => {
    expect(problemsIn(inside(lines), request)).toEqual(expected);
    expect(compiled(inside(lines), request).plan).toBeUndefined();
  });

  test('is chosen by its name where there are several', () => {
    const two = inside('HUMAN TASK "x"') + inside('HUMAN TASK "y"').replace('"w"', '"v"');
    expect(compiled(two, { workflow: 'V ' }).plan?.title).toBe('v');
    expect(problemsIn(two)).toEqual(['1:1 WF404 Name one of "w", "v".']);
    expect(problemsIn("' nothing")).toEqual(['1:1 WF404 Begin with ORCHESTRATE WORKFLOW "name".']);
  });

  test('with a warning is a plan all the same', () => {
    const text = inside('CALL TOOL "a" AS amount\nHUMAN TASK "{ammount}"');
    const { plan, problems } = compiled(text, { inputs: { ammount: 1 } });
    expect(problems.map(({ severity }) => severity)).toEqual(['warning']);
    expect(plan?.steps).toHaveLength(2);
  });
});
