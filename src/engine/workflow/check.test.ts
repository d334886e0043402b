import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { statementsIn } from './ast.ts';
import { check, type Known } from './check.ts';
import { functions } from './function.ts';
import { parse } from './parser.ts';
import { print } from './printer.ts';
import { problemCodes } from './problem.ts';

const inside = (lines: string) => `ORCHESTRATE WORKFLOW "w"\n${lines}\nEND WORKFLOW\n`;
const problemsIn = (text: string, known?: Known) =>
  check(text, known).problems.map(
    ({ line, column, code, hint }) => `${line}:${column} ${code}${hint ? ` ${hint}` : ''}`,
  );
const talk = 'TALK "x"';

describe('a check', () => {
  test.each([
    ['STEP 1: TALK "x"\nIF a THEN\nSTEP 1: TALK "y"\nEND IF', ['4:6 WF301 2 is free.']],
    ['STEP 1.5: TALK "x"', ['2:6 WF310']],
    [
      `PARALLEL\nBRANCH A: ${talk}\nBRANCH a: ${talk}\nEND PARALLEL`,
      ['4:8 WF302 Take another name.'],
    ],
    ['CALL TOOL "t" WITH a = 1, b = 2, a = 3', ['2:34 WF302 Take another name.']],
    ['IF a THEN\nSET BOT MEMORY "k"\nEND IF', ['3:19 WF202 Write SET BOT MEMORY "key", value.']],
    ['INPUT a\nIF a = yes THEN\nTALK "x"\nEND IF', ['3:8 WF304 Did you mean TRUE?']],
    ['IF a = No THEN\nTALK "x"\nEND IF', ['2:8 WF314 Did you mean FALSE?']],
    ["' nothing", ['1:22 WF303 Add one, or remove the block.']],
    [`IF a THEN\nELSE\n${talk}\nEND IF`, ['2:4 WF303 Add one, or remove the block.']],
    [`FOR EACH a IN b MAX 5000\n${talk}\nEND FOR`, ['2:21 WF310']],
    ['BOT "" " "', ['2:5 WF309', '2:8 WF309']],
    [`BOT "${'x'.repeat(121)}" "y"`, ['2:5 WF309']],
    [`HUMAN TASK "${'x'.repeat(2001)}"`, ['2:12 WF309']],
    ['HUMAN APPROVAL', ['2:1 WF311 Add FROM "someone", or FROM "workspace" for its approvers.']],
    ['HUMAN APPROVAL FROM "a" NEED 2', ['2:30 WF310 Name more people behind FROM.']],
    ['HUMAN APPROVAL FROM "workspace" NEED 2', []],
    ['HUMAN APPROVAL FROM "a" ON TIMEOUT: REJECT', ['2:25 WF311 Add TIMEOUT n.']],
    [
      'HUMAN APPROVAL FROM "a" TIMEOUT 5 ON TIMEOUT: CONTINUE',
      ['2:35 WF311 Write ESCALATE TO "someone", or REJECT.'],
    ],
    ['HUMAN APPROVAL FROM "a" TIMEOUT 0', ['2:33 WF310']],
    ['WAIT 5000 DAYS', ['2:6 WF310']],
    ['WAIT FOR EVENT "e"', ['2:1 WF311 Add TIMEOUT 1 HOURS, and ON TIMEOUT: if it matters.']],
    ['GET BOT MEMORY "k"', ['2:1 WF311 Add AS name.']],
    [`${talk}\nINPUT a`, ['3:1 WF206 Move it to the head of the workflow.']],
    [
      `IF a THEN\nON EVENT "e" DO\n${talk}\nEND ON\nEND IF`,
      ['3:1 WF206 Move it directly into the workflow.'],
    ],
    [`ON EVENT "e" DO\nPUBLISH EVENT "E"\nEND ON\n${talk}`, ['3:1 WF313 Publish another event.']],
    [
      'TALK uper("x") + left("x")',
      ['2:6 WF307 Did you mean UPPER?', '2:18 WF307 Write LEFT(text, count).'],
    ],
  ])('of %j finds what is wrong', (lines, expected) => {
    expect(problemsIn(inside(lines))).toEqual(expected);
  });

  test.each([
    ['is set before', 'SET a = 1\nTALK A', []],
    ['is an input that is named', 'INPUT a\nTALK "{a}"', []],
    ['comes with a step', 'BOT "b" "c" AS got\nTALK got.text', []],
    ['is not known', 'INPUT amount\nTALK ammount', ['3:6 WF304 Did you mean amount?']],
    [
      'is not known and like nothing',
      'INPUT a\nTALK other\nTALK other',
      ['3:6 WF304 Add INPUT other if it comes from outside.'],
    ],
    [
      'gets its value later',
      'TALK a\nSET a = 1',
      ['2:6 WF305 SET it before, or name it as an INPUT.'],
    ],
    ['needs itself', 'SET a = a + 1', ['2:9 WF305 SET it before, or name it as an INPUT.']],
    ['is set in one case only, and null otherwise', 'IF b THEN\nSET a = 1\nEND IF\nTALK a', []],
    [
      'is set in another case',
      'IF b THEN\nSET a = 1\nELSE\nTALK a\nEND IF',
      ['5:6 WF305 SET it before, or name it as an INPUT.'],
    ],
    [
      'is set in another branch',
      'PARALLEL\nBRANCH A: SET a = 1\nBRANCH B: TALK a\nEND PARALLEL\nTALK a',
      ['4:16 WF305 SET it before, or name it as an INPUT.'],
    ],
    [
      'is set by two branches',
      'PARALLEL\nBRANCH A: SET a = 1\nBRANCH B: BOT "b" "c" AS A\nEND PARALLEL',
      ['4:26 WF302 Take another name in one of them.'],
    ],
    [
      'belongs to a FOR EACH',
      'FOR EACH item IN items\nTALK item\nEND FOR\nTALK item',
      ['5:6 WF305 SET it before, or name it as an INPUT.'],
    ],
    ['is the event', 'WAIT FOR EVENT "e" WHERE event.id = 1 TIMEOUT 5 AS got\nTALK got.id', []],
    [
      'looks like a misspelled one',
      'SET amount = 1\nTALK ammount',
      ['3:6 WF314 Did you mean amount?'],
    ],
  ])('knows a variable that %s', (_, lines, expected) => {
    expect(problemsIn(inside(lines))).toEqual(expected);
  });

  test('names the inputs of each workflow', () => {
    const inputsOf = (lines: string) =>
      check(inside(lines)).workflows.map(({ inputs }) =>
        inputs.map(({ name, isNamed }) => `${name} ${isNamed}`),
      );
    expect(inputsOf('TALK Order_Amount\nTALK order_amount')).toEqual([['Order_Amount false']]);
    expect(inputsOf('INPUT a, b = 5\nTALK a')).toEqual([['a true', 'b true']]);
  });

  test('outside of workflows has no variables but the event', () => {
    const text = `ON EVENT "e" DO\nTALK event.id\nTALK other\nEND ON\n`;
    expect(problemsIn(text)).toEqual(['3:6 WF304 Add INPUT other if it comes from outside.']);
  });

  test('finds tools and workflows that are not here, and warns of agents', () => {
    const known = {
      tools: ['send_message'],
      agents: ['classifier'],
      workflows: new Map([['refund', []]]),
    };
    const lines =
      'CALL TOOL "send_mesage"\nBOT "Classifier" "x"\nRUN WORKFLOW "other"\nBOT SHARE MEMORY "k" WITH "b", "refund"\nBOT "clasifier" "x"';
    expect(problemsIn(inside(lines), known)).toEqual([
      '2:11 WF308 Did you mean "send_message"?',
      '4:14 WF308 There are: refund, w.',
      '5:27 WF315 There are: classifier, refund, w.',
      '6:5 WF315 Did you mean "classifier"?',
    ]);
    expect(problemsIn(inside(lines))).toEqual([]);
    const bots = inside('BOT "nobody" "x"\nBOT SYNC MEMORY FROM "nobody"');
    expect(check(bots, { agents: [] })).toMatchObject({
      isSound: true,
      problems: [
        {
          ...{ code: 'WF315', severity: 'warning', message: 'There is no agent “nobody” here.' },
          hint: 'Whoever looks after the workspace adds agents: PUT /api/agents/{name}.',
        },
        { code: 'WF315', line: 3 },
      ],
    });
  });

  test('warns of events that have nobody on the other side', () => {
    const lines = [
      'PUBLISH EVENT "order_paid"',
      'PUBLISH EVENT "own"',
      'ON EVENT "own" DO\nTALK "x"\nEND ON',
      'WAIT FOR EVENT "order_shiped" TIMEOUT 5',
    ].join('\n');
    const events = { published: ['order_shipped'], awaited: ['refunded'] };
    expect(problemsIn(inside(lines), { events })).toEqual([
      '2:15 WF316 That is fine where a program reads it: GET /api/events.',
      '7:16 WF316 Did you mean "order_shipped"? That is fine where a program publishes it: POST /api/events.',
    ]);
    const others = { published: ['order_shiped'], awaited: ['order_paid'] };
    expect(problemsIn(inside(lines), { events: others })).toEqual([]);
  });

  test('finds workflows that run each other', () => {
    const workflow = (name: string, runs: string) =>
      `ORCHESTRATE WORKFLOW "${name}"\nRUN WORKFLOW "${runs}"\nEND WORKFLOW\n`;
    expect(check(workflow('a', 'A')).problems[0]).toMatchObject({
      code: 'WF306',
      message: '“a” runs “a”: it would never end.',
    });
    const circle = workflow('a', 'b') + workflow('b', 'c') + workflow('c', 'd');
    expect(problemsIn(circle)).toEqual([]);
    const stored = {
      workflows: new Map([
        ['d', ['b']],
        ['c', ['a']],
      ]),
    };
    expect(check(circle, stored).problems.map(({ message }) => message)).toEqual([
      '“b” runs “c”, which runs “d”, which runs “b”: it would never end.',
      '“c” runs “d”, which runs “b”, which runs “c”: it would never end.',
    ]);
  });

  test('says everything at once, in the order of the text', () => {
    const text = inside('STEP 1: TALK x y\nSTEP 1: BOT "a" "b" AS x\nIF x >\nTALK "z"\nEND FOR');
    expect(problemsIn(text)).toEqual([
      '2:14 WF305 SET it before, or name it as an INPUT.',
      '2:16 WF203 Each statement has a line of its own.',
      '3:6 WF301 2 is free.',
      '4:7 WF202',
      '6:1 WF205 Did you mean END IF?',
    ]);
    expect(check(text).isSound).toBe(false);
    expect(check(inside('SET amount = 1\nTALK ammount')).isSound).toBe(true);
  });

  test('of many wrong lines does not take longer for each', () => {
    const many = (line: (at: number) => string) =>
      inside(Array.from({ length: 5000 }, (_, at) => line(at)).join('\n'));
    expect(problemsIn(many((at) => `SET v${at} = w${at}x`))).toEqual([]);
    expect(problemsIn(many((at) => `TALK v${at + 1}\nSET v${at} = 1`))).toHaveLength(4999);
    expect(problemsIn(many((at) => `STPE ${at}: TALK "x"`))).toHaveLength(5000);
    expect(problemsIn(many(() => 'STEP 1: TALK "x"'))).toHaveLength(4999);
  });
});

