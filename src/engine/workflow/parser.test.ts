import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { statementWords } from './keyword.ts';
import { parse } from './parser.ts';
import { print } from './printer.ts';
import { printProblem, problemLine } from './problem.ts';

/** The text of the PHASE1_COMPLETE document, with its blanks at ends of lines. */
const customerSupport = `ORCHESTRATE WORKFLOW "customer-support"
  STEP 1: BOT "classifier" "analyze complaint"
  STEP 2: BOT "order-checker" "validate order"
  
  IF order_amount > 100 THEN
    STEP 3: HUMAN APPROVAL FROM "manager@company.com"
      TIMEOUT 1800
  END IF
  
  STEP 4: PARALLEL
    BRANCH A: BOT "refund-processor" "process refund"
    BRANCH B: BOT "inventory-updater" "update stock"
  END PARALLEL
  
  BOT SHARE MEMORY "resolution_method" WITH "support-bot-2"
  PUBLISH EVENT "workflow_completed"
END WORKFLOW
`;
const inside = (lines: string) => `ORCHESTRATE WORKFLOW "w"\n${lines}\nEND WORKFLOW\n`;
/** Each problem as "line:column code hint". */
const problemsIn = (text: string) =>
  parse(text).problems.map(
    ({ line, column, code, hint }) => `${line}:${column} ${code}${hint ? ` ${hint}` : ''}`,
  );
/** What a body is printed as, without the workflow around it. */
const formatted = (lines: string) => {
  const { file, problems } = parse(inside(lines));
  expect(problems.map((problem) => problem.message)).toEqual([]);
  return print(file)
    .split('\n')
    .slice(1, -2)
    .map((line) => line.slice(2))
    .join('\n');
};

