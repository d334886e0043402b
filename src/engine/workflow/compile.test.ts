import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { check } from './check.ts';
import { compile, type Request } from './compile.ts';
import { Plan, walk } from './plan.ts';
import { print } from './printer.ts';
import { printProblem } from './problem.ts';

/** Those that carry out what the language says. */
const tools = new Set([
  ...['ask_agent', 'publish_event', 'talk'],
  ...['set_memory', 'get_memory', 'share_memory', 'sync_memory'],
]);
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
    const [heading = '', ...lines] = section.split('\n');
    const [text = ''] = lines.join('\n').split(/^---\n/m);
    const [given = ''] = heading.split(' with tools');
    const request = {
      inputs: JSON.parse(given),
      // Of several, the one that runs the other.
      ...(text.includes('RUN WORKFLOW "refund"') ? { workflow: 'outer' } : {}),
      ...(heading === given ? {} : { tools }),
    };
    return { heading, request, text };
  });

  test('are as the file says', async () => {
    const shown = sections.map(({ heading, request, text }) => {
      const { source } = check(text);
      const { plan, problems } = compiled(text, request);
      const found = plan
        ? JSON.stringify({ understood: plan.understood, steps: plan.steps }, null, 1)
        : problems.map((problem) => printProblem(source, problem)).join('\n');
      return `=== ${heading}\n${text}---\n${found}\n\n`;
    });
    await expect(head + shown.join('')).toMatchFileSnapshot(file);
    expect(sections.length).toBeGreaterThan(5);
  });

  test('are printed as they were written, and become the same plan again', () => {
    for (const { request, text } of sections) {
      const printed = print(check(text).file);
      expect(printed).toBe(text);
      expect(compiled(printed, request).plan).toEqual(compiled(text, request).plan);
    }
  });

  test('hold plans that survive being stored', () => {
    const plans = sections.flatMap(({ request, text }) => {
      const { plan } = compiled(text, request);
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
      const { plan, problems } = compiled(text, { inputs: { order_amount: 5 }, tools });
      if (plan) expect(Plan.parse(plan)).toEqual(plan);
      else expect(problems.some(({ severity }) => severity === 'error')).toBe(true);
    }),
    { seed: 42, numRuns: 3000 },
  );
});

test('every example of the docs becomes a plan', () => {
  const docs = join(import.meta.dirname, '../../../docs/workflow-language.md');
  const examples = [...readFileSync(docs, 'utf8').matchAll(/```basic\n(.*?)```/gs)];
  expect(examples.length).toBeGreaterThan(12);
  for (const [, text = ''] of examples) {
    const { problems } = compiled(text, { tools });
    // What it is given, and what is saved, is not known here; knowledge bases are a warning.
    const others = problems.filter(({ code }) => !['WF402', 'WF308', 'WF317'].includes(code));
    expect(others, text).toEqual([]);
  }
});

test('what is said beside a workflow is said before it or behind it', () => {
  const around = 'TALK "Hello"\nORCHESTRATE WORKFLOW "w"\nTALK "In"\nEND WORKFLOW\nTALK "Bye"\n';
  const said = (text: string, workflow: string) =>
    compiled(text, { tools, workflow }).plan?.steps.map((step) =>
      step.kind === 'tool' ? step.input.text : step.kind,
    );
  expect(said(around, 'w')).toEqual(['Hello', 'In', 'Bye']);
  const another = 'ORCHESTRATE WORKFLOW "v"\nTALK "Other"\nEND WORKFLOW\n';
  expect(said(around + another, 'v')).toEqual(['Other']);
});

test('an agent that is not here is refused where its step would run, also in a workflow that is run', () => {
  const text =
    'ORCHESTRATE WORKFLOW "w"\nIF size > 5 THEN\nBOT "clasifier" "x"\nEND IF\nTALK "y"\nEND WORKFLOW\n';
  const agents = ['classifier'];
  const found = (size: number, known: Iterable<string>) =>
    compiled(text, { tools, inputs: { size }, agents: known }).problems;
  expect(found(6, agents)).toMatchObject([
    { code: 'WF308', severity: 'error', line: 3, hint: 'Did you mean "classifier"?' },
  ]);
  expect(found(5, agents)).toEqual([]);
  expect(found(6, ['Clasifier'])).toEqual([]);
  const outer = 'ORCHESTRATE WORKFLOW "o"\nRUN WORKFLOW "w" WITH size = 6\nEND WORKFLOW\n';
  const stored = () => ({ checked: check(text) });
  expect(compiled(outer, { tools, agents, stored }).problems).toMatchObject([
    { line: 2, message: '“w” cannot be run: in its line 3, There is no agent “clasifier” here.' },
  ]);
});

