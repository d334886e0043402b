/**
 * Clauses: what may stand behind a statement, on its line or on lines of their own.
 *
 *     WITH name = value, …       AS name              FROM "someone", …      NEED n
 *     TIMEOUT n [unit]           CACHED FOR n [unit]  WHERE condition
 *     ON TIMEOUT[:] ESCALATE TO "someone", … | REJECT | CONTINUE
 */
import type { Argument, Count, Duration, Expression, Name, OnTimeout } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { type ClauseWord, clauseWords } from './keyword.ts';
import { readExpression } from './parse-expression.ts';
import {
  readCount,
  readDuration,
  readFieldName,
  readQuotedList,
  readVariable,
} from './parse-name.ts';

export type Clauses = {
  with: Argument[];
  as: Name | undefined;
  from: Name[];
  need: Count | undefined;
  timeout: Duration | undefined;
  onTimeout: OnTimeout | undefined;
  where: Expression | undefined;
  cached: Duration | undefined;
};

/** Reads clauses until something else stands there. One that is not understood costs its line only. */
export function readClauses(cursor: Cursor, allowed: readonly ClauseWord[]): Clauses {
  const clauses: Clauses = {
    with: [],
    as: undefined,
    from: [],
    need: undefined,
    timeout: undefined,
    onTimeout: undefined,
    where: undefined,
    cached: undefined,
  };
  const seen: ClauseWord[] = [];
  for (let word = nextClause(cursor); word; word = nextClause(cursor)) {
    const { start } = cursor.token;
    cursor.takeAll(word);
    const span = { start, end: cursor.end };
    if (!allowed.includes(word)) {
      const hint = allowed.length === 0 ? undefined : `Here may stand ${allowed.join(', ')}.`;
      cursor.problems.add('WF207', span, `${word} does not belong to this statement.`, hint);
    } else if (seen.includes(word)) {
      cursor.problems.add('WF207', span, `${word} stands here twice.`, 'Remove one of them.');
    }
    seen.push(word);
    const at = word;
    cursor.attempt(() => readClause(cursor, at, clauses, span.start), undefined);
  }
  return clauses;
}

/** The clause that comes next, on this line or after comments and ends of lines, which are passed over then. */
function nextClause(cursor: Cursor): ClauseWord | undefined {
  const from = cursor.mark();
  const comments = cursor.comments.length;
  const isContinued = cursor.atLineEnd();
  cursor.skipLineEnds();
  const word = clauseAt(cursor);
  // `timeout = 5` on a line of its own sets a variable.
  if (word && !(isContinued && cursor.is('=', 1))) return word;
  cursor.backTo(from);
  cursor.comments.length = comments;
  return undefined;
}

const byKey: ReadonlyMap<string, ClauseWord> = new Map(clauseWords.map((word) => [word, word]));

function clauseAt(cursor: Cursor): ClauseWord | undefined {
  const { key } = cursor.token;
  // ON EVENT begins a statement of its own.
  if (key === 'ON') return cursor.is('TIMEOUT', 1) ? 'ON TIMEOUT' : undefined;
  return key === '' ? undefined : byKey.get(key);
}

function readClause(cursor: Cursor, word: ClauseWord, clauses: Clauses, start: number): void {
  switch (word) {
    case 'WITH':
      clauses.with = readArguments(cursor);
      break;
    case 'AS':
      clauses.as = readVariable(cursor);
      break;
    case 'FROM':
      clauses.from = readQuotedList(cursor, 'Who is asked');
      break;
    case 'NEED':
      clauses.need = readCount(cursor, 'How many have to agree');
      break;
    case 'TIMEOUT':
      clauses.timeout = readDuration(cursor);
      break;
    case 'CACHED':
      cursor.expect('FOR', 'Write CACHED FOR 1 HOUR.');
      clauses.cached = readDuration(cursor);
      break;
    case 'WHERE':
      clauses.where = readExpression(cursor);
      break;
    case 'ON TIMEOUT':
      clauses.onTimeout = readOnTimeout(cursor, start);
  }
}

function readOnTimeout(cursor: Cursor, start: number): OnTimeout {
  cursor.take(':');
  if (cursor.take('ESCALATE')) {
    cursor.expect('TO', 'Write ESCALATE TO "someone".');
    const to = readQuotedList(cursor, 'Who is asked next');
    return { kind: 'escalate', to, start, end: cursor.end };
  }
  if (cursor.take('REJECT')) return { kind: 'reject', start, end: cursor.end };
  if (cursor.take('CONTINUE')) return { kind: 'continue', start, end: cursor.end };
  return cursor.fail('ESCALATE TO, REJECT or CONTINUE');
}

/** `name = value, other = value`; a name alone is the variable of that name. A comma may end a line. */
function readArguments(cursor: Cursor): Argument[] {
  const list: Argument[] = [];
  do {
    if (list.length > 0) cursor.skipLineEnds();
    const isVariable = cursor.token.kind === 'word';
    const name = readFieldName(cursor);
    if (cursor.take('=') || cursor.take(':')) list.push({ name, value: readExpression(cursor) });
    else if (isVariable)
      list.push({ name, value: { ...spanOf(name), kind: 'name', name: name.text } });
    else cursor.fail('=', 'Write name = value.');
  } while (cursor.take(','));
  return list;
}

const spanOf = ({ start, end }: Name) => ({ start, end });