describe('the parser', () => {
  test('reads the document’s example, and prints it as it stands there', () => {
    const { file, problems } = parse(customerSupport);
    expect(problems).toEqual([]);
    expect(print(file)).toBe(customerSupport.replace(/ +$/gm, ''));
    const [workflow] = file.items;
    if (workflow?.kind !== 'workflow') throw new Error('There is no workflow.');
    expect(workflow.body.map((statement) => [statement.number?.value, statement.kind])).toEqual([
      [1, 'bot'],
      [2, 'bot'],
      [undefined, 'if'],
      [4, 'parallel'],
      [undefined, 'share_memory'],
      [undefined, 'publish'],
    ]);
  });

  test.each([
    ['without any indentation', customerSupport.replace(/^ +/gm, '')],
    ['in small letters', customerSupport.replace(/\b[A-Z]{2,}\b/g, (word) => word.toLowerCase())],
    [
      'with tabs and ends of lines of Windows',
      customerSupport.replaceAll('  ', '\t').replaceAll('\n', '\r\n'),
    ],
    ['with the quotes of word processors', customerSupport.replace(/"([^"]*)"/g, '“$1”')],
    [
      'with a clause on the line of its statement',
      customerSupport.replace(/\n\s+TIMEOUT/, ' TIMEOUT'),
    ],
    ['behind a byte order mark', `\ufeff${customerSupport}`],
  ])('reads the same %s', (_, text) => {
    expect(problemsIn(text)).toEqual([]);
    expect(print(parse(text).file)).toBe(print(parse(customerSupport).file));
  });

  test.each([
    [
      'bot "a" "b {c.d}" with x = 1 as y cached for 1 hour',
      'BOT "a" "b {c.d}" WITH x = 1 AS y CACHED FOR 1 HOURS',
    ],
    ['x = 1 + 2 * 3', 'SET x = 1 + 2 * 3'],
    ['let x = (1 + 2) * 3', 'SET x = (1 + 2) * 3'],
    ['x = get bot memory "k"', 'GET BOT MEMORY "k" AS x'],
    ['set bot memory "k" to 5', 'SET BOT MEMORY "k", 5'],
    ['bot share memory "k" with "a", "b" as link', 'BOT SHARE MEMORY "k" WITH "a", "b" AS LINK'],
    ['bot sync memory from "a"', 'BOT SYNC MEMORY FROM "a"'],
    ['wait 5 minutes', 'WAIT 5 MINUTES'],
    ['delay 86400', 'WAIT 86400 SECONDS'],
    ['wait until "2030-01-01"', 'WAIT UNTIL "2030-01-01"'],
    [
      'wait for event "e" where event.id = id timeout 5 on timeout: continue as got',
      'WAIT FOR EVENT "e" WHERE event.id = id AS got\n  TIMEOUT 5\n  ON TIMEOUT: CONTINUE',
    ],
    ['publish event "e" with id, total = 5', 'PUBLISH EVENT "e" WITH id = id, total = 5'],
    [
      'run workflow "other" with a = [1, { b: "c" }] as got',
      'RUN WORKFLOW "other" WITH a = [1, { b: "c" }] AS got',
    ],
    [
      'call tool "t" with a = 1,\n  "odd key" = 2 as r',
      'CALL TOOL "t" WITH a = 1, "odd key" = 2 AS r',
    ],
    ['human task "Call {name}" as called', 'HUMAN TASK "Call {name}" AS called'],
    [
      'human approval "Pay {n}?" from "a", "b" need 2 timeout 2 days on timeout reject',
      'HUMAN APPROVAL "Pay {n}?" FROM "a", "b" NEED 2\n  TIMEOUT 2 DAYS\n  ON TIMEOUT: REJECT',
    ],
    [
      'for each x in order?.items max 5\ntalk x\nnext x',
      'FOR EACH x IN order.items MAX 5\n  TALK x\nEND FOR',
    ],
    [
      'on event "e" where event.a is not null do\ntalk "hi"\nend on',
      'ON EVENT "e" WHERE event.a IS NOT NULL DO\n  TALK "hi"\nEND ON',
    ],
    [
      'if a then talk "1" else if b then talk "2" else talk "3" end if',
      'IF a THEN\n  TALK "1"\nELSE IF b THEN\n  TALK "2"\nELSE\n  TALK "3"\nEND IF',
    ],
    [
      'if a then\ntalk "1"\nelseif b then\ntalk "2"\nendif',
      'IF a THEN\n  TALK "1"\nELSE IF b THEN\n  TALK "2"\nEND IF',
    ],
    [
      'parallel any limit 2\nbranch a:\n talk "1"\n talk "2"\nend branch\nbranch "b c": parallel\nbranch 1: talk "3"\nend parallel\nend parallel',
      'PARALLEL ANY LIMIT 2\n  BRANCH a:\n    TALK "1"\n    TALK "2"\n  BRANCH "b c": PARALLEL\n    BRANCH 1: TALK "3"\n  END PARALLEL\nEND PARALLEL',
    ],
    ['step 3:\n  human task "x"', 'STEP 3: HUMAN TASK "x"'],
    ['input order_id, limit = 5', 'INPUT order_id, limit = 5'],
    ['talk "a" + _\n "b"', 'TALK "a" + "b"'],
    [
      "rem one\n' two\ntalk \"x\" ' three\n\n\n\n' four",
      "' one\n' two\n' three\nTALK \"x\"\n\n' four",
    ],
    ['timeout = 5\nstep = 6\nend = 7', 'SET timeout = 5\nSET step = 6\nSET end = 7'],
  ])('reads %j', (text, expected) => {
    expect(formatted(text)).toBe(expected);
    expect(formatted(expected)).toBe(expected);
  });

  test.each([
    ['a or b and not c = d', 'a OR b AND NOT c = d'],
    ['(a or b) and not (c or d)', '(a OR b) AND NOT (c OR d)'],
    ['-a.b[0]["c d"] * 2 mod 3', '-a.b[0]["c d"] * 2 MOD 3'],
    ['a - (b - c) - d', 'a - (b - c) - d'],
    ['a != b', 'a <> b'],
    [
      'name contains "x" or name starts with "y" or name ends with "z"',
      'name CONTAINS "x" OR name STARTS WITH "y" OR name ENDS WITH "z"',
    ],
    ['(a = b) = (c is null)', '(a = b) = (c IS NULL)'],
    ['upper(trim(a)) in ["x", "y",]', 'upper(trim(a)) IN ["x", "y"]'],
    ['"say ""hi"" {{no}} {a.b} {"', '"say ""hi"" {{no} {a.b} {{"'],
    ['"{""json"": [1]}"', '"{""json"": [1]}}"'],
  ])('reads the expression %s', (text, expected) => {
    expect(formatted(`x = ${text}`)).toBe(`SET x = ${expected}`);
    expect(formatted(`x = ${expected}`)).toBe(`SET x = ${expected}`);
  });

  test('reads what stands around workflows in packages', () => {
    const text = `' head\nUSE KB "policies"\nUSE TOOL "check-order"\n\nON EVENT "approved" DO\n  TALK "Yes"\nEND ON\n\n${inside('  TALK "x"')}\nTALK "Done"\n`;
    expect(problemsIn(text)).toEqual([]);
    expect(print(parse(text).file)).toBe(text);
  });

  test('has a reader for each word that begins a statement', () => {
    for (const example of Object.values(statementWords)) {
      const word = example.split(/[ ,]/)[0] ?? '';
      expect(problemsIn(inside(`${word} ?`)).join()).not.toContain('WF201');
    }
  });
});