test('an agent that is switched off is refused where its step would run, and warned of before', () => {
  const text =
    'ORCHESTRATE WORKFLOW "w"\nIF size > 5 THEN\nBOT "Classifier" "x"\nEND IF\nTALK "y"\nEND WORKFLOW\n';
  const known = { agents: ['classifier'], off: ['classifier'] };
  const found = (size: number, off: Iterable<string> = known.off) =>
    compiled(text, { tools, inputs: { size }, agents: known.agents, off }).problems;
  expect(found(6)).toMatchObject([
    {
      ...{ code: 'WF406', severity: 'error', line: 3, column: 5 },
      message: 'The agent “Classifier” is switched off.',
      hint: 'Whoever looks after the workspace can switch it on: PUT /api/agents/{name}.',
    },
  ]);
  expect(found(5)).toEqual([]);
  expect(found(6, [])).toEqual([]);
  expect(check(text, known)).toMatchObject({
    isSound: true,
    problems: [{ code: 'WF318', severity: 'warning', line: 3 }],
  });
});

describe('a text that means harm', () => {
  test.each([
    ['of 100,000 lines', 'HUMAN TASK "x"\n'.repeat(100_000), 'WF105'],
    ['of 15,000 steps', 'HUMAN TASK "x"\n'.repeat(15_000), 'WF403'],
    ['of a thousand lists in lists', 'FOR EACH a IN b\n'.repeat(1000), 'WF208'],
    ['of an endless sum', `SET a = ${'1 + '.repeat(5000)}1`, 'WF208'],
  ])('%s is refused soon', (_, lines, code) => {
    const start = performance.now();
    expect(compiled(inside(lines)).problems.map((problem) => problem.code)).toContain(code);
    expect(performance.now() - start).toBeLessThan(5_000);
  });

  test.each([
    ['is too large', 'x'.repeat(300_000)],
    ['is nested too deep', JSON.parse(`${'['.repeat(5000)}${']'.repeat(5000)}`)],
  ])('gives an input that %s', (_, a) => {
    expect(problemsIn(inside('HUMAN TASK "{a}"'), { inputs: { a } })).toEqual(['1:22 WF405']);
  });

  test('has names that mean something elsewhere', () => {
    const text = inside(
      'CALL TOOL "a" WITH "__proto__" = 5, constructor = 6 AS __proto__\nHUMAN TASK "{__proto__.constructor}"',
    );
    const { plan } = compiled(text);
    expect(plan?.steps).toHaveLength(2);
    expect(Object.getPrototypeOf(plan?.steps[0])).toBe(Object.prototype);
  });
});

describe('a workflow that runs others', () => {
  const other = (name: string, lines: string) =>
    `ORCHESTRATE WORKFLOW "${name}"\n${lines}\nEND WORKFLOW\n`;
  const stored =
    (texts: Record<string, string>) =>
    (name: string): { checked: ReturnType<typeof check>; version: number } | undefined => {
      const text = texts[name];
      return text === undefined ? undefined : { checked: check(text), version: 3 };
    };

  test('keeps the version that is stored when it begins', () => {
    const texts = { refund: other('refund', 'INPUT id\nHUMAN TASK "Pay {id}"') };
    const text = inside('RUN WORKFLOW "refund" WITH id = 5');
    const { plan } = compiled(text, { stored: stored(texts) });
    expect(plan?.steps).toMatchObject([
      { kind: 'workflow', version: 3, do: [{ key: 'w1-human-1', instruction: 'Pay 5' }] },
    ]);
  });

  test.each([
    ['in a circle', { a: 'RUN WORKFLOW "b"', b: 'RUN WORKFLOW "a"' }, '2:14 WF306'],
    ['by itself', { a: 'RUN WORKFLOW "w"' }, '2:14 WF306'],
    ['that is not there', {}, '2:14 WF308'],
    ['that cannot be run', { a: 'HUMAN TASK "{b / 0}"' }, '2:14 WF402'],
  ])('%s is refused where it is run', (_, texts, expected) => {
    const all = Object.entries<string>(texts).map(([name, lines]) => [name, other(name, lines)]);
    const request = { stored: stored(Object.fromEntries(all)) };
    expect(problemsIn(inside('RUN WORKFLOW "a"'), request)).toEqual([expected]);
  });

  test('without end, each twice, ends at a bound and soon', () => {
    const names = Array.from({ length: 12 }, (_, at) => `n${at}`);
    const texts = Object.fromEntries(
      names.map((name, at) => [
        name,
        other(name, `${`RUN WORKFLOW "n${at + 1}"\n`.repeat(10)}HUMAN TASK "x"`),
      ]),
    );
    const start = performance.now();
    const found = problemsIn(inside('RUN WORKFLOW "n0"'), { stored: stored(texts) });
    expect(found).toEqual(['2:14 WF208']);
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  test('gives an input that nothing asks for, and says so', () => {
    const text = `${inside('RUN WORKFLOW "b" WITH c = 1')}${other('b', 'INPUT a = 1\nHUMAN TASK "x"')}`;
    expect(problemsIn(text, { workflow: 'w' })).toEqual(['2:23 WF402']);
  });
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