describe('the page about the language', () => {
  const page = readFileSync(
    join(import.meta.dirname, '../../../docs/workflow-language.md'),
    'utf8',
  );
  const examples = [...page.matchAll(/```basic\n([\s\S]*?)```/g)].map(([, text = '']) => text);

  test.each(examples)('has an example that is sound and printed as it stands: %#', (text) => {
    expect(problemsIn(text).filter((one) => !one.includes('WF317'))).toEqual([]);
    expect(print(parse(text).file)).toBe(text);
  });

  test('has an example for each statement', () => {
    const kinds = examples.flatMap((text) =>
      parse(text).file.items.flatMap((item) =>
        item.kind === 'workflow' ? statementsIn(item.body).map(({ kind }) => kind) : [item.kind],
      ),
    );
    expect([...new Set(kinds)].sort()).toEqual(
      [
        ...['approval', 'bot', 'for', 'get_memory', 'human', 'if', 'input', 'on_event', 'parallel'],
        ...['publish', 'run', 'set', 'set_memory', 'share_memory', 'sync_memory', 'talk', 'tool'],
        ...['use', 'wait', 'wait_event', 'wait_until'],
      ].sort(),
    );
  });

  test('lists each number and each function', () => {
    for (const [code, about] of Object.entries(problemCodes))
      expect(page).toContain(`| \`${code}\` | ${about} |`);
    for (const { usage } of Object.values(functions)) expect(page).toContain(`\`${usage}\``);
  });
});