describe('what is wrong', () => {
  test('is shown with line, column, frame, number and hint', () => {
    const { source, problems } = parse(customerSupport.replace('END PARALLEL', 'END IF'));
    expect(problems.map((problem) => printProblem(source, problem))).toEqual([
      `error WF205 in line 13, column 3: END IF does not close PARALLEL.
  12 |     BRANCH B: BOT "inventory-updater" "update stock"
  13 |   END IF
     |   ^^^^^^
  hint: Did you mean END PARALLEL?`,
    ]);
  });

  test('is reported all at once', () => {
    const broken = customerSupport
      .replace('STEP 2', 'STPE 2')
      .replace('> 100', '>')
      .replace('"refund-processor"', 'refund')
      .replace('END PARALLEL', 'END PARALEL')
      .replace('PUBLISH EVENT "', 'PUBLISH "');
    expect(problemsIn(broken)).toEqual([
      '3:3 WF201 Did you mean STEP?',
      '5:21 WF202',
      '11:19 WF202 Write "refund".',
      '13:3 WF205 Did you mean END PARALLEL?',
      '16:11 WF202 Write PUBLISH EVENT "name".',
    ]);
  });

  test.each([
    ['IF a THEN\nTALK "x"', ['2:1 WF204 Did you mean END IF?']],
    [
      'PARALLEL\nBRANCH A:\nIF a THEN\nTALK "x"\nEND PARALLEL\nEND IF',
      ['4:1 WF204 Did you mean END IF?'],
    ],
    [
      'PARALLEL\nBRANCH A:\nFOR EACH a IN b\nTALK "x"\nBRANCH B: TALK "y"\nEND PARALLEL',
      ['4:1 WF204 END FOR is missing.'],
    ],
    ['END IF', ['2:1 WF205 Remove it.']],
    [
      'ELSE\nBRANCH B: TALK "x"',
      [
        '2:1 WF206 It belongs directly to a block of IF.',
        '3:1 WF206 It belongs directly to a block of PARALLEL.',
      ],
    ],
    ['STEP 1: STEP 2: TALK "x"', ['2:9 WF206 Write each STEP on a line of its own.']],
    ['STEP 1:\nSTEP 2: TALK "x"', ['2:8 WF202 Write STEP 1: BOT "agent" "instruction".']],
    ['STEP x: TALK "x"', ['2:6 WF202 Write STEP 1: …']],
    [
      'PARALLEL\nTALK "x"\nEND PARALLEL',
      ['2:1 WF303 Write BRANCH A: …', '3:1 WF206 Put it into a BRANCH, or before the PARALLEL.'],
    ],
    ['TALK "x', ['2:6 WF101 Close the text with " on the same line.']],
    ['TALK "x" "y"', ['2:10 WF203 Each statement has a line of its own.']],
    ['TALK a < b < c', ['2:12 WF202 Join comparisons with AND or OR.']],
    ['TALK a @ $ b', ['2:8 WF102', '2:12 WF203 Each statement has a line of its own.']],
    ['TALK "{a b}"', ['2:7 WF210 Write {name} or {name.field}, and {{ for a brace that is meant.']],
    ['TALK "{a"', ['2:7 WF210 Write {name} or {name.field}, and {{ for a brace that is meant.']],
    ['TALK "a\u202eb"', ['2:8 WF103 Remove it.']],
    ['TALK 1234567890123456', ['2:6 WF104']],
    ['TIMEOUT 5', ['2:1 WF207 Write it directly behind the statement that it belongs to.']],
    ['HUMAN TASK "x" TIMEOUT 5', ['2:16 WF207 Here may stand AS.']],
    ['BOT "a" "b" AS x AS y', ['2:18 WF207 Remove one of them.']],
    ['IF a THEN\nTALK "x"\nELSE\nTALK "y"\nELSE\nTALK "z"\nEND IF', ['6:1 WF206']],
    ['SET and = 5', ['2:5 WF202 AND has a meaning of its own: take another name.']],
    [
      'CONTINUE WORKFLOW AT STEP 5',
      [expect.stringMatching(/^2:1 WF201 Lines begin with STEP, BOT/)],
    ],
  ])('in %j', (lines, expected) => {
    expect(problemsIn(inside(lines))).toEqual(expected);
  });

  const hundredThousandLines = '\n'.repeat(99_999);
  test.each([
    ['', []],
    ['ORCHESTRATE WORKFLOW "w"', ['1:1 WF204 END WORKFLOW is missing.']],
    [
      'ORCHESTRATE WORKFLOW "a"\nTALK "x"\nORCHESTRATE WORKFLOW "b"\nTALK "x"\nEND WORKFLOW',
      ['1:1 WF204 END WORKFLOW is missing.'],
    ],
    [
      'STEP 1: TALK "x"\nSTEP 2: TALK "y"',
      ['1:1 WF206 It belongs between ORCHESTRATE WORKFLOW "name" and END WORKFLOW.'],
    ],
    ['ORCESTRATE WORKFLOW "w"\nTALK "x"\nEND WORKFLOW', ['1:1 WF201 Did you mean ORCHESTRATE?']],
    [hundredThousandLines, ['1:1 WF105 Divide it, and use RUN WORKFLOW.']],
  ])('in the file %#', (text, expected) => {
    expect(problemsIn(text)).toEqual(expected);
  });

  test.each([
    ['blocks', 'IF a THEN\n'.repeat(5000), 'WF208'],
    ['brackets', `TALK ${'('.repeat(5000)}`, 'WF208'],
    ['NOT', `TALK ${'NOT '.repeat(5000)}a`, 'WF208'],
    ['lists', `TALK ${'['.repeat(5000)}`, 'WF208'],
    ['operands', `TALK ${'a + '.repeat(5000)}a`, 'WF208'],
    ['fields', `TALK a${'.a'.repeat(5000)}`, 'WF208'],
  ])('is too many %s, which is said and does no harm', (_, text, code) => {
    const [first, ...others] = problemsIn(inside(text));
    expect(first).toContain(code);
    expect(others.length).toBeLessThan(20);
  });

  test('is found also behind blocks that are too deep', () => {
    const text = `${'IF a THEN\n'.repeat(30)}${'END IF\n'.repeat(30)}TALK a b`;
    expect(problemsIn(inside(text))).toEqual([
      expect.stringMatching(/^22:1 WF208/),
      expect.stringMatching(/^62:8 WF203/),
    ]);
  });
});

