/** Statements, and the blocks that hold them. A block is read to its END whatever is wrong inside. */
import type { Action, Branch, Case, Expression, Name, Statement } from './ast.ts';
import { closeBlock, closerAt, openBlock } from './closer.ts';
import type { Cursor } from './cursor.ts';
import type { StatementWord } from './keyword.ts';
import type { Token } from './lexer.ts';
import {
  readAssignment,
  readBot,
  readCall,
  readDelay,
  readGet,
  readHuman,
  readInput,
  readPublish,
  readRun,
  readSet,
  readTalk,
  readWait,
} from './parse-action.ts';
import { readExpression } from './parse-expression.ts';
import { readItems, readStepNumber, wordAt } from './parse-line.ts';
import { readCount, readQuoted, readVariable } from './parse-name.ts';

type Reader = (cursor: Cursor, opener: Token) => Action;

/** By the first word, which has been taken. */
const readers: Record<Exclude<StatementWord, 'STEP'>, Reader> = {
  BOT: readBot,
  HUMAN: readHuman,
  PARALLEL: readParallel,
  IF: readIf,
  FOR: readFor,
  INPUT: readInput,
  SET: readSet,
  LET: readAssignment,
  GET: readGet,
  CALL: readCall,
  WAIT: readWait,
  DELAY: readDelay,
  PUBLISH: readPublish,
  ON: readOnEvent,
  RUN: readRun,
  TALK: readTalk,
};

/** Everything up to what ends the block in hand. */
export const readBody = (cursor: Cursor): Statement[] =>
  readItems(cursor, (gap) => readStatement(cursor, gap));

/** `[STEP n:] action`; undefined when it is not understood. */
export function readStatement(cursor: Cursor, gap: boolean): Statement | undefined {
  const { start } = cursor.token;
  return cursor.attempt<Statement | undefined>(() => {
    const number = readStepNumber(cursor);
    const action = readAction(cursor);
    return Object.assign(action, { number, gap, start, end: cursor.end });
  }, undefined);
}

function readAction(cursor: Cursor): Action {
  if (cursor.token.kind === 'word' && cursor.is('=', 1)) return readAssignment(cursor);
  const word = wordAt(cursor);
  if (word === 'STEP') {
    const hint = 'Write each STEP on a line of its own.';
    return cursor.refuse('WF206', cursor.token, 'A STEP cannot stand in a STEP.', hint);
  }
  return readers[word](cursor, cursor.next());
}

/** `IF condition THEN … [ELSE IF condition THEN …] [ELSE …] END IF` */
function readIf(cursor: Cursor, opener: Token): Action {
  const block = openBlock(cursor, 'IF', opener);
  const cases: Case[] = [{ condition: readCondition(cursor), body: readBody(cursor) }];
  let otherwise: Statement[] | undefined;
  for (let found = closerAt(cursor); found?.typed.startsWith('ELSE'); found = closerAt(cursor)) {
    cursor.next();
    if (otherwise) cursor.problems.add('WF206', found, 'Behind ELSE nothing but END IF can stand.');
    if (found.typed === 'ELSEIF' || cursor.take('IF'))
      cases.push({ condition: readCondition(cursor), body: readBody(cursor) });
    else {
      cursor.take(':');
      otherwise = [...(otherwise ?? []), ...readBody(cursor)];
    }
  }
  closeBlock(cursor, block);
  return { kind: 'if', cases, otherwise };
}

function readCondition(cursor: Cursor): Expression {
  const { start, end } = cursor.token;
  const condition = cursor.attempt<Expression | undefined>(() => {
    const read = readExpression(cursor);
    if (!cursor.take('THEN')) cursor.fail('THEN', 'Write IF condition THEN.');
    return read;
  }, undefined);
  return condition ?? { kind: 'null', start, end };
}

