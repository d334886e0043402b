/**
 * Rules of an agent, one a line, in the expressions of the workflow language:
 *
 *     IF text CONTAINS "refund" THEN category = "refund", urgent = amount > 100
 *     ELSE IF text CONTAINS "invoice" THEN category = "invoice"
 *     ELSE ASK "front-desk"
 *     team = "support"
 *
 * All that hold are followed, in order; ELSE belongs to the IF lines right before it.
 */
import { invalid } from '../../errors.ts';
import type { Expression } from '../workflow/ast.ts';
import { Cursor } from '../workflow/cursor.ts';
import { evaluate, holds } from '../workflow/evaluate.ts';
import type { Value } from '../workflow/function.ts';
import { lexFile } from '../workflow/lexer.ts';
import { readExpression } from '../workflow/parse-expression.ts';
import { readFieldName, readQuoted } from '../workflow/parse-name.ts';
import { Problems, printProblem } from '../workflow/problem.ts';
import { readSource } from '../workflow/source.ts';
import { variableKey } from '../workflow/visit.ts';

type Act = { kind: 'set'; name: string; value: Expression } | { kind: 'ask'; agent: string };
export type Rule = {
  /** Holds only when none of the IF lines right before it has held. */
  isElse: boolean;
  /** Undefined: always. */
  condition: Expression | undefined;
  acts: Act[];
};

const mostRules = 500;

/** @throws INVALID with the problems, their lines and what was meant */
export function readRules(text: string): Rule[] {
  const source = readSource(text);
  const problems = new Problems(source);
  const cursor = new Cursor(problems, lexFile(problems));
  const rules: Rule[] = [];
  for (;;) {
    cursor.skipLineEnds();
    if (cursor.token.kind === 'end') break;
    const { start } = cursor.token;
    const mayElse = rules.at(-1)?.condition !== undefined;
    const rule = cursor.attempt<Rule | undefined>(() => {
      const isElse = cursor.take('ELSE');
      if (isElse && !mayElse)
        cursor.refuse('WF206', cursor.token, 'ELSE has no line with IF right before it.');
      const found: Rule = { isElse, condition: conditionOf(cursor), acts: actsOf(cursor) };
      if (!cursor.atLineEnd()) cursor.fail('The end of the line', 'Put a comma between two parts.');
      return found;
    }, undefined);
    if (rule) rules.push(rule);
    // Whatever it was, the next line is read from its beginning.
    while (!cursor.atLineEnd() || cursor.token.start === start) cursor.next();
    if (rules.length > mostRules) throw invalid(`An agent may have ${mostRules} rules.`);
  }
  const wrong = problems.list.slice(0, 5).map((problem) => printProblem(source, problem));
  if (wrong.length > 0) throw invalid(`The rules cannot be read.\n${wrong.join('\n')}`);
  return rules;
}

function conditionOf(cursor: Cursor): Expression | undefined {
  if (!cursor.take('IF')) return undefined;
  const condition = readExpression(cursor);
  if (!cursor.take('THEN')) cursor.fail('THEN', 'Write IF condition THEN field = value.');
  return condition;
}

function actsOf(cursor: Cursor): Act[] {
  const acts: Act[] = [];
  do {
    if (cursor.is('ASK') && cursor.peek(1).kind === 'text') {
      cursor.next();
      acts.push({ kind: 'ask', agent: readQuoted(cursor, 'An agent').text });
      continue;
    }
    const { text: name } = readFieldName(cursor);
    if (!cursor.take('=')) cursor.fail('“=”', 'Write field = value, or ASK "agent".');
    acts.push({ kind: 'set', name, value: readExpression(cursor) });
  } while (cursor.take(','));
  return acts;
}

/** The other agents that rules ask. */
export const askedIn = (rules: Rule[]): string[] =>
  rules.flatMap(({ acts }) => acts.flatMap((act) => (act.kind === 'ask' ? [act.agent] : [])));

/**
 * What the rules say of these values; undefined when none of them holds. What a rule has set is known to the
 * next ones.
 * @param ask asks another agent, whose fields become this one's
 * @throws INVALID for an expression that cannot be computed; what `ask` throws
 */
export async function follow(
  rules: Rule[],
  given: Record<string, Value>,
  ask: (agent: string) => Promise<Record<string, Value>>,
): Promise<Record<string, Value> | undefined> {
  const known = new Map(Object.entries(given).map(([name, value]) => [variableKey(name), value]));
  const found = new Map<string, Value>();
  let any = false;
  let isSettled = false;
  for (const { isElse, condition, acts } of rules) {
    if (!isElse) isSettled = false;
    if (isElse && isSettled) continue;
    if (condition && !holds(condition, known)) continue;
    isSettled = true;
    any = true;
    for (const act of acts) {
      const fields =
        act.kind === 'ask' ? await ask(act.agent) : { [act.name]: evaluate(act.value, known) };
      for (const [name, value] of Object.entries(fields)) {
        known.set(variableKey(name), value);
        found.set(name, value);
      }
    }
  }
  return any ? Object.fromEntries(found) : undefined;
}