describe('any text', () => {
  const words = fc.constantFrom(
    ...'ORCHESTRATE WORKFLOW END IF THEN ELSE STEP PARALLEL BRANCH BOT HUMAN APPROVAL FROM TIMEOUT ON EVENT DO FOR EACH IN NEXT SET WAIT CALL TOOL WITH AS PUBLISH SHARE MEMORY TALK INPUT USE NOT AND = < ( ) [ ] { } , : . + - 1 2.5 a b.c "x" "{a}" "{ {{" "w" \' " rem @ é 😀 __proto__ constructor'.split(
      ' ',
    ),
    ...[
      '\n',
      '\n\n',
      '\r\n',
      'STEP 1: ',
      'BRANCH A: ',
      'ON TIMEOUT: REJECT',
      '"a" "b"',
      'END PARALLEL',
    ],
  );
  const soup = fc.array(words, { maxLength: 60 }).map((list) => list.join(' '));
  const lines = customerSupport.split('\n');
  const shuffled = fc
    .array(fc.constantFrom(...lines), { maxLength: 30 })
    .map((list) => list.join('\n'));
  const texts = fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), soup, shuffled);

  test('is read without a crash; what is read without a problem prints as the same', () => {
    fc.assert(
      fc.property(texts, (text) => {
        for (const given of [text, inside(text)]) {
          const { file, source, problems } = parse(given);
          for (const problem of problems) {
            expect(printProblem(source, problem)).toContain(problem.message);
            expect(problem.end).toBeLessThanOrEqual(given.length);
          }
          const printed = print(file);
          if (problems.length > 0) continue;
          const again = parse(printed);
          expect(again.problems).toEqual([]);
          expect(print(again.file)).toBe(printed);
        }
      }),
      { seed: 42, numRuns: 2000 },
    );
  });
});

describe('one wrong word', () => {
  test('is one problem, whatever would have come after it', () => {
    expect(problemsIn(inside('SET BOT MEMORY "key"'))).toEqual([
      '2:21 WF202 Write SET BOT MEMORY "key", value.',
    ]);
    expect(problemsIn(inside('BRANCH'))).toHaveLength(1);
  });

  test('SET BOT MEMORY "key" = value compares nothing', () => {
    expect(formatted('SET BOT MEMORY "key" = a = b')).toBe('SET BOT MEMORY "key", a = b');
  });

  test('is shown on one line, too, however long the line is', () => {
    const { source, problems } = parse(inside(`  CALL ${'x'.repeat(300)} TOOL`));
    const line = problemLine(source, problems[0] ?? expect.fail());
    expect(line).toMatch(/^Line 2, column 8: .* · CALL »x{100}«x{50}… · WF\d+$/);
    const late = parse(inside(`SET a = ${'1 + '.repeat(100)}`));
    expect(problemLine(late.source, late.problems[0] ?? expect.fail())).toMatch(/ · ….{50}»«|»/);
  });
});