/** `PARALLEL [ALL|ANY|FIRST] [LIMIT n] BRANCH name: … END PARALLEL` */
function readParallel(cursor: Cursor, opener: Token): Action {
  const block = openBlock(cursor, 'PARALLEL', opener);
  const until = cursor.take('ANY') ? 'any' : cursor.take('FIRST') ? 'first' : 'all';
  if (until === 'all') cursor.take('ALL');
  const limit = cursor.take('LIMIT')
    ? cursor.attempt(() => readCount(cursor, 'How many run at a time'), undefined)
    : undefined;
  const branches: Branch[] = [];
  refuseBetween(cursor);
  while (closerAt(cursor)?.typed === 'BRANCH') {
    cursor.next();
    const label = readLabel(cursor);
    branches.push({ label, body: readBody(cursor) });
    if (cursor.takeAll('END BRANCH')) refuseBetween(cursor);
  }
  if (branches.length === 0)
    cursor.problems.add('WF303', block, 'PARALLEL has no branch.', 'Write BRANCH A: …');
  closeBlock(cursor, block);
  return { kind: 'parallel', until, limit, branches };
}

/** Comments go into the branch that follows. */
function refuseBetween(cursor: Cursor): void {
  const between = readBody(cursor);
  const stray = between.find((statement) => statement.kind !== 'comment');
  if (stray) {
    const hint = 'Put it into a BRANCH, or before the PARALLEL.';
    cursor.problems.add('WF206', stray, 'Only branches stand directly in a PARALLEL.', hint);
  }
  cursor.comments.push(...between.filter((statement) => statement.kind === 'comment'));
}

function readLabel(cursor: Cursor): Name {
  const { kind, text, start, end } = cursor.token;
  const isName = kind === 'word' || kind === 'number' || kind === 'text';
  if (isName) cursor.next();
  else cursor.miss('The name of the branch', 'Write BRANCH A: …');
  cursor.expect(':', 'Write BRANCH A: …');
  return { text: isName ? text.replaceAll('""', '"') : '', start, end };
}

/** `FOR EACH name IN list [MAX n] … END FOR`; NEXT ends it too. */
function readFor(cursor: Cursor, opener: Token): Action {
  const block = openBlock(cursor, 'FOR', opener);
  const { start, end } = cursor.token;
  const nothing = { item: { text: '', start, end }, list: { kind: 'null', start, end } as const };
  const head = cursor.attempt(
    () => {
      cursor.expect('EACH', 'Write FOR EACH name IN list.');
      const item = readVariable(cursor);
      cursor.expect('IN', 'Write FOR EACH name IN list.');
      const list = readExpression(cursor);
      const most = cursor.take('MAX') ? readCount(cursor, 'How many at most') : undefined;
      return { item, list, most };
    },
    { ...nothing, most: undefined },
  );
  const body = readBody(cursor);
  closeBlock(cursor, block);
  return { kind: 'for', ...head, body };
}

/** `ON EVENT "name" [WHERE condition] DO … END ON` */
function readOnEvent(cursor: Cursor, opener: Token): Action {
  if (cursor.is('TIMEOUT')) {
    const message = 'ON TIMEOUT belongs to an approval, or to a wait for an event.';
    cursor.refuse('WF207', opener, message, 'Write it directly behind them.');
  }
  const block = openBlock(cursor, 'ON', opener);
  const { start, end } = cursor.token;
  const nothing = { event: { text: '', start, end }, where: undefined };
  const head = cursor.attempt<{ event: Name; where: Expression | undefined }>(() => {
    cursor.expect('EVENT', 'Write ON EVENT "name" DO.');
    const event = readQuoted(cursor, 'The event');
    const where = cursor.take('WHERE') ? readExpression(cursor) : undefined;
    cursor.expect('DO', 'Write ON EVENT "name" DO.');
    return { event, where };
  }, nothing);
  const body = readBody(cursor);
  closeBlock(cursor, block);
  return { kind: 'on_event', ...head, body };
}
